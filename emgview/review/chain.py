"""Rows of the log and the hash chain through them: tamper-evident, not tamper-proof.

Each row's hash is the SHA-256 of ``emgview-log/1``, a zero byte, the previous hash in hex, and
the RFC 8785 JSON of the row. An edit, a deletion, a swap or an
insertion breaks the chain. Cutting off the end, or rewriting the file and all hashes after a
change, does not: those are found only against a head that is kept elsewhere (a signed report, an
exported copy), see ``expected`` of :func:`verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from emgview.errors import FileError

_DOMAIN = b"emgview-log/1\0"
GENESIS = "0" * 64
START = "log.start"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the command log.

    Parameters
    ----------
    seq : int
        1, 2, 3 … without holes.
    t_utc : str
        RFC 3339, UTC, microseconds.
    t_mono : int
        Monotonic clock of the computer, µs; comparable between rows of one switch-on only.
    payload : mapping
        JSON. Rows that change something hold ``before`` and ``after``.
    prev_hash, hash : str
        64 hexadecimal digits.
    """

    seq: int
    t_utc: str
    t_mono: int
    actor: str
    role: str
    station: str
    software: str
    action: str
    payload: Mapping[str, Any]
    reason: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Last row of the log: what a signature binds."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Result of a verification; ``problem`` is empty and ``first_bad_seq`` None when ``ok``."""

    ok: bool
    n_rows: int
    problem: str = ""
    first_bad_seq: int | None = None


def row_hash(row: LogRow, payload: bytes = b"") -> str:
    """The hash that this row must carry, from its content and ``prev_hash``.

    ``payload`` is its payload as RFC 8785 JSON, where that is at hand: a bulk decision is long.

    Raises
    ------
    rfc8785.CanonicalizationError
        If the payload holds a value that JSON does not know.
    """
    # The keys of RFC 8785 are sorted: these stand before "payload", those after it.
    before: dict[str, Any] = {
        "action": row.action,
        "actor": {"name": row.actor, "role": row.role},
    }
    after: dict[str, Any] = {
        "reason": row.reason,
        "seq": row.seq,
        "software": row.software,
        "station": row.station,
        "t_mono": row.t_mono,
        "t_utc": row.t_utc,
    }
    middle = payload or rfc8785.dumps(row.payload)
    event = rfc8785.dumps(before)[:-1] + b',"payload":' + middle + b"," + rfc8785.dumps(after)[1:]
    return hashlib.sha256(_DOMAIN + row.prev_hash.encode() + event).hexdigest()


def verify(rows: Iterable[LogRow], expected: Iterable[ChainHead] = ()) -> ChainReport:
    """Walk the chain from the first row to the last.

    Parameters
    ----------
    rows : iterable of LogRow
        In order of ``seq``.
    expected : iterable of ChainHead
        Heads that were kept elsewhere; each must be a row of this chain.
    """
    seq, last_hash, missing = 0, GENESIS, set(expected)
    try:
        for row in rows:
            problem = _problem(row, seq + 1, last_hash)
            if problem:
                return ChainReport(False, seq, problem, row.seq)
            seq, last_hash = row.seq, row.hash
            missing.discard(ChainHead(seq, last_hash))
    except FileError as error:
        return ChainReport(False, seq, str(error), seq + 1)
    if seq == 0:
        return ChainReport(False, 0, "the log is empty", 1)
    if missing:
        known = min(head.seq for head in missing)
        problem = f"row {known} is not the one that was there: the log was cut off or rewritten"
        return ChainReport(False, seq, problem, min(known, seq + 1))
    return ChainReport(True, seq)


def _problem(row: LogRow, seq: int, last_hash: str) -> str:
    """What is wrong with the row at this place of the chain; empty if nothing."""
    if row.seq != seq:
        return f"row {seq} is missing"
    if row.prev_hash != last_hash:
        return f"row {seq} does not continue the row before it"
    if seq == 1 and row.action != START:
        return "the log does not begin with its first row"
    try:
        found = row_hash(row)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return f"row {seq} cannot be read"
    return "" if found == row.hash else f"row {seq} was changed"
