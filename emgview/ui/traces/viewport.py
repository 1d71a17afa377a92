"""What part of the recording is wanted, at what scale. Pure values, no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from emgview.model import RecordingInfo, SampleInterval

DIVISIONS = 10
_STEPS = (1.0, 2.0, 5.0)

SWEEP_LADDER_MS: tuple[float, ...] = tuple(m * 10.0**e for e in range(6) for m in _STEPS)
"""Milliseconds per division: 1-2-5 steps from 1 ms to 500 s."""

SENSITIVITY_LADDER_UV: tuple[float, ...] = tuple(m * 10.0**e for e in range(5) for m in _STEPS)
"""Microvolt per division: 1-2-5 steps from 1 µV to 50 mV."""

_REST_SWEEP_MS = 100.0
_REST_SENSITIVITY_UV = 50.0


@dataclass(frozen=True, slots=True)
class Viewport:
    """A window over a recording.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    n_samples : int
        Length of the recording.
    start : int
        First sample of the window.
    ms_per_div : float
        Sweep; ten divisions fill the width.
    uv_per_div : tuple of float
        Sensitivity of each channel of the recording, hidden ones too.
    hidden, inverted : frozenset of int
        Channels that the reader hid or turned over, on the screen only.
    order : tuple of int
        All channels from top to bottom; empty: as recorded.
    colours : tuple of str
        Colour name of each channel, empty: the usual one; or an empty tuple: all usual.
    chosen : int or None
        Channel that the keys for one channel act upon.
    """

    fs: float
    n_samples: int
    start: int
    ms_per_div: float
    uv_per_div: tuple[float, ...]
    hidden: frozenset[int] = frozenset()
    inverted: frozenset[int] = frozenset()
    order: tuple[int, ...] = ()
    colours: tuple[str, ...] = ()
    chosen: int | None = None

    @classmethod
    def over(cls, info: RecordingInfo) -> Viewport:
        """The first view of a recording: its start, 100 ms and 50 µV a division."""
        n = len(info.channels)
        view = cls(
            info.sampling_rate_hz,
            info.n_samples,
            0,
            _REST_SWEEP_MS,
            (_REST_SENSITIVITY_UV,) * n,
        )
        return view.whole() if view.span > info.n_samples else view

    @property
    def channels(self) -> tuple[int, ...]:
        """Visible channels from top to bottom; may be none."""
        return tuple(c for c in self.ordered if c not in self.hidden)

    @property
    def ordered(self) -> tuple[int, ...]:
        """All channels from top to bottom, hidden ones too."""
        return self.order or tuple(range(len(self.uv_per_div)))

    @property
    def span(self) -> int:
        """Samples in the window, at least two."""
        return max(2, round(self.ms_per_div * DIVISIONS / 1000 * self.fs))

    @property
    def sweep_ms(self) -> float:
        """Milliseconds per division as shown: a window is two samples long at least."""
        shown = self.span / self.fs * 1000 / DIVISIONS
        return self.ms_per_div if abs(shown - self.ms_per_div) < 0.01 * shown else shown

    @property
    def interval(self) -> SampleInterval:
        """Samples in the window; may reach beyond the end."""
        return SampleInterval(self.start, self.start + self.span)

    def at(self, start: int) -> Viewport:
        """The same scale from another sample on, kept inside the recording."""
        last = max(0, self.n_samples - self.span)
        return replace(self, start=min(max(start, 0), last))

    def stepped(self, divisions: float) -> Viewport:
        """Scrolled by some divisions."""
        return self.at(self.start + round(divisions * self.span / DIVISIONS))

    def paged(self, pages: int) -> Viewport:
        """Scrolled by whole windows."""
        return self.at(self.start + pages * self.span)

    def centred(self, sample: int) -> Viewport:
        """With a sample in the middle."""
        return self.at(sample - self.span // 2)

    def showing(self, interval: SampleInterval) -> Viewport:
        """The same if the interval's start is well inside, else with it in the middle."""
        margin = self.span // 10
        inside = self.start + margin <= interval.start < self.start + self.span - margin
        if inside and (interval.stop <= self.start + self.span or len(interval) > self.span):
            return self
        if len(interval) > self.span:
            return self.at(interval.start - margin)
        return self.centred((interval.start + interval.stop) // 2)

    def zoomed(self, steps: int, anchor: float = 0.5) -> Viewport:
        """Faster (+) or slower (−) sweep along the ladder; ``anchor`` (0…1) stays in place."""
        sweep = _along(SWEEP_LADDER_MS, self.ms_per_div, -steps)
        longest = self.whole().ms_per_div
        if sweep >= longest and self.ms_per_div <= longest:
            return self.whole() if steps < 0 else self
        fixed = self.start + anchor * self.span
        wider = replace(self, ms_per_div=sweep)
        return wider.at(round(fixed - anchor * wider.span))

    def whole(self) -> Viewport:
        """All of the recording in one window."""
        ms = max(self.n_samples, 2) / self.fs * 1000 / DIVISIONS
        return replace(self, start=0, ms_per_div=ms)

    def more_sensitive(self, steps: int, channel: int | None = None) -> Viewport:
        """Fewer (+) or more (−) µV a division, for one channel or all."""
        scales = tuple(
            _along(SENSITIVITY_LADDER_UV, uv, -steps) if channel in (None, c) else uv
            for c, uv in enumerate(self.uv_per_div)
        )
        return replace(self, uv_per_div=scales)

    def scaled(self, uv_per_div: float, channel: int | None = None) -> Viewport:
        """With so many µV a division, for one channel or all."""
        scales = tuple(
            uv_per_div if channel in (None, c) else uv for c, uv in enumerate(self.uv_per_div)
        )
        return replace(self, uv_per_div=scales)

    def swept(self, ms_per_div: float) -> Viewport:
        """With another sweep about the middle; at most the whole recording."""
        if ms_per_div >= self.whole().ms_per_div:
            return self.whole()
        other = replace(self, ms_per_div=ms_per_div)
        return other.centred(self.start + self.span // 2)

    def showing_channels(self, channels: Iterable[int]) -> Viewport:
        """With these channels visible and all others hidden."""
        return replace(self, hidden=frozenset(range(len(self.uv_per_div))) - frozenset(channels))

    def hiding(self, channel: int) -> Viewport:
        """With one channel hidden; the chosen one is then its neighbour below, or above."""
        left = [c for c in self.channels if c != channel]
        place = self.channels.index(channel) if channel in self.channels else 0
        chosen = self.chosen
        if chosen == channel:
            chosen = left[min(place, len(left) - 1)] if left else None
        return replace(self, hidden=self.hidden | {channel}, chosen=chosen)

    def turned(self, channel: int) -> Viewport:
        """With one channel turned over, or back."""
        return replace(self, inverted=self.inverted ^ {channel})

    def coloured(self, channel: int, colour: str) -> Viewport:
        """With one channel in another colour; empty: the usual one."""
        names = list(self.colours or ("",) * len(self.uv_per_div))
        names[channel] = colour
        return replace(self, colours=tuple(names) if any(names) else ())

    def colour_of(self, channel: int) -> str:
        """Colour name of a channel; empty: the usual one."""
        return self.colours[channel] if self.colours else ""

    def in_order(self, order: Iterable[int]) -> Viewport:
        """With the channels in this order; those that are left out follow as they were."""
        first = list(dict.fromkeys(c for c in order if 0 <= c < len(self.uv_per_div)))
        every = (*first, *(c for c in self.ordered if c not in first))
        return replace(self, order=() if every == tuple(sorted(every)) else every)

    def moved(self, channel: int, lanes: int) -> Viewport:
        """With one channel further down (+) or up (−) by visible lanes."""
        shown = list(self.channels)
        if channel not in shown:
            return self
        place = shown.index(channel)
        target = min(max(place + lanes, 0), len(shown) - 1)
        if target == place:
            return self
        # Put beside the visible channel whose place it takes: hidden ones stay where they are.
        others = [c for c in self.ordered if c != channel]
        beside = others.index(shown[target])
        others.insert(beside + 1 if lanes > 0 else beside, channel)
        return self.in_order(others)

    def choosing(self, channel: int | None) -> Viewport:
        """With another channel chosen, or none."""
        return replace(self, chosen=channel)

    def choosing_next(self, lanes: int) -> Viewport:
        """With the visible channel below (+) or above (−) chosen; from none, the first or last."""
        shown = self.channels
        if not shown:
            return self.choosing(None)
        if self.chosen not in shown:
            return self.choosing(shown[0] if lanes > 0 else shown[-1])
        place = shown.index(self.chosen) + lanes
        return self.choosing(shown[min(max(place, 0), len(shown) - 1)])


def sensitivity_for(typical_uv: float) -> float:
    """The rung at which a typical deflection stays within four divisions, at least 20 µV."""
    wanted = max(typical_uv / 4, 20.0)
    return next((uv for uv in SENSITIVITY_LADDER_UV if uv >= wanted), SENSITIVITY_LADDER_UV[-1])


def _along(ladder: tuple[float, ...], value: float, steps: int) -> float:
    """The value some rungs up (+) or down (−); a value between rungs goes to the next one."""
    tolerance = 1e-9 * value
    if steps > 0:
        index = bisect_right(ladder, value + tolerance) + steps - 1
    else:
        index = bisect_left(ladder, value - tolerance) + steps
    return ladder[min(max(index, 0), len(ladder) - 1)]
