"""Guard against releases of PySide6 that give away references to None and True.

PySide6 6.12.0 on Python 3.11 drops one reference to ``None`` for each call of an overridden
virtual function that returns it, and one to ``True`` for each ``Signal(bool)`` emitted. After some
hundred events the interpreter ends with "deallocating None", in the middle of a review. 6.11.3 is
clean. These tests tell it at the first upgrade, not in the clinic.
"""

from __future__ import annotations

import gc
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 200
NOISE = 50  # references that come and go with caches; the defect costs ROUNDS or more

mortal = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True are immortal since Python 3.12"
)


class _Overriding(QWidget):
    """A widget whose virtual functions are Python and return None."""

    resized = 0
    painted = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized += 1

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1

    def changeEvent(self, event: QEvent) -> None:
        pass


class _Emitting(QObject):
    switched = Signal(bool)


def _lost(value: object, work: Callable[[], None]) -> int:
    """References to ``value`` that are gone after ``work``."""
    gc.collect()
    before = sys.getrefcount(value)
    work()
    gc.collect()
    return before - sys.getrefcount(value)


@mortal
def test_overridden_virtual_functions_keep_none(qtbot: QtBot) -> None:
    """Two hundred resizes and repaints cost no reference to None."""
    widget = _Overriding()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget, timeout=10_000):
        widget.show()

    def resize() -> None:
        for step in range(ROUNDS):
            widget.resize(100 + step % 50, 100 + step % 40)
            widget.repaint()

    lost = _lost(None, resize)
    assert widget.resized >= ROUNDS
    assert widget.painted >= ROUNDS
    assert lost < NOISE, f"{lost} references to None lost in {ROUNDS} rounds"


@mortal
def test_signals_keep_true(qtbot: QtBot) -> None:
    """Two hundred emitted booleans cost no reference to True."""
    sender = _Emitting()
    received: list[bool] = []
    sender.switched.connect(received.append)

    def emit() -> None:
        for _ in range(ROUNDS):
            sender.switched.emit(True)
        assert received == [True] * ROUNDS
        received.clear()

    lost = _lost(True, emit)
    assert lost < NOISE, f"{lost} references to True lost in {ROUNDS} signals"


def test_pin_excludes_the_defective_line() -> None:
    """pyproject.toml admits the maintained 6.11 line and keeps 6.12.0 out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [Requirement(text) for text in project["dependencies"]]
    (qt,) = [r.specifier for r in requirements if r.name.lower() == "pyside6-essentials"]
    assert "6.11.3" in qt
    assert "6.12.0" not in qt
    assert "6.11.2" not in qt


def test_installed_qt_is_the_pinned_one() -> None:
    """The environment that runs the tests is the one that was examined; its parts agree."""
    assert version("PySide6-Essentials").startswith("6.11.")
    assert version("PySide6-Essentials") == version("shiboken6")
