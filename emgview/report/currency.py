"""Whether a report is the newest version that its study knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emgview.errors import EmgviewError
from emgview.report.canonical import parse_json, sha256_hex

_FOLDER = re.compile(r"(?P<set>.+)_v(?P<version>[1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a report: its series, number, status, and the hash of its JSON."""

    report_set_id: str
    version: int
    status: str
    sha256: str

    @classmethod
    def of(cls, json_bytes: bytes) -> Edition:
        """Edition of a ``report.json``; EmgviewError if it states none."""
        body = parse_json(json_bytes)
        found = body.get("report_set_id"), body.get("version"), body.get("status")
        series, version, status = found
        if not (isinstance(series, str) and type(version) is int and isinstance(status, str)):
            raise EmgviewError("The report states no version", "Use the original file.")
        return cls(series, version, status, sha256_hex(json_bytes))


def currency_of(edition: Edition, registry: Path) -> tuple[Literal["ok", "failed", "unknown"], str]:
    """Whether ``edition`` is the newest final one under ``registry``: status and reason.

    Parameters
    ----------
    registry : Path
        Holds ``<report_set_id>_v<version>/report.json`` of each report. Drafts do not count. A
        folder whose report cannot be read counts by its name: better to ask once too often.
    """
    if _retracted(edition, registry):
        return "failed", f"v{edition.version} was retracted"
    known = _known(edition.report_set_id, registry)
    newer = [version for version in known if version > edition.version]
    if newer:
        return "failed", f"replaced by v{max(newer)}"
    if edition.version not in known:
        return "unknown", "the study does not know this report"
    if known[edition.version] != edition.sha256:
        return "failed", f"the study holds another report as v{edition.version}"
    return "ok", f"v{edition.version} is the newest version in the study"


def _retracted(edition: Edition, registry: Path) -> bool:
    """Whether a retraction lies beside; one that cannot be read counts: better to ask too often."""
    path = registry / retraction_folder(edition.report_set_id, edition.version) / "retraction.json"
    try:
        body = parse_json(path.read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, EmgviewError):
        return True
    return body.get("sha256") == edition.sha256


def retraction_folder(report_set_id: str, version: int) -> str:
    """Name of the folder in which the study keeps the retraction of a report."""
    return f"{report_set_id}_v{version}_retraction"


def _known(series: str, registry: Path) -> dict[int, str]:
    """Hash by version of the final reports of a series; empty where one cannot be read."""
    found: dict[int, str] = {}
    for path in sorted(registry.glob("*_v*/report.json")):
        name = _FOLDER.fullmatch(path.parent.name)
        if name is None or name["set"] != series:
            continue
        try:
            edition = Edition.of(path.read_bytes())
        except (OSError, EmgviewError):
            found[int(name["version"])] = ""
            continue
        if edition.report_set_id == series and edition.status == "final":
            found[edition.version] = edition.sha256
    return found
