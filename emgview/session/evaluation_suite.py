"""Suites: which recordings the detector is evaluated on, as replaceable data.

A TOML file (``resources/evaluation/default.toml`` is the shipped one)::

    version = "emgview-suite/1"
    title = "…"

    [[recording]]
    scenario = "fibrillation"   # id of 'emgview simulate --list'
    seconds = 40                # the scenario's own length where it is missing
    seed = 7001
    rate_hz = 20000
    level = "easy"              # easy, medium or hard
    part = "final"              # tuning or final
    silent = "rest"             # where no spontaneous activity may be said: what it shows instead

    [[recording]]
    file = "Case.emg/recordings/001.h5"   # beside the suite; any file that tells rate and unit
    truth = "Case.emg/truth.json"         # as 'emgview simulate' writes it
    level = "medium"
    part = "final"

Tuning and final recordings share neither scenario nor seed: what the detector was tuned on must not
tell how good it is.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed

SUITE_VERSION = "emgview-suite/1"
PARTS = ("tuning", "final")
DEFAULT = "default"

Level = Literal["easy", "medium", "hard"]
Part = Literal["tuning", "final"]


class SuiteEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recording of a suite: simulated, or a file with its truth.

    ``seconds`` 0: the scenario's own length. ``silent``: empty where spontaneous activity may be
    said.
    """

    level: Level
    part: Part
    scenario: str = ""
    seconds: float = 0.0
    seed: int = 0
    rate_hz: float = 20_000.0
    silent: str = ""
    file: str = ""
    truth: str = ""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        if self.file:
            return self.file
        return f"{self.scenario}/{self.seed}/{self.rate_hz:g}"


class Suite(msgspec.Struct, frozen=True):
    """Recordings in the order of the file; ``recording`` is the name of their table."""

    version: str
    title: str
    recording: tuple[SuiteEntry, ...]

    def of(self, part: str) -> tuple[SuiteEntry, ...]:
        """Recordings of one part."""
        return tuple(entry for entry in self.recording if entry.part == part)


def load_suite(name: str) -> tuple[Suite, Path]:
    """A suite, and the folder that its files lie in; ``default`` is the shipped one.

    Raises
    ------
    FileError
        If the file cannot be read, or an entry is not of the form told above.
    """
    path = resource(f"evaluation/{DEFAULT}.toml") if name == DEFAULT else Path(name)
    try:
        suite = typed(tomllib.loads(path.read_text(encoding="utf-8")), Suite, strict=False)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        found = error.strerror if isinstance(error, OSError) else str(error)
        raise FileError(path.name, "", str(found), "Correct the suite.") from error
    _check(suite, path.name)
    return suite, path.parent


def _check(suite: Suite, name: str) -> None:
    if suite.version != SUITE_VERSION:
        raise FileError(name, "version", f"is {suite.version}", f"{SUITE_VERSION} is needed.")
    for number, entry in enumerate(suite.recording, 1):
        field = f"recording {number}"
        if bool(entry.scenario) == bool(entry.file):
            raise FileError(name, field, "names not one source", "Name a scenario or a file.")
        if bool(entry.file) != bool(entry.truth):
            raise FileError(name, field, "lacks file or truth", "Name both.")
    names = [(entry.name, entry.part) for entry in suite.recording]
    twice = sorted({entry for entry, _ in names if sum(entry == n for n, _ in names) > 1})
    if twice:
        raise FileError(name, "recording", f"holds {twice[0]} twice", "Name each once.")
