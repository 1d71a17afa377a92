"""Where the panels of the window stand, and how that is remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LEFT_PX, _RIGHT_PX = 240, 500
_ITEMS_PX, _EVIDENCE_PX, _BOTTOM_PX = 480, 280, 260
_FIRST_PX = 1600, 950
_HANDLE_PX = 40
_LEAST_RIGHT_PX, _MOST_RIGHT = 450, 0.33


class Panels:
    """Docks around the traces.

    Parameters
    ----------
    window : QMainWindow
        Must have its size and central widget already.
    left, right, below, bottom, behind : (title, widget)
        ``below`` stands under ``right``, ``behind`` as a second tab behind ``below``.
    more : sequence of (title, widget, title of the panel that it is a tab behind)
    """

    def __init__(
        self,
        window: QMainWindow,
        left: tuple[str, QWidget],
        right: tuple[str, QWidget],
        below: tuple[str, QWidget],
        bottom: tuple[str, QWidget],
        behind: tuple[str, QWidget],
        more: Sequence[tuple[str, QWidget, str]] = (),
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
        self._add_tabs(more)
        self._docks[2].raise_()
        self._first = window.saveState()
        self._is_restored = False
        self._give_sizes()
        # Once more when all is laid out: texts that come meanwhile would take the sizes back.
        QTimer.singleShot(0, window, self._give_first_sizes)

    def _give_first_sizes(self) -> None:
        if not self._is_restored:
            self._give_sizes()
            self._first = self._window.saveState()

    def _give_sizes(self) -> None:
        window, docks = self._window, self._docks
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        right_px = max(_LEAST_RIGHT_PX, min(_RIGHT_PX, round(_MOST_RIGHT * window.width())))
        window.resizeDocks(docks[:2], [_LEFT_PX, right_px], across)
        window.resizeDocks(docks[1:3], [_ITEMS_PX, _EVIDENCE_PX], down)
        window.resizeDocks([docks[3]], [_BOTTOM_PX], down)

    def _add_tabs(self, more: Sequence[tuple[str, QWidget, str]]) -> None:
        for title, widget, front in more:
            before = self._dock_of(front)
            dock = QDockWidget(title, self._window)
            dock.setObjectName(title)
            dock.setWidget(widget)
            self._window.tabifyDockWidget(before, dock)
            self._docks.append(dock)
            before.raise_()

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(title)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock

    def switch(self, title: str) -> QAction:
        """What shows and hides a panel."""
        return self._dock_of(title).toggleViewAction()

    def show(self, title: str, *, on: bool) -> None:
        """Show a panel in front of others, or hide it."""
        dock = self._dock_of(title)
        dock.setVisible(on)
        if on:
            dock.raise_()

    def _dock_of(self, title: str) -> QDockWidget:
        return next(dock for dock in self._docks if dock.objectName() == title)

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
        """Geometry and layout of the last time, if there was one; damaged ones are left.

        What was on a monitor that is gone comes back onto one that is there.
        """
        settings = QSettings("emgview", "emgview")
        geometry, layout = settings.value("geometry"), settings.value("layout")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        if isinstance(layout, QByteArray) and not self._window.restoreState(layout):
            self.reset()
        self._is_restored = isinstance(layout, QByteArray)
        self.bring_back()

    def bring_back(self) -> None:
        """Move the window and floating panels that no screen shows onto one."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        floating = [dock for dock in self._docks if dock.isFloating()]
        for widget in (self._window, *floating):
            seen = brought_back(widget.geometry(), screens)
            if seen != widget.geometry():
                widget.setGeometry(seen)


def first_size(screen: QSize) -> QSize:
    """Size of a new window: a comfortable one, but never larger than the screen."""
    return QSize(_FIRST_PX[0], _FIRST_PX[1]).boundedTo(screen)


def brought_back(window: QRect, screens: Sequence[QRect]) -> QRect:
    """Where a window is put so that it can be seen and taken hold of.

    As it is where a screen shows enough of its upper edge; else onto the screen that it overlaps
    most, or the first one, not larger than it.
    """
    if not screens:
        return window
    title = QRect(window.left(), window.top(), window.width(), _HANDLE_PX)
    if any(_area(screen.intersected(title)) >= _HANDLE_PX * _HANDLE_PX for screen in screens):
        return window
    home = max(screens, key=lambda screen: _area(screen.intersected(window)))
    size = window.size().boundedTo(home.size())
    left = min(max(window.left(), home.left()), home.left() + home.width() - size.width())
    top = min(max(window.top(), home.top()), home.top() + home.height() - size.height())
    return QRect(left, top, size.width(), size.height())


def _area(box: QRect) -> int:
    return max(box.width(), 0) * max(box.height(), 0)
