"""Cuts the blocks in which a file is read into chunks of the size that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Chunk
from emgview.sources.importable import ChunkSource


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Rows (n, n_channels) as they were read, the first one at ``start_sample``."""

    start_sample: int
    samples: NDArray[Any]


def chunks_from(blocks: Callable[[], Iterator[Block]]) -> ChunkSource:
    """Chunks of the size asked for; shorter only before a gap and at the end.

    Parameters
    ----------
    blocks : callable
        Starts a new pass over the file. Where a block starts later than the one before stopped,
        samples are lost.
    """

    def chunks(chunk_samples: int) -> Iterator[Chunk]:
        stop = 0
        for run_start, run in _runs(blocks()):
            for start, samples in _cut(run, run_start, chunk_samples):
                yield Chunk(np.ascontiguousarray(samples), start, start - stop)
                stop = start + len(samples)

    return chunks


def _runs(blocks: Iterator[Block]) -> Iterator[tuple[int, Iterator[NDArray[Any]]]]:
    """Blocks grouped into gapless runs; a run must be used up before the next is asked for."""
    waiting = next(blocks, None)

    def run() -> Iterator[NDArray[Any]]:
        nonlocal waiting
        while waiting is not None:
            current = waiting
            yield current.samples
            waiting = next(blocks, None)
            if waiting and waiting.start_sample != current.start_sample + len(current.samples):
                return

    while waiting is not None:
        yield waiting.start_sample, run()


def _cut(
    run: Iterator[NDArray[Any]], start: int, chunk_samples: int
) -> Iterator[tuple[int, NDArray[Any]]]:
    kept: list[NDArray[Any]] = []
    n_kept = 0
    for samples in run:
        kept.append(samples)
        n_kept += len(samples)
        if n_kept < chunk_samples:
            continue
        joined = np.concatenate(kept)
        whole = n_kept - n_kept % chunk_samples
        for first in range(0, whole, chunk_samples):
            yield start + first, joined[first : first + chunk_samples]
        kept, n_kept, start = [joined[whole:]], n_kept - whole, start + whole
    if n_kept:
        yield start, np.concatenate(kept)
