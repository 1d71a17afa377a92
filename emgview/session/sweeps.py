"""Use case: sweeps cut out around triggers or known potentials. On the study's I/O thread.

Long work is done in slices, so that other wishes come between: :meth:`Sweeps.advance` does one
and tells whether more is to do. Triggers are looked for from the start of the recording on, so
the same ones are found wherever the reader is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval, SampleSource
from emgview.session.filtering import FilteredBlocks
from emgview.session.traces import DisplayFilter
from emgview.signal.triggers import Trigger, TriggerFinder

Places = NDArray[np.int64]
Samples = NDArray[np.float32]

SLICE_S = 0.03
_SCAN_SAMPLES = 100_000
_SCAN_FILTER_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """Which sweeps are wanted.

    Parameters
    ----------
    generation : int
        Counts up; an answer to an older one is dropped.
    channels : tuple of int
    before, span : int
        Samples before the trigger, and of the whole sweep.
    anchor : int
        The newest sweep is that of the last trigger at or before this sample; where there is
        none, the first one behind it.
    n_last : int
        Sweeps up to the newest; 0: all of the recording.
    places : tuple of int
        Potentials in order of time, where ``trigger`` is None.
    most_values : int
        Bound of samples times channels times sweeps; the oldest are left out beyond it.
    """

    generation: int
    recording_id: str
    channels: tuple[int, ...]
    before: int
    span: int
    anchor: int
    n_last: int
    most_values: int
    trigger: Trigger | None = None
    trigger_channel: int = 0
    places: tuple[int, ...] = ()
    display_filter: DisplayFilter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SweepAnswer:
    """Sweeps so far.

    Parameters
    ----------
    found : ndarray, (n_found,) int64
        All triggers found up to now.
    newest : int
        Number of the newest shown one among them; -1: none.
    onsets : ndarray, (n,) int64
        Triggers of the sweeps, oldest first.
    samples : ndarray, (n, span, n_channels) float32
        µV; NaN in gaps and outside of the recording.
    left_out : int
        Sweeps that were wanted but go beyond the bound.
    searched : float
        Part (0…1) of the recording in which triggers were looked for.
    complete : bool
        Whether nothing of what is wanted is missing.
    """

    request: SweepRequest
    found: Places
    newest: int
    onsets: Places
    samples: Samples
    left_out: int
    searched: float
    complete: bool

    @property
    def average(self) -> NDArray[np.float64]:
        """Mean of the sweeps, (span, n_channels) in µV; NaN where no sweep has a value."""
        present = ~np.isnan(self.samples)
        total = np.nansum(self.samples, axis=0, dtype=np.float64)
        count = present.sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def neighbour(self, steps: int) -> int | None:
        """Trigger some steps after (+) or before (−) the newest; the last one that there is."""
        if len(self.found) == 0:
            return None
        place = min(max(self.newest + steps, 0), len(self.found) - 1)
        return int(self.found[place])


class _Scan:
    """Triggers of one channel, found from the start on."""

    def __init__(self, trigger: Trigger) -> None:
        self._finder = TriggerFinder(trigger)
        self._blocks = FilteredBlocks(_SCAN_FILTER_BYTES)
        self._pieces: list[Places] = []
        self.found = np.empty(0, np.int64)

    @property
    def reached(self) -> int:
        """First sample that was not looked at."""
        return self._finder.next_sample

    def advance(self, source: SampleSource, channel: int, chosen: DisplayFilter | None) -> None:
        """Look at some more samples."""
        stop = min(self.reached + _SCAN_SAMPLES, source.info.n_samples)
        part = SampleInterval(self.reached, stop)
        fresh = self._finder.feed(_read(source, part, (channel,), chosen, self._blocks)[:, 0])
        if len(fresh):
            self.found = np.concatenate([self.found, fresh])


class Sweeps:
    """Keeps what was found and read from one wish to the next."""

    def __init__(self) -> None:
        self._scan_key: object = None
        self._scan: _Scan | None = None
        self._kept_key: object = None
        self._kept: dict[int, Samples] = {}
        self._blocks = FilteredBlocks()

    def advance(
        self, source: SampleSource, request: SweepRequest, budget_s: float = SLICE_S
    ) -> SweepAnswer:
        """Work for about so long; again with the same request until it is complete."""
        end = time.perf_counter() + budget_s
        found, reached = self._found(source, request, end)
        newest = _newest(found, request.anchor)
        wanted, left_out = _wanted(found, newest, request)
        self._keep(request, wanted)
        missing = [onset for onset in reversed(wanted) if onset not in self._kept]
        for n_read, onset in enumerate(missing):
            if n_read and time.perf_counter() > end:
                break
            self._kept[onset] = self._sweep(source, request, onset)
        onsets = [onset for onset in wanted if onset in self._kept]
        n = source.info.n_samples
        searched_all = request.trigger is None or _enough(request, found, reached, n)
        return SweepAnswer(
            request,
            found,
            newest,
            np.array(onsets, np.int64),
            self._stacked(request, onsets),
            left_out,
            reached / n if n else 1.0,
            searched_all and len(onsets) == len(wanted),
        )

    def _found(self, source: SampleSource, request: SweepRequest, end: float) -> tuple[Places, int]:
        """Triggers so far, and the sample up to which they were looked for."""
        n = source.info.n_samples
        if request.trigger is None:
            return np.array(request.places, np.int64), n
        chosen = request.display_filter
        key = (request.recording_id, request.trigger_channel, request.trigger, chosen)
        if key != self._scan_key or self._scan is None:
            self._scan_key, self._scan = key, _Scan(request.trigger)
        scan = self._scan
        while not _enough(request, scan.found, scan.reached, n):
            scan.advance(source, request.trigger_channel, chosen)
            if time.perf_counter() > end:
                break
        return scan.found, scan.reached

    def _keep(self, request: SweepRequest, wanted: list[int]) -> None:
        """Forget sweeps of other channels, lengths and filters, and those no longer wanted."""
        same = replace(request, generation=0, anchor=0, n_last=0, places=(), trigger=None)
        if same != self._kept_key:
            self._kept_key, self._kept = same, {}
        needed = set(wanted)
        for onset in [onset for onset in self._kept if onset not in needed]:
            del self._kept[onset]

    def _sweep(self, source: SampleSource, request: SweepRequest, onset: int) -> Samples:
        """One sweep (span, n_channels), also where it reaches beyond the start."""
        start = onset - request.before
        part = SampleInterval(max(start, 0), max(start + request.span, 0))
        read = _read(source, part, request.channels, request.display_filter, self._blocks)
        out = np.full((request.span, len(request.channels)), np.nan, np.float32)
        out[request.span - len(read) :] = read
        return out

    def _stacked(self, request: SweepRequest, onsets: list[int]) -> Samples:
        if not onsets:
            return np.empty((0, request.span, len(request.channels)), np.float32)
        return np.stack([self._kept[onset] for onset in onsets])


def _newest(found: Places, anchor: int) -> int:
    """Number of the last trigger at or before a sample, else the first; -1 where there is none."""
    if len(found) == 0:
        return -1
    return max(int(np.searchsorted(found, anchor, side="right")) - 1, 0)


def _wanted(found: Places, newest: int, request: SweepRequest) -> tuple[list[int], int]:
    """Triggers whose sweeps are shown, oldest first, and how many more were wanted."""
    if newest < 0:
        return [], 0
    most = max(request.most_values // max(request.span * len(request.channels), 1), 1)
    if request.n_last == 0:
        n = len(found)
        # Around the newest, so that it is among them.
        first = min(max(newest - most // 2, 0), max(n - most, 0))
        return found[first : first + most].tolist(), max(n - most, 0)
    n = min(request.n_last, newest + 1)
    kept = min(n, most)
    return found[newest + 1 - kept : newest + 1].tolist(), n - kept


def _enough(request: SweepRequest, found: Places, reached: int, n_samples: int) -> bool:
    """Whether triggers were looked for as far as the wish needs, and one step on."""
    if reached >= n_samples:
        return True
    beyond = len(found) > 0 and found[-1] > request.anchor
    return request.n_last > 0 and reached > request.anchor and beyond


def _read(
    source: SampleSource,
    part: SampleInterval,
    channels: tuple[int, ...],
    chosen: DisplayFilter | None,
    blocks: FilteredBlocks,
) -> Samples:
    if chosen is None:
        return source.read_uv(part, channels)
    return blocks.filtered(source, part, channels, chosen)
