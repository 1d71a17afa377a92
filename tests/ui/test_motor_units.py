"""The window of motor units, by real keys and mouse, on a simulated slight contraction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from emgview.session.simulating import simulate_into
from emgview.session.unit_keys import kept_stretches
from emgview.simulation import scenario
from emgview.ui.main_window import MainWindow
from emgview.ui.quantify.unit_window import UnitWindow

LIMIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def contraction(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of slight contraction; not to be written to."""
    root = tmp_path_factory.mktemp("slight") / "slight.emg"
    simulate_into(root, scenario("normal_slight"), seconds=10, seed=3)
    return root


@pytest.fixture
def main(open_window: Any, contraction: Path, tmp_path: Path) -> MainWindow:
    """A window on a copy, the whole recording on the screen."""
    import shutil

    copied = tmp_path / "slight.emg"
    shutil.copytree(contraction, copied)
    window: MainWindow = open_window(copied)
    return window


def analysed(main: MainWindow, qtbot: Any) -> UnitWindow:
    """Mark everything, press Ctrl+U, wait for the units."""
    assert main.recording is not None
    main.groups.measure.mark(main.recording.info.whole, 0)
    qtbot.keyClick(main, Qt.Key.Key_U, CTRL)
    units = main.groups.units.units
    assert units is not None
    qtbot.waitUntil(lambda: len(units.list.units) > 0, timeout=LIMIT_MS)
    units.activateWindow()
    qtbot.waitUntil(units.isActiveWindow, timeout=LIMIT_MS)
    return units


def press(qtbot: Any, units: UnitWindow, key: Qt.Key, *more: Any) -> None:
    """Press a key and wait for the change and its units."""
    with qtbot.waitSignals(
        [units.main.controller.changed, units.desk.unitsChanged], timeout=LIMIT_MS
    ):
        qtbot.keyClick(units, key, *more)


def test_units_are_decided_by_keys_undone_and_survive(main: MainWindow, qtbot: Any) -> None:
    units = analysed(main, qtbot)
    first = units.list.units[0]
    n = sum(one.accepted for one in units.list.units)
    assert n >= 2
    assert f"{n} units accepted" in units.sample.sentence.text()
    assert "insufficient" in units.sample.sentence.text()
    press(qtbot, units, Qt.Key.Key_X)
    again = next(u for u in units.list.units if u.identity == first.identity)
    assert again.said.accepted is False
    assert units.list.current is not None
    assert units.list.current.identity != first.identity
    assert main.view is not None
    assert main.view.undo == f"Reject unit {first.unit.number}"
    press(qtbot, units, Qt.Key.Key_Z, CTRL)
    assert all(one.said.accepted is None for one in units.list.units)
    press(qtbot, units, Qt.Key.Key_Y, CTRL)
    with qtbot.waitSignal(units.desk.unitsChanged, timeout=LIMIT_MS):
        main.files.open_path(main.view.path)
    kept = next(u for u in units.list.units if u.identity == first.identity)
    assert kept.said.accepted is False
    assert kept.unit.measures == first.unit.measures


def test_a_marker_is_moved_by_keys_and_mouse(main: MainWindow, qtbot: Any) -> None:
    units = analysed(main, qtbot)
    shown = units.list.current
    assert shown is not None
    before = shown.unit.measures.duration_ms
    press(qtbot, units, Qt.Key.Key_Right, SHIFT)
    assert units.list.current is not None
    assert units.list.current.unit.measures.duration_ms == pytest.approx(before + 1, abs=0.01)
    assert units.list.current.unit.markers.moved
    drag(qtbot, units, 0, -2.0)
    longer = units.list.current
    assert longer is not None
    assert longer.unit.measures.duration_ms == pytest.approx(before + 3, abs=0.4)
    press(qtbot, units, Qt.Key.Key_R)
    assert units.list.current is not None
    assert units.list.current.unit.measures.duration_ms == before


