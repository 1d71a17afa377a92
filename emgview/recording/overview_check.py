"""Looks at a few blocks of a stored overview, so that a stale or blank one is not shown."""

from __future__ import annotations

import itertools

import numpy as np

from emgview.model import SampleInterval
from emgview.recording.block_source import BlockSource, Extremes, n_blocks_of
from emgview.recording.folding import fold_all, nothing
from emgview.recording.layout import OVERVIEW_FACTORS
from emgview.recording.overview_build import Source

_PLACES = 8


def holds_true_extremes(source: Source, blocks: BlockSource) -> bool:
    """Whether some blocks of every level hold what lies below them.

    Smallest blocks are compared with the samples at 8 places from the first to the last, larger
    ones with the next smaller ones. A single wrong value elsewhere is not found (`validate` finds
    it). Costs some milliseconds.

    Raises
    ------
    FileError
        If samples or blocks cannot be read.
    """
    n_samples, smallest = source.info.n_samples, OVERVIEW_FACTORS[0]
    for block in _spread(n_blocks_of(n_samples, 0)):
        start = block * smallest
        samples = _extremes(source, start, min(start + smallest, n_samples))
        if not _equal(blocks.read(0, block, block + 1), fold_all(*samples, smallest)):
            return False
    for level, (finer, factor) in enumerate(itertools.pairwise(OVERVIEW_FACTORS), start=1):
        width = factor // finer
        for block in _spread(n_blocks_of(n_samples, level)):
            stop = min((block + 1) * width, n_blocks_of(n_samples, level - 1))
            below = blocks.read(level - 1, block * width, stop)
            if not _equal(blocks.read(level, block, block + 1), fold_all(*below, width)):
                return False
    return True


def _spread(n_blocks: int) -> list[int]:
    places = {(n_blocks - 1) * n // (_PLACES - 1) for n in range(_PLACES)}
    return sorted(places) if n_blocks else []


def _extremes(source: Source, start: int, stop: int) -> Extremes:
    rows = source.read(SampleInterval(start, stop))
    gaps = source.gap_rows(SampleInterval(start, stop))
    low, high = rows, rows.copy()
    low[gaps], high[gaps] = nothing(rows.dtype)
    return low, high


def _equal(first: Extremes, second: Extremes) -> bool:
    return np.array_equal(first[0], second[0]) and np.array_equal(first[1], second[1])
