"""The decision rules as data: sentences, limits, muscles and forbidden words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emgview.errors import FileError
from emgview.findings.clinical_words import ClinicalWords, load_clinical_words
from emgview.findings.entries import load_entry_table
from emgview.findings.phrases import Joined, Phrase, Term, Told
from emgview.resource_files import resource

_OUTCOMES = ("supported", "not_supported", "insufficient")


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """One row of the decision rules.

    ``texts`` holds the sentences by outcome (none for an outcome that the rule never gives) and
    parts of sentences by name.
    """

    id: str
    level: str
    title: str
    sources: str
    seed: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes that the rule can give."""
        return tuple(name for name in _OUTCOMES if name in self.texts)


@dataclass(frozen=True, slots=True)
class RuleTable:
    """Content of ``clinical/rules.toml``, its words in one language.

    ``muscles`` and ``territories`` name muscles and nerve trunks that rules speak of; ``phrases``
    are parts of sentences by key; ``language`` has the names of everything else.
    """

    version: str
    order: tuple[str, ...]
    limits: Mapping[str, float]
    muscles: Mapping[str, Any]
    territories: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, RuleTexts]
    words: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, str]
    language: ClinicalWords
    never: tuple[str, ...]
    never_in_conclusion: tuple[str, ...]
    never_in_findings: tuple[str, ...]

    def words_of(self, told: Told) -> str:
        """What a rule said, in the language of the table.

        Raises
        ------
        KeyError
            If the table lacks the phrase, or the phrase has a blank that nothing fills.
        """
        match told:
            case Phrase(key, blanks):
                return self.phrases[key].format(**{k: self.words_of(v) for k, v in blanks})
            case Joined(parts, by):
                between = self.phrases["and"] if by == "and" else by
                return between.join(self.words_of(part) for part in parts)
            case Term():
                return self._term(told)
            case _:
                return str(told)

    def _term(self, term: Term) -> str:
        language = self.language
        match term.kind:
            case "muscle":
                return language.muscle_and_side(term.text, *term.more.split(":"))
            case "entry":
                title = load_entry_table().field(term.text).title
                return language.within(language.finding_entry.get(term.text, title))
            case "rule":
                return language.within(self.rules[term.text].title)
            case "choice":
                chosen = load_entry_table().field(term.text)
                return language.choice(chosen, term.more) or self.phrases["not_entered"]
            case "reason":
                return language.reason(term.text)
            case _:
                return language.name(term.kind, term.text)


@lru_cache(maxsize=8)
def load_rule_table(language: str = "en") -> RuleTable:
    """The shipped rules, their words in a language.

    Raises
    ------
    FileError
        If the file lacks a field, or its order and its rules do not agree.
    """
    path = resource("clinical/rules.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        table = _table(data, load_clinical_words(language))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error
    if set(table.order) != set(table.rules):
        odd = ", ".join(sorted(set(table.order) ^ set(table.rules)))
        raise FileError(path.name, "order", f"differs from the rules: {odd}", "Name each once.")
    return table


def _table(data: dict[str, Any], words: ClinicalWords) -> RuleTable:
    apart = words.lint.get("apart", ())
    lint = {
        use: (*(word for word in own if word not in apart), *words.lint.get(use, ()))
        for use, own in data["lint"].items()
    }
    return RuleTable(
        version=words.version or data["version"],
        order=tuple(data["order"]),
        limits=data["limits"],
        muscles=data["muscles"],
        territories={name: tuple(trunks) for name, trunks in data["territories"].items()},
        rules={
            rule_id: _rule(rule_id, {**row, **words.rule.get(rule_id, {})})
            for rule_id, row in data["rule"].items()
        },
        words={k: {**row, **words.words.get(k, {})} for k, row in data["words"].items()},
        phrases={**data["phrase"], **words.phrase},
        language=words,
        never=lint["never"],
        never_in_conclusion=lint["conclusion"],
        never_in_findings=(*lint["never"], *lint["findings"]),
    )


def _rule(rule_id: str, row: dict[str, str]) -> RuleTexts:
    return RuleTexts(
        id=rule_id,
        level=row.pop("level"),
        title=row.pop("title"),
        sources=row.pop("sources"),
        seed=tuple(row.pop("seed").split()),
        texts=row,
    )


def wording_problems(text: str, words: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Words of the guard (T1) that a text uses; whole words, any case.

    ``words`` are those of statements if left out.
    """
    words = load_rule_table().never if words is None else words
    if _any_of(words).search(text) is None:
        return ()
    return tuple(w for w in words if re.search(rf"\b{re.escape(w)}\b", text, re.IGNORECASE))


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """All of the words at once: most texts hold none."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
