"""From a reviewed study to a signed PDF in the real window, by keys alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from emgview.model import (
    DetectionRun,
    Evidence,
    ImportHints,
    LabelState,
    Patient,
    Potential,
    Proposal,
    SampleInterval,
)
from emgview.report.identity import new_identity
from emgview.report.revisions import read_signed
from emgview.session.importing import study_for
from emgview.session.intents import StatePatient
from emgview.session.report_look import LaboratorySettings
from emgview.session.study_session import StudySession
from emgview.ui.main_window import MainWindow
from emgview.ui.report_dialog import ReportDialog
from emgview.ui.report_questions import AmendmentDialog, LaboratoryDialog

LIMIT_MS = 20_000
PASSPHRASE = "open sesame 9"
SCORES = (0.9, 0.8, 0.2)
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(
    open_window: Callable[[Path], MainWindow], rest_recording: Path, tmp_path: Path
) -> MainWindow:
    """A study of the right tibialis anterior with three proposals that nobody looked at."""
    copied = tmp_path / "one.h5"
    copied.write_bytes(rest_recording.read_bytes())
    folder = study_for(copied, ImportHints())
    with StudySession(folder, "Detector") as session:
        (recording,) = session.recordings
        proposals = tuple(
            Proposal(
                f"p{n}", recording.entry.id, 0, SampleInterval(1000 * n, 1000 * n + 100),
                (Potential(SampleInterval(1000 * n, 1000 * n + 100), 1000 * n + 40, 0.5),),
                "fib", score, Evidence(), "test", "1", "ab",
            )
            for n, score in enumerate(SCORES, 1)
        )  # fmt: skip
        session.add_run(
            DetectionRun(
                "run", recording.entry.id, "test", "1", "{}", "ab", (recording.info.whole,),
                (0,), (), proposals,
            )
        )  # fmt: skip
    return open_window(folder.root)


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "reader.p12"
    new_identity("Dr. K. Keys", path, PASSPHRASE)
    return path


def shown(qtbot: QtBot, kind: type[QWidget]) -> Any:
    """The dialog of a kind, once it is there."""

    def there() -> list[QWidget]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(there()), timeout=LIMIT_MS)
    return there()[0]


def review_all(window: MainWindow, qtbot: QtBot) -> None:
    """D for the queue, C for each item."""
    QTest.keyClick(window, Qt.Key.Key_D)
    for n in range(len(SCORES)):
        qtbot.waitUntil(lambda: bool(window.items.selection()), timeout=LIMIT_MS)
        with qtbot.waitSignal(window.controller.changed, timeout=LIMIT_MS):
            QTest.keyClick(window, Qt.Key.Key_C)
        del n
    assert window.view is not None
    states = {i.state for i in window.view.items[window.recording_id]}
    assert states == {LabelState.CONFIRMED}


def name_patient(window: MainWindow, qtbot: QtBot) -> None:
    """Two identifiers, without which nothing is signed."""
    window.controller.apply(StatePatient(Patient("Keys, Karla", "4711", "", "1961-02-03")))
    qtbot.waitUntil(
        lambda: window.view is not None and window.view.study.patient.name == "Keys, Karla",
        timeout=LIMIT_MS,
    )


def open_report(window: MainWindow, qtbot: QtBot) -> ReportDialog:
    """Ctrl+R; the preview and what stands against signing are there."""
    QTest.keyClick(window, Qt.Key.Key_R, CTRL)
    dialog: ReportDialog = shown(qtbot, ReportDialog)
    qtbot.waitUntil(lambda: dialog._pages.count() > 1, timeout=LIMIT_MS)
    return dialog


def closed(window: MainWindow, qtbot: QtBot) -> None:
    """The dialog is gone."""
    qtbot.waitUntil(lambda: window.files._report._dialog is None, timeout=LIMIT_MS)


def sign_button(dialog: ReportDialog) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == "&Sign and finish")


def type_identity(dialog: ReportDialog, identity: Path, passphrase: str) -> None:
    """Alt+I to the identity, Alt+P to the passphrase."""
    QTest.keyClick(dialog, Qt.Key.Key_I, ALT)
    field: Any = dialog.focusWidget()
    field.selectAll()
    QTest.keyClicks(field, str(identity))
    QTest.keyClick(dialog, Qt.Key.Key_P, ALT)
    QTest.keyClicks(dialog.focusWidget(), passphrase)


def reports(window: MainWindow) -> list[Path]:
    assert window.view is not None
    return sorted((Path(window.view.path) / "reports").glob("*/report.pdf"))


def test_reviewed_study_to_signed_pdf_by_keys_alone(
    window: MainWindow, identity: Path, qtbot: QtBot
) -> None:
    review_all(window, qtbot)
    name_patient(window, qtbot)
    dialog = open_report(window, qtbot)
    qtbot.waitUntil(sign_button(dialog).isEnabled, timeout=LIMIT_MS)
    QTest.keyClick(dialog, Qt.Key.Key_C, ALT)
    QTest.keyClicks(dialog.focusWidget(), "Fibrillation potentials at one site.")
    type_identity(dialog, identity, PASSPHRASE)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(reports(window)) == 1, timeout=LIMIT_MS)
    closed(window, qtbot)
    (pdf,) = reports(window)
    signed = read_signed(pdf.read_bytes())
    assert [s.meaning for s in signed.signatures] == ["author"]
    body = json.loads((pdf.parent / "report.json").read_text(encoding="utf-8"))
    assert body["conclusion"]["text"] == "Fibrillation potentials at one site."
    assert body["status"] == "final"
    assert "Signed report (final) written" in window.statusBar().currentMessage() or any(
        "Signed report (final)" in text for text in _status(window)
    )


def _status(window: MainWindow) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in window.statusBar().findChildren(QLabel)]


def test_wrong_passphrase_signs_nothing_and_can_be_typed_again(
    window: MainWindow, identity: Path, qtbot: QtBot
) -> None:
    review_all(window, qtbot)
    name_patient(window, qtbot)
    dialog = open_report(window, qtbot)
    qtbot.waitUntil(sign_button(dialog).isEnabled, timeout=LIMIT_MS)
    type_identity(dialog, identity, "wrong")
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    box = shown(qtbot, QMessageBox)
    assert "wrong" not in f"{box.text()} {box.informativeText()}".replace("wrong passphrase", "")
    assert box.parent() is dialog, "the box stands before the dialog, not behind it"
    QTest.keyClick(box, Qt.Key.Key_Return)
    with qtbot.waitActive(dialog, timeout=LIMIT_MS):
        dialog.activateWindow()  # what a window manager does when the box goes
    assert reports(window) == []
    assert dialog.isVisible(), "nothing that was typed is lost"
    assert dialog._passphrase.text() == ""
    type_identity(dialog, identity, PASSPHRASE)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(reports(window)) == 1, timeout=LIMIT_MS)
    closed(window, qtbot)


def test_unreviewed_cited_label_and_hidden_items_are_named_before_signing(
    window: MainWindow, identity: Path, qtbot: QtBot
) -> None:
    name_patient(window, qtbot)
    window.items.filters.score.setValue(50)
    dialog = open_report(window, qtbot)
    told = dialog._problems
    qtbot.waitUntil(lambda: "✕" in told.text(), timeout=LIMIT_MS)
    assert "3 proposals in the classes of the report not reviewed" in told.text()
    assert "1 open, hidden by the score under 0.50" in told.text()
    assert not sign_button(dialog).isEnabled()
    type_identity(dialog, identity, PASSPHRASE)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.wait(300)
    assert reports(window) == [], "Return does not sign either"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    closed(window, qtbot)


def test_entries_are_stated_by_keys_and_stand_in_the_record(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = open_report(window, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_D, ALT)
    field = dialog._entries._lines["report_answers_question"]
    qtbot.waitUntil(field.isVisible, timeout=LIMIT_MS)
    field.setFocus()
    QTest.keyClicks(field, "The study does not answer it.")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    flow = window.files._report
    qtbot.waitUntil(
        lambda: (
            flow._body is not None
            and flow._body["impression"]["answers_question"] == "The study does not answer it."
        ),
        timeout=LIMIT_MS,
    )
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    closed(window, qtbot)


def test_new_version_is_not_made_without_a_reason(qtbot: QtBot) -> None:
    dialog = AmendmentDialog(1)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog, timeout=LIMIT_MS):
        dialog.show()
        dialog.activateWindow()
    ok = next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == "OK")
    assert not ok.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_R, ALT)
    QTest.keyClicks(dialog.focusWidget(), "  ")
    assert not ok.isEnabled()
    QTest.keyClicks(dialog.focusWidget(), "Wrong side")
    assert ok.isEnabled()
    assert dialog.amendment().reason == "Wrong side"
    assert dialog.amendment().reason_code == "amended"


def test_laboratory_dialog_gives_what_was_stated(qtbot: QtBot) -> None:
    dialog = LaboratoryDialog(LaboratorySettings(name="Old", language="de"))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog, timeout=LIMIT_MS):
        dialog.show()
        dialog.activateWindow()
    QTest.keyClick(dialog, Qt.Key.Key_N, ALT)
    field: Any = dialog.focusWidget()
    field.selectAll()
    QTest.keyClicks(field, "New laboratory")
    assert dialog.settings().name == "New laboratory"
    assert dialog.settings().language == "de"
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
