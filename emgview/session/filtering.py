"""Samples filtered for display so that no seam shows, wherever a window starts.

The recording is cut into blocks on a fixed grid. A block goes on from the state that the one
before it left; where that is not kept, the filter runs in over so many samples that what is left
of its start is below :data:`SEAM_PART` of the deflection there. So a sample has one value, to
0.01 µV, in every window. Filtering each window by itself was tried and left: at 0.5 Hz the same
sample moved by tens of microvolts from page to page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval, SampleSource
from emgview.session.display_limits import load_display_limits
from emgview.session.traces import DisplayFilter
from emgview.signal.filters import (
    NYQUIST_PART,
    ChannelFilter,
    both_ways,
    design_comb,
    design_edges,
    settle_samples,
)

Samples = NDArray[np.float32]
Float = NDArray[np.float64]

SEAM_PART = 1e-7
"""Part of a wrong start that may be left after the run-in: 0.01 µV of 100 mV."""

BLOCK_SAMPLES = 2048

BOUND_BYTES = 32 * 2**20
"""Filtered blocks that are kept; the blocks of the present window always are."""


def refusal(chosen: DisplayFilter, fs: float) -> str:
    """Why a filter cannot be applied at a sampling rate, or empty if it can.

    The text can follow *display filter … not applied:* .
    """
    low, high, mains = chosen.high_pass_hz, chosen.low_pass_hz, chosen.mains_hz
    for name, corner in (("high-pass", low), ("low-pass", high), ("mains filter", mains)):
        if corner is not None and not 0 < corner < NYQUIST_PART * fs:
            return (
                f"{name} {corner:g} Hz needs more than {corner / NYQUIST_PART:.5g} samples/s, "
                f"the recording has {fs:g}"
            )
    if low is not None and high is not None and low >= high:
        return f"high-pass {low:g} Hz is not below low-pass {high:g} Hz"
    return ""


@lru_cache(maxsize=16)
def sections_of(chosen: DisplayFilter, fs: float) -> Float:
    """Second-order sections (n, 6) of all parts; a filter that is refused has none."""
    if refusal(chosen, fs):
        return np.empty((0, 6))
    twice = chosen.zero_phase
    edges = design_edges(fs, chosen.high_pass_hz, chosen.low_pass_hz, twice=twice)
    if chosen.mains_hz is None:
        return edges
    width = load_display_limits().filters.comb_bandwidth_hz
    return np.concatenate([edges, design_comb(fs, chosen.mains_hz, chosen.harmonics, width)])


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the kept blocks are of."""

    recording_id: str
    fs: float
    channels: tuple[int, ...]
    chosen: DisplayFilter

    @property
    def sections(self) -> Float:
        return sections_of(self.chosen, self.fs)

    @property
    def run_in(self) -> int:
        return settle_samples(self.sections, SEAM_PART)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """One filtered block, and the filter as it was behind it (None where passed both ways)."""

    samples: Samples
    after: ChannelFilter | None
    final: bool
    """Whether it will not change when the recording grows."""


