"""Follows a study that another window writes, and takes it over once that window is gone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from emgview.model import Progress
from emgview.session.following import follow, take_over, writer_left
from emgview.session.intents import EVERY_VIEW, ChangeSet
from emgview.session.jobs import Worker
from emgview.session.live.recovery import must_recover, recover_just_left
from emgview.session.study_session import StudySession

_TAKEN = "You write this study now"
_GROWING = "A recording in it still grows, or could not be recovered."


class FollowDesk(QObject):
    """Lives in the GUI thread; what begins with ``_`` runs on the study's I/O thread.

    Signals
    -------
    left(bool)
        Of a study that is followed: whether nobody writes it any more.

    Parameters
    ----------
    io : Worker
        The study's I/O thread.
    session : callable
        The open session, or None; asked on that thread.
    guarded : callable
        Runs work so that its errors reach the user.
    swap : callable
        Puts another session in the place of the open one, on that thread.
    changed : callable
        Is told of every change, on that thread.
    begin : callable (text, work)
        Runs long work on that thread, with progress and cancel.
    """

    left = Signal(bool)

    def __init__(
        self,
        io: Worker,
        session: Callable[[], StudySession | None],
        guarded: Callable[[Callable[[], None]], None],
        swap: Callable[[StudySession], None],
        changed: Callable[[ChangeSet], None],
        begin: Callable[[str, Callable[[Progress], None]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._io, self._session, self._guarded = io, session, guarded
        self._swap, self._changed, self._begin = swap, changed, begin

    def follow(self) -> None:
        """Look whether the window that writes this study has stored something, or closed it."""
        self._io.submit_latest("follow", lambda: self._guarded(self._follow))

    def take_over(self) -> None:
        """Write the study that was followed; the views stay where they are."""
        self._begin("Taking over", self._take_over)

    def _follow(self) -> None:
        session = self._session()
        if session is None:
            return
        change = follow(session)
        if change is not None:
            self._changed(change)
        self.left.emit(writer_left(session))

    def _take_over(self, progress: Progress) -> None:
        session = self._session()
        if session is None:
            return
        opened = take_over(session)
        self._swap(opened)
        told: tuple[str, ...] = ()
        try:
            if must_recover(opened.folder):
                told = recover_just_left(opened.folder, progress)
                told += (_GROWING,) * must_recover(opened.folder)
                opened.take_study(opened.folder.read())
        finally:
            words = ". ".join((_TAKEN, *told))
            self._changed(ChangeSet(frozenset(), EVERY_VIEW, words, opened.store.head().seq))
