"""The items under review: proposals and own labels with the present decision on each."""

from __future__ import annotations

from emgview.model import Label, LabelState
from emgview.review.effects import Decision
from emgview.review.runs import RunTable
from emgview.review.state import ReviewState


class Items:
    """Reads the state and the runs; keeps finished labels and their order ready.

    Shown are the proposals of the latest run of each recording, decided proposals of older runs,
    and own labels.
    """

    def __init__(self, state: ReviewState, runs: RunTable) -> None:
        self._state = state
        self._runs = runs
        self._undecided: dict[str, Label] = {}
        self._current: dict[str, frozenset[str]] = {}
        self._ready: dict[str, Label] = {}
        self._order: dict[str, list[str]] | None = None

    def load(self) -> None:
        """Read the proposals that are needed: of the latest runs, and decided ones of older."""
        for recording_id, run_id in self._state.latest_runs.items():
            self.take_run(recording_id, self._runs.labels(run_id))
        self._fetch(frozenset(self._state.decisions))

    def take_run(self, recording_id: str, labels: dict[str, Label]) -> frozenset[str]:
        """A new latest run; returns the items that came or went."""
        before = self._current.get(recording_id, frozenset())
        self._current[recording_id] = frozenset(labels)
        self._undecided.update(labels)
        self._order = None
        return before ^ self._current[recording_id]

    def touched(self, item_ids: frozenset[str]) -> None:
        """Forget what was ready for these items: the state has changed."""
        self._fetch(item_ids)
        for item in item_ids:
            self._ready.pop(item, None)
        if not all(self._proposed_now(item) for item in item_ids):
            self._order = None  # own labels and items of older runs may come or go

    def get(self, item_id: str) -> Label | None:
        """The item as it stands, or None if it is not shown."""
        if not self._shown(item_id):
            return None
        return self._label(item_id)

    def first_activity(self, item_id: str) -> str:
        """The class that was proposed, or given when the label was added."""
        own = self._state.own.get(item_id)
        return own.activity if own else self._undecided[item_id].activity

    def listing(self, recording_id: str | None) -> tuple[Label, ...]:
        """Items of a recording in order of time; of all, recording after recording, for None."""
        if self._order is None:
            self._order = self._sorted()
        if recording_id is not None:
            return tuple(self._label(item) for item in self._order.get(recording_id, ()))
        return tuple(self._label(item) for key in sorted(self._order) for item in self._order[key])

    def _label(self, item_id: str) -> Label:
        ready = self._ready.get(item_id)
        if ready is None:
            base = self._state.own.get(item_id) or self._undecided[item_id]
            decision = self._state.decisions.get(item_id)
            ready = self._ready[item_id] = decision.on(base) if decision else base
        return ready

    def _shown(self, item_id: str) -> bool:
        if item_id in self._state.own:
            return True
        if item_id not in self._undecided:
            return False
        return self._proposed_now(item_id) or _decided(self._state.decisions.get(item_id))

    def _proposed_now(self, item_id: str) -> bool:
        """Whether the latest run of its recording has it."""
        base = self._undecided.get(item_id)
        return base is not None and item_id in self._current.get(base.recording_id, ())

    def _sorted(self) -> dict[str, list[str]]:
        shown = [self._label(item) for item in self._undecided if self._shown(item)]
        shown.extend(self._label(item) for item in self._state.own)
        shown.sort(key=lambda label: (label.interval, label.channel, label.id))
        order: dict[str, list[str]] = {}
        for label in shown:
            order.setdefault(label.recording_id, []).append(label.id)
        return order

    def _fetch(self, item_ids: frozenset[str]) -> None:
        missing = item_ids - self._undecided.keys() - self._state.own_ids
        if missing:
            self._undecided.update(self._runs.labels_of(sorted(missing)))


def _decided(decision: Decision | None) -> bool:
    return decision is not None and decision.state is not LabelState.PROPOSED
