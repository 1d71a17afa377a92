"""From the wish for a report to a signed file: dialog, preview, identity, signature."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog

from emgview.errors import SignatureError
from emgview.model import LabelState
from emgview.report import Reader, Report, blocking_problems, warnings_of
from emgview.session.intents import StateText
from emgview.session.reporting import ReportFiles, Signing, assemble, render
from emgview.session.study_session import StudySession
from emgview.ui.controller import SECOND
from emgview.ui.report_dialog import ReportDialog, pdf_pages
from emgview.ui.small_dialogs import QuestionDialog

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class ReportFlow(QObject):
    """Joins the report dialog with the session."""

    _previewed = Signal(int, object, object)
    _made = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ReportDialog | None = None
        self._generation = 0
        self._previewed.connect(self._show_preview)
        self._made.connect(self._use_identity)
        window.controller.reported.connect(self._tell_written)

    def start(self) -> None:
        """Open the dialog."""
        view = self._window.view
        if view is None or self._dialog is not None:
            return
        if view.name.endswith(SECOND):
            self._window.tell("A report is written in the first reading, when both are compared")
            return
        settings = self._window.settings
        dialog = ReportDialog(
            view.texts["conclusion"],
            view.texts["limitations"],
            settings.identity_file,
            self._window,
        )
        dialog.textChanged.connect(self._store)
        dialog.previewWanted.connect(self._preview)
        dialog.writeWanted.connect(self._write)
        dialog.signWanted.connect(self._sign)
        dialog.identityWanted.connect(self._new_identity)
        dialog.finished.connect(self._ended)
        self._dialog = dialog
        dialog.open()
        self._preview()

    def _ended(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    def _store(self, field: str, text: str) -> None:
        self._window.controller.apply(StateText(field, text))

    def _preview(self) -> None:
        """Render the real report on the I/O thread; older previews are dropped."""
        self._generation += 1
        generation, reader = self._generation, self._reader()

        def work(session: StudySession) -> tuple[Report, list[object]]:
            report = assemble(session, reader)
            with tempfile.TemporaryDirectory() as folder:
                pdf = Path(folder) / "preview.pdf"
                render(session, report, pdf)
                return report, list(pdf_pages(pdf.read_bytes()))

        self._window.controller.with_session(
            work, lambda done: self._previewed.emit(generation, done[0], done[1])
        )

    def _show_preview(self, generation: int, report: Report, pages: list[object]) -> None:
        if self._dialog is None or generation != self._generation:
            return
        self._dialog.show_pages(pages)  # type: ignore[arg-type]
        warnings = (*warnings_of(report), *hidden_words(self._window))
        self._dialog.show_problems(blocking_problems(report), warnings)

    def _reader(self) -> Reader:
        return self._window.controller.reader

    def _write(self, folder: Path) -> None:
        self._window.controller.write_report(folder, None)

    def _sign(self, identity: Path, passphrase: str) -> None:
        if not identity.is_file():
            self._window.complain(
                SignatureError("No identity is chosen", "Choose a PKCS#12 file or make a new one.")
            )
            return
        self._window.remember(identity_file=str(identity))
        self._window.controller.write_report(None, Signing(identity, passphrase))

    def _new_identity(self) -> None:
        asked = QuestionDialog(
            "New evaluation identity",
            (
                ("name", "&Printed name", self._window.settings.reader_name),
                ("passphrase", "P&assphrase", ""),
                ("again", "A&gain", ""),
            ),
            self._dialog,
            secret=frozenset({"passphrase", "again"}),
        )
        if asked.exec() != QDialog.DialogCode.Accepted:
            return
        if asked.value("passphrase") != asked.value("again") or not asked.value("passphrase"):
            self._window.complain(SignatureError("The two passphrases differ", "Try again."))
            return
        file, _ = QFileDialog.getSaveFileName(
            self._dialog, "Where to keep it", "identity.p12", "PKCS#12 (*.p12)"
        )
        if not file:
            return
        name, passphrase = asked.value("name"), asked.value("passphrase")

        def make(_: object) -> Path:
            from emgview.report.identity import new_identity

            new_identity(name, Path(file), passphrase)
            return Path(file)

        self._window.controller.in_background("Making an identity", make, self._made.emit)

    def _use_identity(self, path: Path) -> None:
        self._window.remember(identity_file=str(path))
        if self._dialog is not None:
            self._dialog.set_identity(path)

    def _tell_written(self, files: ReportFiles) -> None:
        kind = "Signed report" if files.signed_by else "Draft report"
        self._window.tell(f"{kind} written: {files.pdf}")
        if self._dialog is not None and files.signed_by:
            self._dialog.accept()


def hidden_words(window: MainWindow) -> tuple[str, ...]:
    """What the least score of the table hides of what is still open, recording by recording."""
    view, least = window.view, window.items.model.shown.least_score
    if view is None or least <= 0:
        return ()
    words = []
    for recording in view.recordings:
        scores = [
            view.proposals.score(label.proposal_id or label.id)
            for label in view.items[recording.entry.id]
            if label.state is LabelState.PROPOSED
        ]
        n = sum(score is not None and score < least for score in scores)
        if n:
            words.append(f"{recording.title}: {n} open, hidden by the score under {least:.2f}")
    return tuple(words)