class FilteredBlocks:
    """Filtered samples of one source at a time, kept in blocks. For one thread.

    Parameters
    ----------
    bound_bytes : int
        Kept samples, but never fewer than the present window needs.
    """

    def __init__(self, bound_bytes: int = BOUND_BYTES) -> None:
        self.bound_bytes = bound_bytes
        self._plan: _Plan | None = None
        self._blocks: OrderedDict[int, _Block] = OrderedDict()
        self._length = 0

    @property
    def kept_bytes(self) -> int:
        """What the kept blocks take now."""
        return sum(block.samples.nbytes for block in self._blocks.values())

    def filtered(
        self,
        source: SampleSource,
        interval: SampleInterval,
        channels: Sequence[int],
        chosen: DisplayFilter,
    ) -> Samples:
        """Microvolt (len(interval), len(channels)); NaN in gaps and outside of the recording.

        Any two windows agree to 0.01 µV where they overlap. A filter that is refused at this
        sampling rate (see :func:`refusal`) changes nothing.
        """
        info = source.info
        out = np.full((len(interval), len(channels)), np.nan, np.float32)
        inside = interval.intersection(info.whole)
        if inside is None or not channels:
            return out
        if len(sections_of(chosen, info.sampling_rate_hz)) == 0:
            return source.read_uv(interval, channels)
        plan = self._planned(source, channels, chosen)
        columns = [plan.channels.index(c) for c in channels]
        same = tuple(channels) == plan.channels
        first, last = inside.start // BLOCK_SAMPLES, (inside.stop - 1) // BLOCK_SAMPLES
        self._fill(source, plan, range(first, last + 1))
        for number in range(first, last + 1):
            whole = _place(number, info.n_samples)
            part = whole.intersection(inside)
            if part is None:
                continue
            rows = self._blocks[number].samples[part.start - whole.start : part.stop - whole.start]
            target = out[part.start - interval.start : part.stop - interval.start]
            target[:] = rows if same else rows[:, columns]
        self._forget(last - first + 1)
        return out

    def _planned(
        self, source: SampleSource, channels: Sequence[int], chosen: DisplayFilter
    ) -> _Plan:
        """The plan of the kept blocks; another one, with nothing kept, if it does not fit."""
        info, plan = source.info, self._plan
        fits = (
            plan is not None
            and (plan.recording_id, plan.fs) == (info.id, info.sampling_rate_hz)
            and plan.chosen == chosen
            and set(channels) <= set(plan.channels)
        )
        if plan is None or not fits:
            plan = _Plan(info.id, info.sampling_rate_hz, tuple(sorted(set(channels))), chosen)
            self._plan = plan
            self._blocks.clear()
        elif info.n_samples != self._length:
            grown = [n for n, block in self._blocks.items() if not block.final]
            for number in grown:
                del self._blocks[number]
        self._length = info.n_samples
        return plan

    def _fill(self, source: SampleSource, plan: _Plan, wanted: range) -> None:
        """Compute the blocks that are not there, neighbours together."""
        for number in wanted:
            if number in self._blocks:
                self._blocks.move_to_end(number)
        missing = [number for number in wanted if number not in self._blocks]
        compute = self._both_ways if plan.chosen.zero_phase else self._causal
        for run in _neighbours(missing):
            compute(source, plan, run[0], run[-1])

    def _causal(self, source: SampleSource, plan: _Plan, first: int, last: int) -> None:
        n = source.info.n_samples
        before = self._blocks.get(first - 1)
        start = first * BLOCK_SAMPLES
        if before is not None and before.after is not None:
            running = before.after.copy()
        else:
            running = ChannelFilter(plan.sections, len(plan.channels))
            running(
                source.read_uv(SampleInterval(max(0, start - plan.run_in), start), plan.channels)
            )
        raw = source.read_uv(SampleInterval(start, _place(last, n).stop), plan.channels)
        for number in range(first, last + 1):
            place = _place(number, n)
            samples = running(raw[place.start - start : place.stop - start])
            whole = len(place) == BLOCK_SAMPLES
            self._blocks[number] = _Block(samples, running.copy(), final=whole)

    def _both_ways(self, source: SampleSource, plan: _Plan, first: int, last: int) -> None:
        """As many blocks more as the run-in is long, so that its cost is shared among them."""
        n, run_in = source.info.n_samples, plan.run_in
        room = self.bound_bytes // (4 * BLOCK_SAMPLES * len(plan.channels)) - (last - first + 1)
        last = min(last + min(run_in // BLOCK_SAMPLES, max(room, 0)), (n - 1) // BLOCK_SAMPLES)
        start = max(0, first * BLOCK_SAMPLES - run_in)
        stop = min(n, (last + 1) * BLOCK_SAMPLES + run_in)
        raw = source.read_uv(SampleInterval(start, stop), plan.channels)
        samples = both_ways(plan.sections, raw)
        for number in range(first, last + 1):
            place = _place(number, n)
            kept = samples[place.start - start : place.stop - start].copy()
            self._blocks[number] = _Block(kept, None, final=place.stop + run_in <= n)

    def _forget(self, needed: int) -> None:
        """Drop what was not wanted for longest, down to the bound."""
        kept = self.kept_bytes
        while kept > self.bound_bytes and len(self._blocks) > needed:
            _number, block = self._blocks.popitem(last=False)
            kept -= block.samples.nbytes


def _place(number: int, n_samples: int) -> SampleInterval:
    """Samples of a block; the last one of a recording may be short."""
    start = number * BLOCK_SAMPLES
    return SampleInterval(start, min(start + BLOCK_SAMPLES, n_samples))


def _neighbours(numbers: list[int]) -> list[list[int]]:
    """Ascending numbers, cut where one is left out."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
