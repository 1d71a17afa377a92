"""Use case: the audit of a study's log. It shows tampering; it cannot prevent it.

Answers, each for itself: is the chain whole; is it this study's; does it pass through its signed
checkpoints, through the last one that this workstation kept, and through the heads that signed
reports hold; does it hold what a copy of a checkpoint says. Nothing is changed by it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from emgview.errors import EmgviewError, FileError
from emgview.review import ChainHead, Checkpoint, LogRow, ReviewStore
from emgview.session.station import Register, StationKey
from emgview.session.study_folder import StudyFolder
from emgview.typed_data import typed_json

OK, FAILED, UNKNOWN = "ok", "failed", "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the audit: ``ok``, ``failed`` or ``unknown``, and why."""

    name: str
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Audit:
    """All answers; ``n_rows`` of the log were read."""

    answers: tuple[Answer, ...]
    n_rows: int
    first_bad_row: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the log. *Unknown* is no proof of anything."""
        return not any(answer.status == FAILED for answer in self.answers)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "ok": self.ok,
            "rows": self.n_rows,
            "first_bad_row": self.first_bad_row,
            "answers": [msgspec.to_builtins(answer) for answer in self.answers],
        }


def audit_study(folder: StudyFolder, kept: Checkpoint | None = None) -> Audit:
    """Audit the log of a study; reads the file, so another window may be at work on it.

    Parameters
    ----------
    kept : Checkpoint, optional
        A copy of a checkpoint that was kept elsewhere.

    Raises
    ------
    FileError
        If the study has no readable ``study.json``.
    """
    study_id = folder.read().id
    try:
        with ReviewStore.open(folder.review_db, read_only=True) as store:
            return _audited(store, study_id, folder, kept)
    except EmgviewError as error:
        return Audit((Answer("chain", FAILED, f"the log cannot be read: {error}"),), 0)


def _audited(
    store: ReviewStore, study_id: str, folder: StudyFolder, kept: Checkpoint | None
) -> Audit:
    report = store.verify_chain()
    answers = [Answer("chain", OK, f"{report.n_rows} rows, none changed, missing or put in")]
    if not report.ok:
        answers = [Answer("chain", FAILED, report.problem)]
    answers.append(_case(store, study_id))
    answers.append(_checkpoints(store))
    answers.append(_register(store))
    answers.append(_reports(store, folder.reports))
    if kept is not None:
        answers.append(_copy(store, kept))
    return Audit(tuple(answers), report.n_rows, report.first_bad_seq)


def _case(store: ReviewStore, study_id: str) -> Answer:
    """Whether the log is this study's: each opening wrote the study's id into a row."""
    named = {
        str(row.payload.get("study")): row.seq for row in store.log() if row.action == "study.open"
    }
    foreign = {name: seq for name, seq in named.items() if name != study_id}
    if foreign:
        seq = min(foreign.values())
        return Answer("case", FAILED, f"row {seq} was written for another study")
    if not named:
        return Answer("case", UNKNOWN, "no row names the study")
    return Answer("case", OK, "the log was written for this study")


def _checkpoints(store: ReviewStore) -> Answer:
    """Signatures are checked with the chain; here: whose they are, and what they leave open."""
    found = store.checkpoints.all()
    if not found:
        return Answer("checkpoints", UNKNOWN, "none: a log that was cut off would not show")
    bad = next((c for c in found if not c.is_genuine or c.case != store.case), None)
    if bad is not None:
        return Answer("checkpoints", FAILED, f"the one at row {bad.seq} is not genuine")
    lost = next((c for c in found if not _has(store, c.head)), None)
    if lost is not None:
        return Answer("checkpoints", FAILED, f"row {lost.seq} is not the one that was signed")
    own = _own_key()
    others = {c.key[:16] for c in found if c.key != own}
    keys = ["of this workstation"] if any(c.key == own for c in found) else []
    keys += [f"{key}…" for key in sorted(others)]
    whose = f"signed with the key{'s' * (len(keys) > 1)} {', '.join(keys)}"
    open_rows = store.head().seq - found[-1].seq
    tail = f"; {open_rows} rows since the last" if open_rows else ""
    return Answer("checkpoints", OK, f"{len(found)}, up to row {found[-1].seq}, {whose}{tail}")


def _own_key() -> str:
    try:
        return StationKey.load(make=False).public_hex
    except FileError:
        return ""


def _register(store: ReviewStore) -> Answer:
    last = Register().last(store.case)
    if last is None:
        return Answer("workstation", UNKNOWN, "this workstation has never written this log")
    if _has(store, last.head):
        return Answer("workstation", OK, f"holds row {last.seq} as this workstation wrote it")
    return Answer(
        "workstation",
        FAILED,
        f"row {last.seq}, written here on {last.t_utc[:10]}, is missing or another one: "
        "the log was cut off or rewritten, or an older copy was put back",
    )


def _reports(store: ReviewStore, reports: Path) -> Answer:
    heads = list(_report_heads(reports))
    if not heads:
        return Answer("reports", UNKNOWN, "no signed report in the study")
    for name, head in heads:
        if head is None or not _has(store, head):
            where = "the log" if head is None else f"row {head.seq}"
            return Answer("reports", FAILED, f"{where} is not as report {name} holds it")
    return Answer("reports", OK, f"passes through the heads of {len(heads)} signed report(s)")


def _report_heads(reports: Path) -> list[tuple[str, ChainHead | None]]:
    found: list[tuple[str, ChainHead | None]] = []
    for path in sorted(reports.glob("*_v*/report.json")):
        try:
            body = json.loads(path.read_bytes())
            if body.get("status") == "final":
                anchor = body["audit_anchor"]
                found.append((path.parent.name, ChainHead(int(anchor["seq"]), anchor["head"])))
        except (OSError, ValueError, KeyError, TypeError):
            found.append((path.parent.name, None))
    return found


def _copy(store: ReviewStore, kept: Checkpoint) -> Answer:
    if not kept.is_genuine:
        return Answer("copy", FAILED, "the copy of the checkpoint is not genuine")
    if kept.case != store.case:
        return Answer("copy", FAILED, "the checkpoint is of another log")
    if not _has(store, kept.head):
        return Answer("copy", FAILED, f"row {kept.seq} is missing or another one")
    return Answer("copy", OK, f"holds row {kept.seq} as the copy says")


def _has(store: ReviewStore, head: ChainHead) -> bool:
    row = next(store.log(head.seq - 1), None) if head.seq > 0 else None
    return row is not None and (row.seq, row.hash) == (head.seq, head.hash)


def rows_of(folder: StudyFolder, after_seq: int = 0) -> list[LogRow]:
    """Rows of the log after one, to be shown."""
    with ReviewStore.open(folder.review_db, read_only=True) as store:
        return list(store.log(after_seq))


def last_checkpoint(folder: StudyFolder) -> Checkpoint:
    """The last checkpoint of a study, to be kept elsewhere.

    Raises
    ------
    FileError
        If there is none yet.
    """
    with ReviewStore.open(folder.review_db, read_only=True) as store:
        found = store.checkpoints.all()
    if not found:
        raise FileError(
            folder.review_db.name, "checkpoint", "has none yet", "Open and close the study once."
        )
    return found[-1]


def read_checkpoint(path: Path) -> Checkpoint:
    """A copy of a checkpoint.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    try:
        return typed_json(path.read_bytes(), Checkpoint)
    except (OSError, msgspec.DecodeError) as error:
        raise FileError(
            path.name, "", "is no checkpoint", "Give a file of 'emgview audit checkpoint'."
        ) from error


def row_text(row: LogRow) -> str:
    """A row for people: number, time, who, what."""
    return f"{row.seq:6d}  {row.t_utc}  {row.actor} ({row.role})  {row.action}{_details(row)}"


def _details(row: LogRow) -> str:
    parts = []
    after = row.payload.get("after", {})
    items = [item for group in after.get("labels", ()) for item in group["items"]]
    if items:
        parts.append(f"{len(items)} item{'s' * (len(items) != 1)}")
    parts += [f"{len(after['own'])} own"] if after.get("own") else []
    parts += list(after.get("fields", ()))
    if "of" in row.payload:
        parts.append(f"of row {row.payload['of']}")
    screen = row.payload.get("screen")
    if screen:
        parts.append(f"filter {screen['filter']}, score {'seen' if screen['score'] else 'hidden'}")
    parts += [f"reason: {row.reason}"] if row.reason else []
    return "".join(f"  {part}" for part in parts)
