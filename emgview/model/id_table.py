"""Where in a long list of ids one of them stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class IdTable:
    """Positions of ids in a sequence of distinct ones, in 16 bytes an id.

    (Lost: a dictionary, which takes 90 bytes an id and was held by each view of its own.)

    Parameters
    ----------
    ids : sequence of str
        Kept as it is; not to be changed.
    """

    __slots__ = ("_hashes", "_ids", "_order")

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        hashes = np.fromiter((hash(item) for item in ids), np.int64, len(ids))
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def __len__(self) -> int:
        return len(self._ids)

    def position(self, item: str) -> int | None:
        """Where the id stands; None if it is not there."""
        wanted = hash(item)
        place = int(self._hashes.searchsorted(wanted))
        while place < len(self._order) and self._hashes[place] == wanted:
            found = int(self._order[place])
            if self._ids[found] == item:
                return found
            place += 1
        return None
