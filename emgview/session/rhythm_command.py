"""Use case: the rhythm of a study and what comes back at each site, as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from emgview.session.rhythm_answers import recording_rhythm
from emgview.session.settings import load_settings
from emgview.session.site_constancy import MuscleSites, site_constancy
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession


def describe_rhythm(study: Path) -> dict[str, Any]:
    """Rhythm of each recording, and of each muscle what comes back at its sites.

    Raises
    ------
    FileError
        If the study or a recording cannot be read.
    """
    name = load_settings().reader_name or "reader"
    with StudySession(StudyFolder(study), name) as session:
        rhythms = []
        for number, recording in enumerate(session.recordings, 1):
            info = recording.info
            found = recording_rhythm(
                info.id, session.items(info.id), info.sampling_rate_hz, info.n_samples
            )
            rhythms.append({"number": number, "title": recording.title, **_plain(found)})
        return {
            "schema": "emgview-rhythm/1",
            "recordings": rhythms,
            "muscles": [plain_sites(found) for found in site_constancy(session)],
        }


def plain_sites(found: MuscleSites) -> dict[str, Any]:
    """The sites of a muscle with its counts, each with what it is of."""
    data = _plain(found)
    for rows, values in ((data["classes"], found.classes), (data["shapes"], found.shapes)):
        for row, value in zip(rows, values, strict=True):
            row["found_at"], row["of_sites"] = value.found_at, len(found.sites)
    data["classes_again"] = {"n": found.classes_again, "of": len(found.classes)}
    data["shapes_again"] = {"n": found.shapes_again, "of": len(found.shapes)}
    return data


def _plain(value: object) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(value)
    return data
