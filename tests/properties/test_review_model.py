"""Any sequence of commands, undos, redos, runs and restarts equals a simple model."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)

from emgview.model import (
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Origin,
    Potential,
    Proposal,
    SampleInterval,
)
from emgview.review import (
    Actor,
    Add,
    Applied,
    Decide,
    Import,
    Note,
    Remove,
    ReviewStore,
    SetField,
    Settle,
)
from emgview.session.station import StationKey

ACTOR = Actor("R.")
KEY = StationKey(Ed25519PrivateKey.generate())
ALPHABET = "abcdef"
CLASSES = {item: "psw" if item in "ace" else "fib" for item in ALPHABET}
DECIDED = [LabelState.CONFIRMED, LabelState.REJECTED, LabelState.CANNOT_TELL]
Outcome = tuple[LabelState, str]


def detection_run(items: frozenset[str]) -> DetectionRun:
    name = "".join(sorted(items))
    proposals = []
    for item in name:
        start = 100 * ord(item)
        interval = SampleInterval(start, start + 10)
        potentials = (Potential(interval, start + 3, 0.5),)
        proposals.append(
            Proposal(item, "001", 0, interval, potentials, CLASSES[item], 0.5, Evidence(),
                     "test", "1", "ab")
        )  # fmt: skip
    return DetectionRun(f"run-{name}", "001", "test", "1", "{}", "ab", (), (0,), (),
                        tuple(proposals))  # fmt: skip


def own_label(label_id: str) -> Label:
    return Label(label_id, "001", 0, SampleInterval(5, 9), (6,), "fp", Origin.READER,
                 LabelState.CONFIRMED)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What the store should say, in plain dictionaries; undo keeps whole copies of it."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    own: dict[str, Outcome] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)

    def decided(self, items: tuple[str, ...], state: LabelState, activity: str | None) -> Model:
        outcomes, own = dict(self.outcomes), dict(self.own)
        for item in items:
            first = "fp" if item in own else CLASSES[item]
            outcome = (state, activity or first)
            if state is LabelState.EDITED and activity == first:
                outcome = (LabelState.CONFIRMED, first)
            if item in own:
                own[item] = outcome
            elif state is LabelState.PROPOSED:
                outcomes.pop(item, None)
            else:
                outcomes[item] = outcome
        return replace(self, outcomes=outcomes, own=own)

    def items(self, latest: frozenset[str]) -> dict[str, Outcome]:
        shown = {item: (LabelState.PROPOSED, CLASSES[item]) for item in latest}
        return shown | self.outcomes | self.own


class ReviewMachine(RuleBasedStateMachine):
    """Drives a real store on disk beside the model."""

    own_ids: Bundle[str] = Bundle("own_ids")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "review.db"
        self.store = ReviewStore.open(self.path)
        self.model = Model()
        self.latest: frozenset[str] = frozenset()
        self.undo_models: list[Model] = []
        self.redo_models: list[Model] = []
        self.n_own = 0
        self.n_kills = 0

    def teardown(self) -> None:
        assert self.store.verify_chain().ok
        self.store.close()
        self.folder.cleanup()

    def change(self, applied: Applied, new: Model) -> None:
        """Compare the answer, then move the model on as the store should have."""
        before, after = self.model.items(self.latest), new.items(self.latest)
        changed = {i for i in before.keys() | after.keys() if before.get(i) != after.get(i)}
        assert applied.items == changed
        assert applied.changed == (new != self.model)
        if applied.changed:
            self.undo_models.append(self.model)
            self.redo_models.clear()
            self.model = new

    @initialize(items=st.frozensets(st.sampled_from(ALPHABET), min_size=1))
    def first_run(self, items: frozenset[str]) -> None:
        self.add_run(items)

    @rule(items=st.frozensets(st.sampled_from(ALPHABET)))
    def add_run(self, items: frozenset[str]) -> None:
        self.store.add_run(detection_run(items), ACTOR)
        self.latest = items

    @rule(data=st.data(), state=st.sampled_from(DECIDED))
    def decide(self, data: st.DataObject, state: LabelState) -> None:
        items = self._draw(data, sorted(self.model.items(self.latest)))
        new = self.model.decided(items, state, None)
        self.change(self.store.apply(Decide(items, state), ACTOR), new)

    @rule(data=st.data(), activity=st.sampled_from(["fib", "psw", "fp"]))
    def relabel(self, data: st.DataObject, activity: str) -> None:
        items = self._draw(data, sorted(self.model.items(self.latest)))
        new = self.model.decided(items, LabelState.EDITED, activity)
        self.change(self.store.apply(Decide(items, LabelState.EDITED, activity), ACTOR), new)

    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        shown = self.model.items(self.latest)
        items = self._draw(data, sorted(shown.keys() - self.model.own.keys()))
        new = self.model.decided(items, LabelState.PROPOSED, None)
        self.change(self.store.apply(Decide(items, LabelState.PROPOSED), ACTOR), new)

    @rule(target=own_ids)
    def add(self) -> str:
        self.n_own += 1
        label_id = f"own-{self.n_own}"
        own = self.model.own | {label_id: (LabelState.CONFIRMED, "fp")}
        self.change(self.store.apply(Add(own_label(label_id)), ACTOR), replace(self.model, own=own))
        return label_id

    @rule(label_id=consumes(own_ids))
    def remove(self, label_id: str) -> None:
        if label_id in self.model.own:
            own = {item: value for item, value in self.model.own.items() if item != label_id}
            new = replace(self.model, own=own)
            self.change(self.store.apply(Remove(label_id), ACTOR), new)

    @rule(name=st.sampled_from(["conclusion", "limitations"]), value=st.text(max_size=5))
    def set_field(self, name: str, value: str) -> None:
        old = self.model.fields.get(name, "")
        new = self.model
        if value != old:
            new = replace(self.model, fields=self.model.fields | {name: value})
        self.change(self.store.apply(SetField(name, value), ACTOR), new)

    @rule(data=st.data(), state=st.sampled_from(DECIDED), value=st.text(max_size=2))
    def adjudicate(self, data: st.DataObject, state: LabelState, value: str) -> None:
        items = self._draw(data, sorted(self.model.items(self.latest)))
        new, said = self.model.decided(items, state, None), "adjudication/a/said"
        if value != self.model.fields.get(said, ""):
            new = replace(new, fields=new.fields | {said: value})
        command = Settle(Decide(items, state), SetField(said, value))
        self.change(self.store.apply(command, ACTOR), new)

    @rule(target=own_ids, value=st.text(max_size=2))
    def adjudicate_by_adding(self, value: str) -> str:
        self.n_own += 1
        label_id, said = f"own-{self.n_own}", "adjudication/a/said"
        new = replace(self.model, own=self.model.own | {label_id: (LabelState.CONFIRMED, "fp")})
        if value != self.model.fields.get(said, ""):
            new = replace(new, fields=new.fields | {said: value})
        command = Settle(Add(own_label(label_id)), SetField(said, value))
        self.change(self.store.apply(command, ACTOR), new)
        return label_id

    @rule()
    def note(self) -> None:
        self.store.apply(Note("study.view", {"recording": "001"}), ACTOR)

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
        items, head = self.store.items(), self.store.head()
        texts = (self.store.undo_text(), self.store.redo_text())
        self.store.close()
        self.store = ReviewStore.open(self.path)
        assert (self.store.items(), self.store.head()) == (items, head)
        assert (self.store.undo_text(), self.store.redo_text()) == texts
        assert self.store.verify_chain().ok

    @rule()
    def kill(self) -> None:
        """Go on with the files as they lie at this moment, as after ``kill -9``.

        The old store is closed only afterwards: what closing does to its files is not seen.
        """
        items, head = self.store.items(), self.store.head()
        self.n_kills += 1
        image = Path(self.folder.name) / f"killed-{self.n_kills}" / "review.db"
        image.parent.mkdir()
        for name in ("review.db", "review.db-wal"):
            part = self.path.with_name(name)
            if part.exists():
                image.with_name(name).write_bytes(part.read_bytes())
        old, self.path = self.store, image
        self.store = ReviewStore.open(image)
        old.close()
        assert (self.store.items(), self.store.head()) == (items, head)
        assert self.store.verify_chain().ok

    @rule()
    def checkpoint(self) -> None:
        made = self.store.checkpoints.sign(KEY)
        assert made is None or made.head == self.store.head()

    @rule(n=st.integers(1, 3))
    def bring_in(self, n: int) -> None:
        """Labels from a file: one change, whatever their number."""
        labels = []
        for _ in range(n):
            self.n_own += 1
            labels.append(
                replace(
                    own_label(f"in-{self.n_own}"),
                    origin=Origin.IMPORT,
                    state=LabelState.PROPOSED,
                )
            )
        own = self.model.own | {label.id: (LabelState.PROPOSED, "fp") for label in labels}
        applied = self.store.apply(Import(tuple(labels)), ACTOR)
        self.change(applied, replace(self.model, own=own))

    @rule()
    def follow(self) -> None:
        """A reader beside the writer sees the same, from its first moment and after a refresh."""
        with ReviewStore.open(self.path, read_only=True) as reader:
            assert (reader.items(), reader.head()) == (self.store.items(), self.store.head())
            assert reader.history() == self.store.history()

    @invariant()
    def equals_the_model(self) -> None:
        found = {label.id: (label.state, label.activity) for label in self.store.items("001")}
        assert found == self.model.items(self.latest)
        assert self.store.fields() == self.model.fields
        for label in self.store.items():
            assert bool(label.decided_by) == (label.state is not LabelState.PROPOSED)
            assert self.store.item(label.id) == label

    @staticmethod
    def _draw(data: st.DataObject, choices: list[str]) -> tuple[str, ...]:
        if not choices:
            return ()
        return tuple(data.draw(st.lists(st.sampled_from(choices), max_size=4, unique=True)))


TestReviewMachine = ReviewMachine.TestCase
TestReviewMachine.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
