"""The decision rules as data: sentences, limits, muscles and forbidden words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emgview.errors import FileError
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
    """Content of ``clinical/rules.toml``.

    ``muscles`` and ``territories`` name muscles and nerve trunks that rules speak of.
    """

    version: str
    order: tuple[str, ...]
    limits: Mapping[str, float]
    muscles: Mapping[str, Any]
    territories: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, RuleTexts]
    words: Mapping[str, Mapping[str, str]]
    never: tuple[str, ...]
    never_in_conclusion: tuple[str, ...]
    never_in_findings: tuple[str, ...]


@lru_cache(maxsize=1)
def load_rule_table() -> RuleTable:
    """The shipped rules.

    Raises
    ------
    FileError
        If the file lacks a field, or its order and its rules do not agree.
    """
    path = resource("clinical/rules.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        table = _table(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error
    if set(table.order) != set(table.rules):
        odd = ", ".join(sorted(set(table.order) ^ set(table.rules)))
        raise FileError(path.name, "order", f"differs from the rules: {odd}", "Name each once.")
    return table


def _table(data: dict[str, Any]) -> RuleTable:
    return RuleTable(
        version=data["version"],
        order=tuple(data["order"]),
        limits=data["limits"],
        muscles=data["muscles"],
        territories={name: tuple(trunks) for name, trunks in data["territories"].items()},
        rules={rule_id: _rule(rule_id, dict(row)) for rule_id, row in data["rule"].items()},
        words=data["words"],
        never=tuple(data["lint"]["never"]),
        never_in_conclusion=tuple(data["lint"]["conclusion"]),
        never_in_findings=(*data["lint"]["never"], *data["lint"]["findings"]),
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
