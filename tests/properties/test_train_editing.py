"""Any sequence of changes of trains: no potential is doubled or lost, undo and restart agree."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from emgview.model import (
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Potential,
    Proposal,
    SampleInterval,
)
from emgview.review import Actor, Decide, Reshape, ReviewStore, Shape

ACTOR = Actor("R.")
ITEMS, N_PEAKS = "abc", 6


def _run() -> DetectionRun:
    proposals = []
    for place, item in enumerate(ITEMS):
        peaks = [1000 * place + 100 * n + 5 for n in range(N_PEAKS)]
        potentials = tuple(Potential(SampleInterval(p - 5, p + 5), p, 0.5) for p in peaks)
        whole = SampleInterval(peaks[0] - 5, peaks[-1] + 5)
        proposals.append(
            Proposal(item, "001", 0, whole, potentials, "fib", 0.5, Evidence(), "t", "1", "ab")
        )
    return DetectionRun("run", "001", "t", "1", "{}", "ab", (), (0,), (), tuple(proposals))


def _shape(peaks: list[int]) -> Shape:
    kept = tuple(sorted(peaks))
    return Shape(SampleInterval(kept[0] - 5, kept[-1] + 5), kept)


class TrainMachine(RuleBasedStateMachine):
    """A store beside a dictionary of item to potentials and state."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "review.db"
        self.store = ReviewStore.open(self.path)
        self.model: dict[str, tuple[tuple[int, ...], LabelState]] = {}
        self.undo_models: list[dict[str, tuple[tuple[int, ...], LabelState]]] = []
        self.redo_models: list[dict[str, tuple[tuple[int, ...], LabelState]]] = []
        self.n_new = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def first_run(self) -> None:
        self.store.add_run(_run(), ACTOR)
        self.model = {i.id: (i.peak_samples, i.state) for i in self.store.items()}

    def _change(self, model: dict[str, tuple[tuple[int, ...], LabelState]]) -> None:
        if model != self.model:
            self.undo_models.append(self.model)
            self.redo_models.clear()
        self.model = model

    def _item(self, data: st.DataObject) -> Label:
        item = self.store.item(data.draw(st.sampled_from(sorted(self.model))))
        assert item is not None
        return item

    def _some(self, data: st.DataObject, label: Label) -> list[int]:
        """Some members, not all; none where there is one only."""
        if len(label.peak_samples) < 2:
            return []
        most = len(label.peak_samples) - 1
        return data.draw(st.lists(st.sampled_from(label.peak_samples), min_size=1, max_size=most,
                                  unique=True))  # fmt: skip

    @rule(data=st.data())
    def take_out(self, data: st.DataObject) -> None:
        label = self._item(data)
        gone = self._some(data, label)
        kept = [p for p in label.peak_samples if p not in gone]
        self.store.apply(Reshape("train.take_out", {label.id: _shape(kept)}), ACTOR)
        if gone:
            self._change(self.model | {label.id: (tuple(kept), label.state)})

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        label = self._item(data)
        moved = self._some(data, label)
        if not moved:
            return
        self.n_new += 1
        shape, kept = _shape(moved), [p for p in label.peak_samples if p not in moved]
        new = replace(
            label,
            id=f"new-{self.n_new}",
            proposal_id=label.proposal_id or label.id,
            interval=shape.interval,
            peak_samples=shape.peaks,
            merged=(),
        )
        self.store.apply(Reshape("train.split", {label.id: _shape(kept)}, (new,)), ACTOR)
        changed = {label.id: (tuple(kept), label.state), new.id: (shape.peaks, label.state)}
        self._change(self.model | changed)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        one, other = self._item(data), self._item(data)
        if one.id == other.id:
            return
        whole = _shape([*one.peak_samples, *other.peak_samples])
        shapes = {one.id: whole, other.id: Shape(other.interval, (), one.id)}
        self.store.apply(Reshape("train.merge", shapes), ACTOR)
        left = {item: value for item, value in self.model.items() if item != other.id}
        self._change(left | {one.id: (whole.peaks, one.state)})

    @rule(data=st.data(), state=st.sampled_from([LabelState.CONFIRMED, LabelState.REJECTED]))
    def decide(self, data: st.DataObject, state: LabelState) -> None:
        label = self._item(data)
        self.store.apply(Decide((label.id,), state), ACTOR)
        self._change(self.model | {label.id: (label.peak_samples, state)})

    @rule()
    def undo(self) -> None:
        applied = self.store.undo(ACTOR)
        assert (applied is None) == (not self.undo_models)
        if self.undo_models:
            self.redo_models.append(self.model)
            self.model = self.undo_models.pop()

    @rule()
    def redo(self) -> None:
        applied = self.store.redo(ACTOR)
        assert (applied is None) == (not self.redo_models)
        if self.redo_models:
            self.undo_models.append(self.model)
            self.model = self.redo_models.pop()

    @rule()
    def restart(self) -> None:
        items = self.store.items()
        self.store.close()
        self.store = ReviewStore.open(self.path)
        assert self.store.items() == items
        assert self.store.verify_chain().ok

    @invariant()
    def equals_the_model(self) -> None:
        items = self.store.items()
        assert {i.id: (i.peak_samples, i.state) for i in items} == self.model
        peaks = [p for i in items for p in i.peak_samples]
        assert len(peaks) == len(set(peaks)) <= len(ITEMS) * N_PEAKS
        hidden = {item for i in items for item in i.merged}
        assert not hidden & {i.id for i in items}
        assert set(ITEMS) <= hidden | {i.id for i in items}, "each proposal is spoken of"


TestTrains = TrainMachine.TestCase
TestTrains.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
