"""What the commands of the file and help menus do: open, import, patient, report, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog

from emgview import __version__
from emgview.errors import EmgviewError, ImportNeedsHintError
from emgview.model import ImportHints
from emgview.report import Reader
from emgview.session.intents import StatePatient, StateText
from emgview.session.second_reader import ROLES
from emgview.session.study_folder import StudyFolder
from emgview.ui.import_dialog import ImportDialog
from emgview.ui.patient_dialog import PatientDialog
from emgview.ui.report_flow import ReportFlow
from emgview.ui.small_dialogs import (
    ANSWERS,
    PageDialog,
    VerifyDialog,
    about_html,
    ask_for_files,
    keys_html,
)

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class _Mail(QObject):
    """Carries answers of the I/O thread to the GUI thread."""

    demo = Signal(object)
    verified = Signal(str, object)


class FileActions:
    """Commands of the groups ``file`` and ``help``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._mail = _Mail(window)
        self._mail.demo.connect(self.open_path)
        self._mail.verified.connect(self._show_verification)
        self._report = ReportFlow(window)
        self._asked: Path | None = None
        self._adding: list[Path] = []
        self._pages: list[PageDialog] = []
        settings = window.settings
        window.controller.reader = Reader(
            settings.reader_name or "reader", settings.reader_credential
        )
        window.controller.role = (
            settings.reader_role if settings.reader_role in ROLES else ROLES[-1]
        )
        window.controller.failed.connect(self._maybe_ask_hints)

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "open": self._ask_file,
            "open_study": self._ask_study,
            "demo": self.open_demo,
            "examples": self._examples,
            "add": self._ask_more,
            "patient": self._patient,
            "report": self._report.start,
            "verify": self._verify,
            "take_over": self._window.controller.following.take_over,
            "close": self._window.controller.close_study,
            "quit": self._window.close,
            "guide": lambda: self._page("Guide", None),
            "keys": lambda: self._page("Keyboard", keys_html(self._window.menus.keys_of)),
            "about": lambda: self._page("About emgview", about_html(__version__)),
        }
        actions[name]()

    # -- opening -----------------------------------------------------------------------------

    def open_paths(self, paths: list[Path]) -> None:
        """Open what was dropped: one path as a study, several files as one new study."""
        if len(paths) == 1:
            self.open_path(paths[0])
        elif self._window.view is not None and self._window.view.state.value == "open":
            self._adding = paths
            self._window.controller.add_files(paths, ImportHints())
        else:
            self.open_path(paths[0])
            self._window.tell("Opened the first file; add the others with Ctrl+Shift+A")

    def open_path(self, path: Path, hints: ImportHints | None = None) -> None:
        """Open a study or recording; what the file does not tell is asked when it is missing."""
        self._asked, self._adding = path, []
        self._window.controller.open(path, hints)

    def open_demo(self) -> None:
        """Make the demo study where there is none yet, and open it."""
        from emgview.session.demo import demo_place, make_demo_study

        def make(progress: object) -> Path:
            return make_demo_study(demo_place(), progress)  # type: ignore[arg-type]

        self._asked = None
        self._window.controller.in_background("Making the demo study", make, self._mail.demo.emit)

    def _examples(self) -> None:
        from emgview.ui.examples_dialog import ExamplesDialog

        dialog = ExamplesDialog(self._window)
        dialog.chosen.connect(self.open_example)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_example(self, example_id: str) -> None:
        """Make the study of an example where there is none yet, and open it."""
        from emgview.session.examples import make_example

        def make(progress: object) -> Path:
            return make_example(example_id, progress=progress)  # type: ignore[arg-type]

        self._asked = None
        self._window.controller.in_background("Making the example", make, self._mail.demo.emit)

    def show_recent(self) -> None:
        """Fill the menu of recent studies."""
        menu = self._window.menus.recent
        menu.clear()
        for text in self._window.settings.recent:
            path = Path(text)
            action = menu.addAction(path.name)
            action.setToolTip(text)
            action.triggered.connect(lambda _=False, path=path: self.open_path(path))
        if self._window.settings.recent:
            menu.addSeparator()
            menu.addAction("&Clear list").triggered.connect(self._clear_recent)
        menu.setEnabled(bool(self._window.settings.recent))

    def _clear_recent(self) -> None:
        self._window.remember(recent=())
        self.show_recent()

    def _ask_file(self) -> None:
        paths = ask_for_files(self._window, "Open recording", self._last_folder(), _kinds())
        if paths:
            self.open_paths(paths)

    def _ask_study(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self._window, "Open study folder", self._last_folder()
        )
        if name:
            self.open_path(Path(name))

    def _ask_more(self) -> None:
        paths = ask_for_files(self._window, "Add recordings", self._last_folder(), _kinds())
        if paths:
            self._adding = paths
            self._window.controller.add_files(paths, ImportHints())

    def _last_folder(self) -> str:
        recent = self._window.settings.recent
        return str(Path(recent[0]).parent) if recent else ""

    def _maybe_ask_hints(self, error: EmgviewError) -> None:
        """A file that does not tell its rate or unit: ask, then try again."""
        if not isinstance(error, ImportNeedsHintError):
            return
        path = self._adding[0] if self._adding else self._asked
        if path is None or StudyFolder.is_study(path):
            return
        dialog = ImportDialog(path, ImportHints(), self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        if self._adding:
            self._window.controller.add_files(self._adding, dialog.hints())
        else:
            self._window.controller.open(path, dialog.hints())

    # -- study -------------------------------------------------------------------------------

    def set_reader(self, name: str, credential: str, role: str = "") -> None:
        """Who decides from now on, and as what; an open study is opened again in that name."""
        window = self._window
        role = role.strip().lower() or window.settings.reader_role
        if role not in ROLES:
            window.tell(f"There is no role {role!r}: choose one of {', '.join(ROLES)}")
            return
        window.remember(reader_name=name.strip(), reader_credential=credential.strip())
        window.remember(reader_role=role)
        window.controller.role = role
        window.controller.reader = Reader(name.strip(), credential.strip())
        if window.view is not None:
            window.controller.open(window.view.path)

    def _patient(self) -> None:
        view = self._window.view
        if view is None:
            return
        dialog = PatientDialog(view.study.patient, view.study.referral_question, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        if dialog.patient() != view.study.patient:
            self._window.controller.apply(StatePatient(dialog.patient()))
        if dialog.question() != view.study.referral_question:
            self._window.controller.apply(StateText("referral_question", dialog.question()))

    def _verify(self) -> None:
        chosen = ask_for_files(self._window, "Signed report", self._last_folder(), "PDF (*.pdf)")
        if not chosen:
            return
        view = self._window.view
        registry = StudyFolder(view.path).reports if view is not None else None

        def check(_: object) -> object:
            from emgview.report.verification import verify_report

            return verify_report(chosen[0], registry=registry)

        self._window.controller.in_background(
            "Verifying", check, lambda found: self._mail.verified.emit(chosen[0].name, found)
        )

    def _show_verification(self, name: str, found: object) -> None:
        answers = {key: (getattr(found, key).status, getattr(found, key).text) for key in ANSWERS}
        dialog = VerifyDialog(name, answers, self._window)
        dialog.open()

    # -- help --------------------------------------------------------------------------------

    def _page(self, title: str, html: str | None) -> None:
        page = PageDialog(title, self._window)
        if html is None:
            page.show_guide()
        else:
            page.show_html(html)
        page.show()
        self._pages = [p for p in self._pages if p.isVisible()] + [page]


def _kinds() -> str:
    from emgview.sources import importers

    every = " ".join(f"*{s}" for importer in importers() for s in importer.suffixes)
    each = ";;".join(f"{i.name} ({' '.join('*' + s for s in i.suffixes)})" for i in importers())
    return f"Recordings ({every});;{each};;All files (*)"
