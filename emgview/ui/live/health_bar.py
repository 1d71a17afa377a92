"""The health line: always visible, red where it must be, never by colour alone."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from emgview.session.live.health import Figure
from emgview.ui.flow_layout import FlowLayout
from emgview.ui.theme import Theme

_ROW_PX = 14


class HealthBar(QWidget):
    """One label for each figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Health of the acquisition")
        self._row = FlowLayout(self)
        self._row.setContentsMargins(8, 3, 8, 3)
        self._labels: dict[str, QLabel] = {}
        self.setMinimumHeight(self.fontMetrics().height() + _ROW_PX)  # one row, also while empty

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        """Show these; a new one gets its place at the end."""
        for figure in figures:
            label = self._labels.get(figure.name)
            if label is None:
                label = self._labels[figure.name] = QLabel()
                self._row.addWidget(label)
            sign = "! " if figure.red else ""
            label.setText(f"{sign}{figure.name}: {figure.text}")
            label.setToolTip(figure.help)
            # It never shrinks: the line must not jump, and the traces with it.
            label.setMinimumWidth(max(label.minimumWidth(), label.sizeHint().width()))
            if label.property("red") != figure.red:
                label.setProperty("red", figure.red)
                label.style().unpolish(label)
                label.style().polish(label)

    def clear(self) -> None:
        """Nothing is known."""
        for label in self._labels.values():
            self._row.removeWidget(label)
            label.deleteLater()
        self._labels.clear()

    def text(self) -> str:
        """All of it, for a screen reader and for tests."""
        return " · ".join(label.text() for label in self._labels.values())

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.setStyleSheet(_SHEET.format_map(theme.window))


_SHEET = """
QLabel {{ color: {text}; padding: 2px 8px; border-radius: 3px; background: {button}; }}
QLabel[red="true"] {{ color: {problem_text}; background: {problem}; font-weight: bold; }}
"""
