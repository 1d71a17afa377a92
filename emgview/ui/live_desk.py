"""Opens the live window from the main one, and takes in what it recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings
from PySide6.QtGui import QGuiApplication

from emgview.session.policy import StudyState
from emgview.session.settings import Settings
from emgview.ui.panels import brought_back
from emgview.ui.theme import Theme

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow
    from emgview.ui.main_window import MainWindow


class LiveDesk(QObject):
    """Commands of the group ``live``; one live window at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.live: LiveWindow | None = None
        self.silent = False
        """Sound goes to the null device: for tests."""

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command: there is ``open`` only."""
        del name, checked
        live = self.open()
        if live.exam is None:
            live.choose_source()

    def open(self) -> LiveWindow:
        """The live window, in front."""
        from emgview.ui.live.live_window import LiveWindow  # loaded when wanted

        window = self._window
        if self.live is None:
            self.live = LiveWindow(
                window.settings,
                window.theme,
                self._study,
                self._remember,
                self._switch_theme,
                silent=self.silent,
            )
            self.live.recorded.connect(window.controller.take_in)
            if window.remembers:
                _restore(self.live)
        self.live.show()
        self.live.raise_()
        self.live.activateWindow()
        return self.live

    def close(self) -> None:
        """Finish what is recorded; before the main window joins its threads."""
        live, self.live = self.live, None
        if live is not None:
            if self._window.remembers:
                _save(live)
            live.close()
            live.deleteLater()

    def _study(self) -> Path | None:
        view = self._window.view
        return view.path if view is not None and view.state is StudyState.OPEN else None

    def _remember(self, **changes: object) -> Settings:
        self._window.remember(**changes)
        return self._window.settings

    def _switch_theme(self) -> Theme:
        self._window.set_theme("scope" if self._window.theme.name == "paper" else "paper")
        return self._window.theme


def _save(live: LiveWindow) -> None:
    """Remember geometry and the width of the suggestions."""
    settings = QSettings("emgview", "emgview")
    settings.setValue("live_geometry", live.saveGeometry())
    settings.setValue("live_split", live.split.saveState())


def _restore(live: LiveWindow) -> None:
    """As it was the last time; what no screen shows any more comes back onto one."""
    settings = QSettings("emgview", "emgview")
    geometry, split = settings.value("live_geometry"), settings.value("live_split")
    if isinstance(geometry, QByteArray):
        live.restoreGeometry(geometry)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        live.setGeometry(brought_back(live.geometry(), screens))
    if isinstance(split, QByteArray):
        live.split.restoreState(split)
