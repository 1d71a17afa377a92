"""What the commands about the record do: audit, history, labels to and from files, following."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from emgview.errors import EmgviewError
from emgview.session.auditing import Audit, audit_study
from emgview.session.exchange.labels import import_labels, labels_to_write, write_labels
from emgview.session.intents import Redo, Undo
from emgview.session.policy import StudyState
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.ui.controller import StudyView
from emgview.ui.history_dialog import AuditDialog, HistoryDialog
from emgview.ui.screen_state import screen_of
from emgview.ui.small_dialogs import ask_for_files

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_FOLLOW_MS = 400
_KINDS = {
    "CSV table (*.csv)": "csv",
    "EDF+ annotations, a folder (*)": "edf",
    "BIDS events, a folder (*)": "bids",
}


class RecordActions(QObject):
    """Commands of the group ``record``; also follows a study that another window writes.

    Signals carry answers of the I/O thread to the GUI thread.
    """

    audited = Signal(object)
    history = Signal(object, object)
    told = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.audited.connect(self._show_audit)
        self.history.connect(self._show_history)
        self.told.connect(window.tell)
        window.controller.screen = partial(screen_of, window)
        window.controller.opened.connect(self._look_after)
        window.controller.changed.connect(lambda view, _: self._look_after(view))
        window.controller.closed.connect(self._rest)
        window.controller.failed.connect(self._maybe_rest)
        self._timer = QTimer(self, interval=_FOLLOW_MS)
        self._timer.timeout.connect(window.controller.following.follow)
        self._dialog: HistoryDialog | AuditDialog | None = None

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "audit": self._audit,
            "history": self._ask_history,
            "export": self._ask_export,
            "import": self._ask_import,
        }
        actions[name]()

    # -- following ---------------------------------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether another window writes this study and its changes are taken in."""
        return self._timer.isActive()

    def _look_after(self, view: StudyView) -> None:
        if view.state is not StudyState.READ_ONLY:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _rest(self) -> None:
        self._timer.stop()

    def _maybe_rest(self, error: EmgviewError) -> None:
        """What went wrong once would go wrong again: it is told once."""
        if "review.db" in str(error):
            self._timer.stop()

    # -- audit and history -------------------------------------------------------------------

    def _audit(self) -> None:
        view = self._window.view
        if view is not None:
            folder = StudyFolder(view.path)
            self._window.controller.with_session(lambda _: audit_study(folder), self.audited.emit)

    def _show_audit(self, found: Audit) -> None:
        self._open(AuditDialog(found, self._window))

    def _ask_history(self) -> None:
        self._window.controller.with_session(
            lambda session: session.store.history(), lambda steps: self.history.emit(*steps)
        )

    def _show_history(self, done: object, undone: object) -> None:
        dialog = HistoryDialog(done, undone, self._window)  # type: ignore[arg-type]
        dialog.set_writable(on=self._is_writable())
        dialog.wanted.connect(self._go)
        self._window.controller.changed.connect(dialog.reject)
        self._open(dialog)

    def _go(self, steps: int) -> None:
        """Take back so many changes, or do so many again for a negative number."""
        for _ in range(abs(steps)):
            self._window.controller.apply(Undo() if steps > 0 else Redo())

    def _is_writable(self) -> bool:
        view = self._window.view
        return view is not None and view.state is StudyState.OPEN

    def _open(self, dialog: HistoryDialog | AuditDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # -- labels ------------------------------------------------------------------------------

    def _ask_export(self) -> None:
        name, kind = QFileDialog.getSaveFileName(
            self._window, "Export labels", "labels.csv", ";;".join(_KINDS)
        )
        if name:
            self.export(Path(name), _KINDS.get(kind, "csv"))

    def export(self, out: Path, kind: str) -> None:
        """Write the decided labels of the study."""
        if kind != "csv":
            out = out.with_suffix("")

        def work(session: StudySession) -> str:
            rows = labels_to_write(session)
            write_labels(rows, out, kind)
            return f"{sum(len(r.labels) for r in rows)} labels written: {out}"

        self._window.controller.with_session(work, self.told.emit)

    def _ask_import(self) -> None:
        kinds = "Labels (*.csv *.tsv *.edf *.bdf);;All files (*)"
        for path in ask_for_files(self._window, "Import labels", "", kinds)[:1]:
            self.take_in(path)

    def take_in(self, path: Path) -> None:
        """Take the labels of a file in; where it names no recording, that on the screen."""
        recording, controller = self._window.recording_id, self._window.controller
        controller.change(lambda session: import_labels(session, path, recording).change)
