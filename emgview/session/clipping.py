"""Where a channel was clipped: its limits, stated or found in its own numbers.

A limit is found where a channel keeps its largest or smallest number for some samples in a row, as
``resources/display/limits.toml`` says. Runs on the study's I/O thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel, ColumnSource, SampleInterval
from emgview.session.display_limits import ClippingRule, load_display_limits

Values = NDArray[np.float32]
Flags = NDArray[np.bool_]

_COLUMNS = 2000
_MOST_LOOKS = 3
_FEW_SAMPLES = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class ClipLimits:
    """Voltages in µV at which channels end; infinite where no limit is known.

    Parameters
    ----------
    low, high : ndarray, (n_channels,) float64
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def any_known(self) -> bool:
        """Whether any channel has a limit."""
        return bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())

    def reached(self, minimum: Values, maximum: Values, channels: tuple[int, ...]) -> Flags:
        """Whether extremes (n, n_channels) lie at a limit of these channels; a NaN does not."""
        chosen = list(channels)
        return (minimum <= self.low[chosen]) | (maximum >= self.high[chosen])


class Clipping:
    """Limits of the recordings of a study."""

    def __init__(self) -> None:
        self._known: dict[str, ClipLimits] = {}
        self._looked: dict[str, tuple[int, float]] = {}

    def of(self, recording_id: str) -> ClipLimits | None:
        """Limits of a recording, if any of its channels has one."""
        return self._known.get(recording_id)

    def find(self, source: ColumnSource, stated_uv: float = 0.0) -> bool:
        """Look for the limits of a recording; ``stated_uv`` is that of the amplifier, 0: not known.

        Returns
        -------
        bool
            Whether any channel has a limit now, or had one before; False if that was looked for.
        """
        info, rule = source.info, load_display_limits().clipping
        if self._looked.get(info.id) == (info.n_samples, stated_uv):
            return False
        self._looked[info.id] = (info.n_samples, stated_uv)
        n = len(info.channels)
        low, high = np.full(n, -np.inf), np.full(n, np.inf)
        columns = min(_COLUMNS, max(info.n_samples, 1))
        least, most, _ = source.columns(info.whole, columns)
        for number, channel in enumerate(info.channels):
            if channel.unit != "uV":
                continue
            if stated_uv > 0:
                low[number], high[number] = -stated_uv, stated_uv
                continue
            found = _Own(source, number, channel, rule)
            low[number] = found.end(least[:, number], -1)
            high[number] = found.end(most[:, number], +1)
        had = self._known.pop(info.id, None)
        limits = ClipLimits(low, high)
        if limits.any_known:
            self._known[info.id] = limits
        return limits.any_known or had is not None


class _Own:
    """Ends of one channel in its own numbers."""

    def __init__(
        self, source: ColumnSource, number: int, channel: Channel, rule: ClippingRule
    ) -> None:
        self._source, self._number, self._channel, self._rule = source, number, channel, rule

    def end(self, extremes: Values, sign: int) -> float:
        """The greatest (``sign`` +1) or least value if the channel is clipped there, else ±inf."""
        nothing = sign * np.inf
        present = extremes[~np.isnan(extremes)] * sign
        if len(present) == 0:
            return nothing
        last = float(present.max()) * sign
        for column in np.flatnonzero(extremes == np.float32(last))[:_MOST_LOOKS]:
            if self._is_clipped(int(column), len(extremes), last):
                half = abs(self._channel.gain_uv) / 2
                return last - sign * half
        return nothing

    def _is_clipped(self, column: int, n_columns: int, last: float) -> bool:
        place = self._around(column, n_columns, self._source.info.whole)
        while len(place) > _FEW_SAMPLES:  # nearer, step by step, at the cost of pixels
            low, high, _ = self._source.columns(place, _COLUMNS, (self._number,))
            there = np.flatnonzero((low == np.float32(last)) | (high == np.float32(last)))
            if len(there) == 0:
                return False
            place = self._around(int(there[0]), _COLUMNS, place)
        samples = self._source.read_uv(place, (self._number,))[:, 0]
        return runs_to_limit(samples, last, self._channel, self._rule)

    def _around(self, column: int, n_columns: int, whole: SampleInterval) -> SampleInterval:
        """Samples of a column, and as many beside it as a run needs."""
        n, beside = len(whole), self._rule.least_run_samples + 1
        start = whole.start + column * n // n_columns - beside
        stop = whole.start - (-(column + 1) * n // n_columns) + beside
        return SampleInterval(max(start, 0), min(stop, self._source.info.n_samples))


def runs_to_limit(samples: Values, last: float, channel: Channel, rule: ClippingRule) -> bool:
    """Whether samples (n,) in µV stay at ``last`` as a clipped channel does.

    For at least so many samples in a row, and with a jump into or out of the run, or at the end
    of a converter.
    """
    there = samples == np.float32(last)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(np.int8), [0]))))
    step = abs(channel.gain_uv)
    at_end = _is_converter_end(last, channel, rule)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start < rule.least_run_samples:
            continue
        beside = [samples[k] for k in (start - 1, stop) if 0 <= k < len(samples)]
        jumps = [abs(float(value) - last) for value in beside if not np.isnan(value)]
        if at_end or any(jump >= rule.least_jump_steps * step for jump in jumps):
            return True
    return False


def _is_converter_end(last: float, channel: Channel, rule: ClippingRule) -> bool:
    """Whether a value is the last number of a converter: 2^k - 1 or -2^k."""
    if channel.gain_uv == 0:
        return False
    number = round((last - channel.offset_uv) / channel.gain_uv)
    size = number + 1 if number > 0 else -number
    return size >= 2 ** (rule.least_converter_bits - 1) and size & (size - 1) == 0
