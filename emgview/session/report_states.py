"""Where each version of the study's report stands: read from the log, written before the effect."""

from __future__ import annotations

from emgview.report.states import Facts, ReportState, Step, next_state
from emgview.session.study_session import StudySession

ACTION = "report.state"


def state_of(session: StudySession, report_id: str) -> ReportState:
    """The state of one version; ``draft`` for one that the log does not know."""
    state = ReportState.DRAFT
    for row in session.store.log():
        if row.action == ACTION and row.payload["report"] == report_id:
            state = ReportState(row.payload["state"])
    return state


def advance(session: StudySession, report_id: str, step: Step, facts: Facts) -> ReportState:
    """Take one step and write it into the log; a reason, being free text, stays out of it.

    Raises
    ------
    PolicyError
        If the state allows no such step, or a guard refuses it; the log is unchanged.
    FileError
        If the log cannot be written: then the step is not taken.
    """
    before = state_of(session, report_id)
    after = next_state(before, step, facts)
    details: dict[str, str | int] = {
        "report": report_id,
        "from": before.value,
        "step": step.value,
        "state": after.value,
    }
    session.note(ACTION, details)
    return after


def sha256_in_log(session: StudySession, report_id: str) -> str:
    """Hash of ``report.json`` that the log names for a signed version; empty if it knows none."""
    found = ""
    for row in session.store.log():
        if row.action == "report.signed" and row.payload.get("report") == report_id:
            found = str(row.payload["sha256"])
    return found
