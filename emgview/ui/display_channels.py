"""The channels of the recording on the screen: a dialog, and the menu of a lane's gutter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emgview.model import RecordingInfo
from emgview.ui.theme import Theme
from emgview.ui.traces import TraceView
from emgview.ui.traces.viewport import SENSITIVITY_LADDER_UV, Viewport
from emgview.ui.traces.wording import sensitivity_text

_CHANNEL = Qt.ItemDataRole.UserRole
_SWATCH_PX = 14
Change = Callable[[Viewport], Viewport]


class Lanes(Protocol):
    """What shows channels and can be changed: the trace view."""

    @property
    def viewport_now(self) -> Viewport | None:
        """The present view."""

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another one."""


class ChannelDialog(QDialog):
    """Order by dragging or keys, tick to show; scale, polarity and colour of the chosen channel.

    What is changed is shown at once; closing changes nothing more.
    """

    def __init__(
        self, lanes: Lanes, info: RecordingInfo, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Channels")
        self._lanes, self._info, self._theme = lanes, info, theme
        self._list = QListWidget()
        self._list.setAccessibleName("Channels from top to bottom")
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._list.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
        self._scale = QComboBox()
        for uv in SENSITIVITY_LADDER_UV:
            self._scale.addItem(sensitivity_text(uv), uv)
        self._inverted = QCheckBox("&Inverted on the screen")
        self._colour = QComboBox()
        self._colour.addItem(_swatch(theme.trace["trace"]), "usual", "")
        for name, colour in theme.channel_colours.items():
            self._colour.addItem(_swatch(colour), name, name)
        self._up, self._down = QPushButton("Move &up"), QPushButton("Move &down")
        self._only, self._all = QPushButton("&Only this"), QPushButton("Show &all")
        self._place()
        self.refresh()

    # -- what is shown -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the present view."""
        viewport = self._lanes.viewport_now
        if viewport is None:
            return
        with QSignalBlocker(self._list), QSignalBlocker(self._list.model()):
            self._list.clear()
            for channel in viewport.ordered:
                self._list.addItem(self._item(viewport, channel))
                if channel == viewport.chosen:
                    self._list.setCurrentRow(self._list.count() - 1)
            if self._list.currentItem() is None:
                self._list.setCurrentRow(0)
        self._show_current()

    def _item(self, viewport: Viewport, channel: int) -> QListWidgetItem:
        scale = sensitivity_text(viewport.uv_per_div[channel])
        turned = ", inverted" if channel in viewport.inverted else ""
        item = QListWidgetItem(f"{self._info.channels[channel].label}   {scale}{turned}")
        name = viewport.colour_of(channel)
        colour = self._theme.channel_colours.get(name, self._theme.trace["trace"])
        item.setIcon(_swatch(colour))
        item.setData(_CHANNEL, channel)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemIsUserCheckable
        )
        shown = channel not in viewport.hidden
        item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        return item

    def _show_current(self) -> None:
        viewport, channel = self._lanes.viewport_now, self._current()
        if viewport is None or channel is None:
            return
        uv = viewport.uv_per_div[channel]
        with (
            QSignalBlocker(self._scale),
            QSignalBlocker(self._inverted),
            QSignalBlocker(self._colour),
        ):
            nearest = min(SENSITIVITY_LADDER_UV, key=lambda rung: abs(rung - uv))
            self._scale.setCurrentIndex(self._scale.findData(nearest))
            self._inverted.setChecked(channel in viewport.inverted)
            place = self._colour.findData(viewport.colour_of(channel))
            self._colour.setCurrentIndex(max(place, 0))

    def _current(self) -> int | None:
        item = self._list.currentItem()
        return int(item.data(_CHANNEL)) if item is not None else None

    # -- what is changed ---------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        viewport = self._lanes.viewport_now
        if viewport is not None:
            self._lanes.set_viewport(change(viewport))
            self.refresh()

    def _on_current(self, change: Callable[[Viewport, int], Viewport]) -> None:
        channel = self._current()
        if channel is not None:
            self._change(lambda v: change(v, channel))

    def _dragged(self) -> None:
        rows = [self._list.item(n) for n in range(self._list.count())]
        order = [int(item.data(_CHANNEL)) for item in rows]
        self._change(lambda v: v.in_order(order))

    def _ticked(self, item: QListWidgetItem) -> None:
        """Take note now, carry out later: the list is filled anew, and the item is gone then."""
        channel, shown = int(item.data(_CHANNEL)), item.checkState() is Qt.CheckState.Checked
        QTimer.singleShot(0, self, lambda: self._show_or_hide(channel, shown=shown))

    def _show_or_hide(self, channel: int, *, shown: bool) -> None:
        if shown:
            self._change(lambda v: v.showing_channels({*v.channels, channel}))
        else:
            self._change(lambda v: v.hiding(channel))

    def _chose(self) -> None:
        self._show_current()
        viewport, channel = self._lanes.viewport_now, self._current()
        if viewport is not None and channel is not None:
            self._lanes.set_viewport(viewport.choosing(channel))

    def _move(self, lanes: int) -> None:
        """One place along the list, hidden channels counted: they stand in it too."""
        channel, viewport = self._current(), self._lanes.viewport_now
        if channel is None or viewport is None:
            return
        order = list(viewport.ordered)
        place = order.index(channel)
        order.insert(min(max(place + lanes, 0), len(order) - 1), order.pop(place))
        self._change(lambda v: v.in_order(order).choosing(channel))

    # -- parts -------------------------------------------------------------------------------

    def _place(self) -> None:
        moves = QHBoxLayout()
        for button in (self._up, self._down, self._only, self._all):
            button.setAutoDefault(False)
            moves.addWidget(button)
        form = QFormLayout()
        form.addRow("&Sensitivity", self._scale)
        form.addRow("&Colour", self._colour)
        form.addRow("", self._inverted)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(QLabel("Tick what is shown; drag to put in order."))
        box.addWidget(self._list, 1)
        box.addLayout(moves)
        box.addLayout(form)
        box.addWidget(buttons)
        self.resize(440, 560)
        self._connect()

    def _connect(self) -> None:
        # The list is filled anew after a move, which it must have ended before.
        self._list.model().rowsMoved.connect(self._dragged, Qt.ConnectionType.QueuedConnection)
        self._list.itemChanged.connect(self._ticked)
        self._list.currentItemChanged.connect(self._chose)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(+1))
        self._only.clicked.connect(
            lambda: self._on_current(lambda v, c: v.showing_channels([c]).choosing(c))
        )
        self._all.clicked.connect(
            lambda: self._change(lambda v: v.showing_channels(range(len(v.uv_per_div))))
        )
        self._scale.activated.connect(
            lambda _: self._on_current(lambda v, c: v.scaled(self._scale.currentData(), c))
        )
        self._colour.activated.connect(
            lambda _: self._on_current(lambda v, c: v.coloured(c, self._colour.currentData()))
        )
        self._inverted.toggled.connect(lambda _: self._on_current(lambda v, c: v.turned(c)))


