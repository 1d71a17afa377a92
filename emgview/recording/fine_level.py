"""Blocks of 8 samples, made of the samples when they are looked at; the last ones are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.recording.folding import fold_all
from emgview.recording.layout import FINE_FACTOR

FINE_CACHE_BYTES = 8 * 2**20
"""Most that the kept blocks of one recording take."""

_SLAB_BLOCKS = 1024
_SMALL_BLOCKS = 128
_SLABS_AT_ONCE = 8
_SLABS_AHEAD = 2

Extremes = tuple[NDArray[Any], NDArray[Any]]
ReadExtremes = Callable[[int, int], Extremes]


class FineLevel:
    """Minimum and maximum of blocks of 8 samples of all channels. Belongs to one thread.

    Scrolling by a part of the window and zooming about a place read nearly nothing twice.

    Parameters
    ----------
    read : callable (start, stop)
        Minimum and maximum (n, n_channels) of these samples.
    n_samples, n_channels : int
    dtype : dtype
    """

    factor = FINE_FACTOR

    def __init__(
        self, read: ReadExtremes, n_samples: int, n_channels: int, dtype: np.dtype[Any]
    ) -> None:
        self._read = read
        self._n_samples = n_samples
        self._n_channels = n_channels
        self._dtype = dtype
        self._slabs: OrderedDict[int, Extremes] = OrderedDict()
        slab_bytes = 2 * _SLAB_BLOCKS * n_channels * dtype.itemsize
        self._most_slabs = max(FINE_CACHE_BYTES // slab_bytes, 1)

    @property
    def n_blocks(self) -> int:
        """Blocks of the whole recording; the last one may be shorter."""
        return -(-self._n_samples // FINE_FACTOR)

    @property
    def kept_bytes(self) -> int:
        """What the kept blocks take now, at most `FINE_CACHE_BYTES` or one window."""
        return sum(low.nbytes + high.nbytes for low, high in self._slabs.values())

    def read(self, start: int, stop: int) -> Extremes:
        """Minimum and maximum (n, n_channels) of blocks ``start`` … ``stop``."""
        first, last = start // _SLAB_BLOCKS, (stop - 1) // _SLAB_BLOCKS
        if stop - start <= _SMALL_BLOCKS and not {first, last} <= self._slabs.keys():
            return self._made(start, stop)
        self._keep(first, last)
        if first == last:
            low, high = self._slabs[first]
            a = start - first * _SLAB_BLOCKS
            self._forget()
            return low[a : a + stop - start], high[a : a + stop - start]
        shape = (stop - start, self._n_channels)
        out = np.empty(shape, self._dtype), np.empty(shape, self._dtype)
        for number in range(first, last + 1):
            begin = number * _SLAB_BLOCKS
            a, b = max(start, begin), min(stop, begin + _SLAB_BLOCKS)
            for whole, part in zip(out, self._slabs[number], strict=True):
                whole[a - start : b - start] = part[a - begin : b - begin]
        self._forget()
        return out

    def prepare(self, start: int, stop: int) -> bool:
        """Make a few blocks of a stretch before they are asked for; False: no more are missing."""
        slabs = range(max(start, 0) // _SLAB_BLOCKS, -(-min(stop, self.n_blocks) // _SLAB_BLOCKS))
        if len(slabs) > self._most_slabs // 2:
            return False
        missing = [number for number in slabs if number not in self._slabs]
        if missing:
            last = missing[0]
            while last + 1 in missing and last + 1 - missing[0] < _SLABS_AHEAD:
                last += 1
            self._keep(missing[0], last)
            self._forget()
        return len(missing) > _SLABS_AHEAD

    def _keep(self, first: int, last: int) -> None:
        """Have these slabs; what is missing side by side is read at once."""
        run: list[int] = []
        for number in range(first, last + 1):
            if number in self._slabs:
                self._slabs.move_to_end(number)
            elif run and run[-1] == number - 1 and len(run) < _SLABS_AT_ONCE:
                run.append(number)
            else:
                self._make(run)
                run = [number]
        self._make(run)

    def _make(self, run: list[int]) -> None:
        if not run:
            return
        start = run[0] * _SLAB_BLOCKS
        low, high = self._made(start, min((run[-1] + 1) * _SLAB_BLOCKS, self.n_blocks))
        for n, number in enumerate(run):
            part = slice(n * _SLAB_BLOCKS, (n + 1) * _SLAB_BLOCKS)
            # copies, so that a slab that is forgotten gives its room back
            self._slabs[number] = low[part].copy(), high[part].copy()

    def _forget(self) -> None:
        while len(self._slabs) > self._most_slabs:
            self._slabs.popitem(last=False)

    def _made(self, start: int, stop: int) -> Extremes:
        end = min(stop * FINE_FACTOR, self._n_samples)
        return fold_all(*self._read(start * FINE_FACTOR, end), FINE_FACTOR)
