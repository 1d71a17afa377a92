"""Signed checkpoints: a head of the log with a signature, kept beside the log.

A chain of hashes alone says nothing of rows that were cut off at its end, nor of a log that was
written anew as a whole. A checkpoint says "row *n* of this log had this hash", signed with a key
that does not lie in the study. Whoever can write the file can still take rows and checkpoints
away together: that is found only by a copy of a checkpoint that is kept elsewhere.

Signature: Ed25519 (RFC 8032) over ``emgview-checkpoint/1``, a zero byte, and the RFC 8785 JSON of
case, seq, hash and time.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import Any, Protocol

import rfc8785

from emgview.review import connections, schema
from emgview.review.chain import ChainHead
from emgview.review.log import utc_now
from emgview.review.state import ReviewState

_DOMAIN = b"emgview-checkpoint/1\0"
_COLUMNS = "case_id, seq, hash, t_utc, key, signature"


class CheckpointKey(Protocol):
    """A key that signs checkpoints."""

    @property
    def public_hex(self) -> str:
        """The public key, 64 hexadecimal digits."""

    def sign(self, statement: bytes) -> bytes:
        """Signature over a statement, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the log, signed.

    Parameters
    ----------
    case : str
        Random id in the first row of the log.
    seq : int
    hash : str
        Of row ``seq``.
    t_utc : str
        RFC 3339.
    key : str
        Public key (Ed25519), 64 hexadecimal digits.
    signature : str
        128 hexadecimal digits.
    """

    case: str
    seq: int
    hash: str
    t_utc: str
    key: str
    signature: str = ""

    @property
    def head(self) -> ChainHead:
        """What it states."""
        return ChainHead(self.seq, self.hash)

    @property
    def statement(self) -> bytes:
        """What is signed."""
        event: dict[str, Any] = {
            "case": self.case,
            "seq": self.seq,
            "hash": self.hash,
            "t_utc": self.t_utc,
        }
        return _DOMAIN + rfc8785.dumps(event)

    @property
    def is_genuine(self) -> bool:
        """Whether the signature is that of its key; whose key that is, is another question."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            public.verify(bytes.fromhex(self.signature), self.statement)
        except (InvalidSignature, ValueError):
            return False
        return True


class Checkpoints:
    """Checkpoints in the review file; thread of the connection."""

    def __init__(self, connection: sqlite3.Connection, file_name: str, state: ReviewState) -> None:
        self._connection = connection
        self._file_name = file_name
        self._state = state

    def all(self) -> tuple[Checkpoint, ...]:
        """In order; none in a file of the first version, which had no table for them."""
        with connections.readable_errors(self._file_name):
            if schema.version_of(self._connection) < schema.FIRST_WITH_CHECKPOINTS:
                return ()
            query = f"SELECT {_COLUMNS} FROM checkpoint ORDER BY rowid"
            return tuple(Checkpoint(*row) for row in self._connection.execute(query))

    def sign(self, key: CheckpointKey) -> Checkpoint | None:
        """Sign the head of the log and store that; None where this key has signed it already.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        state, head = self._state, self._state.head
        query = "SELECT count(*) FROM checkpoint WHERE seq = ? AND key = ?"
        with connections.readable_errors(self._file_name):
            known = self._connection.execute(query, (head.seq, key.public_hex)).fetchone()[0]
            if known:
                return None
            made = Checkpoint(state.case, head.seq, head.hash, utc_now(), key.public_hex)
            made = replace(made, signature=key.sign(made.statement).hex())
            values = (made.case, made.seq, made.hash, made.t_utc, made.key, made.signature)
            with connections.transaction(self._connection):
                self._connection.execute(
                    f"INSERT INTO checkpoint ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", values
                )
        return made
