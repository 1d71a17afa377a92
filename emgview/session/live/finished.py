"""What comes of a live recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emgview.model import DetectionRun, RecordingInfo
from emgview.session.bookmarks import Bookmark


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording that is closed, with what belongs to it.

    Parameters
    ----------
    path : Path
    info : RecordingInfo
    run : DetectionRun or None
        The detector's; the same as of the file.
    bookmarks : tuple of Bookmark
        In samples of the recording.
    happenings : tuple of str
        What went wrong and what was noted while it grew.
    failed : bool
        It could not be closed: what is on the disk is to be repaired.
    """

    path: Path
    info: RecordingInfo
    run: DetectionRun | None = None
    bookmarks: tuple[Bookmark, ...] = ()
    happenings: tuple[str, ...] = ()
    failed: bool = False
