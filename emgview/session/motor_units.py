"""Motor units of a study for the views: analysis, units as the reader left them, their sample."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from emgview.model import Progress
from emgview.model.kept_units import KeptUnits
from emgview.quantify import (
    MotorUnit,
    decomposition_parameters,
    default_marking,
    stretch_rules,
    units_of,
    why_no_duration,
)
from emgview.quantify.kept import kept_of, units_again
from emgview.quantify.markers import Markers
from emgview.session.quantifying import ChannelStretch, stretch_in
from emgview.session.study_session import StudySession
from emgview.session.unit_keys import Said, StretchKey, UnitSaid


@dataclass(frozen=True, slots=True, eq=False)
class WantedSignal:
    """Signal of a stretch with what must be known of its recording."""

    key: StretchKey
    title: str
    muscle: str
    side: str
    stretch: ChannelStretch


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """What an analysis gave: trains to keep, or why there are none; ``remark`` what to mind."""

    key: StretchKey
    found: KeptUnits | None
    refused: str
    remark: str


def signal_of(session: StudySession, key: StretchKey, longest_s: float | None) -> WantedSignal:
    """Signal of a stretch; ``key`` of the answer covers what there is. On the I/O thread.

    Raises
    ------
    FileError
        If the recording cannot be read there.
    """
    of = session.recording(key.recording_id)
    stretch = stretch_in(session.reader(key.recording_id), key.channel, key.interval, longest_s)
    found = replace(key, start=stretch.interval.start, stop=stretch.interval.stop)
    return WantedSignal(found, of.title, of.muscle, of.side.value, stretch)


def longest_s() -> float:
    """Longest stretch that is taken apart at once."""
    return stretch_rules().stretch.longest_s


def analyse(wanted: WantedSignal, progress: Progress) -> Analysed:
    """Motor units of a stretch. Any thread.

    Raises
    ------
    CancelledError
        If it is no longer wanted.
    """
    one = wanted.stretch
    fs = one.info.sampling_rate_hz
    found = units_of(one.signal, fs, one.described, progress=progress)
    progress.report(1.0, "Done")
    if found.refused is not None:
        why = f"Cannot be analysed because {found.refused}"
        return Analysed(wanted.key, None, why, one.remark)
    kept = kept_of(found, decomposition_parameters().sha256(), default_marking().default)
    return Analysed(wanted.key, kept, "", one.remark)


@dataclass(frozen=True, slots=True, eq=False)
class BuiltStretch:
    """Units of a stretch as worked out from its signal, before what the reader said.

    ``why_no_duration`` is empty where durations may be stated.
    """

    wanted: WantedSignal
    kept: KeptUnits
    units: tuple[MotorUnit, ...]
    why_no_duration: str

    @property
    def key(self) -> StretchKey:
        """The stretch."""
        return self.wanted.key

    @property
    def fs(self) -> float:
        """Samples per second."""
        return self.wanted.stretch.info.sampling_rate_hz


def build(wanted: WantedSignal, kept: KeptUnits) -> BuiltStretch:
    """Units of kept trains. Any thread."""
    one = wanted.stretch
    fs = one.info.sampling_rate_hz
    why = why_no_duration(one.described, fs, default_marking().validity)
    return BuiltStretch(wanted, kept, units_again(one.signal, fs, kept), why)


@dataclass(frozen=True, eq=False)
class ShownUnit:
    """One unit as it stands: with the reader's markers and decision.

    Parameters
    ----------
    stretch : BuiltStretch
    place : int
        Of the stretch in the study, from 1.
    machine, unit : MotorUnit
        As worked out; with the reader's markers.
    said : UnitSaid
    """

    stretch: BuiltStretch
    place: int
    machine: MotorUnit
    unit: MotorUnit
    said: UnitSaid

    @property
    def name(self) -> str:
        """``2.1``: stretch and unit."""
        return f"{self.place}.{self.unit.number}"

    @property
    def identity(self) -> tuple[StretchKey, int]:
        """What tells it from all others of a study."""
        return self.stretch.key, self.unit.number

    @property
    def accepted(self) -> bool:
        """Whether it counts: the reader's word, else the machine's."""
        return self.machine.accepted if self.said.accepted is None else self.said.accepted

    @property
    def why_no_duration(self) -> str:
        """Empty where the duration may be stated."""
        return self.stretch.why_no_duration

    @cached_property
    def times_s(self) -> tuple[float, ...]:
        """Discharges in seconds from the start of the recording."""
        start, fs = self.stretch.key.start, self.stretch.fs
        return tuple(((self.unit.places + start) / fs).tolist())

    def state_words(self) -> str:
        """Decision and who made it."""
        word = "accepted" if self.accepted else "rejected"
        return word if self.said.accepted is not None else f"{word} (machine)"


def shown_units(built: BuiltStretch, said: Said, place: int) -> tuple[ShownUnit, ...]:
    """Units of a stretch with what the reader said; the accepted and largest first."""
    rows = [
        ShownUnit(built, place, one, moved(one, said.of(one.number)), said.of(one.number))
        for one in built.units
    ]
    rows.sort(key=lambda one: (not one.machine.accepted, -one.machine.measures.amplitude_uv))
    return tuple(rows)


def moved(unit: MotorUnit, said: UnitSaid) -> MotorUnit:
    """A unit with the reader's markers and the measures between them."""
    if said.onset_us is None and said.offset_us is None:
        return unit
    markers = unit.markers
    if said.onset_us is not None:
        markers = markers.with_onset(said.onset_us / 1000)
    if said.offset_us is not None:
        markers = markers.with_offset(said.offset_us / 1000)
    return unit.remeasured(_satellites_after(markers))


def _satellites_after(markers: Markers) -> Markers:
    """Without satellites that the moved end has taken in."""
    kept = tuple(pair for pair in markers.satellites_ms if pair[0] > markers.offset_ms)
    return replace(markers, satellites_ms=kept)
