"""Where in a long list of ids one of them stands."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np


class IdTable:
    """Positions of ids in a sequence of distinct ones, in 16 bytes an id.

    (Lost: a dictionary, which takes 90 bytes an id and was held by each view of its own; numpy's
    ``searchsorted`` for one id, five times as slow as a bisection of a plain array.)

    Parameters
    ----------
    ids : sequence of str
        Kept as it is; not to be changed.
    """

    __slots__ = ("_hashes", "_ids", "_order")

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        hashes = np.fromiter((hash(item) for item in ids), np.int64, len(ids))
        order = np.argsort(hashes, kind="stable")
        self._order = array("q", order.astype(np.int64).tobytes())
        self._hashes = array("q", hashes[order].tobytes())

    def __len__(self) -> int:
        return len(self._ids)

    def position(self, item: str) -> int | None:
        """Where the id stands; None if it is not there."""
        wanted = hash(item)
        place = bisect_left(self._hashes, wanted)
        while place < len(self._order) and self._hashes[place] == wanted:
            found = self._order[place]
            if self._ids[found] == item:
                return found
            place += 1
        return None
