"""The whole check of a review file: chain, checkpoints, stored runs, guards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from emgview.errors import FileError
from emgview.review import schema
from emgview.review.chain import START, ChainHead, ChainReport, LogRow, verify
from emgview.review.checkpoints import Checkpoint
from emgview.review.log import CommandLog
from emgview.review.runs import RunTable
from emgview.review.state import RUN


def audit(
    connection: sqlite3.Connection,
    log: CommandLog,
    runs: RunTable,
    expected: Iterable[ChainHead],
    checkpoints: Iterable[Checkpoint] = (),
) -> ChainReport:
    """Verify the chain and that it passes through all heads and checkpoints, then the rest.

    Each stored run must be the one that its row of the log names.
    """
    logged: dict[str, LogRow] = {}
    case = ""

    def noted() -> Iterator[LogRow]:
        nonlocal case
        for row in log.rows():
            if row.action == START:
                case = str(row.payload.get("case"))
            if row.action == RUN:
                logged.setdefault(str(row.payload.get("run")), row)
            yield row

    signed = tuple(checkpoints)
    report = verify(noted(), {*expected, *(checkpoint.head for checkpoint in signed)})
    if not report.ok:
        return report
    for checkpoint in signed:
        if not checkpoint.is_genuine or checkpoint.case != case:
            problem = f"the checkpoint at row {checkpoint.seq} is not genuine"
            return ChainReport(False, report.n_rows, problem, checkpoint.seq)
    return _bad_run(logged, runs, report.n_rows) or _bad_guards(connection, report)


def _bad_run(logged: dict[str, LogRow], runs: RunTable, n_rows: int) -> ChainReport | None:
    for run_id, row in logged.items():
        try:
            same = runs.digest(run_id) == row.payload.get("content_sha256")
        except FileError:
            return ChainReport(False, n_rows, "a detection run is missing", row.seq)
        if not same:
            return ChainReport(False, n_rows, "a stored proposal was changed", row.seq)
    if set(runs.ids()) != set(logged):
        return ChainReport(False, n_rows, "a detection run is not in the log")
    return None


def _bad_guards(connection: sqlite3.Connection, report: ChainReport) -> ChainReport:
    missing = schema.missing_triggers(connection)
    if missing:
        problem = f"the file lacks its guard {missing[0]}: it was opened for changing"
        return ChainReport(False, report.n_rows, problem)
    return report
