"""The vocabulary of discharges and potentials, as replaceable data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache

from emgview.errors import FileError
from emgview.resource_files import resource


@dataclass(frozen=True, slots=True)
class ActivityClass:
    """One class of the vocabulary.

    Parameters
    ----------
    id : str
        Code used in files (``fib``, ``psw``, ``fp_simple`` …).
    term : str
        Term of the AANEM–IFCN glossary where it has one.
    letter : str
        One to three characters drawn on the trace; unique.
    group : str
        ``spontaneous``, ``voluntary``, ``normal_at_rest``, ``artefact`` or ``undecided``.
    counted_as : str
        Id of the coarse class under which findings count it (``fp_simple`` → ``fp``).
    key : str
        Digit that gives this class to an item by keyboard, or empty.
    mdc, hpo : str
        DICOM/MDC event code and HPO term, or empty where none is known.
    """

    id: str
    term: str
    letter: str
    group: str
    counted_as: str
    key: str = ""
    mdc: str = ""
    hpo: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All classes in the order in which they are offered."""

    classes: tuple[ActivityClass, ...]
    version: str

    def __getitem__(self, class_id: str) -> ActivityClass:
        """The class of that id; KeyError for an unknown one."""
        found = self.get(class_id)
        if found is None:
            raise KeyError(class_id)
        return found

    def get(self, class_id: str) -> ActivityClass | None:
        """The class of that id, or None."""
        return self._by_id.get(class_id)

    @cached_property
    def _by_id(self) -> dict[str, ActivityClass]:
        return {c.id: c for c in self.classes}

    def by_key(self, key: str) -> ActivityClass | None:
        """The class that a digit stands for, or None."""
        return next((c for c in self.classes if c.key and c.key == key), None)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The shipped vocabulary.

    Raises
    ------
    FileError
        If the file lacks a field or uses a letter, key or id twice.
    """
    path = resource("clinical/activity_classes.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        classes = tuple(ActivityClass(**row) for row in data["class"])
    except (KeyError, TypeError) as error:
        raise FileError(path.name, "class", str(error), "Replace the table.") from error
    for field_name in ("id", "letter", "key"):
        values = [getattr(c, field_name) for c in classes if getattr(c, field_name)]
        if len(values) != len(set(values)):
            raise FileError(path.name, field_name, "is used twice", "Make each one unique.")
    return Vocabulary(classes, data["version"])
