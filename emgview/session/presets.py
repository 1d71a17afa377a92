"""Scales of the trace view by name: shipped ones by phase, and the user's own. Pure.

Shipped presets come from ``resources/display/presets.toml`` and cannot be changed; the user's lie
in the settings. Names are told apart without regard to case.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from emgview.errors import EmgviewError
from emgview.resource_files import resource
from emgview.session.traces import DisplayFilter
from emgview.typed_data import typed

MOST_OWN = 20
LONGEST_NAME = 40


class Preset(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one key sets.

    Parameters
    ----------
    uv_per_div : float
        Sensitivity of all channels.
    ms_per_div : float
    filter : DisplayFilter or None
        None: as recorded.
    source : str
        Where a shipped one comes from.
    """

    name: str
    uv_per_div: float
    ms_per_div: float
    filter: DisplayFilter | None = None
    source: str = ""

    def describe(self) -> str:
        """``50 µV/div, 10 ms/div, HP 20 Hz``."""
        chosen = self.filter.describe() if self.filter else "as recorded"
        return f"{self.uv_per_div:g} µV/div, {self.ms_per_div:g} ms/div, {chosen}"


@lru_cache(maxsize=1)
def shipped_presets() -> tuple[Preset, ...]:
    """Those that come with the program."""
    text = resource("display/presets.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["preset"]
    for row in rows:
        if "filter" in row:
            row["filter"] = {"high_pass_hz": None} | row["filter"]
    return tuple(typed(row, Preset) for row in rows)


def saved(own: Sequence[Preset], preset: Preset) -> tuple[Preset, ...]:
    """The user's presets with one more, or with the one of that name replaced in its place.

    Raises
    ------
    EmgviewError
        If the name is empty, too long, or that of a shipped preset, or if there are too many.
    """
    name = _checked(preset.name)
    fresh = msgspec.structs.replace(preset, name=name, source="")
    kept = [fresh if _same(other.name, name) else other for other in own]
    if fresh not in kept:
        kept.append(fresh)
    if len(kept) > MOST_OWN:
        raise EmgviewError(f"There are {MOST_OWN} presets of your own", "Delete one first.")
    return tuple(kept)


def renamed(own: Sequence[Preset], old: str, new: str) -> tuple[Preset, ...]:
    """The same with another name.

    Raises
    ------
    EmgviewError
        If the new name cannot be used or is taken.
    """
    name = _checked(new)
    if any(_same(p.name, name) and not _same(p.name, old) for p in own):
        raise EmgviewError(f"A preset named {name} exists", "Choose another name.")
    return tuple(msgspec.structs.replace(p, name=name) if _same(p.name, old) else p for p in own)


def without(own: Sequence[Preset], name: str) -> tuple[Preset, ...]:
    """The user's presets but that one."""
    return tuple(p for p in own if not _same(p.name, name))


def find(own: Sequence[Preset], name: str) -> Preset | None:
    """A preset of that name, the user's or a shipped one."""
    return next((p for p in (*shipped_presets(), *own) if _same(p.name, name)), None)


def _checked(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise EmgviewError("The preset has no name", "Type one.")
    if len(text) > LONGEST_NAME:
        raise EmgviewError(
            f"The name has {len(text)} letters", f"Use at most {LONGEST_NAME} letters."
        )
    if any(_same(p.name, text) for p in shipped_presets()):
        raise EmgviewError(f"{text} is a preset of the program", "Choose another name.")
    return text


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
