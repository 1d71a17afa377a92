"""Detection runs and their proposals: stored once, never changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from emgview.errors import FileError, PolicyError
from emgview.model import (
    ChannelRefusal,
    DetectionRun,
    Evidence,
    Label,
    LabelState,
    Origin,
    Potential,
    Proposal,
    SampleInterval,
)

# 32 bytes for each potential: 100 000 of them are 3 MB and are read in milliseconds.
_POTENTIAL = np.dtype([("start", "<i8"), ("stop", "<i8"), ("peak", "<i8"), ("score", "<f8")])
_IDS_PER_QUERY = 500

Row = tuple[str, str, bytes]
"""Id, body (JSON text) and potentials of a proposal, as stored."""


class RunTable:
    """Runs in the database; thread of the connection."""

    def __init__(self, connection: sqlite3.Connection, file_name: str) -> None:
        self._connection = connection
        self._file_name = file_name

    def insert(self, run: DetectionRun, body: str, rows: list[Row]) -> None:
        """Store a run; inside the caller's transaction."""
        self._connection.execute(
            "INSERT INTO run (id, recording_id, body) VALUES (?, ?, ?)",
            (run.id, run.recording_id, body),
        )
        self._connection.executemany(
            "INSERT INTO proposal (run_id, position, id, body, potentials) VALUES (?, ?, ?, ?, ?)",
            ((run.id, position, *row) for position, row in enumerate(rows)),
        )

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
            return _decode_run(run_id, json.loads(body), rows)
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(run_id) from error

    def digest(self, run_id: str) -> str:
        """SHA-256 over the stored run; see :func:`digest`."""
        return digest(run_id, *self._stored(run_id))

    def labels(self, run_id: str) -> dict[str, Label]:
        """The undecided item of each proposal of a run, by id."""
        _, rows = self._stored(run_id)
        try:
            return {row[0]: _undecided(*row) for row in rows}
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(run_id) from error

    def labels_of(self, item_ids: Iterable[str]) -> dict[str, Label]:
        """The undecided items of those ids, as far as any run has them."""
        wanted = list(item_ids)
        found: dict[str, Label] = {}
        for first in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[first : first + _IDS_PER_QUERY]
            marks = ", ".join("?" * len(part))
            query = f"SELECT id, body, potentials FROM proposal WHERE id IN ({marks})"
            found.update(
                (row[0], _undecided(*row)) for row in self._connection.execute(query, part)
            )
        return found

    def proposal(self, item_id: str) -> Proposal | None:
        """The newest stored proposal of that id, or None."""
        query = "SELECT id, body, potentials FROM proposal WHERE id = ? ORDER BY rowid DESC LIMIT 1"
        row = self._connection.execute(query, (item_id,)).fetchone()
        return _decode_proposal(*row) if row else None

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

    def _stored(self, run_id: str) -> tuple[str, list[Row]]:
        found = self._connection.execute("SELECT body FROM run WHERE id = ?", (run_id,)).fetchone()
        if found is None:
            raise FileError(self._file_name, "run", "is missing", "Restore the file from a backup.")
        query = "SELECT id, body, potentials FROM proposal WHERE run_id = ? ORDER BY position"
        return found[0], self._connection.execute(query, (run_id,)).fetchall()

    def _damaged(self, run_id: str) -> FileError:
        return FileError(
            self._file_name, f"run {run_id}", "cannot be read", "Restore the file from a backup."
        )


def encode_run(run: DetectionRun) -> tuple[str, list[Row]]:
    """What is stored of a run: its body and the rows of its proposals.

    Raises
    ------
    PolicyError
        If a proposal is of another recording, an id occurs twice, or a number is not finite.
    """
    ids = [proposal.id for proposal in run.proposals]
    if len(ids) != len(set(ids)):
        raise PolicyError("The run has two proposals of one id", "Report this detector.")
    if any(proposal.recording_id != run.recording_id for proposal in run.proposals):
        raise PolicyError("The run has proposals of another recording", "Report this detector.")
    body = {
        "recording_id": run.recording_id,
        "detector": run.detector,
        "version": run.version,
        "parameters": run.parameters,
        "parameters_hash": run.parameters_hash,
        "examined": [[int(part.start), int(part.stop)] for part in run.examined],
        "examined_channels": [int(channel) for channel in run.examined_channels],
        "remarks": [[int(r.channel), r.reason, bool(r.refused)] for r in run.remarks],
    }
    return _json(body), [_encode_proposal(proposal) for proposal in run.proposals]


def digest(run_id: str, body: str, rows: Iterable[Row]) -> str:
    """SHA-256 over all that is stored of a run, each part preceded by its length."""
    sha = hashlib.sha256()
    for part in _parts(run_id, body, rows):
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    return sha.hexdigest()


def undecided(proposal: Proposal) -> Label:
    """The item of a proposal before anybody decided."""
    return Label(
        id=proposal.id,
        recording_id=proposal.recording_id,
        channel=proposal.channel,
        interval=proposal.interval,
        peak_samples=proposal.peak_samples,
        activity=proposal.activity,
        origin=Origin.DETECTOR,
        state=LabelState.PROPOSED,
        proposal_id=proposal.id,
    )


def _parts(run_id: str, body: str, rows: Iterable[Row]) -> Iterator[bytes]:
    yield run_id.encode()
    yield body.encode()
    for item_id, proposal_body, potentials in rows:
        yield item_id.encode()
        yield proposal_body.encode()
        yield potentials


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
    values = [
        (p.interval.start, p.interval.stop, p.peak_sample, p.score) for p in proposal.potentials
    ]
    return proposal.id, _json(body), np.array(values, dtype=_POTENTIAL).tobytes()


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


def _decode_run(run_id: str, body: Mapping[str, Any], rows: Iterable[Row]) -> DetectionRun:
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
        proposals=tuple(_decode_proposal(*row) for row in rows),
    )


def _decode_proposal(item_id: str, text: str, potentials: bytes) -> Proposal:
    body = json.loads(text)
    evidence = dict(body["evidence"])
    evidence["reasons"] = tuple(evidence["reasons"])
    return Proposal(
        id=item_id,
        recording_id=body["recording_id"],
        channel=body["channel"],
        interval=SampleInterval(*body["interval"]),
        potentials=tuple(
            Potential(SampleInterval(start, stop), peak, score)
            for start, stop, peak, score in np.frombuffer(potentials, _POTENTIAL).tolist()
        ),
        activity=body["activity"],
        score=body["score"],
        evidence=Evidence(**evidence),
        detector=body["detector"],
        version=body["version"],
        parameters_hash=body["parameters_hash"],
        train_id=body["train_id"],
    )


def _undecided(item_id: str, text: str, potentials: bytes) -> Label:
    """As :func:`undecided`, without building the potentials one by one."""
    body = json.loads(text)
    return Label(
        id=item_id,
        recording_id=body["recording_id"],
        channel=body["channel"],
        interval=SampleInterval(*body["interval"]),
        peak_samples=tuple(np.frombuffer(potentials, _POTENTIAL)["peak"].tolist()),
        activity=body["activity"],
        origin=Origin.DETECTOR,
        state=LabelState.PROPOSED,
        proposal_id=item_id,
    )
