"""The one class in front of ``review.db``."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from emgview.errors import PolicyError
from emgview.model import DetectionRun, Proposal
from emgview.review import connections, planning, reshaping, runs, schema
from emgview.review.chain import GENESIS, START, ChainHead
from emgview.review.commands import (
    Actor,
    Add,
    Applied,
    Carry,
    Command,
    Decide,
    Import,
    Note,
    Remove,
    Reshape,
    SetField,
    Settle,
)
from emgview.review.effects import Effect
from emgview.review.log import CommandLog, utc_now
from emgview.review.reading import StoreReading
from emgview.review.state import FREEZE, REDO, REOPEN, RUN, UNDO

_PROGRAM = Actor("emgview", role="program")
UPGRADE = "log.upgrade"


class ReviewStore(StoreReading):
    """Proposals, decisions, own labels, fields and the command log of one study.

    A command is first committed as one row of the log, with the disk's word for it, and only then
    seen in :meth:`items` and :meth:`fields`. All methods belong to the one thread that opened the
    store (the I/O thread of the study); SQLite refuses any other.

    Attributes
    ----------
    checkpoints : Checkpoints
    screen : mapping
        What is on the screen while the next changes are decided; goes into their rows. JSON
        values, never patient data; empty where there is no screen.
    """

    def __init__(
        self, connection: sqlite3.Connection, file_name: str, resources: ExitStack
    ) -> None:
        super().__init__(connection, file_name)
        self._resources = resources
        self.screen: Mapping[str, Any] = {}
        self._read_only = bool(connection.execute("PRAGMA query_only").fetchone()[0])
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the review of a study; a writer makes the file where there is none.

        Raises
        ------
        FileError
            The file is damaged, of another kind, or cannot be written to.
        NewerSchemaError
            It was written by a newer version of the program.
        PolicyError
            Another window or program writes to it.
        """
        with ExitStack() as resources, connections.readable_errors(path.name):
            if read_only:
                connection = connections.connect_reader(path)
                resources.callback(connection.close)
                schema.check(connection, path.name)
            else:
                connection = _open_writer(path, resources)
            store = cls(connection, path.name, resources.pop_all())
            try:
                store._ledger.load()
            except BaseException:
                store.close()
                raise
            return store

    def close(self) -> None:
        """Release file and lock; may be called twice."""
        self._closed = True
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def read_only(self) -> bool:
        """Whether commands are refused."""
        return self._read_only

    # -- what the machine proposed -------------------------------------------------------------

    def add_run(self, run: DetectionRun, actor: Actor) -> Applied:
        """Store a run and make it the latest of its recording.

        Decisions on proposals that the new run has again (same id) stay; decided proposals that
        it lacks stay visible. A run that is already the latest changes nothing.

        Raises
        ------
        PolicyError
            The run contradicts itself, or gives a stored id to another stretch or class.
        FileError
            It could not be written.
        """
        self._check_writable()
        runs.check_run(run)
        labels = runs.undecided(run)
        with connections.readable_errors(self._file_name):
            known = (run.recording_id, run.id) in self._state.runs
            stored = runs.undecided(self._runs.read(run.id)) if known else labels
            self._runs.check_same_items(labels, stored)
        if known and self._state.latest_runs[run.recording_id] == run.id:
            return self._nothing()
        payload = _run_payload(run)

        def store() -> None:
            # A stored run stays as it is: scores computed elsewhere may differ in the last digit.
            digest = self._runs.digest(run.id) if known else self._runs.insert(run)
            payload["content_sha256"] = digest

        self._ledger.write(actor, RUN, payload, store=store)
        items = self._items.take_run(run.recording_id, labels)
        count = len(run.proposals)
        return Applied(self._state.head.seq, items, f"{count} proposals of {run.detector}")

    def runs(self, recording_id: str) -> tuple[DetectionRun, ...]:
        """All runs over a recording, in the order in which they were first added."""
        with connections.readable_errors(self._file_name):
            ids = [run_id for owner, run_id in self._state.runs if owner == recording_id]
            return tuple(self._runs.read(run_id) for run_id in ids)

    def latest_run(self, recording_id: str) -> DetectionRun | None:
        """The run whose proposals are under review, or None."""
        if recording_id not in self._state.latest_runs:
            return None
        with connections.readable_errors(self._file_name):
            return self._ledger.latest_run(recording_id)

    def proposal(self, item_id: str) -> Proposal | None:
        """The proposal behind an item, with all evidence; None for own labels."""
        with connections.readable_errors(self._file_name):
            return self._runs.proposal(item_id)

    # -- what persons say ----------------------------------------------------------------------

    def apply(self, command: Command, actor: Actor) -> Applied:
        """Do what the command says: all of it or nothing.

        Where nothing would change no row is written (see :class:`Applied`).

        Raises
        ------
        PolicyError
            It is not allowed; nothing was changed.
        FileError
            It could not be written; nothing was changed.
        """
        self._check_writable(even_locked=isinstance(command, Note))
        if isinstance(command, Note):
            planning.check_note(command)
            self._ledger.write(actor, command.action, command.details, reason=command.reason)
            return self._applied(Effect(), f"Noted: {command.action}")
        at = utc_now()
        plan = self._plan(command, actor.name, at)
        if plan is None:
            return self._nothing()
        payload = {"before": plan.before.to_json(), "after": plan.after.to_json()}
        payload |= {"screen": dict(self.screen)} if self.screen else {}
        effect = self._ledger.write(actor, plan.action, payload, reason=command.reason, t_utc=at)
        return self._applied(effect, self._state.undo_steps[-1].text)

    def _plan(
        self,
        command: Decide | Add | Import | Remove | SetField | Reshape | Carry | Settle,
        by: str,
        at: str,
    ) -> planning.Plan | None:
        match command:
            case Decide():
                return planning.plan_decide(command, self._items, by, at)
            case Add():
                return planning.plan_add(command, self._state, self._items, by, at)
            case Import():
                return planning.plan_import(command, self._state, self._items, by, at)
            case Remove():
                return planning.plan_remove(command, self._state, self._items)
            case SetField():
                return planning.plan_field(command, self._state.fields)
            case Reshape():
                return reshaping.plan_reshape(command, self._state, self._items)
            case Carry():
                return reshaping.plan_carry(command, self._state, self._items)
            case Settle():
                return planning.plan_settle(command, self._state, self._items, by, at)

    # -- history -------------------------------------------------------------------------------

    def undo(self, actor: Actor) -> Applied | None:
        """Take back the last change by a row that holds its inverse; None if there is none."""
        return self._step(actor, UNDO)

    def redo(self, actor: Actor) -> Applied | None:
        """Do again what was undone last; None if there is nothing or a new change came since."""
        return self._step(actor, REDO)

    def _step(self, actor: Actor, action: str) -> Applied | None:
        self._check_writable()
        steps = self._state.undo_steps if action == UNDO else self._state.redo_steps
        if not steps:
            return None
        step = steps[-1]
        with connections.readable_errors(self._file_name):
            change = self._log.row(step.seq).payload
        before, after = change["before"], change["after"]
        if action == UNDO:
            before, after = after, before
        payload = {"of": step.seq, "before": before, "after": after}
        payload |= {"screen": dict(self.screen)} if self.screen else {}
        effect = self._ledger.write(actor, action, payload)
        return self._applied(effect, f"{action.capitalize()}: {step.text}")

    # -- the log -------------------------------------------------------------------------------

    def freeze(self, reason: str, actor: Actor) -> Applied:
        """Refuse changes from now on, in the store itself; notes stay possible."""
        return self._lock(FREEZE, reason, actor)

    def reopen(self, reason: str, actor: Actor) -> Applied:
        """Allow changes again, for instance to make a new version of a signed report."""
        return self._lock(REOPEN, reason, actor)

    def _lock(self, action: str, reason: str, actor: Actor) -> Applied:
        self._check_writable(even_locked=True)
        if not reason.strip():
            raise PolicyError("No reason was given", "State the reason.")
        self._ledger.write(actor, action, {}, reason=reason)
        return self._applied(Effect(), reason)

    def refresh(self) -> Applied | None:
        """Take in what another process has written since; None if nothing.

        For stores that are open read-only; the writer is always up to date.
        """
        with connections.readable_errors(self._file_name):
            touched = self._ledger.catch_up()
        if touched is None:
            return None
        items, fields = touched
        return Applied(self._state.head.seq, items, "Brought up to date", fields)

    # -- inside --------------------------------------------------------------------------------

    def _applied(self, effect: Effect, message: str) -> Applied:
        return Applied(self._state.head.seq, effect.items, message, frozenset(effect.fields))

    def _nothing(self) -> Applied:
        return Applied(self._state.head.seq, frozenset(), "Nothing to change", changed=False)

    def _check_writable(self, *, even_locked: bool = False) -> None:
        if self._closed:
            raise PolicyError("The review is closed", "Open the study again.")
        if self._read_only:
            raise PolicyError("The review is open read-only", "Close the other window first.")
        if self._state.locked_reason and not even_locked:
            raise PolicyError(
                f"The review is closed to changes: {self._state.locked_reason}",
                "Start a new version of the report.",
            )


