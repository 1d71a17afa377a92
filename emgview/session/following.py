"""Use case: a study that another window writes to, followed as it changes."""

from __future__ import annotations

from emgview.errors import PolicyError
from emgview.review import has_writer, readable_errors
from emgview.session.intents import ChangeSet
from emgview.session.policy import StudyState
from emgview.session.study_session import StudySession


def writer_left(session: StudySession) -> bool:
    """Whether a study that is only followed has nobody who writes it any more.

    On the I/O thread.

    Raises
    ------
    FileError
        If the lock cannot be read.
    """
    if session.state is not StudyState.READ_ONLY:
        return False
    path = session.folder.review_db
    with readable_errors(path.name):
        return not has_writer(path)


def take_over(session: StudySession) -> StudySession:
    """The study of a follower, opened anew to write; the follower is to be closed after it.

    Raises
    ------
    PolicyError
        If another window still writes it, or began to.
    """
    opened = StudySession(session.folder, session.actor.name, role=session.actor.role)
    if opened.state is StudyState.OPEN:
        return opened
    opened.close()
    raise PolicyError("Another window writes this study", "Close the study there, then take over.")


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
