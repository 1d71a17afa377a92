"""Items alike: how near is near enough, and what they look like above each other."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget

from emgview.session.review_settings import load_review_settings
from emgview.session.similar import Alike
from emgview.ui.theme import Theme, load_theme

_STEPS = 200
_MOST_DRAWN = 80
_EMPTY = "Shift+L shows all items like the selected one; then one key decides them together."


class SimilarPanel(QWidget):
    """A dock beside the evidence. GUI thread.

    Signals
    -------
    chosen(tuple of str)
        The items within the distance, the first one is the one that they are like.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Alike | None = None
        self._theme = load_theme("scope")
        self._words = QLabel(_EMPTY)
        self._words.setWordWrap(True)
        self._remark = QLabel()
        self._remark.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setToolTip("How different items may be; nothing is decided by this")
        self.slider.setAccessibleName("Greatest distance")
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setLabel("bottom", "ms")
        self._plot.setLabel("left", "µV")
        self._plot.getViewBox().invertY(True)
        box = QVBoxLayout(self)
        box.addWidget(self._words)
        box.addWidget(self._remark)
        box.addWidget(self.slider)
        box.addWidget(self._plot, 1)
        box.addStretch(0)
        self.slider.valueChanged.connect(lambda _: self._choose())
        self.clear()

    @property
    def items(self) -> tuple[str, ...]:
        """The items within the distance."""
        return () if self.found is None else self.found.items[: self._count()]

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._plot.setBackground(theme.trace["background"])
        for side in ("bottom", "left"):
            self._plot.getAxis(side).setPen(theme.window["muted"])
            self._plot.getAxis(side).setTextPen(theme.window["text"])
        self._draw()

    def clear(self) -> None:
        """Nothing is compared."""
        self.found = None
        self._words.setText(_EMPTY)
        self.set_remark("")
        self.slider.setEnabled(False)
        self._plot.hide()

    @property
    def words(self) -> str:
        """What is said above the slider, with the remark."""
        return f"{self._words.text()} {self._remark.text()}".rstrip()

    def set_remark(self, text: str) -> None:
        """What a decision on the chosen items would do besides; empty for nothing."""
        self._remark.setText(text)
        self._remark.setVisible(bool(text))

    def show_alike(self, found: Alike) -> None:
        """Compare with an item; the distance is the usual one."""
        settings = load_review_settings().similar
        self.found = found
        self.slider.setEnabled(True)
        self._plot.show()
        self.slider.blockSignals(True)
        self.slider.setValue(round(_STEPS * settings.start / settings.most))
        self.slider.blockSignals(False)
        self._choose()

    def step(self, by: int) -> None:
        """So many items more or fewer."""
        if self.found is None:
            return
        n = min(max(self._count() + by, 1), len(self.found.items))
        most = load_review_settings().similar.most
        self.slider.setValue(int(np.ceil(_STEPS * self.found.distances[n - 1] / most)) if by > 0
                             else int(_STEPS * self.found.distances[n - 1] / most))  # fmt: skip

    def _count(self) -> int:
        if self.found is None:
            return 0
        distance = self.slider.value() / _STEPS * load_review_settings().similar.most
        return max(self.found.within(distance), 1)

    def _choose(self) -> None:
        self._draw()
        if self.found is not None:
            self.chosen.emit(self.items)

    def _draw(self) -> None:
        found = self.found
        if found is None:
            return
        n = self._count()
        distance = self.slider.value() / _STEPS * load_review_settings().similar.most
        self._words.setText(
            f"{n} of {len(found.items)} items, {sum(found.n_potentials[:n])} potentials, "
            f"differ by at most {distance:.3f} from the selected one{_channels(found, n)}."
        )
        self._plot.clear()
        x = (np.arange(found.templates.shape[1]) - found.before) / found.fs * 1000
        faint = QColor(self._theme.trace["trace"])
        faint.setAlpha(110)
        evenly = np.unique(np.linspace(0, n - 1, min(n, _MOST_DRAWN)).round().astype(int))
        for row in evenly.tolist():
            self._plot.plot(x, found.templates[row], pen=pg.mkPen(faint, width=1))
        self._plot.plot(x, found.templates[0], pen=pg.mkPen(self._theme.trace["cut"], width=2))


def _channels(found: Alike, n: int) -> str:
    """In how many channels the chosen ones lie, where others were compared."""
    total = len(set(found.channels))
    return f", in {len(set(found.channels[:n]))} of {total} channels" if total > 1 else ""
