"""Use case of ``emgview detect``: judge a study (and keep the proposals) or just a file."""

from __future__ import annotations

from pathlib import Path

from emgview.model import DetectionRun, ImportHints, Progress, RecordingInfo
from emgview.session.detecting import detect_in_any, detect_in_file
from emgview.session.policy import StudyState
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession


def detect_path(
    path: Path,
    hints: ImportHints,
    window_s: tuple[float | None, float | None] = (None, None),
    progress: Progress | None = None,
    *,
    invert: bool = False,
) -> list[tuple[str, RecordingInfo, DetectionRun]]:
    """Judge every recording of a path; gives (title, info, run).

    Proposals of a study are kept in it, so that they can be reviewed.
    """
    progress = progress or Progress()
    if not StudyFolder.is_study(path):
        return detect_in_any(path, hints, window_s, progress, invert=invert)
    found = []
    with StudySession(StudyFolder(path), "detector", role="machine") as session:
        recordings = session.recordings
        for n, recording in enumerate(recordings):
            part = progress.part(n / len(recordings), (n + 1) / len(recordings))
            file = session.folder.path_of(recording.entry)
            run = detect_in_file(file, None, window_s, part, invert=invert)
            if session.state is StudyState.OPEN:
                session.add_run(run)
            found.append((recording.entry.title or recording.title, recording.info, run))
    return found
