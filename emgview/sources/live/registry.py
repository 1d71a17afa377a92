"""Finds the kinds of live sources: those of the program, then those of other packages."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from emgview.errors import EmgviewError
from emgview.sources.live.protocol import FoundSource, LiveSource, SourceKind, SourceSpec

GROUP = "emgview.sources"
_OWN = (
    "emgview.sources.live.simulator:KIND",
    "emgview.sources.live.replay:KIND",
    "emgview.sources.live.lsl:KIND",
    "emgview.sources.live.brainflow:KIND",
    "emgview.sources.live.audio:KIND",
)


@lru_cache(maxsize=1)
def source_kinds() -> tuple[SourceKind, ...]:
    """All kinds; a name of the program is never taken by another package.

    A package that fails to load is left out here and told by :func:`failed_kinds`.
    """
    kinds: dict[str, SourceKind] = {}
    for place in _OWN:
        module, _colon, name = place.partition(":")
        kind: SourceKind = getattr(import_module(module), name)
        kinds[kind.name] = kind
    for kind in _foreign()[0]:
        kinds.setdefault(kind.name, kind)
    return tuple(kinds.values())


def failed_kinds() -> tuple[str, ...]:
    """Names of entry points that could not be loaded, with the type of the error."""
    return _foreign()[1]


def make_source(spec: SourceSpec) -> LiveSource:
    """A source from the parts of its text; not connected yet.

    Raises
    ------
    EmgviewError
        For an unknown kind or option, or what the kind itself refuses.
    """
    kind = find_kind(spec.kind)
    known = {option.name for option in kind.options}
    for name, _value in spec.options:
        if name not in known:
            allowed = ", ".join(sorted(known)) or "none"
            raise EmgviewError(f"{kind.name} has no option {name!r}", f"Allowed: {allowed}.")
    return kind.make(spec)


def find_kind(name: str) -> SourceKind:
    """The kind of that name.

    Raises
    ------
    EmgviewError
        If there is none.
    """
    for kind in source_kinds():
        if kind.name == name:
            return kind
    known = ", ".join(kind.name for kind in source_kinds())
    raise EmgviewError(f"There is no source of kind {name!r}", f"Choose one of: {known}.")


def discover() -> tuple[tuple[SourceKind, tuple[FoundSource, ...], str], ...]:
    """For each kind what can be opened now, and why nothing could be looked for (or empty)."""
    found = []
    for kind in source_kinds():
        try:
            found.append((kind, kind.discover(), ""))
        except EmgviewError as error:
            found.append((kind, (), str(error)))
        except Exception as error:  # noqa: BLE001 - one library must not hide the other kinds
            found.append((kind, (), f"It cannot be asked ({type(error).__name__})."))
    return tuple(found)


@lru_cache(maxsize=1)
def _foreign() -> tuple[tuple[SourceKind, ...], tuple[str, ...]]:
    kinds: list[SourceKind] = []
    failed: list[str] = []
    for entry in entry_points(group=GROUP):
        try:
            loaded: Any = entry.load()
        except Exception as error:  # noqa: BLE001 - another package must not stop the program
            failed.append(f"{entry.name} ({type(error).__name__})")
            continue
        if isinstance(loaded, SourceKind):
            kinds.append(loaded)
        else:
            failed.append(f"{entry.name} (not a SourceKind)")
    return tuple(kinds), tuple(failed)
