"""The proposals of all latest runs by id, for views on any thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from emgview.model import DetectionRun, PackedProposals, Proposal


class OpenProposals(Mapping[str, Proposal]):
    """A proposal is made when it is asked for: nothing is copied out of the runs.

    Parameters
    ----------
    runs : iterable of DetectionRun or None
        None, where no detector looked, has none.
    """

    def __init__(self, runs: Iterable[DetectionRun | None] = ()) -> None:
        found = (run.proposals for run in runs if run is not None)
        self._parts = [
            part if isinstance(part, PackedProposals) else PackedProposals.of(part)
            for part in found
        ]

    def __getitem__(self, item: str) -> Proposal:
        for part in self._parts:
            found = part.get(item)
            if found is not None:
                return found
        raise KeyError(item)

    def score(self, item: str) -> float | None:
        """The score of that proposal, without making it; None where there is none."""
        for part in self._parts:
            score = part.score(item)
            if score is not None:
                return score
        return None

    def __iter__(self) -> Iterator[str]:
        return (item for part in self._parts for item in part.ids)

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)
