"""Commands of the main window that measure motor units and interference patterns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emgview.model import SampleInterval
from emgview.ui.theme import Theme

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow
    from emgview.ui.quantify.unit_window import UnitWindow


class QuantifyActions(QObject):
    """Commands of the group ``units``; one window of units at a time, made when wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.units: UnitWindow | None = None

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "analyse": lambda: self._analyse(pattern=False),
            "pattern": lambda: self._analyse(pattern=True),
            "show": self.open,
        }
        actions[name]()

    def open(self) -> UnitWindow:
        """The window of units, in front."""
        from emgview.ui.quantify.unit_desk import UnitDesk  # loaded when wanted
        from emgview.ui.quantify.unit_window import UnitWindow

        if self.units is None:
            desk = UnitDesk(self._window)
            self.units = UnitWindow(self._window, desk)
            desk.refresh()
        self.units.show()
        self.units.raise_()
        self.units.activateWindow()
        return self.units

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        if self.units is not None:
            self.units.set_theme(theme)

    def close(self) -> None:
        """Stop an analysis and join its thread."""
        units, self.units = self.units, None
        if units is not None:
            units.desk.close()
            units.close()

    def _analyse(self, *, pattern: bool) -> None:
        """The marked stretch, else what is on the screen."""
        wanted = self._wanted()
        if wanted is None:
            self._window.tell("Open a recording first")
            return
        units = self.open()
        units.tabs.setCurrentIndex(1 if pattern else 0)
        if pattern:
            units.desk.analyse_pattern(*wanted)
        else:
            units.desk.analyse(*wanted)

    def _wanted(self) -> tuple[SampleInterval, int] | None:
        window, recording = self._window, self._window.recording
        viewport = window.traces.viewport_now
        if recording is None or viewport is None or not viewport.channels:
            return None
        marked = window.groups.measure.marked
        if marked is not None:
            interval, channel = marked
        else:
            interval, channel = viewport.interval, window.groups.measure.channel_here
        inside = interval.intersection(recording.info.whole)
        return None if inside is None else (inside, channel)
