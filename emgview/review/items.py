"""The items under review: proposals and own labels with the present decision on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from emgview.model import DetectionRun, Label, LabelState
from emgview.review.effects import Decision
from emgview.review.runs import RunTable, undecided
from emgview.review.state import ReviewState


class Items:
    """Reads the state and the runs; keeps finished labels and their order ready.

    Shown are the proposals of the latest run of each recording, decided proposals of older runs,
    and own labels.
    """

    def __init__(self, state: ReviewState, runs: RunTable) -> None:
        self._state = state
        self._runs = runs
        self._current: dict[str, dict[str, Label]] = {}  # undecided, of the latest runs
        self._older: dict[str, Label] = {}  # undecided, of older runs, as far as needed
        self._ready: dict[str, Label] = {}  # with the decision on them
        self._order: dict[str, list[str]] | None = None
        self._listed: dict[str, tuple[Label, ...]] = {}  # as long as nothing changes
        self._places: dict[str, dict[str, int]] = {}  # of each item in the order of its recording
        self._stale: set[str] = set()  # listed, but changed since

    def load(self, latest: Iterable[DetectionRun]) -> None:
        """Take what is needed: proposals of the latest runs, and decided ones of older."""
        for run in latest:
            self._current[run.recording_id] = undecided(run)
        self._fetch(frozenset(self._state.decisions) | frozenset(self._state.shapes))

    def take_run(self, recording_id: str, labels: dict[str, Label]) -> frozenset[str]:
        """A new latest run; returns the items that came or went."""
        before = self._current.get(recording_id, {})
        gone = before.keys() - labels.keys()
        # Who undoes a decision on an item of an older run must find it.
        self._older.update((item, before[item]) for item in gone)
        self._current[recording_id] = labels
        self._order = None
        return frozenset(gone | (labels.keys() - before.keys()))

    def touched(self, item_ids: frozenset[str], *, reshaped: bool = False) -> None:
        """Forget what was ready for these items: the state has changed.

        ``reshaped``: so have the potentials of some, and with them the order.
        """
        self._fetch(item_ids)
        self._stale |= item_ids
        for item in item_ids:
            self._ready.pop(item, None)
        stays = self._keeps_place if reshaped else self._proposed_now
        if not all(stays(item) for item in item_ids):
            self._order = None  # own labels and items of older runs may come or go

    def get(self, item_id: str) -> Label | None:
        """The item as it stands, or None if it is not shown."""
        if not self._shown(item_id):
            return None
        return self._label(item_id)

    def first_activity(self, item_id: str) -> str:
        """The class that was proposed, or given when the label was added."""
        own = self._state.own.get(item_id)
        return own.activity if own else self._base(item_id).activity

    def listing(self, recording_id: str | None) -> tuple[Label, ...]:
        """Items of a recording in order of time; of all, recording after recording, for None."""
        if self._order is None:
            self._order, self._listed, self._places = self._sorted(), {}, {}
            self._stale.clear()
        self._renew()
        wanted = sorted(self._order) if recording_id is None else [recording_id]
        for key in wanted:
            if key not in self._listed:
                self._listed[key] = tuple(map(self._label, self._order.get(key, ())))
        if len(wanted) == 1:
            return self._listed[wanted[0]]
        return tuple(chain.from_iterable(self._listed[key] for key in wanted))

    def _renew(self) -> None:
        """Put labels that changed in place of the old ones; the order is as it was."""
        for key, listed in self._listed.items() if self._stale else ():
            places = self._places_of(key)
            mine = [item for item in self._stale if item in places]
            if mine:
                fresh = list(listed)
                for item in mine:
                    fresh[places[item]] = self._label(item)
                self._listed[key] = tuple(fresh)
        self._stale.clear()

    def _places_of(self, recording_id: str) -> dict[str, int]:
        if recording_id not in self._places:
            order = self._order_of(recording_id)
            self._places[recording_id] = {item: n for n, item in enumerate(order)}
        return self._places[recording_id]

    def _keeps_place(self, item_id: str) -> bool:
        """Whether it is shown where it was listed: a potential less in its midst moves nothing."""
        if self._order is None or not self._shown(item_id):
            return False
        label = self._label(item_id)
        listed = self._listed.get(label.recording_id)
        place = None if listed is None else self._places_of(label.recording_id).get(item_id)
        if listed is None or place is None:
            return False
        return _by_time(listed[place]) == _by_time(label)

    def _order_of(self, recording_id: str) -> list[str]:
        return (self._order or {}).get(recording_id, [])

    def _label(self, item_id: str) -> Label:
        ready = self._ready.get(item_id)
        if ready is not None:
            return ready
        base = self._state.own.get(item_id) or self._base(item_id)
        decision, shape = self._state.decisions.get(item_id), self._state.shapes.get(item_id)
        merged = self._state.merged_into(item_id) if self._state.taken_in else ()
        if decision is None and shape is None and not merged:
            return base
        ready = base if decision is None else decision.on(base)
        ready = ready if shape is None else shape.on(ready)
        ready = replace(ready, merged=merged) if merged else ready
        self._ready[item_id] = ready
        return ready

    def _base(self, item_id: str) -> Label:
        """The proposal's item before anybody decided; KeyError if no run that is read has it."""
        for labels in self._current.values():
            found = labels.get(item_id)
            if found is not None:
                return found
        return self._older[item_id]

    def _is_read(self, item_id: str) -> bool:
        return self._proposed_now(item_id) or item_id in self._older

    def _shown(self, item_id: str) -> bool:
        shape = self._state.shapes.get(item_id)
        if shape is not None and shape.into:
            return False
        if item_id in self._state.own:
            return True
        if self._proposed_now(item_id):
            return True
        worked_on = shape is not None or _decided(self._state.decisions.get(item_id))
        return item_id in self._older and worked_on

    def _proposed_now(self, item_id: str) -> bool:
        """Whether the latest run of its recording has it."""
        for labels in self._current.values():  # noqa: SIM110 - asked for each item of a bulk decision
            if item_id in labels:
                return True
        return False

    def _sorted(self) -> dict[str, list[str]]:
        current = [item for labels in self._current.values() for item in labels]
        older = self._older.keys() - set(current) if self._older else ()
        if self._state.shapes:
            current = [item for item in current if self._shown(item)]
        shown = [self._label(item) for item in current]
        shown.extend(self._label(item) for item in older if self._shown(item))
        shown.extend(self._label(item) for item in self._state.own if self._shown(item))
        shown.sort(key=_by_time)
        order: dict[str, list[str]] = {}
        for label in shown:
            order.setdefault(label.recording_id, []).append(label.id)
        return order

    def _fetch(self, item_ids: frozenset[str]) -> None:
        missing = {item for item in item_ids - self._state.own_ids if not self._is_read(item)}
        if missing:
            self._older.update(self._runs.labels_of(sorted(missing)))


def _by_time(label: Label) -> tuple[int, int, int, str]:
    return label.interval.start, label.interval.stop, label.channel, label.id


def _decided(decision: Decision | None) -> bool:
    return decision is not None and decision.state is not LabelState.PROPOSED
