"""From the threads of an acquisition to the window: events become queued signals."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from emgview.session.live.acquisition import Happening
from emgview.session.live.finished import Finished
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested


class ExamBridge(QObject):
    """Takes events on any thread; its signals arrive in the GUI thread.

    Signals
    -------
    stateChanged(LiveState), told(Happening), suggestedNow(Suggested), recorded(Finished)
    """

    stateChanged = Signal(object)  # noqa: N815 - Qt's way to name signals
    told = Signal(object)
    suggestedNow = Signal(object)  # noqa: N815
    recorded = Signal(object)

    def changed(self, state: LiveState) -> None:
        """Another state."""
        self.stateChanged.emit(state)

    def happened(self, happening: Happening) -> None:
        """Something to be told."""
        self.told.emit(happening)

    def suggested(self, suggested: Suggested) -> None:
        """The detector has something new."""
        self.suggestedNow.emit(suggested)

    def finished(self, finished: Finished) -> None:
        """A recording is closed."""
        self.recorded.emit(finished)
