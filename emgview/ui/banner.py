"""A strip above the traces for what stays wrong until something is done about it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStyle, QWidget

from emgview.ui.theme import Theme

_ICON_PX = 20


class BannerKind(StrEnum):
    """How serious it is; the word stands before the text."""

    PROBLEM = "Problem"
    NOTE = "Note"


_ICONS = {
    BannerKind.PROBLEM: QStyle.StandardPixmap.SP_MessageBoxWarning,
    BannerKind.NOTE: QStyle.StandardPixmap.SP_MessageBoxInformation,
}


class Banner(QFrame):
    """Icon, word, what was found, what to do, one button. Hidden while there is nothing to tell.

    It takes no focus and stops nothing.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._kind = BannerKind.NOTE
        self._act: Callable[[], None] | None = None
        self._icon, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self._run)
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 6, 12, 6)
        box.setSpacing(10)
        box.addWidget(self._icon)
        box.addWidget(self._text, 1)
        box.addWidget(self._button)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty while hidden."""
        return "" if self.isHidden() else self._text.text()

    @property
    def button(self) -> QPushButton:
        """The one button."""
        return self._button

    def tell(
        self,
        kind: BannerKind,
        text: str,
        button: str,
        tip: str,
        act: Callable[[], None],
        more: str = "",
    ) -> None:
        """Show it.

        Parameters
        ----------
        text : str
            What was found and what to do.
        more : str
            What else is good to know; shown under the pointer.
        button, tip : str
            Text and tooltip of the button.
        act : callable
            What the button does.
        """
        self._kind, self._act = kind, act
        self._text.setText(f"{kind}: {text}")
        self._text.setToolTip(more)
        self.setAccessibleDescription(more)
        self._button.setText(button)
        self._button.setToolTip(tip)
        self.setAccessibleName(f"{kind}: {text}")
        icon = self.style().standardIcon(_ICONS[kind])
        self._icon.setPixmap(icon.pixmap(QSize(_ICON_PX, _ICON_PX), self.devicePixelRatioF()))
        self.setProperty("kind", kind.name.lower())
        for part in (self, self._text, self._button):
            self.style().unpolish(part)
            self.style().polish(part)
        self.show()

    def clear(self) -> None:
        """Nothing to tell."""
        self._act = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.setStyleSheet(_SHEET.format_map(theme.window))

    def _run(self) -> None:
        if self._act is not None:
            self._act()


_SHEET = """
QFrame#banner {{ border: none; border-bottom: 1px solid {border}; background: {base}; }}
QFrame#banner[kind="problem"] {{ background: {problem}; border-bottom: none; }}
QFrame#banner[kind="problem"] QLabel {{ color: {problem_text}; font-weight: bold; }}
QFrame#banner[kind="problem"] QPushButton {{ color: {problem_text}; background: {problem};
    border: 1px solid {problem_text}; }}
QFrame#banner[kind="problem"] QPushButton:hover,
QFrame#banner[kind="problem"] QPushButton:focus {{ border-width: 2px; padding: 4px 13px; }}
"""