class GutterMouse(QObject):
    """Clicks left of the traces: choose a channel, open its menu; the rest goes to the view.

    Parameters
    ----------
    traces : TraceView
    menu : callable (QPoint)
        Shows the menu of the chosen channel at a place of the screen.
    opened : callable
        Shows all channels (double click).
    """

    def __init__(
        self, traces: TraceView, menu: Callable[[QPoint], None], opened: Callable[[], None]
    ) -> None:
        super().__init__(traces)
        self._traces, self._menu, self._opened = traces, menu, opened
        traces.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what happens in the gutter."""
        del watched
        if isinstance(event, QContextMenuEvent):
            if event.reason() is QContextMenuEvent.Reason.Keyboard:
                self._menu(event.globalPos())
                return True
            if self._choose(event.pos()):
                self._menu(event.globalPos())
                return True
        elif isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            pressed = event.type() is QEvent.Type.MouseButtonPress
            twice = event.type() is QEvent.Type.MouseButtonDblClick
            if (pressed or twice) and self._choose(event.position().toPoint()):
                if twice:
                    self._opened()
                return True
        return False

    def _choose(self, place: QPoint) -> bool:
        channel, viewport = self._traces.gutter_at(place), self._traces.viewport_now
        if channel is None or viewport is None:
            return False
        self._traces.set_viewport(viewport.choosing(channel))
        return True


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(_SWATCH_PX, _SWATCH_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
