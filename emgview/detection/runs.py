"""Stage three: a unit's discharges become runs with a measured waveform and rhythm."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.templates import Unit
from emgview.signal.noise import median_of, medians_of
from emgview.signal.rhythm import Rhythm, rhythm, split_at_pauses
from emgview.signal.waveform import WaveformMeasures, measure

# A median of n values scatters this much more than their mean.
_MEDIAN_SCATTER = 1.2533141373155
_MOST_WAYS = 4


@dataclass(slots=True, eq=False)
class Run:
    """Discharges of one unit without a pause.

    Parameters
    ----------
    unit : int
        Number of the unit in the channel.
    events, times : list of Event, ndarray of int
        Discharges; ``times`` are aligned to the template, in samples from the segment's start.
    waveform : WaveformMeasures
        Of the median wide-band waveform; indices count from ``times - before``.
    before : int
        Samples of the waveform before the aligned time.
    rhythm : Rhythm or None
        None for fewer than three discharges.
    """

    unit: int
    events: list[Event]
    times: NDArray[np.int64]
    waveform: WaveformMeasures
    before: int
    rhythm: Rhythm | None

    @property
    def start(self) -> int:
        """Onset of the first potential."""
        return int(self.times[0]) - self.before + self.waveform.onset

    @property
    def stop(self) -> int:
        """Offset of the last potential."""
        return int(self.times[-1]) - self.before + self.waveform.offset

    @property
    def snr(self) -> float:
        """Median peak over noise."""
        return median_of([event.snr for event in self.events])


def runs_of(unit: Unit, number: int, fs: float, parameters: Parameters) -> list[Run]:
    """Runs of a unit between its pauses, each measured on its own discharges."""
    p = parameters.train
    times = np.asarray(unit.times, dtype=np.int64)
    parts = split_at_pauses(times / fs, p.pause_factor, p.pause_least_s)
    return [
        measured_run(
            number, [unit.events[i] for i in part], times[part], fs, parameters, unit.relatives
        )
        for part in parts
    ]


def measured_run(
    number: int,
    events: list[Event],
    times: NDArray[np.int64],
    fs: float,
    parameters: Parameters,
    family: list[Event] | None = None,
    *,
    single: bool = False,
) -> Run:
    """Measure the median waveform and the rhythm of some discharges.

    Where none of them kept its waveform, those of the ``family`` (the same unit) serve. The low
    parts of a ``single`` potential hide in the noise: flat for longer is still inside.
    """
    before = round(parameters.template.wave_before_ms * fs / 1000)
    how = _how(events, times, parameters, single=single)
    waveform = _known(events, how)
    if waveform is None:
        waves, noise = _waves(events, times, family, before)
        m = parameters.measure
        quiet_ms = m.single_quiet_ms if single else m.quiet_ms
        wave = waves[0] if len(waves) == 1 else medians_of(waves.T)
        waveform = measure(wave, before, fs, noise, m.floor_fraction, quiet_ms)
        _keep(events, how, waveform)
    return Run(number, events, times, waveform, before, rhythm(times / fs))


def _waves(
    events: list[Event], times: NDArray[np.int64], family: list[Event] | None, before: int
) -> tuple[NDArray[np.float64], float]:
    """Waveforms that were kept, aligned and level before the potential; noise of their median."""
    pairs = [
        (event.wave, int(time) - event.anchor)
        for event, time in zip(events, times, strict=True)
        if event.wave is not None
    ]
    if not pairs:
        pairs = [(event.wave, 0) for event in family or [] if event.wave is not None]
    waves = np.empty((len(pairs), len(pairs[0][0])))
    for row, (one, shift) in zip(waves, pairs, strict=True):
        row[:] = np.roll(one, -shift) if shift else one
    waves -= medians_of(waves[:, : 2 * before // 3])[:, np.newaxis]
    scatter = _MEDIAN_SCATTER if len(pairs) > 2 else 1.0
    return waves, median_of([e.wide_sigma for e in events]) * scatter / np.sqrt(len(pairs))


# -- what was measured before ------------------------------------------------------------------
#
# Looks on the way judge the same events again and again, of which a few are new. What a waveform
# was measured of is told by the anchors, the aligned times, and which waves are still there.


def _how(events: list[Event], times: NDArray[np.int64], p: Parameters, *, single: bool) -> Hashable:
    """All that a waveform is measured of; None where that is other events of the family."""
    if len(events) == 1:
        one = events[0]
        return None if one.wave is None else (int(times[0]) - one.anchor, single, id(p))
    kept = bytes(e.wave is not None for e in events)
    anchors = np.array([e.anchor for e in events], dtype=np.int64)  # packed: it is kept for long
    return (anchors.tobytes(), kept, times.tobytes(), single, id(p)) if any(kept) else None


def _known(events: list[Event], how: Hashable) -> WaveformMeasures | None:
    first = events[0]
    if how is None:
        return None
    if len(events) == 1:
        return first.measured.get(how)
    return first.in_run[1] if first.in_run is not None and first.in_run[0] == how else None


def _keep(events: list[Event], how: Hashable, waveform: WaveformMeasures) -> None:
    first = events[0]
    if how is None:
        return
    if len(events) > 1:
        first.in_run = how, waveform
        return
    if len(first.measured) >= _MOST_WAYS:
        first.measured.clear()
    first.measured[how] = waveform