def drag(qtbot: Any, units: UnitWindow, marker: int, ms: float) -> None:
    """Drag a marker with the mouse."""
    plot = units.template
    box = plot.getViewBox()
    low, high = box.viewRange()[1]
    at = float(plot.marker_lines[marker].value())

    def place(x: float) -> QPoint:
        there: QPoint = plot.mapFromScene(box.mapViewToScene(QPointF(x, (low + high) / 2)))
        return there

    first, last = place(at), place(at + ms)
    view = plot.viewport()
    with qtbot.waitSignals(
        [units.main.controller.changed, units.desk.unitsChanged], timeout=LIMIT_MS
    ):
        qtbot.mouseMove(view, first)
        qtbot.mousePress(view, LEFT, pos=first)
        for k in range(1, 6):
            qtbot.mouseMove(view, first + (last - first) * k / 5)
        qtbot.mouseRelease(view, LEFT, pos=last)


def test_units_are_split_and_joined(main: MainWindow, qtbot: Any) -> None:
    units = analysed(main, qtbot)
    shown = units.list.current
    assert shown is not None
    count, discharges = len(units.list.units), len(shown.unit.places)
    press(qtbot, units, Qt.Key.Key_S)
    assert len(units.list.units) == count + 1
    known = max(one.unit.number for one in units.list.units)
    parts = [u for u in units.list.units if u.unit.number in (known, known - 1)]
    assert sum(len(one.unit.places) for one in parts) == discharges
    rows = [units.list.units.index(one) for one in parts]
    units.list.setCurrentCell(rows[0], 0)
    qtbot.keyClick(units, Qt.Key.Key_M)
    units.list.setCurrentCell(rows[1], 0)
    press(qtbot, units, Qt.Key.Key_J)
    assert len(units.list.units) == count
    joined = max(units.list.units, key=lambda one: one.unit.number)
    assert len(joined.unit.places) == discharges
    amplitude = shown.unit.measures.amplitude_uv
    assert joined.unit.measures.amplitude_uv == pytest.approx(amplitude, rel=0.03)


def test_a_bad_stretch_is_refused_in_words(main: MainWindow, qtbot: Any) -> None:
    assert main.recording is not None
    short = main.recording.info.whole
    main.groups.measure.mark(type(short)(0, 2000), 0)
    qtbot.keyClick(main, Qt.Key.Key_U, CTRL)
    units = main.groups.units.units
    assert units is not None
    qtbot.waitUntil(lambda: "cannot be analysed" in units.note.text().lower(), timeout=LIMIT_MS)
    assert "long" in units.note.text()
    assert not units.list.units


def test_an_analysis_can_be_stopped(main: MainWindow, qtbot: Any) -> None:
    assert main.recording is not None
    main.groups.measure.mark(main.recording.info.whole, 0)
    qtbot.keyClick(main, Qt.Key.Key_U, CTRL)
    units = main.groups.units.units
    assert units is not None
    qtbot.waitUntil(units.isActiveWindow, timeout=LIMIT_MS)
    qtbot.keyClick(units, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "Stopped" in units.note.text(), timeout=LIMIT_MS)
    assert main.view is not None
    assert main.view.undo is None


def test_the_reader_overrules_the_pattern(main: MainWindow, qtbot: Any) -> None:
    assert main.recording is not None
    main.groups.measure.mark(main.recording.info.whole, 0)
    qtbot.keyClick(main, Qt.Key.Key_U, CTRL | SHIFT)
    units = main.groups.units.units
    assert units is not None
    page = units.pattern
    qtbot.waitUntil(lambda: "Turns" in page.numbers.text(), timeout=LIMIT_MS)
    assert "(machine)" in page.numbers.text()
    page.fullness.setFocus()
    with qtbot.waitSignal(units.desk.patternsChanged, timeout=LIMIT_MS):
        qtbot.keyClick(page.fullness, Qt.Key.Key_Down)
        qtbot.keyClick(page.fullness, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "full (reader; machine:" in page.numbers.text(), timeout=LIMIT_MS)


def test_the_log_keeps_discharges(main: MainWindow, qtbot: Any) -> None:
    from emgview.session.study_session import StudySession

    units = analysed(main, qtbot)
    found: list[dict[str, str]] = []

    def read(session: StudySession) -> dict[str, str]:
        return session.store.fields()

    main.controller.with_session(read, found.append)
    qtbot.waitUntil(lambda: len(found) > 0, timeout=LIMIT_MS)
    (kept,) = kept_stretches(found[0])
    assert kept.found is not None
    assert len(kept.found.parameters_sha256) == 64
    assert {one.id for one in kept.found.trains} == {u.unit.number for u in units.list.units}
