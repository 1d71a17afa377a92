"""Where the panels of the window stand, and how that is remembered."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LEFT_PX, _RIGHT_PX = 240, 500
_ITEMS_PX, _EVIDENCE_PX, _BOTTOM_PX = 500, 300, 230


class Panels:
    """Docks around the traces.

    Parameters
    ----------
    window : QMainWindow
        Must have its size and central widget already.
    left, right, below, bottom, behind : (title, widget)
        ``below`` stands under ``right``, ``behind`` as a second tab behind ``below``.
    """

    def __init__(
        self,
        window: QMainWindow,
        left: tuple[str, QWidget],
        right: tuple[str, QWidget],
        below: tuple[str, QWidget],
        bottom: tuple[str, QWidget],
        behind: tuple[str, QWidget],
    ) -> None:
        self._window = window
        area = Qt.DockWidgetArea
        self._docks = [
            self._dock(*left, area.LeftDockWidgetArea),
            self._dock(*right, area.RightDockWidgetArea),
            self._dock(*below, area.RightDockWidgetArea),
            self._dock(*bottom, area.BottomDockWidgetArea),
            self._dock(*behind, area.RightDockWidgetArea),
        ]
        window.tabifyDockWidget(self._docks[2], self._docks[4])
        self._docks[2].raise_()
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks(self._docks[:2], [_LEFT_PX, _RIGHT_PX], across)
        window.resizeDocks(self._docks[1:3], [_ITEMS_PX, _EVIDENCE_PX], down)
        window.resizeDocks([self._docks[3]], [_BOTTOM_PX], down)
        self._first = window.saveState()

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock

    @property
    def switches(self) -> list[QAction]:
        """One switch for each panel."""
        return [dock.toggleViewAction() for dock in self._docks]

    def reveal(self, title: str) -> None:
        """Bring a panel to the front, unless the reader has closed it."""
        for dock in self._docks:
            if dock.objectName() == title and not dock.isHidden():
                dock.raise_()

    def reset(self) -> None:
        """All panels back to where they were at first."""
        self._window.restoreState(self._first)

    def save(self) -> None:
        """Remember geometry and layout for the next time."""
        settings = QSettings("emgview", "emgview")
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("layout", self._window.saveState())

    def restore(self) -> None:
        """Geometry and layout of the last time, if there was one."""
        settings = QSettings("emgview", "emgview")
        geometry, layout = settings.value("geometry"), settings.value("layout")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        if isinstance(layout, QByteArray):
            self._window.restoreState(layout)
