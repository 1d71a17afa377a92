"""Rich text as high as it needs to be, laid out once."""

from __future__ import annotations

from PySide6.QtCore import QSize, QSizeF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

_MARGIN_PX = 8.0


class RichText(QTextEdit):
    """A text to read and to select by mouse, in a column that scrolls as a whole. GUI thread.

    (Lost: a QLabel, which lays its text out anew for every size that a layout asks it about:
    fifteen milliseconds for each item that is selected, against two.)

    Parameters
    ----------
    html : str
    """

    def __init__(self, html: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._html = ""
        self.setObjectName("read")  # the theme gives it neither ground nor frame
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys decide
        self.setFrameShape(QFrame.Shape.NoFrame)
        for bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(_MARGIN_PX)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.show_html(html)

    def show_html(self, html: str) -> None:
        """Another text; nothing is done for the same one."""
        if html != self._html:
            self._html = html
            self.setHtml(html)

    def text(self) -> str:
        """The text as it was given."""
        return self._html

    def sizeHint(self) -> QSize:
        """As high as the text is now."""
        return QSize(super().sizeHint().width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the text out for another width; another height leaves it as it is."""
        if event.size().width() != event.oldSize().width():
            super().resizeEvent(event)

    def _fit(self, size: QSizeF) -> None:
        height = round(size.height())
        if height != self.height():
            self.setFixedHeight(height)
