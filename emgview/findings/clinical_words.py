"""Names, reasons and sentences of the findings in a language, as replaceable data.

English stands in the tables themselves (``rules.toml``, ``grid.toml``, ``findings.toml``,
``entries.toml``, ``muscles.csv``); every other language is a file
``clinical/words/<language>.toml`` that a test holds against them.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

import msgspec

from emgview.errors import FileError
from emgview.findings.entries import EntryField
from emgview.findings.grid_table import load_grid_table
from emgview.findings.rules import load_findings_rules
from emgview.model import load_muscles, load_vocabulary
from emgview.resource_files import resource
from emgview.typed_data import typed

_FILLS = {"grade": r"[0-4]\+?|±", "n": r"\d+"}
_SIDES = {"L": "left", "R": "right", "M": "midline"}


class ClinicalWords(msgspec.Struct, frozen=True):
    """Content of ``clinical/words/<language>.toml``; empty for English.

    Parameters
    ----------
    lower_titles : bool
        Whether a title stands in lower case within a sentence.
    rule : mapping of rule id to mapping
        ``title`` and the sentences by outcome.
    phrase, words : mapping
        Phrases and words of ``rules.toml`` by key.
    grid_column, grid_text, finding_entry : mapping
        Columns, reasons and cautions, entries by id.
    grid_value, finding_choice, body_map, region, side, muscle, nerve, activity : mapping
        Translations by the English words, of muscles by id, of activities by code.
    lint : mapping
        Words that are not used, beside the English ones; see ``rules.toml``. ``apart``: English
        ones that mean something else here.
    """

    language: str = "en"
    version: str = ""
    lower_titles: bool = True
    rule: dict[str, dict[str, str]] = {}
    phrase: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    grid_column: dict[str, str] = {}
    grid_value: dict[str, str] = {}
    grid_text: dict[str, str] = {}
    body_map: dict[str, str] = {}
    finding_entry: dict[str, str] = {}
    finding_choice: dict[str, str] = {}
    region: dict[str, str] = {}
    side: dict[str, str] = {}
    muscle: dict[str, str] = {}
    nerve: dict[str, str] = {}
    activity: dict[str, str] = {}
    lint: dict[str, tuple[str, ...]] = {}

    def within(self, title: str) -> str:
        """A title as it stands within a sentence."""
        if not self.lower_titles or title[:2].isupper():
            return title
        return title[:1].lower() + title[1:]

    def muscle_and_side(self, english: str, muscle: str = "", side: str = "") -> str:
        """Muscle and side; ``english`` is what stands there in English."""
        if self.language == "en":
            return english
        known = load_muscles().get(muscle)
        name = self.muscle.get(muscle, known.name if known else load_muscles().name(muscle))
        word = _SIDES.get(side, "")
        return ", ".join(part for part in (name, self.side.get(word, word)) if part)

    def muscle_name(self, muscle: str) -> str:
        """Name of a muscle."""
        return self.muscle.get(muscle, load_muscles().name(muscle))

    def name(self, kind: str, english: str) -> str:
        """A nerve, region or step of the grid by its English name."""
        table = {"nerve": self.nerve, "region": self.region, "value": self.grid_value}[kind]
        return table.get(english, english)

    def choice(self, field: EntryField, value: str) -> str:
        """What was entered, for people; empty for nothing."""
        if field.kind not in ("choice", "many"):
            return value
        known = dict(field.choices)
        parts = value.split() if field.kind == "many" else [value] if value else []
        chosen = [known.get(part, part) for part in parts]
        return ", ".join(self.finding_choice.get(part, part) for part in chosen)

    def reason(self, text: str) -> str:
        """A reason, note or caution that the findings made from one of their templates.

        What fits no template, or has no translation, stays as it is: words of the reader.
        """
        if not self.grid_text:
            return text
        whole = self._fitting(text)
        if whole is not None:
            return whole
        head, colon, tail = text.partition(": ")  # a remark begins with the name of its channel
        told = self._fitting(tail) if colon else None
        if told is not None:
            return head + colon + told
        if "; " in text:
            return "; ".join(self.reason(part) for part in text.split("; "))
        return text

    def _fitting(self, text: str) -> str | None:
        """A text that fits a template, translated; None for any other."""
        for key, pattern in _patterns():
            found = pattern.fullmatch(text)
            if found and key in self.grid_text:
                values = {k: self._filled(k, v) for k, v in found.groupdict().items()}
                return self.grid_text[key].format(**values)
        return None

    def _filled(self, blank: str, text: str) -> str:
        """What fills a blank; names of discharges have translations of their own."""
        if blank != "term":
            return self.reason(text)
        known = (c for c in load_vocabulary().classes if c.term.lower() == text)
        return next((self.activity.get(c.id, text) for c in known), text)


@lru_cache(maxsize=8)
def load_clinical_words(language: str = "en") -> ClinicalWords:
    """Words of a language; those of the tables themselves for English.

    Raises
    ------
    FileError
        If there is no such language, or its file holds what is not known.
    """
    if language == "en":
        return ClinicalWords()
    path = resource(f"clinical/words/{language}.toml")
    try:
        return typed(tomllib.loads(path.read_text(encoding="utf-8")), ClinicalWords)
    except (OSError, msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the file.") from error


@lru_cache(maxsize=1)
def templates() -> dict[str, str]:
    """All texts with blanks that cells, reasons, notes and cautions are made of, by key."""
    rules = load_findings_rules()
    found = {**rules.texts["cell"], **load_grid_table().words}
    for group in ("caution", "remark"):
        found |= {f"{group}_{key}": text for key, text in rules.texts[group].items()}
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each template by its key, as a pattern that finds what fills its blanks."""
    return tuple((key, re.compile(_pattern(text))) for key, text in templates().items())


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    made, seen = "", set()
    for n, part in enumerate(parts):
        if n % 2 == 0:
            made += re.escape(part)
        else:
            made += f"(?P={part})" if part in seen else f"(?P<{part}>{_FILLS.get(part, '.+?')})"
            seen.add(part)
    return made
