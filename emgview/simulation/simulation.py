"""Makes a recording and its truth from a scenario."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from emgview import __version__
from emgview.errors import EmgviewError
from emgview.model import (
    Channel,
    Chunk,
    Device,
    Gap,
    PhaseMark,
    RecordingInfo,
    SampleInterval,
)
from emgview.simulation.electrode import electrode
from emgview.simulation.generators import generator
from emgview.simulation.noise import baseline, noise_rms_uv
from emgview.simulation.part import Part, Setting, Volley
from emgview.simulation.rendering import Placed, add_hum, render
from emgview.simulation.rhythm import Range
from emgview.simulation.scenario import Chain, Component, Scenario, load_scenarios, scenario
from emgview.simulation.truth import TruePotential, TrueStretch
from emgview.simulation.wave import low_pass_hz

_NAMESPACE = uuid.UUID("6f1b7f0e-5d0c-5b0e-9d51-6a3c5e2f7a10")

_STARTED_AT = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)  # of every recording: equal bytes


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """A simulated recording.

    Parameters
    ----------
    info : RecordingInfo
        The id follows from scenario, seed, length, rate and number of channels.
    samples : ndarray, (n_samples, n_channels), int16
        Native numbers; gaps hold zeros.
    truth : tuple of TruePotential
        In order of channel and peak.
    stretches : tuple of TrueStretch
        In order of channel and start.
    """

    info: RecordingInfo
    samples: NDArray[np.int16]
    truth: tuple[TruePotential, ...]
    stretches: tuple[TrueStretch, ...]

    def chunks(self, chunk_samples: int) -> Iterator[Chunk]:
        """The samples in pieces of at most that length; gaps are left out and told.

        Raises
        ------
        ValueError
            If ``chunk_samples`` is not positive.
        """
        if chunk_samples <= 0:
            raise ValueError(f"chunks of {chunk_samples} samples, at least 1 is needed")
        start, lost = 0, 0
        for gap in (*self.info.gaps, Gap(self.info.n_samples, 0)):
            for first in range(start, gap.start, chunk_samples):
                stop = min(first + chunk_samples, gap.start)
                yield Chunk(self.samples[first:stop], first, lost)
                lost = 0
            start, lost = gap.interval.stop, gap.lost


def simulate(
    of: Scenario | str,
    *,
    seconds: float | None = None,
    seed: int,
    fs: float = 20_000.0,
    channels: int | None = None,
) -> Simulation:
    """A recording of a scenario with its truth; the same arguments give the same bytes.

    Times and shapes of the activity come from the seed alone: another sampling rate shows the
    same discharges at the same moments. Any thread.

    Parameters
    ----------
    of : Scenario or str
        Scenario or its id.
    seconds : float, optional
        Length; the scenario's own by default.
    seed : int
        Not negative.
    fs : float
        Sampling rate in Hz.
    channels : int, optional
        The scenario's own number by default; activity of further channels is left out.

    Raises
    ------
    EmgviewError
        For an unknown scenario, or a rate, length, seed or number of channels out of range.
    """
    plan = scenario(of) if isinstance(of, str) else of
    chain = _own_chain(load_scenarios().chain, plan)
    length_s = plan.seconds if seconds is None else float(seconds)
    n_channels = plan.channels if channels is None else channels
    _check(chain, length_s, seed, fs, n_channels)
    return _Making(plan, chain, length_s, seed, float(fs), n_channels).result()


def _own_chain(chain: Chain, plan: Scenario) -> Chain:
    """The chain with what the scenario says otherwise."""
    names = ("high_pass_hz", "low_pass_hz", "gain_uv", "full_scale_uv")
    own = {name: getattr(plan, name) for name in names if getattr(plan, name) is not None}
    return replace(chain, **own)


def _as_in(volley: Volley, channel: int) -> Volley:
    """The volley with the size that it has in a channel."""
    if volley.gains is None:
        return volley
    return replace(volley, scales=volley.scales * volley.gains[channel])


def _check(chain: Chain, seconds: float, seed: int, fs: float, channels: int) -> None:
    low, high = chain.least_rate_hz, chain.greatest_rate_hz
    if not low <= fs <= high:
        raise EmgviewError(f"Sampling rate {fs:g} Hz", f"Choose {low:g} to {high:g} Hz.")
    if not 0.0 < seconds <= 7200.0:
        raise EmgviewError(f"Length {seconds:g} s", "Choose more than 0 and at most 7200 s.")
    if seed < 0:
        raise EmgviewError(f"Seed {seed}", "Choose 0 or a positive whole number.")
    if not 1 <= channels <= 32:
        raise EmgviewError(f"{channels} channels", "Choose 1 to 32 channels.")


class _Making:
    """One run of the simulation."""

    def __init__(
        self, plan: Scenario, chain: Chain, seconds: float, seed: int, fs: float, channels: int
    ) -> None:
        self._plan, self._chain, self._seconds = plan, chain, seconds
        self._electrode = electrode(plan.electrode)
        self._seed, self._fs, self._n = seed, fs, max(round(seconds * fs), 1)
        self._name = zlib.crc32(plan.id.encode("utf-8"))
        self._signals = np.stack([self._noise(channel) for channel in range(channels)])
        self._noise_rms = noise_rms_uv(fs, plan.noise_uv, chain)
        self._truth: list[TruePotential] = []
        self._stretches: list[TrueStretch] = []
        self._lost: list[Range] = []
        self._units = self._trains = 0

    def _noise(self, channel: int) -> NDArray[np.float32]:
        seed = (self._seed, self._name, 1_000 + channel)
        return baseline(seed, self._n, self._fs, self._plan.noise_uv, self._chain)

    def result(self) -> Simulation:
        for number, component in enumerate(self._plan.components):
            channels = self._channels(component)
            span = (component.start_s, min(component.stop_s, self._seconds))
            if channels and span[0] < span[1]:
                rng = np.random.default_rng((self._seed, self._name, number))
                part = generator(component.kind)(self._setting(component, span, rng))
                self._place(part, channels)
        gaps = self._gaps()
        info = self._info(gaps)
        return Simulation(
            info=info,
            samples=self._quantised(gaps),
            truth=tuple(sorted(self._seen(gaps), key=_order)),
            stretches=tuple(sorted(self._stretches, key=lambda s: (s.channel, s.interval))),
        )

    def _setting(self, component: Component, span: Range, rng: np.random.Generator) -> Setting:
        return Setting(component, span, self._chain, rng, self._electrode, len(self._signals))

    def _channels(self, component: Component) -> tuple[int, ...]:
        count = len(self._signals)
        if component.channel is None:
            return tuple(range(count))
        return (component.channel,) if component.channel < count else ()

    def _place(self, part: Part, channels: tuple[int, ...]) -> None:
        trains = self._trains
        for volley in part.volleys:
            if not volley.linked:
                self._units += 1
                trains = self._trains
                self._trains += int(volley.trains.max(initial=-1)) + 1
            for channel in self._seen_in(volley, channels):
                here = _as_in(volley, channel)
                placed = render(here, self._signals[channel], self._fs, self._chain)
                for one in placed:
                    self._list(volley, channel, one, trains)
        for channel in channels:
            for hum in part.hums:
                add_hum(hum, self._signals[channel], self._fs)
            self._stretches += [self._stretch(*named, channel) for named in part.stretches]
        self._lost += part.lost

    def _seen_in(self, volley: Volley, channels: tuple[int, ...]) -> tuple[int, ...]:
        if volley.channel is None:
            return channels
        return (volley.channel,) if volley.channel < len(self._signals) else ()

    def _list(self, volley: Volley, channel: int, placed: Placed, trains: int) -> None:
        peak = placed.start + placed.shape.peak
        if not volley.listed or not 0 <= peak < self._n:
            return
        onset, offset = placed.start + placed.shape.onset, placed.start + placed.shape.offset
        train = int(volley.trains[placed.event])
        potential = TruePotential(
            activity=volley.activity,
            channel=channel,
            interval=SampleInterval(max(onset, 0), min(offset, self._n)),
            peak_sample=peak,
            amplitude_uv=placed.shape.amplitude * abs(placed.scale),
            snr=abs(placed.shape.largest * placed.scale) / self._noise_rms,
            unit=self._units,
            train=None if train < 0 else trains + train,
            phases=placed.shape.phases,
            linked=volley.linked,
        )
        self._truth.append(potential)

    def _stretch(self, activity: str, span: Range, channel: int) -> TrueStretch:
        return TrueStretch(activity, channel, self._interval(span))

    def _interval(self, span: Range) -> SampleInterval:
        start = min(max(round(span[0] * self._fs), 0), self._n)
        stop = self._n if span[1] * self._fs >= self._n else round(span[1] * self._fs)
        return SampleInterval(start, max(start, stop))

    def _gaps(self) -> tuple[Gap, ...]:
        intervals = sorted(self._interval(span) for span in self._lost)
        return tuple(Gap(i.start, len(i)) for i in intervals if len(i))

    def _seen(self, gaps: tuple[Gap, ...]) -> list[TruePotential]:
        if not gaps:
            return self._truth
        return [
            one
            for one in self._truth
            if not any(gap.interval.overlaps(one.interval) for gap in gaps)
        ]

    def _quantised(self, gaps: tuple[Gap, ...]) -> NDArray[np.int16]:
        samples = np.empty((self._n, len(self._signals)), dtype=np.int16)
        for channel, signal in enumerate(self._signals):
            steps = np.rint(signal / np.float32(self._chain.gain_uv))
            end = self._chain.full_scale_uv / self._chain.gain_uv
            samples[:, channel] = np.clip(steps, max(-32_768, -end), min(32_767, end))
        for gap in gaps:
            samples[gap.start : gap.interval.stop] = 0
        return samples

    def _info(self, gaps: tuple[Gap, ...]) -> RecordingInfo:
        name = f"{self._plan.id}/{self._seed}/{self._n}/{self._fs!r}/{len(self._signals)}"
        phases = (
            PhaseMark(self._interval((span.start_s, span.stop_s)), span.phase, span.site)
            for span in self._plan.phases
        )
        return RecordingInfo(
            id=str(uuid.uuid5(_NAMESPACE, name)),
            sampling_rate_hz=self._fs,
            n_samples=self._n,
            channels=tuple(self._channel(i) for i in range(len(self._signals))),
            started_at=_STARTED_AT,
            device=Device(manufacturer="emgview", model="simulator", software=__version__),
            muscle=self._plan.muscle,
            side=self._plan.side,
            phases=tuple(mark for mark in phases if len(mark.interval)),
            gaps=gaps,
            notes=(f"Simulated recording: scenario {self._plan.id}, seed {self._seed}.",),
        )

    def _channel(self, number: int) -> Channel:
        return Channel(
            label="EMG" if len(self._signals) == 1 else f"EMG {number + 1}",
            gain_uv=self._chain.gain_uv,
            high_pass_hz=self._chain.high_pass_hz,
            low_pass_hz=low_pass_hz(self._chain, self._fs),
            electrode=self._plan.electrode,
        )


def _order(one: TruePotential) -> tuple[int, int, int]:
    return one.channel, one.peak_sample, one.unit
