"""Measured values of an item beside published ranges: what argues for a class, and against it.

Nothing is decided here. The ranges are ``resources/clinical/waveform_ranges.toml``; the values are
those that the detector stored with its proposal.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from emgview.model import Evidence, load_vocabulary
from emgview.resource_files import resource
from emgview.typed_data import typed


class Range(msgspec.Struct, frozen=True):
    """Least and greatest value, or a word; and the source's short name."""

    source: str
    range: tuple[float, float] | None = None
    is_: str = msgspec.field(default="", name="is")

    @property
    def text(self) -> str:
        """``20–200``, ``positive``."""
        return self.is_ if self.range is None else f"{self.range[0]:g}–{self.range[1]:g}"


class ClassRanges(msgspec.Struct, frozen=True):
    """Published ranges of one class; None where none is known."""

    id: str
    first: Range | None = None
    amplitude_uv: Range | None = None
    duration_ms: Range | None = None
    phases: Range | None = None
    rate_hz: Range | None = None
    cv: Range | None = None


class PublishedRanges(msgspec.Struct, frozen=True):
    """The whole table."""

    version: str
    sources: dict[str, str]
    classes: tuple[ClassRanges, ...] = msgspec.field(name="class")

    def of(self, activity: str) -> ClassRanges | None:
        """Ranges of a class, else of the class that it is counted as."""
        known = load_vocabulary().get(activity)
        wanted = (activity, known.counted_as if known else "")
        found = (r for name in wanted for r in self.classes if r.id == name)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One value beside the range of a class.

    Parameters
    ----------
    fits : bool or None
        None where the value was not measured or no range is published.
    source : str
        Of the range, in words.
    """

    name: str
    value: str
    published: str
    fits: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One class with all that speaks for it and against it."""

    activity: str
    weighed: tuple[Weighed, ...]

    @property
    def pro(self) -> tuple[Weighed, ...]:
        """Values inside of the published ranges."""
        return tuple(w for w in self.weighed if w.fits)

    @property
    def contra(self) -> tuple[Weighed, ...]:
        """Values outside of them."""
        return tuple(w for w in self.weighed if w.fits is False)

    @property
    def share(self) -> float:
        """Part of the comparable values that fit, drawn towards a half where there are few."""
        return _share(len(self.pro), len(self.contra))


_MEASURES = (
    ("First deflection", "first", ""),
    ("Amplitude", "amplitude_uv", "µV"),
    ("Duration", "duration_ms", "ms"),
    ("Phases", "phases", ""),
    ("Rate", "rate_hz", "Hz"),
    ("Interval variation", "cv", ""),
)


@lru_cache(maxsize=1)
def load_published_ranges() -> PublishedRanges:
    """The shipped table."""
    text = resource("clinical/waveform_ranges.toml").read_text(encoding="utf-8")
    return typed(tomllib.loads(text), PublishedRanges, strict=False)


def weigh(activity: str, evidence: Evidence) -> Argument:
    """Measured values beside the ranges of one class."""
    table = load_published_ranges()
    ranges = table.of(activity)
    found = tuple(
        _weighed(name, key, unit, evidence, ranges, table) for name, key, unit in _MEASURES
    )
    return Argument(activity, found)


def likeliest(activity: str, evidence: Evidence) -> tuple[Argument, ...]:
    """The class as proposed, and the other one that fits the published ranges best.

    Where nothing was proposed (*cannot tell*, a stretch) the two that fit best.
    """
    table, vocabulary = load_published_ranges(), load_vocabulary()
    own = table.of(activity)
    values = [(key, _value(key, evidence)) for _name, key, _unit in _MEASURES]
    known = vocabulary.get(activity)
    counted = known.counted_as if known else activity
    # All classes are counted, and only those that are told are worked out in words.
    ranked = sorted(table.classes, key=lambda ranges: -_share(*_counts(ranges, values)))
    others = [r.id for r in ranked if own is None or _counted_as(r.id) != counted]
    chosen = others[:2] if own is None else [activity, *others[:1]]
    return tuple(weigh(name, evidence) for name in chosen)


def _counts(ranges: ClassRanges, values: list[tuple[str, Any]]) -> tuple[int, int]:
    """How many measured values lie inside of the ranges of a class, and how many outside."""
    found = [
        _fits(value, published)
        for key, value in values
        if (published := getattr(ranges, key)) is not None
    ]
    return found.count(True), found.count(False)


def _share(n_pro: int, n_contra: int) -> float:
    return (n_pro + 1) / (n_pro + n_contra + 2)


def _counted_as(activity: str) -> str:
    known = load_vocabulary().get(activity)
    return known.counted_as if known else activity


def _weighed(
    name: str,
    key: str,
    unit: str,
    evidence: Evidence,
    ranges: ClassRanges | None,
    table: PublishedRanges,
) -> Weighed:
    value = _value(key, evidence)
    published: Range | None = getattr(ranges, key) if ranges is not None else None
    words = f"{value:.3g} {unit}".strip() if isinstance(value, float) else (value or "not measured")
    if published is None:
        return Weighed(name, words, "", None, "")
    text = f"{published.text} {unit}".strip()
    source = table.sources.get(published.source, published.source)
    return Weighed(name, words, text, _fits(value, published), source)


def _value(key: str, evidence: Evidence) -> Any:
    if key == "first":
        known = evidence.n_potentials and evidence.first_deflection != "unclear"
        return evidence.first_deflection if known else None
    value = getattr(evidence, "interval_cv" if key == "cv" else key)
    return None if value is None else float(value)


def _fits(value: Any, published: Range) -> bool | None:
    if value is None:
        return None
    if published.range is None:
        return bool(value == published.is_)
    low, high = published.range
    return bool(low <= value <= high)
