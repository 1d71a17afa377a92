"""The status bar: messages, progress with cancel, reader, the notice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar

_SHORT_MS, _LONG_MS = 8000, 15000


class StatusLine:
    """What the bottom line tells.

    Parameters
    ----------
    bar : QStatusBar
    cancel : callable
        Stops the long work.
    """

    def __init__(self, bar: QStatusBar, cancel: Callable[[], None]) -> None:
        self._bar = bar
        self._progress = QProgressBar()
        self._progress.setFixedWidth(220)
        self._progress.setRange(0, 100)
        self._progress.setAccessibleName("Progress")
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Stop what is running (Esc)")
        self._cancel.clicked.connect(cancel)
        self._reader = QLabel()
        notice = QLabel("For evaluation, not for clinical use")
        notice.setObjectName("notice")
        for widget in (self._progress, self._cancel, self._reader, notice):
            bar.addPermanentWidget(widget)
        self.rest()

    def tell(self, text: str) -> None:
        """One line for a while."""
        self._bar.showMessage(text, _SHORT_MS)

    def warn(self, text: str) -> None:
        """One line for longer."""
        self._bar.showMessage(text, _LONG_MS)

    def set_reader(self, name: str) -> None:
        """Who decides."""
        self._reader.setText(f"Reader: {name}")

    def work(self, text: str, part: float) -> None:
        """Long work goes on; ``part`` 0…1."""
        self._progress.show()
        self._cancel.show()
        self._progress.setValue(round(100 * part))
        self._bar.showMessage(f"{text} …")

    def rest(self) -> None:
        """Long work has ended."""
        self._progress.hide()
        self._cancel.hide()
        if self._bar.currentMessage().endswith("…"):
            self._bar.clearMessage()
