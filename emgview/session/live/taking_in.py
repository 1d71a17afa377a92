"""A finished recording becomes part of a study: listed, with its run, bookmarks and what happened.

On the study's I/O thread.
"""

from __future__ import annotations

import contextlib

from emgview.model import RecordingEntry
from emgview.recording import file_sha256, repair
from emgview.session import intents
from emgview.session.live.finished import Finished
from emgview.session.policy import StudyState
from emgview.session.study_folder import StudyFolder, with_recording
from emgview.session.study_session import StudySession


def enter(folder: StudyFolder, finished: Finished) -> RecordingEntry:
    """List a recording in ``study.json``; one that could not be closed is repaired first.

    Raises
    ------
    FileError
        If it cannot be read, or the study cannot be written.
    """
    info = finished.info
    if finished.failed:
        info = repair(finished.path, left=True).info
    study = folder.read()
    entry = RecordingEntry(
        id=info.id,
        path=folder.relative(finished.path),
        sha256=file_sha256(finished.path),
        muscle=info.muscle,
        side=info.side,
        title=finished.path.stem,
    )
    folder.write(with_recording(study, entry))
    return entry


def complete(session: StudySession, finished: Finished) -> None:
    """Add what belongs to a recording that the session has open."""
    if session.state is not StudyState.OPEN:
        return
    key = finished.info.id
    details: dict[str, str | int] = {"recording": key, "gaps": len(finished.info.gaps)}
    details["lost"] = sum(gap.lost for gap in finished.info.gaps)
    for number, text in enumerate(finished.happenings, start=1):
        details[f"event_{number}"] = text
    session.note("recording.acquired", details)
    if finished.run is not None and not finished.failed:
        session.add_run(finished.run)
    for mark in finished.bookmarks:
        session.apply(intents.SetBookmark(key, mark.sample, mark.text))


def discard_empty(finished: Finished) -> bool:
    """Remove a recording without a single sample; tells whether it was one."""
    if finished.failed or finished.info.n_samples:
        return False
    with contextlib.suppress(FileNotFoundError):
        finished.path.unlink()
    return True
