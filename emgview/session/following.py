"""Use case: a study that another window writes to, followed as it changes."""

from __future__ import annotations

from emgview.session.intents import ChangeSet
from emgview.session.policy import StudyState
from emgview.session.study_session import StudySession


def follow(session: StudySession) -> ChangeSet | None:
    """Take in what the writing window has stored since; None if nothing. On the I/O thread.

    Raises
    ------
    FileError
        If the log is no longer the one that was followed, or cannot be read.
    """
    if session.state is not StudyState.READ_ONLY:
        return None
    views: set[str] = set()
    if session.take_study(session.folder.read()):
        views |= {"study", "items", "findings"}
    applied = session.store.refresh()
    if applied is not None:
        views |= {"items", "findings", "history", "bookmarks"}
        views |= {"study", "texts"} if applied.fields else set()
    if not views:
        return None
    items = applied.items if applied is not None else frozenset()
    text = session.undo_text() if applied is not None else None
    message = f"Other window: {text}" if text else "Brought up to date with the other window"
    return ChangeSet(items, frozenset(views), message, session.store.head().seq)
