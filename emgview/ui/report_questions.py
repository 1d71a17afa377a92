"""Two questions of the report: why a new version, and how the laboratory's reports look."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from emgview.session.report_look import LaboratorySettings
from emgview.session.reporting import REASON_CODES, Amendment

_OK_CANCEL = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
_CODE_TITLES = {
    "amended": "Amended: data or findings changed",
    "corrected": "Corrected: something was wrong",
    "appended": "Appended: only added to",
}
_LINES = (
    ("name", "&Name"),
    ("address", "&Address"),
    ("footer", "&Footer"),
    ("logo_file", "&Logo (SVG or PNG)"),
    ("blocks_file", "Own &text blocks"),
)
_CHOICES = (
    ("paper", "&Paper", (("a4", "A4"), ("letter", "Letter"))),
    ("language", "Lan&guage", (("en", "English"), ("de", "German"), ("fr", "French"))),
)


class AmendmentDialog(QDialog):
    """Why a signed report gets a new version; nothing is signed without a reason."""

    def __init__(self, version: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New version of a signed report")
        self._code = QComboBox()
        for code in REASON_CODES:
            self._code.addItem(_CODE_TITLES[code], code)
        self._reason = QPlainTextEdit()
        self._reason.setPlaceholderText("Printed on page 1 of the new version.")
        self._reason.setTabChangesFocus(True)
        self._buttons = QDialogButtonBox(_OK_CANCEL)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        told = QLabel(f"Version {version} stays as it is and is marked as replaced.")
        told.setWordWrap(True)
        form = QFormLayout()
        form.addRow("&Kind", self._code)
        form.addRow("&Reason", self._reason)
        box = QVBoxLayout(self)
        for part in (told, self._buttons):
            box.addWidget(part)
        box.insertLayout(1, form)
        self._reason.textChanged.connect(self._mirror)
        self._mirror()
        self.resize(460, 260)

    def amendment(self) -> Amendment:
        """What was stated."""
        return Amendment(str(self._code.currentData()), self._reason.toPlainText().strip())

    def _mirror(self) -> None:
        stated = bool(self._reason.toPlainText().strip())
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(stated)


class LaboratoryDialog(QDialog):
    """Header, footer, logo, paper, language and text blocks of the laboratory's reports."""

    def __init__(self, settings: LaboratorySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Laboratory")
        self._settings = settings
        form = QFormLayout()
        self._lines: dict[str, QLineEdit] = {}
        for name, caption in _LINES:
            self._lines[name] = QLineEdit(getattr(settings, name))
            form.addRow(caption, self._lines[name])
        self._boxes: dict[str, QComboBox] = {}
        for name, caption, choices in _CHOICES:
            box = QComboBox()
            for key, title in choices:
                box.addItem(title, key)
            box.setCurrentIndex(max(0, box.findData(getattr(settings, name))))
            self._boxes[name] = box
            form.addRow(caption, box)
        buttons = QDialogButtonBox(_OK_CANCEL)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.addLayout(form)
        outer.addWidget(buttons)
        self.setMinimumWidth(460)

    def settings(self) -> LaboratorySettings:
        """What was stated."""
        lines = {name: line.text().strip() for name, line in self._lines.items()}
        boxes = {name: str(box.currentData()) for name, box in self._boxes.items()}
        return msgspec.structs.replace(self._settings, **lines, **boxes)
