"""Watches the file of the recording on the screen, and tells what is wrong in the banner."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from emgview.session.open_files import Trouble
from emgview.session.overviews import OverviewNotice, OverviewState
from emgview.session.policy import StudyState
from emgview.ui.banner import Banner, BannerKind
from emgview.ui.traces.pending import PendingOverlay

if TYPE_CHECKING:
    from emgview.ui.controller import StudyView
    from emgview.ui.main_window import MainWindow

_LOOK_MS = 2000
_KEPT = "What is on the screen was read before; your decisions are saved."
_ALONE = "The window that wrote this study has closed it. Here it is open for reading only."
_BY_ITSELF = "It goes on by itself as soon as the file is back."


class RecordingWatch(QObject):
    """Banner and hatching of one window.

    Parameters
    ----------
    window : MainWindow
    banner : Banner
        Stands above its traces.
    """

    def __init__(self, window: MainWindow, banner: Banner) -> None:
        super().__init__(window)
        self._window = window
        self._banner = banner
        self._troubles: dict[str, Trouble] = {}
        self._notices: dict[str, OverviewNotice] = {}
        self._alone = False
        self._pending = PendingOverlay()
        window.traces.add_overlay(self._pending)
        window.controller.troubled.connect(self._keep_trouble)
        window.controller.overview.connect(self._keep_notice)
        window.controller.opened.connect(self._begin_anew)
        window.controller.closed.connect(self._begin_anew)
        window.controller.following.left.connect(self._keep_alone)
        window.controller.changed.connect(self._look_at_state)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Ask whether the file is still there and well."""
        if self._window.recording_id:
            self._window.controller.desk.check(self._window.recording_id)

    def shown(self) -> None:
        """Another recording is on the screen."""
        self._refresh()

    def stop(self) -> None:
        """The window closes."""
        self._timer.stop()

    def _begin_anew(self) -> None:
        self._troubles, self._notices, self._alone = {}, {}, False
        self._refresh()

    def _keep_alone(self, alone: bool) -> None:
        """The window that writes this study closed, or another one began to."""
        if alone != self._alone:
            self._alone = alone
            self._refresh()

    def _look_at_state(self, view: StudyView, _change: object) -> None:
        if view.state is StudyState.OPEN:
            self._keep_alone(False)

    def _keep_trouble(self, recording_id: str, trouble: Trouble | None) -> None:
        was_bad = self._troubles.pop(recording_id, None) is not None
        if trouble is not None:
            self._troubles[recording_id] = trouble
        elif was_bad and recording_id == self._window.recording_id:
            self._window.tell("The file of the recording is back and is the same")
        self._refresh()

    def _keep_notice(self, notice: OverviewNotice) -> None:
        self._notices[notice.recording_id] = notice
        self._refresh()

    def _refresh(self) -> None:
        key = self._window.recording_id
        trouble, notice = self._troubles.get(key), self._notices.get(key)
        self._pending.notice = notice
        self._window.traces.redraw()
        if trouble is not None:
            self._tell_trouble(trouble)
        elif self._alone:
            act = partial(self._window.run, "file.take_over", False)
            tip = "Write this study from this window (Ctrl+Shift+T)"
            self._banner.tell(BannerKind.NOTE, _ALONE, "Take over writing", tip, act)
        elif notice is not None and notice.state is OverviewState.STOPPED:
            text = (
                f"The overview was stopped at {int(100 * notice.part)} %. "
                "Wide windows are drawn up to there only; narrow ones are whole."
            )
            self._offer(key, text)
        elif notice is not None and notice.state is OverviewState.FAILED:
            text = f"The overview could not be made. {notice.remark}"
            self._offer(key, text)
        elif notice is not None and notice.remark:
            text = f"{notice.remark} Compare it with its source."
            self._banner.tell(
                BannerKind.PROBLEM, text, "Hide", "Hide this line", self._banner.clear
            )
        else:
            self._banner.clear()

    def _tell_trouble(self, trouble: Trouble) -> None:
        text = f"{trouble.found}. {trouble.remedy}"
        tip = "Look for the file now"
        more = f"{_KEPT} {_BY_ITSELF}"
        self._banner.tell(BannerKind.PROBLEM, text, "Try again", tip, self.look, more)

    def _offer(self, recording_id: str, text: str) -> None:
        act = partial(self._window.controller.desk.make_overview, recording_id)
        tip = "Make the rest of the overview"
        self._banner.tell(BannerKind.NOTE, text, "Make it now", tip, act)
