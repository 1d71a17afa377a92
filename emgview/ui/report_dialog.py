"""The report: the reader's words, a preview of the real PDF, writing and signing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

_TYPING_PAUSE_MS = 700
_PREVIEW_DPI = 88


def pdf_pages(pdf: bytes, dpi: int = _PREVIEW_DPI) -> list[QImage]:
    """Pages of a PDF as pictures, form fields (signatures) drawn. On any thread."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        return [_page_image(page, dpi) for page in document]
    finally:
        document.close()


def _page_image(page: Any, dpi: int) -> QImage:
    bitmap = page.render(scale=dpi / 72, may_draw_forms=True, rev_byteorder=True)
    array = bitmap.to_numpy()
    height, width, depth = array.shape
    kind = QImage.Format.Format_RGB888 if depth == 3 else QImage.Format.Format_RGBX8888
    return QImage(array.tobytes(), width, height, width * depth, kind).copy()


class ReportDialog(QDialog):
    """Edits the conclusion, shows what will be signed, asks for identity and passphrase.

    Signals
    -------
    textChanged(str field, str text)
        After a pause in typing: the text is to be stored and the preview made anew.
    previewWanted()
    writeWanted(Path folder)
        Unsigned report into a folder.
    signWanted(Path identity, str passphrase)
    identityWanted()
        The user wants a new evaluation identity.
    """

    textChanged = Signal(str, str)  # noqa: N815 - Qt's way to name signals
    previewWanted = Signal()  # noqa: N815
    writeWanted = Signal(object)  # noqa: N815
    signWanted = Signal(object, str)  # noqa: N815
    identityWanted = Signal()  # noqa: N815

    def __init__(
        self, conclusion: str, limitations: str, identity: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._texts = {
            "conclusion": _editor(conclusion, "What do the findings mean? Your own words."),
            "limitations": _editor(limitations, "Pain, poor relaxation, muscles not reached …"),
        }
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._store_texts)
        self._stored = {name: edit.toPlainText() for name, edit in self._texts.items()}
        for edit in self._texts.values():
            edit.textChanged.connect(self._pause.start)
        self._identity = QLineEdit(identity)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._problems = QLabel()
        self._problems.setWordWrap(True)
        self._problems.setObjectName("warning")
        self._sign = QPushButton("&Sign and finish")
        self._sign.setToolTip("Write and sign the report as the author; the study keeps a copy")
        self._pages = QVBoxLayout()
        self._build()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self._sign)  # Return signs, it opens no file chooser
        self._sign.setDefault(True)
        self.resize(1180, 860)

    # -- what comes up -----------------------------------------------------------------------

    def show_pages(self, pages: list[QImage]) -> None:
        """Show the preview."""
        while (item := self._pages.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, image in enumerate(pages, 1):
            label = QLabel()
            label.setPixmap(QPixmap.fromImage(image))
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAccessibleName(f"Page {number}")
            self._pages.addWidget(label)
        self._pages.addStretch(1)

    def show_problems(self, blocking: tuple[str, ...], warnings: tuple[str, ...]) -> None:
        """Say what keeps the report from being signed, and what is missing."""
        lines = [f"✕ {text}" for text in blocking] + [f"⚠ {text}" for text in warnings]
        self._problems.setText("\n".join(lines) or "✓ Nothing stands against signing")
        self._sign.setEnabled(not blocking)

    def set_identity(self, path: Path) -> None:
        """Use an identity that was just made."""
        self._identity.setText(str(path))
        self._passphrase.setFocus()

    # -- parts -------------------------------------------------------------------------------

    def _build(self) -> None:
        left = QVBoxLayout()
        for name, title in (("conclusion", "&Conclusion"), ("limitations", "&Limitations")):
            caption = QLabel(title)
            caption.setBuddy(self._texts[name])
            left.addWidget(caption)
            left.addWidget(self._texts[name], 3 if name == "conclusion" else 1)
        left.addWidget(self._problems)
        left.addLayout(self._signing_form())
        left.addLayout(self._buttons())
        holder = QWidget()
        holder.setLayout(left)
        pages = QWidget()
        pages.setLayout(self._pages)
        scroll = QScrollArea()
        scroll.setWidget(pages)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Preview")
        splitter = QSplitter()
        splitter.addWidget(holder)
        splitter.addWidget(scroll)
        splitter.setSizes([400, 780])
        box = QVBoxLayout(self)
        box.addWidget(splitter)

    def _signing_form(self) -> QFormLayout:
        choose = QPushButton("…")
        choose.setToolTip("Choose a PKCS#12 file")
        choose.setFixedWidth(44)
        choose.clicked.connect(self._choose_identity)
        fresh = QPushButton("&New …")
        fresh.setToolTip("Make an evaluation identity")
        fresh.clicked.connect(self.identityWanted)
        row = QHBoxLayout()
        for widget in (self._identity, choose, fresh):
            row.addWidget(widget)
        form = QFormLayout()
        caption = QLabel("&Identity")
        caption.setBuddy(self._identity)
        form.addRow(caption, row)
        form.addRow("&Passphrase", self._passphrase)
        return form

    def _buttons(self) -> QHBoxLayout:
        write = QPushButton("&Write unsigned …")
        write.setToolTip("Write report.pdf and report.json into a folder, marked as draft")
        write.clicked.connect(self._choose_folder)
        self._sign.clicked.connect(self._ask_to_sign)
        close = QPushButton("Clos&e")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(write)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self._sign)
        return row

    def _store_texts(self) -> None:
        for name, edit in self._texts.items():
            text = edit.toPlainText()
            if text != self._stored[name]:
                self._stored[name] = text
                self.textChanged.emit(name, text)
        self.previewWanted.emit()

    def _choose_identity(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Identity", self._identity.text(), "PKCS#12 (*.p12 *.pfx)"
        )
        if name:
            self._identity.setText(name)

    def _choose_folder(self) -> None:
        self._store_texts()
        name = QFileDialog.getExistingDirectory(self, "Folder for the report")
        if name:
            self.writeWanted.emit(Path(name))

    def _ask_to_sign(self) -> None:
        self._store_texts()
        self.signWanted.emit(Path(self._identity.text().strip()), self._passphrase.text())

    def done(self, result: int) -> None:
        """Keep what was typed last, forget the passphrase."""
        self._pause.stop()
        for name, edit in self._texts.items():
            if edit.toPlainText() != self._stored[name]:
                self.textChanged.emit(name, edit.toPlainText())
        self._passphrase.clear()
        super().done(result)


def _editor(text: str, hint: str) -> QPlainTextEdit:
    edit = QPlainTextEdit(text)
    edit.setPlaceholderText(hint)
    edit.setTabChangesFocus(True)
    return edit
