"""Packed proposals give back what was put in, and hold no object of any."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgview.model import (
    Evidence,
    IdTable,
    LabelState,
    PackedProposals,
    Potential,
    Proposal,
    SampleInterval,
    proposals_without,
)

SAMPLES = st.integers(0, 2**53)
INTERVALS = st.tuples(SAMPLES, SAMPLES).map(lambda ends: SampleInterval(min(ends), max(ends)))
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 10**6)
PARTS = st.floats(0, 1)
EVIDENCE = st.builds(
    Evidence,
    st.sampled_from(["positive", "negative", "unclear"]),
    NUMBERS,
    NUMBERS,
    st.none() | COUNTS,
    NUMBERS,
    NUMBERS,
    COUNTS,
    NUMBERS,
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
)
POTENTIALS = st.builds(Potential, INTERVALS, SAMPLES, PARTS)


@st.composite
def runs(draw: Any) -> tuple[Proposal, ...]:
    names = count()
    one = st.builds(
        Proposal,
        id=st.text(max_size=4).map(lambda text: f"{text}/{next(names)}"),
        recording_id=st.just("r"),
        channel=st.integers(0, 500),
        interval=INTERVALS,
        potentials=st.lists(POTENTIALS, max_size=3).map(tuple),
        activity=st.sampled_from(["fib", "psw"]),
        score=PARTS,
        evidence=EVIDENCE,
        detector=st.just("d"),
        version=st.just("1"),
        parameters_hash=st.just("0" * 64),
        train_id=st.none() | st.text(max_size=3),
    )
    return tuple(draw(st.lists(one, max_size=5)))


@settings(deadline=None)
@given(runs())
def test_what_is_unpacked_is_what_was_packed(proposals: tuple[Proposal, ...]) -> None:
    packed = PackedProposals.of(proposals)
    assert tuple(packed) == proposals
    assert packed == proposals
    assert proposals == packed
    assert hash(packed) == hash(proposals)
    for n, proposal in enumerate(proposals):
        assert packed[n] == packed[n - len(proposals)] == packed.get(proposal.id) == proposal
        assert repr(packed[n]) == repr(proposal)  # whole numbers stay whole, fractions fractions
    assert packed[1:] == proposals[1:]


@settings(deadline=None)
@given(runs())
def test_the_item_of_a_proposal_is_undecided(proposals: tuple[Proposal, ...]) -> None:
    labels = list(PackedProposals.of(proposals).labels())
    assert [label.id for label in labels] == [p.id for p in proposals]
    for label, p in zip(labels, proposals, strict=True):
        place = (p.interval, p.channel, p.activity)
        assert (label.interval, label.channel, label.activity) == place
        assert (label.peak_samples, label.proposal_id) == (p.peak_samples, p.id)
        assert label.state is LabelState.PROPOSED


def proposal(name: str, reasons: tuple[str, ...] = ("fits well",)) -> Proposal:
    interval = SampleInterval(10, 20)
    evidence = Evidence(reasons=reasons)
    potentials = (Potential(interval, 15, 0.5),)
    return Proposal(name, "r", 0, interval, potentials, "fib", 0.5, evidence, "d", "1", "0" * 64)


def test_a_proposal_takes_few_bytes() -> None:
    """100 000 proposals took 140 MB as objects, besides their items."""
    many = [proposal(f"{n:010}") for n in range(1000)]
    packed = PackedProposals.of(many)
    parts = [getattr(packed, name) for name in PackedProposals.__slots__]
    sizes = sum(sys.getsizeof(part) for part in parts)
    sizes += sum(sys.getsizeof(item) for item in packed.ids)
    assert sizes / len(many) < 300


def test_equal_texts_are_held_once() -> None:
    packed = PackedProposals.of([proposal("a"), proposal("b"), proposal("c", ("fits", "well"))])
    assert packed[0].evidence.reasons is packed[1].evidence.reasons
    assert packed[0].parameters_hash is packed[2].parameters_hash


def test_an_unknown_id_has_no_proposal() -> None:
    packed = PackedProposals.of([proposal("a")])
    assert packed.get("b") is None
    with pytest.raises(IndexError):
        packed[1]


def test_a_proposal_that_lacks_a_value_is_refused() -> None:
    packed = PackedProposals()
    packed.add("a", ("r", "fib"), (0, 10, 20, 0.5), (None,), b"")
    with pytest.raises(ValueError, match="texts and measures"):
        packed.sealed()


def test_of_packed_ones_only_the_unknown_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = PackedProposals.of([proposal(name) for name in "abcd"])
    made: list[int] = []
    make = PackedProposals._proposal

    def counted(self: PackedProposals, n: int) -> Proposal:
        made.append(n)
        return make(self, n)

    monkeypatch.setattr(PackedProposals, "_proposal", counted)
    assert [p.id for p in proposals_without(packed, {"a", "c", "d"})] == ["b"]
    assert made == [1]
    assert [p.id for p in proposals_without([replace(packed[0])], set())] == ["a"]


@settings(deadline=None)
@given(st.lists(st.text(max_size=3), unique=True, max_size=20), st.text(max_size=3))
def test_an_id_is_found_where_it_stands(ids: list[str], other: str) -> None:
    table = IdTable(ids)
    assert len(table) == len(ids)
    assert [table.position(item) for item in ids] == list(range(len(ids)))
    assert table.position(other) == (ids.index(other) if other in ids else None)


def test_ids_of_one_hash_are_told_apart() -> None:
    class Same(str):
        def __hash__(self) -> int:
            return 7

    ids = [Same("a"), Same("b"), Same("c")]
    assert [IdTable(ids).position(item) for item in ids] == [0, 1, 2]
    assert IdTable(ids).position(Same("d")) is None
