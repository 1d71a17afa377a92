"""The present state, got by absorbing the rows of the log one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model import Label
from emgview.review.chain import GENESIS, START, ChainHead, LogRow
from emgview.review.effects import Decision, Effect, Shape
from emgview.review.wording import describe

OPENED = "study.open"
UNDO, REDO, RUN = "undo", "redo", "model.run"
FREEZE, REOPEN, SIGNED = "review.freeze", "review.reopen", "report.signed"
CHANGES = frozenset(
    {
        "label.confirmed",
        "label.edited",
        "label.rejected",
        "label.cannot_tell",
        "label.proposed",
        "label.add",
        "label.import",
        "label.remove",
        "label.carried",
        "label.adjudicated",
        "train.split",
        "train.merge",
        "train.move",
        "train.take_out",
        "field.set",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be taken back: its row, its name, who and when."""

    seq: int
    text: str
    by: str = ""
    at: str = ""


class ReviewState:
    """Decisions, own labels, fields and history; knows nothing of files.

    The same code rebuilds it at opening and moves it on after each command, so that both cannot
    differ.

    Attributes
    ----------
    case : str
        Random id of this log, from its first row.
    studies : set of str
        Ids of the studies that it was opened in: more than one, and it was moved.
    decisions : dict of item id to Decision
        Over proposals and own labels; no entry: as proposed, or as added.
    own : dict of item id to Label
        Own labels as added.
    own_ids : set of str
        Of all own labels that ever were.
    shapes : dict of item id to Shape
        Items whose potentials a reader changed.
    taken_in : dict of item id to set of str
        Items that went into it as a whole.
    latest_runs : dict of recording id to run id
    undo_steps, redo_steps : list of Step
        Last is next.
    """

    def __init__(self) -> None:
        self.head = ChainHead(0, GENESIS)
        self.case = ""
        self.studies: set[str] = set()
        self.decisions: dict[str, Decision] = {}
        self.own: dict[str, Label] = {}
        self.own_ids: set[str] = set()
        self.shapes: dict[str, Shape] = {}
        self.taken_in: dict[str, set[str]] = {}
        self.fields: dict[str, str] = {}
        self.runs: list[tuple[str, str]] = []
        self.latest_runs: dict[str, str] = {}
        self.undo_steps: list[Step] = []
        self.redo_steps: list[Step] = []
        self.locked_reason = ""
        self.last_change_seq = 0
        self.signed_head: ChainHead | None = None

    def absorb(self, row: LogRow) -> Effect:
        """Take the next row in; returns what it set.

        Raises
        ------
        KeyError, TypeError, ValueError, IndexError
            If the row does not have the form of its action.
        """
        self.head = ChainHead(row.seq, row.hash)
        if row.action in CHANGES or row.action in (UNDO, REDO):
            return self._absorb_change(row)
        if row.action == RUN:
            self._absorb_run(row)
        elif row.action == START:
            self.case = str(row.payload["case"])
        elif row.action == OPENED:
            self.studies.add(str(row.payload.get("study", "")))
        elif row.action == FREEZE:
            self.locked_reason = row.reason
        elif row.action == REOPEN:
            self.locked_reason = ""
        elif row.action == SIGNED and "log_seq" in row.payload:
            self.signed_head = ChainHead(row.payload["log_seq"], row.payload["log_hash"])
        return Effect()

    def _absorb_change(self, row: LogRow) -> Effect:
        effect = Effect.from_json(row.payload["after"])
        for item, label in effect.own.items():
            self.own_ids.add(item)
            self.decisions.pop(item, None)
            if label is None:
                self.own.pop(item, None)
            else:
                self.own[item] = label
        self.decisions.update(effect.decisions)  # after the labels: a returning one has its own
        for item, shape in effect.shapes.items():
            self._reshape(item, shape)
        for name, value in effect.fields.items():
            if value is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = value
        self.last_change_seq = row.seq
        self._move_history(row, effect)
        return effect

    def _reshape(self, item: str, shape: Shape | None) -> None:
        before = self.shapes.pop(item, None)
        if before is not None and before.into:
            self.taken_in[before.into].discard(item)
        if shape is not None:
            self.shapes[item] = shape
            if shape.into:
                self.taken_in.setdefault(shape.into, set()).add(item)

    def merged_into(self, item: str) -> tuple[str, ...]:
        """All items that went into this one, directly or by way of others; sorted."""
        found: set[str] = set()
        left = list(self.taken_in.get(item, ()))
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left.extend(self.taken_in.get(one, ()))
        return tuple(sorted(found))

    def _move_history(self, row: LogRow, effect: Effect) -> None:
        if row.action == UNDO:
            self.redo_steps.append(self.undo_steps.pop())
        elif row.action == REDO:
            self.undo_steps.append(self.redo_steps.pop())
        else:
            text = describe(row.action, effect)
            self.undo_steps.append(Step(row.seq, text, row.actor, row.t_utc))
            self.redo_steps.clear()

    def _absorb_run(self, row: LogRow) -> None:
        run_id, recording_id = row.payload["run"], row.payload["recording"]
        if (recording_id, run_id) not in self.runs:
            self.runs.append((recording_id, run_id))
        self.latest_runs[recording_id] = run_id
        self.last_change_seq = row.seq
