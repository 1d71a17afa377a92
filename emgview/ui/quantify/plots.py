"""A plot in the colours of the theme; no plot is moved by accident."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from emgview.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of a theme as plots use them."""

    ground: QColor
    text: QColor
    axis: QColor
    trace: QColor
    faint: QColor
    marker: QColor
    other: QColor
    warn: QColor

    @classmethod
    def of(cls, theme: Theme) -> Inks:
        """Of a theme."""
        faint = QColor(theme.window["muted"])
        faint.setAlpha(70)
        return cls(
            QColor(theme.trace["background"]),
            QColor(theme.window["text"]),
            QColor(theme.window["muted"]),
            QColor(theme.trace["trace"]),
            faint,
            QColor(theme.trace["selection"]),
            QColor(theme.class_colour("fib")),
            QColor(theme.trace["cut"]),
        )

    def veil(self, colour: QColor, alpha: int) -> QColor:
        """The colour, see-through."""
        veiled = QColor(colour)
        veiled.setAlpha(alpha)
        return veiled


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """One plot with two named axes."""

    def __init__(self, bottom: str, left: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {"bottom": bottom, "left": left}
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.getAxis("left").setWidth(62)
        self.getAxis("left").enableAutoSIPrefix(False)
        self.getAxis("bottom").enableAutoSIPrefix(False)
        self.setAccessibleName(name)
        self.inks: Inks | None = None

    def set_inks(self, inks: Inks) -> None:
        """Other colours."""
        self.inks = inks
        self.setBackground(inks.ground)
        for side, text in self._labels.items():
            axis = self.getAxis(side)
            axis.setPen(inks.axis)
            axis.setTextPen(inks.text)
            axis.setLabel(text, color=inks.text.name())
