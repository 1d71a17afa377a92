"""A small store on disk, runs to fill it, and people to act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emgview.model import (
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Origin,
    Potential,
    Proposal,
    SampleInterval,
)
from emgview.review import Actor, ReviewStore

MakeRun = Callable[..., DetectionRun]
MakeLabel = Callable[..., Label]


def proposal(item: str, start: int, activity: str = "fib", n_potentials: int = 3) -> Proposal:
    """A train of potentials, 10 samples each, 100 apart."""
    starts = [start + 100 * index for index in range(n_potentials)]
    return Proposal(
        id=item,
        recording_id="001",
        channel=0,
        interval=SampleInterval(start, start + 100 * n_potentials),
        potentials=tuple(Potential(SampleInterval(s, s + 10), s + 4, 0.75) for s in starts),
        activity=activity,
        score=0.7,
        evidence=Evidence("positive", 2.5, 80.0, 3, 8.0, 0.05, n_potentials, 12.0, ("regular",)),
        detector="test",
        version="1",
        parameters_hash="ab",
        train_id=f"t-{item}",
    )


@pytest.fixture
def actor() -> Actor:
    return Actor("R. Reader", station="desk 1", software="emgview 0")


@pytest.fixture
def make_run() -> MakeRun:
    def make(run_id: str = "run-1", items: str = "abc", **changes: object) -> DetectionRun:
        proposals = tuple(proposal(item, 1000 * ord(item)) for item in items)
        values: dict[str, object] = {
            "recording_id": "001",
            "detector": "test",
            "version": "1",
            "parameters": "{}",
            "parameters_hash": "ab",
            "examined": (SampleInterval(0, 200_000),),
            "examined_channels": (0, 2),
            "remarks": (ChannelRefusal(1, "sampled too slowly"), ChannelRefusal(2, "hm", False)),
            "proposals": proposals,
        }
        return DetectionRun(id=run_id, **(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_label() -> MakeLabel:
    def make(label_id: str = "own-1", **changes: object) -> Label:
        values: dict[str, object] = {
            "recording_id": "001",
            "channel": 0,
            "interval": SampleInterval(50, 90),
            "peak_samples": (60, 80),
            "activity": "fp",
            "origin": Origin.READER,
            "state": LabelState.CONFIRMED,
        }
        return Label(id=label_id, **(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "review.db"


@pytest.fixture
def store(path: Path, make_run: MakeRun, actor: Actor) -> Iterator[ReviewStore]:
    """A store that holds one run with the proposals a, b and c."""
    with ReviewStore.open(path) as opened:
        opened.add_run(make_run(), actor)
        yield opened
