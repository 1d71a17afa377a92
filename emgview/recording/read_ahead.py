"""What the next window is made of, read before it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from emgview.model import SampleInterval

PORTION_BYTES = 256 * 1024
"""Read at once: a window that is asked for meanwhile waits no longer than that takes."""

Rows = tuple[int, int, int]


class ReadAhead:
    """Reads a stretch in portions, so that the system has it in memory. Belongs to one thread.

    A step through a long recording that lies on a disk costs the disk's time otherwise, which is
    as long as that of drawing. Nothing is kept here: the memory is the system's to take back.

    Parameters
    ----------
    read : callable (factor, start, stop)
        Reads blocks of that many samples; its answer is not used.
    row_bytes : int
        Of one block.
    """

    def __init__(self, read: Callable[[int, int, int], object], row_bytes: int) -> None:
        self._read = read
        self._portion = max(PORTION_BYTES // row_bytes, 1)
        self._wanted: Rows = 0, 0, 0
        self._done = 0

    def step(self, interval: SampleInterval, factor: int, n_blocks: int) -> bool:
        """One portion of a stretch of samples; False: all of it was read, or is not there.

        Parameters
        ----------
        interval : SampleInterval
        factor, n_blocks : int
            Size in samples and number of the blocks that its columns are made of.

        Raises
        ------
        FileError
            If the file cannot be read there.
        """
        start, stop = interval.start // factor, min(-(-interval.stop // factor), n_blocks)
        if self._wanted != (factor, start, stop):
            self._done = self._begin(factor, start, stop)
            self._wanted = factor, start, stop
        if self._done >= stop:
            return False
        end = min(self._done + self._portion, stop)
        self._read(factor, self._done, end)
        self._done = end
        return end < stop

    def _begin(self, factor: int, start: int, stop: int) -> int:
        """Where to go on: what the last stretch has is not read again."""
        last_factor, first, _last = self._wanted
        known = last_factor == factor and first <= start <= self._done <= stop
        return self._done if known else start
