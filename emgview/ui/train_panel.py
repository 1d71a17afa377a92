"""The members of a train: raster, superposition, change of the template, rhythm."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollBar, QVBoxLayout, QWidget

from emgview.session.train_view import TrainView
from emgview.ui.theme import Theme, load_theme
from emgview.ui.train_plots import TrainPlots

_EMPTY = "Choose a train in the table. Shift+T opens it here."
_ROW_PX, _FRAME_PX, _LEAST_ROWS = 17, 62, 3
_RASTER_PX = 250
_HINT_PX = 260
_NUMBERS = 0.16  # of the width, left of the waveforms
_GAP = 0.9  # of the height of a potential between two rows of the raster

Samples = NDArray[np.float32]


class TrainPanel(QWidget):
    """A dock below the traces. GUI thread.

    Signals
    -------
    memberChosen(int)
        Peak of the member that a click chose.
    """

    memberChosen = Signal(object)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: TrainView | None = None
        self.current: int | None = None
        self._chosen: set[int] = set()
        self._n_rows = 0
        self._theme = load_theme("scope")
        self._words = QLabel(_EMPTY)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._raster = pg.PlotWidget()
        self._bar = QScrollBar(Qt.Orientation.Vertical)
        self.plots = TrainPlots()
        self._build()
        self._bar.valueChanged.connect(lambda _: self._draw_raster())
        self._raster.scene().sigMouseClicked.connect(self._clicked)
        self.plots.placeClicked.connect(self._choose_near)
        self.setAccessibleName("Train")

    def _build(self) -> None:
        self._raster.setMenuEnabled(False)
        self._raster.setMouseEnabled(False, False)
        self._raster.hideButtons()
        self._raster.setFixedWidth(_RASTER_PX)
        self._raster.getPlotItem().setTitle("Members")
        self._raster.setLabel("bottom", "ms")
        self._raster.getAxis("left").hide()
        self._raster.getViewBox().invertY(True)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._raster)
        row.addWidget(self._bar)
        row.addWidget(self.plots, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 4, 6, 4)
        box.setSpacing(2)
        box.addWidget(self._words)
        box.addLayout(row, 1)
        self._show_parts()

    # -- what is shown -----------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[int, ...]:
        """Peaks of the chosen members, in time; the current one where none was marked."""
        if self._chosen:
            return tuple(sorted(self._chosen))
        return () if self.current is None else (self.current,)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._raster.setBackground(theme.trace["background"])
        axis = self._raster.getAxis("bottom")
        axis.setPen(theme.window["muted"])
        axis.setTextPen(theme.window["text"])
        self._raster.getPlotItem().setTitle("Members", color=theme.window["text"], size="9pt")
        self.plots.set_theme(theme)
        self._draw()

    def show_train(self, view: TrainView | None) -> None:
        """Show a train; the choice stays where its members are still there."""
        same = self.view is not None and view is not None and view.item == self.view.item
        there = set(view.peaks.tolist()) if view is not None and same else set()
        self._chosen &= there
        if self.current not in there:
            self.current = None
        self.view = view
        n = len(view.shown) if view is not None else 0
        self._n_rows = n
        self._fit_bar()
        self._show_parts()
        self._draw()

    def step(self, by: int) -> int | None:
        """Make the next or previous member the current one; its peak, None without a train."""
        if self.view is None:
            return None
        peaks = self.view.peaks.tolist()
        here = peaks.index(self.current) if self.current in peaks else (-1 if by > 0 else 0)
        self.show_member(peaks[(here + by) % len(peaks)])
        return self.current

    def show_member(self, peak: int) -> None:
        """Make a member the current one and bring it into view."""
        self.current = peak
        row = self._row_of(peak)
        if row is not None:
            first = self._bar.value()
            if not first <= row < first + self._most_rows:
                self._bar.setValue(row - self._most_rows // 2)
        self._draw()

    def mark(self) -> None:
        """The current member joins the chosen ones, or leaves them."""
        if self.current is not None:
            self._chosen ^= {self.current}
            self._draw()

    def forget_choice(self) -> None:
        """No member is chosen."""
        self._chosen, self.current = set(), None
        self._draw()

    # -- parts -------------------------------------------------------------------------------

    def _show_parts(self) -> None:
        there = self.view is not None
        for widget in (self._raster, self.plots):
            widget.setVisible(there)
        self._bar.setVisible(there and self._bar.maximum() > 0)

    def _draw(self) -> None:
        self._words.setText(_EMPTY if self.view is None else self._summary(self.view))
        if self.view is None or not self.isVisible():
            return  # drawn when it comes to the front
        self._draw_raster()
        self.plots.show_train(self.view, set(self.chosen))

    def _summary(self, view: TrainView) -> str:
        words = [f"{len(view.peaks)} potentials"]
        if len(view.shown) < len(view.peaks):
            words.append(f"{len(view.shown)} of them drawn, evenly")
        if view.rhythm is not None:
            words.append(f"{view.rhythm.rate_hz:.2f} Hz")
            words.append(f"interval variation {100 * view.rhythm.local_cv:.1f} % about the drift")
        if self._chosen:
            words.append(f"{len(self._chosen)} chosen")
        if self.current is not None:
            number = view.peaks.tolist().index(self.current) + 1
            words.append(f"at potential {number}, {self.current / view.fs:.3f} s")
        return " · ".join(words)

    @property
    def _most_rows(self) -> int:
        """Rows of the raster that the panel has room for."""
        return max((int(self._raster.height()) - _FRAME_PX) // _ROW_PX, _LEAST_ROWS)

    def _fit_bar(self) -> None:
        self._bar.setRange(0, max(self._n_rows - self._most_rows, 0))
        self._bar.setPageStep(self._most_rows)

    def sizeHint(self) -> QSize:
        """Not larger than the panel that it is a tab behind."""
        return QSize(_HINT_PX, _HINT_PX)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while another tab was in front."""
        super().showEvent(event)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer rows."""
        super().resizeEvent(event)
        self._fit_bar()
        self._draw_raster()

    def _row_of(self, peak: int) -> int | None:
        if self.view is None:
            return None
        found = np.flatnonzero(self.view.peaks[self.view.shown] == peak)
        return int(found[0]) if found.size else None

    def _step_uv(self, view: TrainView) -> float:
        return max(float(np.median(view.heights)) * _GAP, 1e-6)

    def _draw_raster(self) -> None:
        view = self.view
        if view is None:
            return
        self._raster.clear()
        first = self._bar.value()
        rows = range(first, min(first + self._most_rows, len(view.shown)))
        x = (np.arange(view.waveforms.shape[1]) - view.before) / view.fs * 1000
        left = float(x[0]) - _NUMBERS * float(x[-1] - x[0])
        step, theme, chosen = self._step_uv(view), self._theme, set(self.chosen)
        for place, row in enumerate(rows):
            peak = int(view.peaks[view.shown[row]])
            is_chosen, is_current = peak in chosen, peak == self.current
            ink = theme.trace["selection"] if is_chosen else theme.trace["trace"]
            pen = pg.mkPen(ink, width=2 if is_current or is_chosen else 1)
            self._raster.plot(x, view.waveforms[row] + place * step, pen=pen)
            sign = ("▸" if is_current else "") + ("✓" if is_chosen else "")
            text = pg.TextItem(f"{sign}{view.shown[row] + 1}", color=theme.trace["text"])
            text.setAnchor((0, 0.5))
            text.setPos(QPointF(left, place * step))
            self._raster.addItem(text)
        self._raster.setXRange(left, float(x[-1]), padding=0)
        self._raster.setYRange(-0.9 * step, (self._most_rows - 0.4) * step, padding=0)

    def _clicked(self, event: object) -> None:
        """A click on a row of the raster chooses it; with Ctrl it joins the chosen ones."""
        view, place = self.view, event.scenePos()  # type: ignore[attr-defined]
        if view is None or not self._raster.getPlotItem().sceneBoundingRect().contains(place):
            return
        y = self._raster.getViewBox().mapSceneToView(place).y()
        row = self._bar.value() + round(y / self._step_uv(view))
        if not 0 <= row < len(view.shown):
            return
        more = event.modifiers() & Qt.KeyboardModifier.ControlModifier  # type: ignore[attr-defined]
        self._choose(int(view.peaks[view.shown[row]]), more=bool(more))

    def _choose_near(self, time_s: float, more: bool) -> None:
        """The member nearest to a place of the interval plot."""
        if self.view is not None:
            nearest = int(np.argmin(np.abs(self.view.times_s - time_s)))
            self._choose(int(self.view.peaks[nearest]), more=more)

    def _choose(self, peak: int, *, more: bool) -> None:
        if more:
            self._chosen ^= {peak}
        else:
            self._chosen = set()
        self.show_member(peak)
        self.memberChosen.emit(peak)
