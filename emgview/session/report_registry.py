"""Signed reports that the study keeps, one folder for each version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview.errors import PolicyError
from emgview.report import Report
from emgview.report.currency import Edition
from emgview.report.states import ReportState
from emgview.session.report_states import sha256_in_log as sha256_in_log
from emgview.session.report_states import state_of
from emgview.session.study_session import StudySession


@dataclass(frozen=True, slots=True)
class Earlier:
    """A signed report as the study keeps it."""

    folder: Path
    edition: Edition
    body: dict[str, Any]

    @property
    def report_id(self) -> str:
        """Id of that version."""
        return str(self.body["report_id"])

    def state_in(self, session: StudySession) -> ReportState:
        """State after the log."""
        return state_of(session, self.report_id)


def own_folder(reports: Path, report: Report) -> Path:
    """Where the study keeps a report."""
    return reports / f"{report.body['report_set_id']}_v{report.version}"


def signed_reports(reports: Path) -> tuple[Earlier, ...]:
    """All signed reports, by version."""
    found = []
    for path in reports.glob("*_v*/report.json"):
        content = path.read_bytes()
        report = Report.from_json(content)
        if report.body.get("status") == "final" and (path.parent / "report.pdf").is_file():
            found.append(Earlier(path.parent, Edition.of(content), report.body))
    return tuple(sorted(found, key=lambda earlier: earlier.edition.version))


def newest(reports: Path) -> Earlier | None:
    """The newest signed report, or None."""
    return (signed_reports(reports) or (None,))[-1]


def of_version(reports: Path, version: int | None) -> Earlier:
    """A signed report by its version; the newest without one.

    Raises
    ------
    PolicyError
        If there is none.
    """
    known = signed_reports(reports)
    fitting = [e for e in known if version in (None, e.edition.version)]
    if not fitting:
        raise PolicyError(
            "There is no such signed report in the study",
            f"Signed versions: {', '.join(str(e.edition.version) for e in known) or 'none'}.",
        )
    return fitting[-1]


def newest_signature(reports: Path) -> bytes:
    """The author's signature upon the newest record, empty where there is none."""
    found = newest(reports)
    if found is None:
        return b""
    path = found.folder / "report.json.p7s"
    return path.read_bytes() if path.is_file() else b""
