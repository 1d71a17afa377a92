"""The report: the reader's words, a preview of the real PDF, writing and signing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from emgview.report.macros import Block
from emgview.ui.report_entries import EntriesForm

_TYPING_PAUSE_MS = 700
_PREVIEW_DPI = 84


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
    blockWanted(str id)
        A text block is to be filled and put into the conclusion.
    laboratoryWanted()
        Header, paper and language are to be edited.
    cosignWanted(Path identity, str passphrase)
        The verifier signs what the author has signed.
    """

    textChanged = Signal(str, str)  # noqa: N815 - Qt's way to name signals
    previewWanted = Signal()  # noqa: N815
    writeWanted = Signal(object)  # noqa: N815
    signWanted = Signal(object, str)  # noqa: N815
    identityWanted = Signal()  # noqa: N815
    blockWanted = Signal(str)  # noqa: N815
    laboratoryWanted = Signal()  # noqa: N815
    cosignWanted = Signal(object, str)  # noqa: N815

    def __init__(
        self,
        texts: Mapping[str, str],
        identity: str,
        blocks: Sequence[Block] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._texts = {
            "conclusion": _editor(
                texts.get("conclusion", ""), "What do the findings mean? Your own words."
            ),
            "limitations": _editor(
                texts.get("limitations", ""), "Pain, poor relaxation, muscles not reached …"
            ),
        }
        self._entries = EntriesForm(texts)
        self._entries.changed.connect(self._state_entry)
        self._blocks = tuple(blocks)
        self._two = QCheckBox("A second person &verifies")
        self._two.setToolTip("The report stays preliminary until the verifier has signed, too")
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
        self._cosign = QPushButton("Sign as &verifier")
        self._cosign.setToolTip("Fill the second signature of the preliminary report")
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

    def insert(self, text: str) -> None:
        """Put a text at the cursor of the conclusion."""
        self._texts["conclusion"].insertPlainText(text)
        self._texts["conclusion"].setFocus()

    def offer_second_signature(self, offered: bool) -> None:
        """Show the verifier's button where a preliminary report waits for it."""
        self._cosign.setVisible(offered)

    @property
    def roles(self) -> tuple[str, ...]:
        """Who must sign before the report is final."""
        return ("author", "verifier") if self._two.isChecked() else ("author",)

    # -- parts -------------------------------------------------------------------------------

    def _build(self) -> None:
        words = QWidget()
        left = QVBoxLayout(words)
        left.setContentsMargins(0, 6, 0, 0)
        left.addLayout(self._tools())
        for name, title in (("conclusion", "&Conclusion"), ("limitations", "&Limitations")):
            caption = QLabel(title)
            caption.setBuddy(self._texts[name])
            left.addWidget(caption)
            left.addWidget(self._texts[name], 3 if name == "conclusion" else 1)
        tabs = QTabWidget()
        tabs.addTab(words, "&Words")
        tabs.addTab(self._entries, "&Details")
        left = QVBoxLayout()
        left.addWidget(tabs, 1)
        left.addWidget(self._problems)
        meaning = QLabel("You sign as the author of all that the preview shows.")
        meaning.setWordWrap(True)
        left.addWidget(meaning)
        left.addWidget(self._two)
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

    def _tools(self) -> QHBoxLayout:
        insert = QPushButton("I&nsert text")
        insert.setToolTip("Put a text block, filled from the findings, into the conclusion")
        menu = QMenu(insert)
        for block in self._blocks:
            menu.addAction(block.title, partial(self.blockWanted.emit, block.id))
        insert.setMenu(menu)
        laboratory = QPushButton("La&boratory …")
        laboratory.setToolTip("Name, address, logo, paper and language of the report")
        laboratory.clicked.connect(self.laboratoryWanted)
        row = QHBoxLayout()
        row.addWidget(insert)
        row.addStretch(1)
        row.addWidget(laboratory)
        return row

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
        self._cosign.clicked.connect(self._ask_to_cosign)
        self._cosign.setVisible(False)
        row = QHBoxLayout()
        row.addWidget(write)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self._cosign)
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
        self.signWanted.emit(*self._authentication())

    def _ask_to_cosign(self) -> None:
        self.cosignWanted.emit(*self._authentication())

    def _authentication(self) -> tuple[Path, str]:
        """Identity and passphrase, which must be typed again for the next signature."""
        found = Path(self._identity.text().strip()), self._passphrase.text()
        self._passphrase.clear()
        return found

    def _state_entry(self, field: str, text: str) -> None:
        self.textChanged.emit(field, text)
        self.previewWanted.emit()

    def done(self, result: int) -> None:
        """Keep what was typed last, forget the passphrase."""
        self._pause.stop()
        self._entries.flush()
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
