"""Detection runs and their proposals: stored once, never changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from emgview.errors import FileError, PolicyError
from emgview.model import (
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Label,
    PackedProposals,
    Proposal,
    SampleInterval,
    making_many,
)
from emgview.model.packed import MEASURES, packed_potentials

_IDS_PER_QUERY = 500

Row = tuple[str, str, bytes]
"""Id, body (JSON text) and potentials of a proposal, as stored."""


class RunTable:
    """Runs in the database; thread of the connection."""

    def __init__(self, connection: sqlite3.Connection, file_name: str) -> None:
        self._connection = connection
        self._file_name = file_name

    def insert(self, run: DetectionRun) -> str:
        """Store a run, row after row, inside the caller's transaction; gives its digest.

        Raises
        ------
        PolicyError
            If a number is not finite.
        """
        body, sha = _encode_run(run), _Digest(run.id)
        sha.update(body)
        self._connection.execute(
            "INSERT INTO run (id, recording_id, body) VALUES (?, ?, ?)",
            (run.id, run.recording_id, body),
        )
        self._connection.executemany(
            "INSERT INTO proposal (run_id, position, id, body, potentials) VALUES (?, ?, ?, ?, ?)",
            (
                (run.id, position, *sha.taken(_encode_proposal(proposal)))
                for position, proposal in enumerate(run.proposals)
            ),
        )
        return sha.hexdigest()

    def ids(self) -> list[str]:
        """Ids of all stored runs."""
        return [row[0] for row in self._connection.execute("SELECT id FROM run ORDER BY id")]

    def read(self, run_id: str) -> DetectionRun:
        """A run with all its values.

        Raises
        ------
        FileError
            If it is missing or cannot be read.
        """
        body, rows = self._stored(run_id)
        try:
            return _decode_run(run_id, json.loads(body), _packed(rows))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._damaged(run_id) from error

    def digest(self, run_id: str) -> str:
        """SHA-256 over all that is stored of a run, each part preceded by its length."""
        body, rows = self._stored(run_id)
        sha = _Digest(run_id)
        sha.update(body)
        for row in rows:
            sha.update(*row)
        return sha.hexdigest()

    def labels_of(self, item_ids: Iterable[str]) -> dict[str, Label]:
        """The undecided items of those ids, as far as any run has them."""
        wanted = list(item_ids)
        found: dict[str, Label] = {}
        for first in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[first : first + _IDS_PER_QUERY]
            marks = ", ".join("?" * len(part))
            query = f"SELECT id, body, potentials FROM proposal WHERE id IN ({marks})"
            rows = self._connection.execute(query, part)
            found.update((label.id, label) for label in _packed(rows).labels())
        return found

    def proposal(self, item_id: str) -> Proposal | None:
        """The newest stored proposal of that id, or None."""
        query = "SELECT id, body, potentials FROM proposal WHERE id = ? ORDER BY rowid DESC LIMIT 1"
        row = self._connection.execute(query, (item_id,)).fetchone()
        return _packed([row])[0] if row else None

    def check_same_items(self, labels: Mapping[str, Label], stored: Mapping[str, Label]) -> None:
        """Refuse a run whose ids stand for something else already.

        Parameters
        ----------
        labels, stored : mapping of item id to Label
            Undecided items of the run, and of the stored run of its id.

        Raises
        ------
        PolicyError
            If a run or a proposal of the same id differs.
        """
        if stored != labels:
            raise PolicyError("Another run of this id is stored", "Report this detector.")
        for item, label in self.labels_of(labels).items():
            if label != labels[item]:
                raise PolicyError(
                    "The run gives the id of a stored proposal to something else",
                    "Report this detector.",
                )

    def _stored(self, run_id: str) -> tuple[str, Iterator[Row]]:
        """Body of a run and the rows of its proposals, read one by one: use them up at once."""
        found = self._connection.execute("SELECT body FROM run WHERE id = ?", (run_id,)).fetchone()
        if found is None:
            raise FileError(self._file_name, "run", "is missing", "Restore the file from a backup.")
        query = "SELECT id, body, potentials FROM proposal WHERE run_id = ? ORDER BY position"
        return found[0], self._connection.execute(query, (run_id,))

    def _damaged(self, run_id: str) -> FileError:
        return FileError(
            self._file_name, f"run {run_id}", "cannot be read", "Restore the file from a backup."
        )


def check_run(run: DetectionRun) -> None:
    """PolicyError if a proposal is of another recording, or an id occurs twice."""
    ids = {proposal.id for proposal in run.proposals}
    if len(ids) != len(run.proposals):
        raise PolicyError("The run has two proposals of one id", "Report this detector.")
    if any(proposal.recording_id != run.recording_id for proposal in run.proposals):
        raise PolicyError("The run has proposals of another recording", "Report this detector.")


def _encode_run(run: DetectionRun) -> str:
    return _json(
        {
            "recording_id": run.recording_id,
            "detector": run.detector,
            "version": run.version,
            "parameters": run.parameters,
            "parameters_hash": run.parameters_hash,
            "examined": [[int(part.start), int(part.stop)] for part in run.examined],
            "examined_channels": [int(channel) for channel in run.examined_channels],
            "remarks": [[int(r.channel), r.reason, bool(r.refused)] for r in run.remarks],
        }
    )


class _Digest:
    """SHA-256 over the parts of a run as they come, each preceded by its length."""

    def __init__(self, run_id: str) -> None:
        self._sha = hashlib.sha256()
        self.update(run_id)

    def update(self, *parts: str | bytes) -> None:
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            self._sha.update(len(data).to_bytes(8, "big"))
            self._sha.update(data)

    def taken(self, row: Row) -> Row:
        """The row, once it is counted in."""
        self.update(*row)
        return row

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


def undecided(run: DetectionRun) -> dict[str, Label]:
    """The item of each proposal of a run before anybody decided, by id."""
    packed = run.proposals
    if not isinstance(packed, PackedProposals):
        packed = PackedProposals.of(packed)
    with making_many():
        return {label.id: label for label in packed.labels()}


def _json(value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except ValueError as error:
        raise PolicyError(
            "The run holds a number that is not finite", "Report this detector."
        ) from error


def _encode_proposal(proposal: Proposal) -> Row:
    body = {
        "recording_id": proposal.recording_id,
        "channel": int(proposal.channel),
        "interval": [int(proposal.interval.start), int(proposal.interval.stop)],
        "activity": proposal.activity,
        "score": float(proposal.score),
        "evidence": _encode_evidence(proposal.evidence),
        "detector": proposal.detector,
        "version": proposal.version,
        "parameters_hash": proposal.parameters_hash,
        "train_id": proposal.train_id,
    }
    return proposal.id, _json(body), packed_potentials(proposal.potentials)


def _encode_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "first_deflection": evidence.first_deflection,
        "duration_ms": _number(evidence.duration_ms),
        "amplitude_uv": _number(evidence.amplitude_uv),
        "phases": None if evidence.phases is None else int(evidence.phases),
        "rate_hz": _number(evidence.rate_hz),
        "interval_cv": _number(evidence.interval_cv),
        "n_potentials": int(evidence.n_potentials),
        "snr": _number(evidence.snr),
        "reasons": list(evidence.reasons),
    }


def _number(value: float | None) -> float | None:
    """A plain float (NumPy's are not JSON), None kept."""
    return None if value is None else float(value)


def _decode_run(run_id: str, body: Mapping[str, Any], proposals: PackedProposals) -> DetectionRun:
    return DetectionRun(
        id=run_id,
        recording_id=body["recording_id"],
        detector=body["detector"],
        version=body["version"],
        parameters=body["parameters"],
        parameters_hash=body["parameters_hash"],
        examined=tuple(SampleInterval(*part) for part in body["examined"]),
        examined_channels=tuple(body["examined_channels"]),
        remarks=tuple(ChannelRefusal(*remark) for remark in body["remarks"]),
        proposals=proposals,
    )


def _packed(rows: Iterable[Row]) -> PackedProposals:
    """The proposals of those rows, without making an object of any of them."""
    decode, packed = msgspec.json.Decoder().decode, PackedProposals()
    add = packed.add
    for item_id, text, potentials in rows:
        body = decode(text)
        evidence = body["evidence"]
        start, stop = body["interval"]
        add(
            item_id,
            (
                *(body["recording_id"], body["activity"], body["detector"], body["version"]),
                *(body["parameters_hash"], body["train_id"]),
                *(evidence["first_deflection"], tuple(evidence["reasons"])),
            ),
            (body["channel"], start, stop, body["score"]),
            [evidence[name] for name in MEASURES],
            potentials,
        )
    return packed.sealed()
