"""What can be read of a review store: items, fields, history, the log and its checks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from emgview.model import Label
from emgview.review import connections
from emgview.review.audit import audit
from emgview.review.chain import ChainHead, ChainReport, LogRow
from emgview.review.checkpoints import Checkpoints
from emgview.review.ledger import Ledger
from emgview.review.state import Step


class StoreReading:
    """The reading half of :class:`~emgview.review.store.ReviewStore`; thread of the connection.

    Attributes
    ----------
    checkpoints : Checkpoints
    """

    def __init__(self, connection: sqlite3.Connection, file_name: str) -> None:
        self._connection = connection
        self._file_name = file_name
        self._ledger = Ledger(connection, file_name)
        self._log, self._runs = self._ledger.log, self._ledger.runs
        self._state, self._items = self._ledger.state, self._ledger.items
        self.checkpoints = Checkpoints(connection, file_name, self._state)

    # -- what persons say ----------------------------------------------------------------------

    def items(self, recording_id: str | None = None) -> tuple[Label, ...]:
        """Items in order of time: latest proposals, decided older ones, own labels."""
        return self._items.listing(recording_id)

    def item(self, item_id: str) -> Label | None:
        """One item as it stands, or None if it is not shown."""
        return self._items.get(item_id)

    def field(self, name: str) -> str:
        """Text of a field; empty if it was never stated."""
        return self._state.fields.get(name, "")

    def fields(self) -> dict[str, str]:
        """All stated fields."""
        return dict(self._state.fields)

    # -- history -------------------------------------------------------------------------------

    def undo_text(self) -> str | None:
        """Name of the change that :meth:`undo` would take back."""
        return self._state.undo_steps[-1].text if self._state.undo_steps else None

    def redo_text(self) -> str | None:
        """Name of the change that :meth:`redo` would do again."""
        return self._state.redo_steps[-1].text if self._state.redo_steps else None

    def history(self) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Changes that undo would take back, last first, and those that redo would do, next first.

        A view of the log: unlimited, and the same after a restart.
        """
        return tuple(self._state.undo_steps[::-1]), tuple(self._state.redo_steps[::-1])

    # -- the log -------------------------------------------------------------------------------

    def log(self, after_seq: int = 0) -> Iterator[LogRow]:
        """Rows of the log in order."""
        with connections.readable_errors(self._file_name):
            yield from self._log.rows(after_seq)

    def head(self) -> ChainHead:
        """The last row that this store knows: what a signature binds."""
        return self._state.head

    def verify_chain(self, expected: ChainHead | None = None) -> ChainReport:
        """Check every row, every stored run and the guards of the file.

        Parameters
        ----------
        expected : ChainHead, optional
            A head kept elsewhere, as in a signed report: without one, a log that was cut off at
            its end or rewritten as a whole before this opening looks sound.
        """
        heads = {self.head()} if expected is None else {self.head(), expected}
        with connections.readable_errors(self._file_name):
            return audit(self._connection, self._log, self._runs, heads, self.checkpoints.all())

    @property
    def case(self) -> str:
        """Random id of this log, from its first row: no two studies share it."""
        return self._state.case

    @property
    def studies(self) -> frozenset[str]:
        """Ids of the studies that this log was opened in, as its rows name them."""
        return frozenset(self._state.studies)

    @property
    def last_change_seq(self) -> int:
        """Last row that changed items, fields or runs; 0 if none did."""
        return self._state.last_change_seq

    @property
    def signed_head(self) -> ChainHead | None:
        """The head that the last ``report.signed`` note names, or None."""
        return self._state.signed_head

    @property
    def locked_reason(self) -> str:
        """Why changes are refused; empty while they are allowed."""
        return self._state.locked_reason
