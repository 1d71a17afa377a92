"""Measures of the motor units of a study, as they stand, for its findings.

They are worked out from the signal: a stretch is measured again only when its trains, or what the
reader said of them, changed. On the study's I/O thread.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emgview.errors import FileError
from emgview.findings import ExaminedRecording
from emgview.model import NO_EFFORT, MeasuredEffort, MeasuredUnit, Side, StatedPattern
from emgview.session.unit_keys import KeptStretch, StretchKey, kept_stretches, of_muscle

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

_LOG = logging.getLogger(__name__)

Measured = tuple[tuple[MeasuredUnit, ...], int]
"""Units that the reader accepted, and how many nobody decided."""


class MeasuredUnits:
    """Remembers what it measured."""

    def __init__(self) -> None:
        self._fields: Mapping[str, str] = {}
        self._kept: tuple[KeptStretch, ...] = ()
        self._known: dict[StretchKey, tuple[KeptStretch, int, Measured]] = {}

    def examined(self, session: StudySession) -> tuple[ExaminedRecording, ...]:
        """All recordings of a study with what was measured in them."""
        recordings = session.recordings
        together: dict[tuple[str, Side], list[str]] = {}
        for r in recordings:
            together.setdefault((r.muscle or r.entry.id, r.side), []).append(r.entry.id)
        return tuple(
            ExaminedRecording(
                r.info,
                r.muscle,
                r.side,
                session.run(r.entry.id),
                self.of(session, r.entry.id, together[r.muscle or r.entry.id, r.side]),
            )
            for r in recordings
        )

    def of(self, session: StudySession, recording_id: str, muscle: Sequence[str]) -> MeasuredEffort:
        """What was measured and stated in one recording.

        ``muscle``: all recordings of its muscle and side, through which stretches are numbered.
        """
        fields = session.store.fields()
        stretches = {name: text for name, text in fields.items() if name.startswith("stretch/")}
        if stretches != self._fields:
            self._fields, self._kept = stretches, kept_stretches(stretches)
        own = [one for one in self._kept if one.key.recording_id == recording_id]
        if not own:
            return NO_EFFORT
        found = [
            self._measured(session, one, place)
            for place, one in of_muscle(self._kept, muscle)
            if one.key.recording_id == recording_id
        ]
        said = [one.pattern for one in own if one.pattern is not None]
        return MeasuredEffort(
            tuple(unit for units, _ in found for unit in units),
            tuple(StatedPattern(one.fullness, one.recruitment) for one in said),
            sum(n_open for _, n_open in found),
        )

    def _measured(self, session: StudySession, kept: KeptStretch, place: int) -> Measured:
        known = self._known.get(kept.key)
        if known is not None and _same(known[0], kept) and known[1] == place:
            return known[2]
        try:
            measured = _measure(session, kept, place)
        except FileError as error:
            _LOG.info("motor units are not measured: %s", type(error).__name__)
            return (), 0
        self._known[kept.key] = kept, place, measured
        return measured


def _same(one: KeptStretch, other: KeptStretch) -> bool:
    return one.found == other.found and one.said == other.said


def _measure(session: StudySession, kept: KeptStretch, place: int) -> Measured:
    from emgview.session.motor_units import build, shown_units, signal_of  # takes a second to load

    if kept.found is None:
        return (), 0
    built = build(signal_of(session, kept.key, None), kept.found)
    shown = shown_units(built, kept.said, place)
    units = [one for one in shown if one.said.accepted]  # the machine's word alone is no finding
    rows = tuple(
        MeasuredUnit(
            one.name,
            float(one.unit.measures.amplitude_uv),
            None if one.why_no_duration else _number(one.unit.measures.duration_ms),
            int(one.unit.measures.phases),
            _percent(one.unit.stability.jiggle),
        )
        for one in units
    )
    return rows, sum(one.said.accepted is None and one.accepted for one in shown)


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _percent(part: float | None) -> float | None:
    known = _number(part)
    return None if known is None else 100 * known
