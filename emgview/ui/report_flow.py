"""From the wish for a report to a signed file: dialog, preview, identity, signature."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog

from emgview.errors import EmgviewError, SignatureError
from emgview.model import LabelState
from emgview.report import Reader, Report, blocking_problems, warnings_of
from emgview.report.macros import expand
from emgview.report.states import ReportState
from emgview.session.amending import cosign
from emgview.session.intents import StateText
from emgview.session.report_look import ReportLook, all_blocks, look_of
from emgview.session.report_registry import Earlier, newest
from emgview.session.reporting import ReportFiles, Signing, assemble, render
from emgview.session.study_session import StudySession
from emgview.ui.controller import SECOND
from emgview.ui.report_dialog import ReportDialog, pdf_pages
from emgview.ui.report_questions import AmendmentDialog, LaboratoryDialog
from emgview.ui.small_dialogs import QuestionDialog

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class ReportFlow(QObject):
    """Joins the report dialog with the session."""

    _previewed = Signal(int, object, object)
    _made = Signal(object)
    _waits = Signal(bool)
    _asked = Signal(object, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ReportDialog | None = None
        self._generation = 0
        self._previewed.connect(self._show_preview)
        self._made.connect(self._use_identity)
        self._waits.connect(self._offer_second_signature)
        self._asked.connect(self._sign_knowing)
        self._body: dict[str, Any] | None = None
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
        look = self._look()
        blocks = [b for b in all_blocks(look).values() if b.id != "summary"] if look else []
        dialog = ReportDialog(view.texts, settings.identity_file, blocks, self._window)
        dialog.textChanged.connect(self._store)
        dialog.previewWanted.connect(self._preview)
        dialog.writeWanted.connect(self._write)
        dialog.signWanted.connect(self._sign)
        dialog.identityWanted.connect(self._new_identity)
        dialog.blockWanted.connect(self._insert)
        dialog.laboratoryWanted.connect(self._edit_laboratory)
        dialog.cosignWanted.connect(self._cosign)
        dialog.finished.connect(self._ended)
        self._dialog = dialog
        dialog.open()
        self._preview()
        self._look_for_preliminary()

    def _ended(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    def _store(self, field: str, text: str) -> None:
        self._window.controller.apply(StateText(field, text))

    def _preview(self) -> None:
        """Render the real report on the I/O thread; older previews are dropped."""
        self._generation += 1
        generation, reader, look = self._generation, self._reader(), self._look()

        def work(session: StudySession) -> tuple[Report, list[object]]:
            report = assemble(session, reader, look=look)
            with tempfile.TemporaryDirectory() as folder:
                pdf = Path(folder) / "preview.pdf"
                render(session, report, pdf, look.logo if look else b"")
                return report, list(pdf_pages(pdf.read_bytes()))

        self._window.controller.with_session(
            work, lambda done: self._previewed.emit(generation, done[0], done[1])
        )

    def _show_preview(self, generation: int, report: Report, pages: list[object]) -> None:
        if self._dialog is None or generation != self._generation:
            return
        self._body = report.body
        self._dialog.show_pages(pages)  # type: ignore[arg-type]
        warnings = (*warnings_of(report), *hidden_words(self._window))
        self._dialog.show_problems(blocking_problems(report), warnings)

    def _reader(self) -> Reader:
        return self._window.controller.reader

    def _look(self) -> ReportLook | None:
        """The laboratory's look; None, and a word about it, where a file of it has a fault."""
        try:
            return look_of(self._window.settings.laboratory)
        except EmgviewError as error:
            self._window.complain(error)
            return None

    def _insert(self, block: str) -> None:
        look = self._look()
        if look is None or self._body is None or self._dialog is None:
            return
        try:
            self._dialog.insert(expand(all_blocks(look)[block].text, self._body))
        except EmgviewError as error:
            self._window.complain(error)

    def _edit_laboratory(self) -> None:
        dialog = LaboratoryDialog(self._window.settings.laboratory, self._dialog)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._window.remember(laboratory=dialog.settings())
            self._preview()

    def _write(self, folder: Path) -> None:
        self._window.controller.write_report(folder, None, look=self._look())

    def _sign(self, identity: Path, passphrase: str) -> None:
        if not self._is_identity(identity) or self._dialog is None:
            return
        signing = Signing(identity, passphrase, roles=self._dialog.roles)
        self._window.controller.with_session(
            lambda session: newest(session.folder.reports),
            lambda earlier: self._asked.emit(signing, earlier),
        )

    def _is_identity(self, identity: Path) -> bool:
        if identity.is_file():
            self._window.remember(identity_file=str(identity))
            return True
        self._window.complain(
            SignatureError("No identity is chosen", "Choose a PKCS#12 file or make a new one.")
        )
        return False

    def _sign_knowing(self, signing: Signing, earlier: Earlier | None) -> None:
        """Sign; a new version of a signed report first asks for its reason."""
        amendment = None
        if earlier is not None:
            dialog = AmendmentDialog(earlier.edition.version, self._dialog)
            if dialog.exec() != QDialog.DialogCode.Accepted:
                return
            amendment = dialog.amendment()
        self._window.controller.write_report(None, signing, amendment, self._look())

    def _look_for_preliminary(self) -> None:
        def waits(session: StudySession) -> bool:
            earlier = newest(session.folder.reports)
            return earlier is not None and earlier.state_in(session) is ReportState.PRELIMINARY

        self._window.controller.with_session(waits, self._waits.emit)

    def _offer_second_signature(self, offered: bool) -> None:
        if self._dialog is not None:
            self._dialog.offer_second_signature(offered)

    def _cosign(self, identity: Path, passphrase: str) -> None:
        if not self._is_identity(identity):
            return
        signing = Signing(identity, passphrase, "verification")
        controller = self._window.controller
        controller.with_session(lambda session: cosign(session, signing), controller.reported.emit)

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
        kind = f"Signed report ({files.state})" if files.signed_by else "Draft report"
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
