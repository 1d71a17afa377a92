"""Composition root of the desktop program: builds the application, joins windows and threads."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from emgview.errors import EmgviewError
from emgview.model import ImportHints

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from emgview.ui.main_window import MainWindow

_PICTURE_WAIT_MS = 60_000
_WARM_UP_AFTER_MS = 300
_PICTURE_SIZE = (1600, 950)


def run_window(path: Path | None, hints: ImportHints) -> int:
    """Open the window and stay until it is closed."""
    application = make_application()
    window = _shown_window()
    if path is not None:
        window.files.open_path(path, hints)
    return application.exec()


def run_demo_window() -> int:
    """Open the window on the demo study."""
    application = make_application()
    window = _shown_window()
    window.files.open_demo()
    return application.exec()


def make_application() -> QApplication:
    """The one QApplication, with our fonts.

    Raises
    ------
    EmgviewError
        If there is no display to draw on.
    """
    from PySide6.QtWidgets import QApplication

    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    if _no_display():
        raise EmgviewError(
            "There is no display", "Use 'emgview demo --headless DIR' or set QT_QPA_PLATFORM."
        )
    application = QApplication(sys.argv[:1])
    application.setApplicationName("emgview")
    application.setOrganizationName("emgview")
    return application


def _no_display() -> bool:
    """Qt aborts the process without a display on X11 systems: look before."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _shown_window() -> MainWindow:
    """The window on the screen; what is heavy to load is loaded once it has been painted."""
    from PySide6.QtCore import QTimer

    from emgview.ui.main_window import MainWindow

    window = MainWindow()
    window.show()
    QTimer.singleShot(_WARM_UP_AFTER_MS, window.controller.warm_up)
    return window


def bench_start() -> None:
    """Start like the program, say so once the empty window is painted, and end."""
    application = make_bench_application()
    from emgview.ui.main_window import MainWindow

    window = MainWindow(remember=False)
    window.show()
    while not window.traces.was_painted:
        application.processEvents()
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    window.close()


def make_bench_application() -> QApplication:
    """The application for measurements; without a display Qt draws into memory."""
    if _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return make_application()


def grab_screen(study: Path, picture: Path) -> None:
    """Draw the window on a study without a display and save its picture.

    Raises
    ------
    EmgviewError
        If the window does not get its data in time.
    """
    if _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_application()
    from emgview.session.settings import Settings
    from emgview.ui.main_window import MainWindow
    from emgview.ui.screenshot import settle

    window = MainWindow(Settings(reader_name="Demo Reader"), remember=False)
    window.resize(*_PICTURE_SIZE)
    window.show()
    try:
        window.files.open_path(study)
        settle(window, _PICTURE_WAIT_MS)
        window.grab().save(str(picture))
    finally:
        window.close()
