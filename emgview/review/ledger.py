"""The log joined with the state that follows from it: first the row, then the effect."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from emgview.errors import FileError
from emgview.model import DetectionRun
from emgview.review import connections
from emgview.review.chain import LogRow
from emgview.review.commands import Actor
from emgview.review.effects import Effect
from emgview.review.items import Items
from emgview.review.log import CommandLog
from emgview.review.runs import RunTable, undecided
from emgview.review.state import RUN, ReviewState

_RESTORE = "Restore the file from a backup."


class Ledger:
    """Rows on the disk, and what they add up to in memory.

    Attributes
    ----------
    log : CommandLog
    runs : RunTable
    state : ReviewState
    items : Items
    """

    def __init__(self, connection: sqlite3.Connection, file_name: str) -> None:
        self._connection = connection
        self._file_name = file_name
        self.log = CommandLog(connection, file_name)
        self.runs = RunTable(connection, file_name)
        self.state = ReviewState()
        self.items = Items(self.state, self.runs)
        self._latest: dict[str, DetectionRun] = {}

    def load(self) -> None:
        """Rebuild the state from the first row on.

        Raises
        ------
        FileError
            If the log is empty or a row cannot be read.
        """
        for row in self.log.rows():
            self._absorb(row)
        if self.state.head.seq == 0:
            raise FileError(self._file_name, "log", "is empty", _RESTORE)
        self.items.load(map(self.latest_run, self.state.latest_runs))

    def latest_run(self, recording_id: str) -> DetectionRun:
        """The run whose proposals are under review; KeyError where there is none.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        run_id = self.state.latest_runs[recording_id]
        run = self._latest.get(recording_id)
        if run is None or run.id != run_id:
            run = self._latest[recording_id] = self.runs.read(run_id)
        return run

    def catch_up(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """Take in rows that the file has beyond ours; items and fields touched, None if no row."""
        ours, found = self.state.head, self.log.head()
        if found == ours:
            return None
        if found.seq <= ours.seq or self.log.row(ours.seq).hash != ours.hash:
            raise FileError(
                self._file_name, "log", "is no longer the one that was read", "Audit the study."
            )
        items: frozenset[str] = frozenset()
        fields: frozenset[str] = frozenset()
        for row in self.log.rows(self.state.head.seq):
            effect = self._absorb(row)
            self.items.touched(effect.items, reshaped=bool(effect.shapes))
            items |= effect.items
            fields |= frozenset(effect.fields)
            if row.action == RUN:
                run = self.latest_run(row.payload["recording"])
                items |= self.items.take_run(run.recording_id, undecided(run))
        return items, fields

    def write(
        self,
        actor: Actor,
        action: str,
        payload: Mapping[str, Any],
        *,
        reason: str = "",
        t_utc: str = "",
        store: Callable[[], None] | None = None,
    ) -> Effect:
        """Commit one row, with what ``store`` inserts, then let it take effect.

        Raises
        ------
        FileError, PolicyError
            The row could not be written; nothing has changed.
        """
        head = self.state.head
        with connections.readable_errors(self._file_name):
            try:
                with connections.transaction(self._connection):
                    if store is not None:
                        store()
                    row = self.log.append(head, actor, action, payload, reason=reason, t_utc=t_utc)
            except sqlite3.Error:
                # A commit may fail in its last step although the row is there: the file decides.
                self.catch_up()
                raise
        effect = self._absorb(row)
        self.items.touched(effect.items, reshaped=bool(effect.shapes))
        return effect

    def _absorb(self, row: LogRow) -> Effect:
        try:
            return self.state.absorb(row)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            field = f"log row {row.seq}"
            raise FileError(self._file_name, field, "cannot be read", _RESTORE) from error
