"""A recording in the making: layers per channel, and the truth that grows with them.

Potentials are filtered as fine-grained shapes by the recording's own analogue filters before they
are sampled, so that a truth time is the extremum of what the file really holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import signal

from tests.second_simulator.shapes import FINE_HZ, Shape
from tests.second_simulator.truth import Event, Floats, Made

NEAR_NOISE = 2.5  # below this many noise rms nobody is asked to see a potential (McGill 2005)
_BURIED = 4.0  # another potential this much larger, at the same moment, hides one
_MOMENT_S = 0.0015


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the recording was made."""

    fs: float
    seconds: float
    n_channels: int
    high_pass_hz: float
    low_pass_hz: float
    noise_uv: float
    colour: str
    lsb_uv: float
    inverted: bool = False


class Canvas:
    """Layers of one recording; :meth:`finish` gives the recording with its truth."""

    def __init__(self, rng: np.random.Generator, conditions: Conditions) -> None:
        self.rng = rng
        self.at = conditions
        n = round(conditions.fs * conditions.seconds)
        self.muscle = np.zeros((conditions.n_channels, n))
        self.raw = np.zeros((conditions.n_channels, n))
        self.events: list[Event] = []
        self._fine = self._sections(FINE_HZ)

    def _sections(self, fs: float) -> Floats:
        """The amplifier: first-order high-pass, second-order low-pass, causal."""
        low = signal.butter(2, min(self.at.low_pass_hz, 0.45 * fs), "low", fs=fs, output="sos")
        high = signal.butter(1, self.at.high_pass_hz, "high", fs=fs, output="sos")
        return np.vstack((high, low))

    def recorded(self, shape: Shape) -> Shape:
        """The shape behind the amplifier, with room for what the filters add."""
        before, after = round(0.001 * FINE_HZ), round(0.06 * FINE_HZ)
        padded = np.pad(shape.uv, (before, after))
        filtered = signal.sosfilt(self._fine, padded)
        alive = np.flatnonzero(np.abs(filtered) > 1e-3 * np.abs(filtered).max())
        filtered = filtered[: max(alive[-1] + 1, 2 * before)]
        filtered[-before:] *= np.linspace(1, 0, before)
        return Shape(filtered)

    def add(
        self,
        kind: str,
        shapes: Shape | Sequence[Shape],
        times_s: Floats,
        *,
        channel: int = 0,
        sizes: Floats | None = None,
        detail: str = "",
        jitter: float = 0.03,
    ) -> Event | None:
        """Put alike potentials at the given times and note them as one event.

        ``shapes`` may be several variants, drawn anew for each discharge. None if all lie
        outside of the recording.
        """
        chosen = [shapes] if isinstance(shapes, Shape) else list(shapes)
        chosen = [self.recorded(shape) for shape in chosen]
        sizes = np.ones(times_s.size) if sizes is None else sizes
        rows = []
        for time, size in zip(times_s, sizes, strict=True):
            shape = chosen[int(self.rng.integers(len(chosen)))]
            factor = size * max(0.3, 1 + jitter * self.rng.standard_normal())
            row = self._put(self.muscle[channel], shape, time, factor)
            if row is not None:
                rows.append(row)
        if not rows:
            return None
        first, last, peaks, uv = (np.array(column) for column in zip(*rows, strict=True))
        event = Event(
            kind, detail, channel, int(first.min()), int(last.max()) + 1,
            peaks.astype(np.int64), np.abs(uv), np.zeros(peaks.size, dtype=bool),
            chosen[0].duration_ms, float(np.ptp(chosen[0].uv)),
        )  # fmt: skip
        self.events.append(event)
        return event

    def _put(
        self, layer: Floats, shape: Shape, time_s: float, factor: float
    ) -> tuple[int, int, int, float] | None:
        """Add one potential; gives first, last and peak sample, and the signed peak."""
        fs = self.at.fs
        first, last = shape.span
        start = int(np.ceil(time_s * fs))
        shift = (start / fs - time_s) * FINE_HZ
        at = shift + np.arange(int((shape.uv.size - 1 - shift) * fs / FINE_HZ)) * FINE_HZ / fs
        visible = start + round(first * fs / FINE_HZ), start + round(last * fs / FINE_HZ)
        if visible[0] < 1 or visible[1] + 2 > layer.size or at.size == 0:
            return None
        values = factor * np.interp(at, np.arange(shape.uv.size), shape.uv)
        values = values[: layer.size - start] if start >= 0 else values[-start:]
        begin = max(start, 0)
        layer[begin : begin + values.size] += values
        peak = int(np.argmax(np.abs(values)))
        return visible[0], visible[1], begin + peak, float(values[peak])

    def add_raw(
        self, shape: Shape, times_s: Floats, channels: Sequence[int], sizes: Floats | None = None
    ) -> None:
        """Put artefacts in front of the amplifier (they are filtered with everything else)."""
        sizes = np.ones(times_s.size) if sizes is None else sizes
        for channel in channels:
            for time, size in zip(times_s, sizes, strict=True):
                self._put(self.raw[channel], shape, time, float(size))

    def stretch(self, kind: str, start_s: float, stop_s: float, channel: int, detail: str) -> None:
        """Note a stretch that is not resolved into potentials."""
        fs, n = self.at.fs, self.muscle.shape[1]
        nothing = np.zeros(0)
        self.events.append(
            Event(
                kind, detail, channel, max(0, int(start_s * fs)), min(n, int(stop_s * fs)),
                nothing.astype(np.int64), nothing, nothing.astype(bool),
            )
        )  # fmt: skip

    def _noise(self) -> Floats:
        n = self.raw.shape[1]
        white = self.rng.standard_normal(n)
        spectrum = np.fft.rfft(white)
        f = np.maximum(np.fft.rfftfreq(n, 1 / self.at.fs), 0.5)
        if self.at.colour == "pink":  # 1/f power below 300 Hz, white above
            spectrum *= np.sqrt(1 + 300.0 / f)
        elif self.at.colour == "band":  # a hump, as of a long cable and a noisy stage
            spectrum *= 0.3 + np.exp(-0.5 * (np.log(f / 900.0) / 0.7) ** 2)
        noise = signal.sosfilt(self._sections(self.at.fs), np.fft.irfft(spectrum, n))
        scaled: Floats = self.at.noise_uv * noise / noise.std()
        return scaled

    def finish(self, name: str, level: str, silent: bool) -> Made:
        """The recording as whole numbers, and its truth with what is ignorable marked."""
        at = self.at
        sections = self._sections(at.fs)
        events = tuple(self._judged(event) for event in self.events)
        total = self.muscle + signal.sosfilt(sections, self.raw, axis=1)
        total += np.stack([self._noise() for _ in range(at.n_channels)])
        if at.inverted:
            total = -total
        whole = np.clip(np.rint(total / at.lsb_uv), -32768, 32767).astype(np.int16)
        return Made(
            name, level, silent, at.fs, np.ascontiguousarray(whole.T), at.lsb_uv,
            at.high_pass_hz, at.low_pass_hz, at.inverted, (at.noise_uv,) * at.n_channels, events,
        )  # fmt: skip

    def _judged(self, event: Event) -> Event:
        """Mark potentials near the noise or buried under something much larger."""
        reach = round(_MOMENT_S * self.at.fs)
        everything = np.abs(self.muscle[event.channel] + self.raw[event.channel])
        ignorable = event.ignorable | (event.peak_uv < NEAR_NOISE * self.at.noise_uv)
        for n, (peak, uv) in enumerate(zip(event.peaks, event.peak_uv, strict=True)):
            around = everything[max(0, peak - reach) : peak + reach + 1]
            ignorable[n] |= around.max(initial=0.0) > (1 + _BURIED) * uv
        return replace(event, ignorable=ignorable)
