"""Identification of the patient and the referral question."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from emgview.model import Patient

_FIELDS = (
    ("name", "&Name"),
    ("identifier", "&Identifier"),
    ("second_identifier", "Second i&dentifier"),
    ("birth_date", "&Birth date"),
    ("sex", "Se&x"),
)


class PatientDialog(QDialog):
    """Two identifiers stand on every page of the report; none of it goes into the log."""

    def __init__(self, patient: Patient, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Patient and referral")
        self._edits = {name: QLineEdit(getattr(patient, name)) for name, _ in _FIELDS}
        self._edits["birth_date"].setPlaceholderText("YYYY-MM-DD")
        self._question = QPlainTextEdit(question)
        self._question.setTabChangesFocus(True)
        self._question.setPlaceholderText("What does the referring doctor want to know?")
        form = QFormLayout()
        for name, title in _FIELDS:
            form.addRow(title, self._edits[name])
        form.addRow("&Referral question", self._question)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(buttons)
        self.resize(460, 360)

    def patient(self) -> Patient:
        """What was typed."""
        return Patient(**{name: edit.text().strip() for name, edit in self._edits.items()})

    def question(self) -> str:
        """The referral question as typed."""
        return self._question.toPlainText().strip()
