"""The command log as a table: append at the end, read in order."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import rfc8785

from emgview.errors import FileError, PolicyError
from emgview.review.chain import GENESIS, ChainHead, LogRow, row_hash
from emgview.review.commands import Actor

_COLUMNS = (
    "seq, t_utc, t_mono, actor, role, station, software, action, payload, reason, prev_hash, hash"
)
_PAGE_ROWS = 500


def utc_now() -> str:
    """Present time, RFC 3339, UTC, microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class CommandLog:
    """Reads and appends rows; thread of the connection."""

    def __init__(self, connection: sqlite3.Connection, file_name: str) -> None:
        self._connection = connection
        self._file_name = file_name

    def head(self) -> ChainHead:
        """The last row as the file has it; seq 0 for an empty log."""
        row = self._connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1")
        found = row.fetchone()
        return ChainHead(*found) if found else ChainHead(0, GENESIS)

    def rows(self, after_seq: int = 0) -> Iterator[LogRow]:
        """Rows in order; read in pages so that no cursor stays open between them.

        Raises
        ------
        FileError
            If a row cannot be read.
        """
        query = f"SELECT {_COLUMNS} FROM log WHERE seq > ? ORDER BY seq LIMIT {_PAGE_ROWS}"
        while page := self._connection.execute(query, (after_seq,)).fetchall():
            for values in page:
                yield self._row(values)
            after_seq = page[-1][0]

    def row(self, seq: int) -> LogRow:
        """One row; FileError if it is not there."""
        query = f"SELECT {_COLUMNS} FROM log WHERE seq = ?"
        values = self._connection.execute(query, (seq,)).fetchone()
        if values is None:
            raise FileError(self._file_name, f"log row {seq}", "is missing", _RESTORE)
        return self._row(values)

    def append(
        self,
        head: ChainHead,
        actor: Actor,
        action: str,
        payload: Mapping[str, Any],
        *,
        reason: str = "",
        t_utc: str = "",
    ) -> LogRow:
        """Write the next row; inside the caller's transaction.

        Raises
        ------
        FileError
            If the file's last row is not ``head``: somebody else wrote.
        PolicyError
            If the payload or a text holds what JSON cannot.
        """
        if self.head() != head:
            raise FileError(
                self._file_name, "log", "was changed by another program", "Open the study again."
            )
        row = LogRow(
            seq=head.seq + 1,
            t_utc=t_utc or utc_now(),
            t_mono=time.monotonic_ns() // 1000,
            actor=actor.name,
            role=actor.role,
            station=actor.station,
            software=actor.software,
            action=action,
            payload=payload,
            reason=reason,
            prev_hash=head.hash,
            hash="",
        )
        try:
            canonical = rfc8785.dumps(payload)
            text = canonical.decode("utf-8")
            row = replace(row, payload=json.loads(text))
            row = replace(row, hash=row_hash(row, canonical))
        except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
            raise PolicyError("The text holds a value that cannot be stored", _RETYPE) from error
        self._insert(row, text)
        return row

    def _insert(self, row: LogRow, payload: str) -> None:
        values = (row.seq, row.t_utc, row.t_mono, row.actor, row.role, row.station, row.software)
        rest = (row.action, payload, row.reason, row.prev_hash, row.hash)
        marks = ", ".join("?" * (len(values) + len(rest)))
        self._connection.execute(f"INSERT INTO log ({_COLUMNS}) VALUES ({marks})", values + rest)

    def _row(self, values: tuple[Any, ...]) -> LogRow:
        try:
            payload = json.loads(values[8])
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            raise FileError(self._file_name, f"log row {values[0]}", "cannot be read", _RESTORE)
        return LogRow(*(*values[:8], payload, *values[9:]))


_RESTORE = "Restore the file from a backup."
_RETYPE = "Remove unusual characters and try again."
