"""Greys what is on its way to be brought up to date, and says so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

WORDS = "… being brought up to date"
_ALPHA = 150
_MARGIN_PX = 8


class Veil(QWidget):
    """Lies over a widget while what it shows is older than the last decision. GUI thread.

    Clicks end at the veil: what is below is not true any more. The focus stays where it is.

    Parameters
    ----------
    covered : QWidget
    is_told : bool
        Whether there is room for the words.
    """

    def __init__(self, covered: QWidget, *, is_told: bool = True) -> None:
        super().__init__(covered)
        self._covered = covered
        self._words = WORDS if is_told else ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(WORDS)
        self.hide()
        covered.installEventFilter(self)

    @property
    def is_on(self) -> bool:
        """Whether it covers."""
        return not self.isHidden()

    def put(self, *, on: bool) -> None:
        """Cover, or uncover."""
        if on == self.is_on:
            return
        self._fit()
        self.setVisible(on)
        if on:
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as what it covers."""
        if event.type() == QEvent.Type.Resize and watched is self._covered:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self.setGeometry(self._covered.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the window, half transparent, and the words."""
        painter = QPainter(self)
        ground = QColor(self.palette().color(QPalette.ColorRole.Window))
        ground.setAlpha(_ALPHA)
        painter.fillRect(event.rect(), ground)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        box = self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._words
        )
        painter.end()