def _open_writer(path: Path, resources: ExitStack) -> sqlite3.Connection:
    """Take the lock, connect, and make the tables of a new file."""
    lock = connections.WriterLock(path)
    resources.callback(lock.release)
    connection = connections.connect_writer(path)
    resources.callback(connections.close_writer, connection)
    if schema.is_blank(connection):
        connections.use_wal(connection)
        with connections.transaction(connection):
            schema.create(connection)
            # The random case id makes each chain its own: rows of another study do not fit.
            start = {"case": str(uuid.uuid4()), "schema": schema.SCHEMA_VERSION}
            CommandLog(connection, path.name).append(ChainHead(0, GENESIS), _PROGRAM, START, start)
    schema.check(connection, path.name)
    connections.use_wal(connection)
    _upgrade(connection, path.name)
    return connection


def _upgrade(connection: sqlite3.Connection, file_name: str) -> None:
    """Bring an older file up to this version: all of it or nothing, and a row that says so."""
    version = schema.version_of(connection)
    if version == schema.SCHEMA_VERSION:
        return
    log = CommandLog(connection, file_name)
    with connections.transaction(connection):
        schema.upgrade(connection)
        details = {"from": version, "to": schema.SCHEMA_VERSION}
        log.append(log.head(), _PROGRAM, UPGRADE, details)


def _run_payload(run: DetectionRun) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for proposal in run.proposals:
        counts[proposal.activity] = counts.get(proposal.activity, 0) + 1
    return {
        "run": run.id,
        "recording": run.recording_id,
        "detector": run.detector,
        "version": run.version,
        "parameters_hash": run.parameters_hash,
        "proposals": counts,
    }
