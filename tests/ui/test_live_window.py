"""The live window as a doctor uses it: keys, a simulator as device, faults of a scripted one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from emgview.model import Phase, SampleInterval, Side
from emgview.recording import RecordingReader
from emgview.session.live import exam as exam_module
from emgview.session.live.exam import Needle
from emgview.session.live.finished import Finished
from emgview.session.live.states import LiveState
from emgview.session.modes import DisplayMode
from emgview.session.settings import Settings
from emgview.session.study_folder import StudyFolder
from emgview.ui.live import LiveWindow
from emgview.ui.live.live_commands import live_command_table
from emgview.ui.live.suggestion_band import BAND_PX
from emgview.ui.theme import load_theme
from emgview.ui.traces.geometry import HEADER_PX
from tests.races.scripted_source import Scripted, Step, lost

SOURCE = "simulator:fib_psw_mixed?channels=2&rate=10000&seconds=60"
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Live:
    """A live window with a study, and what it gave."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings, self.files = settings, []  # type: ignore[var-annotated]
        self.window = LiveWindow(
            settings, load_theme("scope"), lambda: folder, self._remember,
            lambda: load_theme("paper"), silent=True,
        )  # fmt: skip
        self.window.recorded.connect(self._take)
        self.window.resize(1000, 640)
        self.window.show()

    def _remember(self, **changes: object) -> Settings:
        self.settings = msgspec.structs.replace(self.settings, **changes)
        return self.settings

    def _take(self, _root: object, finished: Finished) -> None:
        self.files.append(finished)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.window, key, modifiers)

    def open(self, qtbot: Any, source: str = SOURCE) -> None:
        self.window.open_source(source)
        qtbot.waitUntil(lambda: self.window.traces.viewport_now is not None, timeout=20_000)

    @property
    def head(self) -> int:
        ring = self.window.ring_now
        return ring.head if ring is not None else 0


@pytest.fixture
def live(qtbot: Any, tmp_path: Path) -> Iterator[Live]:
    folder = StudyFolder(tmp_path / "Case.emg")
    folder.create(simulated=True)
    made = Live(folder.root, Settings())
    with qtbot.waitActive(made.window, timeout=5000):
        made.window.activateWindow()
    yield made
    made.window.close()
    made.window.deleteLater()


def test_traces_run_and_are_recorded_by_keys(qtbot: Any, live: Live) -> None:
    live.key(Qt.Key.Key_N)
    live.open(qtbot)
    live.key(Qt.Key.Key_2)
    live.key(Qt.Key.Key_R)
    exam = live.window.exam
    assert exam is not None
    assert exam.state is LiveState.RECORDING
    assert exam.marks.phase is Phase.REST
    frames = live.window.traces.frames
    qtbot.wait(1200)
    assert live.window.traces.frames - frames > 20
    assert "Recording" in live.window.bar.state.text()
    assert live.window.bar.rest.value() >= 1
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    info = live.files[0].info
    assert (info.muscle, info.side) == ("genioglossus", Side.RIGHT)
    assert [m.phase for m in info.phases] == [Phase.REST]
    assert info.gaps == ()
    assert info.n_samples > 8_000


def test_freeze_stops_the_view_and_never_the_buffer(qtbot: Any, live: Live) -> None:
    live.window.resize(1700, 640)  # the health line has room in one row
    live.open(qtbot)
    qtbot.waitUntil(lambda: "Buffer" in live.window.health.text(), timeout=10_000)
    qtbot.waitUntil(lambda: live.head > 12_000, timeout=10_000)
    live.key(Qt.Key.Key_Space)
    traces = live.window.traces
    assert traces.is_frozen
    qtbot.wait(50)
    picture, head = traces.grab().toImage(), live.head
    qtbot.wait(400)
    assert live.head > head + 2000
    top = HEADER_PX + 2  # the header tells how far back it is
    assert _same(picture, traces.grab().toImage(), top, traces.height() - BAND_PX - 30)
    live.key(Qt.Key.Key_B)
    live.key(Qt.Key.Key_Space)
    assert not traces.is_frozen


def test_a_freeze_leaves_a_bookmark_in_the_recording(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_R)
    qtbot.wait(400)
    live.key(Qt.Key.Key_Space)
    live.key(Qt.Key.Key_Space)
    qtbot.wait(100)
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    (mark,) = live.files[0].bookmarks
    assert mark.text == "freeze"
    assert 1_000 < mark.sample < live.files[0].info.n_samples


def test_frozen_traces_can_be_scrolled_back_and_show_what_was_there(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_Plus, CTRL)  # a shorter sweep
    live.key(Qt.Key.Key_Plus, CTRL)
    traces = live.window.traces
    viewport = traces.viewport_now
    assert viewport is not None
    qtbot.waitUntil(lambda: live.head > 3 * viewport.span, timeout=20_000)
    live.key(Qt.Key.Key_Space)
    before = traces.window_now
    live.key(Qt.Key.Key_PageUp)
    live.key(Qt.Key.Key_Left)
    window, ring = traces.window_now, live.window.ring_now
    assert before is not None
    assert window is not None
    assert ring is not None
    assert before.start - window.start == viewport.span + viewport.span // 10
    columns = traces._columns
    assert columns is not None
    rows = ring.read_uv(window, viewport.channels)
    assert np.nanmin(columns.low) == pytest.approx(rows.min(), abs=30)  # after the view's filter
    assert "back" in traces._words()


def test_a_blocked_window_loses_no_sample(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_R)
    qtbot.wait(300)
    time.sleep(2.0)
    qtbot.wait(300)
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    info = live.files[0].info
    assert info.gaps == ()
    assert info.n_samples >= 24_000


def test_the_next_muscle_goes_on_in_a_new_file(qtbot: Any, live: Live) -> None:
    live.key(Qt.Key.Key_N)
    live.open(qtbot)
    live.key(Qt.Key.Key_R)
    qtbot.wait(200)
    live.key(Qt.Key.Key_N)
    qtbot.wait(200)
    live.key(Qt.Key.Key_D)
    qtbot.wait(200)
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: len(live.files) == 3, timeout=10_000)
    places = [(f.info.muscle, f.info.side) for f in live.files]
    assert places == [
        ("genioglossus", Side.RIGHT),
        ("trapezius_upper", Side.RIGHT),
        ("trapezius_upper", Side.LEFT),
    ]
    assert live.window.needle == Needle("trapezius_upper", Side.LEFT)


def test_the_last_seconds_are_kept_by_one_key(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    qtbot.waitUntil(lambda: live.head > 8_000, timeout=10_000)
    live.key(Qt.Key.Key_K)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    with RecordingReader.open(live.files[0].path) as reader:
        assert reader.closed
        assert reader.info.n_samples >= 8_000
        assert np.ptp(reader.read(SampleInterval(0, 1000))) > 0


def test_sites_and_movement_begin_the_rest_anew(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_2)
    exam = live.window.exam
    assert exam is not None
    qtbot.waitUntil(lambda: exam.rest_s() > 0.5, timeout=5_000)
    live.key(Qt.Key.Key_M)
    assert exam.rest_s() < 0.3
    live.key(Qt.Key.Key_S)
    assert exam.marks.site == 2
    assert live.window.bar.site.text() == "Site 2"
    live.key(Qt.Key.Key_2)  # the same phase again: nothing is stated
    assert exam.marks.phase is None


# -- faults ----------------------------------------------------------------------------------------


def scripted(
    monkeypatch: pytest.MonkeyPatch, script: Callable[[Scripted], Iterator[Step]]
) -> Scripted:
    source = Scripted(script)
    monkeypatch.setattr(exam_module, "make_source", lambda _spec: source)
    return source


def test_a_lost_source_is_told_by_banner_and_line_and_comes_back(
    qtbot: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        for _ in range(30):
            yield s.block(100)
            yield 0.01
        s.failures_to_open = 2
        yield lost("The cable is out")
        yield s.block(100, lost=None)
        while True:
            yield 0.01
            yield s.block(100)

    scripted(monkeypatch, script)
    live.open(qtbot, "test:scripted")
    live.key(Qt.Key.Key_R)
    banner = live.window.banner
    qtbot.waitUntil(lambda: "The cable is out" in banner.text, timeout=5_000)
    assert "Problem" in banner.text
    qtbot.waitUntil(lambda: "! Newest" in live.window.health.text(), timeout=5_000)
    assert "Source lost" in live.window.bar.state.text()
    assert not QApplication.topLevelWidgets() or not any(
        isinstance(w, QMessageBox) for w in QApplication.topLevelWidgets()
    )
    qtbot.waitUntil(lambda: banner.text == "", timeout=5_000)
    qtbot.waitUntil(lambda: "! Lost" in live.window.health.text(), timeout=5_000)
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    assert len(live.files[0].info.gaps) == 1
    assert any("cable" in text for text in live.files[0].happenings)


def test_a_source_that_is_not_there_says_what_to_do(
    qtbot: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = scripted(monkeypatch, lambda _s: iter(()))
    source.failures_to_open = 1
    live.window.open_source("test:scripted")
    qtbot.waitUntil(lambda: "Plug it in" in live.window.banner.text, timeout=5_000)
    qtbot.waitUntil(lambda: live.window.exam is None, timeout=5_000)


def test_a_file_that_cannot_be_written_is_never_called_recording(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_R)
    exam = live.window.exam
    assert exam is not None
    recorder = exam.recorder
    assert recorder is not None
    qtbot.waitUntil(lambda: recorder.written > 1_000, timeout=5_000)
    writer = recorder._writer
    assert writer is not None
    writer._file.close()  # as if the disk had gone
    qtbot.waitUntil(lambda: "Nothing is written" in live.window.bar.state.text(), timeout=5_000)
    assert "Nothing is recorded any more" in live.window.banner.text
    qtbot.waitUntil(lambda: "! Writer: failed" in live.window.health.text(), timeout=5_000)


def test_a_source_that_breaks_down_is_told_and_its_recording_finished(
    qtbot: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        for _ in range(40):
            yield s.block(100)
            yield 0.01
        yield ZeroDivisionError("in a library")

    scripted(monkeypatch, script)
    live.open(qtbot, "test:scripted")
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    assert "broke down" in live.window.banner.text
    assert live.files[0].info.n_samples > 0


def test_a_source_of_an_unknown_kind_is_refused(live: Live) -> None:
    live.window.open_source("nothing:1")
    assert "Choose one of" in live.window.banner.text


def test_lost_samples_are_drawn_as_stripes(
    qtbot: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(s: Scripted) -> Iterator[Step]:
        for _ in range(100):
            yield s.block(100)
            yield 0.002
        yield s.block(100, lost=10_000)
        while True:
            yield 0.01
            yield s.block(100)

    scripted(monkeypatch, script)
    live.open(qtbot, "test:scripted")
    qtbot.waitUntil(lambda: live.head > 20_300, timeout=10_000)
    qtbot.wait(100)
    columns = live.window.traces._columns
    assert columns is not None
    part = columns.missing.mean()
    assert 0.15 < part < 0.25  # one second of five
    image = live.window.traces.grab().toImage()
    gap = load_theme("scope").trace["gap"]
    assert _has_colour(image, gap)


# -- modes, commands -------------------------------------------------------------------------------


def test_triggered_sweeps_of_live_data(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_4, CTRL)
    modes = live.window.modes
    assert modes.mode is DisplayMode.TRIGGERED
    modes.retrigger(level_uv=-60.0, rising=False)

    def found() -> bool:
        sweeps = modes.view.sweeps_now
        return sweeps is not None and sweeps.n_sweeps >= 3

    qtbot.waitUntil(found, timeout=15_000)
    level = modes.trigger.level_uv
    live.key(Qt.Key.Key_Up, SHIFT)
    assert modes.trigger.level_uv < level  # negative is up
    before, shown = modes.shown.before, modes.shown
    live.key(Qt.Key.Key_L)
    assert modes.trigger.rising
    live.key(Qt.Key.Key_L, SHIFT)
    assert modes.trigger.window_uv > 0
    assert live.window.menus.actions["mode.window"].isChecked()
    live.key(Qt.Key.Key_T)
    assert modes.shown.before != before
    live.key(Qt.Key.Key_G)
    assert modes.shown.average is not shown.average
    live.key(Qt.Key.Key_T, SHIFT)
    assert modes.shown.stacked is not shown.stacked
    live.key(Qt.Key.Key_Up, CTRL | SHIFT)
    assert modes.shown.n_sweeps != shown.n_sweeps
    live.key(Qt.Key.Key_3, CTRL)
    qtbot.waitUntil(lambda: "Raster" in live.window.mode_bar.told.text(), timeout=5_000)
    live.key(Qt.Key.Key_1, CTRL)
    assert live.window.traces.isVisible()


def test_suggestions_stand_below_the_traces_and_say_what_they_are(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    qtbot.waitUntil(lambda: bool(live.window.suggestions.texts()), timeout=20_000)
    assert "not decided" in live.window.suggestions._head.text()
    traces = live.window.traces
    scene = traces.scene(traces.width(), traces.height() - BAND_PX)
    assert scene is not None
    assert scene.geometry.plot_bottom < traces.height() - BAND_PX


def test_every_command_has_a_tip_its_own_key_and_does_something(qtbot: Any, live: Live) -> None:
    table = live_command_table()
    keys = [QKeySequence(key).toString() for command in table for key in command.keys]
    assert len(keys) == len(set(keys))
    assert all(command.tip and command.keys for command in table)
    assert set(live.window.actions_._commands) == {command.id for command in table}
    live.open(qtbot)
    asks = {"source.choose", "source.close", "source.stop", "help.live"}
    for command in table:
        if command.id not in asks:
            live.window.actions_.run(command.id, False)
    for name in ("live.freeze", "record.toggle"):
        live.window.actions_.run(name, False)


def test_channels_scales_and_filters_by_keys(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    traces = live.window.traces
    live.key(Qt.Key.Key_Down)
    live.key(Qt.Key.Key_O)
    viewport = traces.viewport_now
    assert viewport is not None
    assert viewport.channels == (0,)
    live.key(Qt.Key.Key_Down)
    assert traces.viewport_now is not None
    assert traces.viewport_now.channels == (1,)
    exam = live.window.exam
    assert exam is not None
    assert exam.sound is not None
    assert exam.sound._wish.channel == 1
    live.key(Qt.Key.Key_Plus)
    assert traces.viewport_now.uv_per_div[1] < viewport.uv_per_div[1]
    live.key(Qt.Key.Key_H)
    assert traces.filter_now.high_pass_hz is not None
    live.key(Qt.Key.Key_E)
    assert traces.filter_now.mains_hz == 50.0
    live.key(Qt.Key.Key_Q)
    assert exam.sound._wish.volume == 0.0


def test_wheel_and_impatient_keys_hold(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_2, Qt.Key.Key_S) * 12:
        live.key(key)
        QApplication.processEvents()
    exam = live.window.exam
    assert exam is not None
    if exam.recorder is not None:
        live.key(Qt.Key.Key_R)
    assert exam.state is LiveState.PREVIEWING


def test_a_replay_that_ends_finishes_its_recording(qtbot: Any, live: Live) -> None:
    source = "simulator:fib_psw_mixed?channels=1&rate=10000&seconds=1.5&loop=no"
    live.open(qtbot, source)
    live.key(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(live.files), timeout=10_000)
    assert live.files[0].info.n_samples > 5_000
    live.key(Qt.Key.Key_Space)  # what came can still be looked at
    assert live.window.traces.is_frozen


def test_one_source_after_another(qtbot: Any, live: Live) -> None:
    """Figures of a closed source go; the next one begins afresh, with other channels and rate."""
    live.open(qtbot)
    qtbot.waitUntil(lambda: "Samples/s" in live.window.health.text(), timeout=5_000)
    live.window.stop_source()
    assert live.window.health.text() == ""
    assert live.window.bar.rest.value() == 0
    live.open(qtbot, "simulator:demo_biceps?channels=5&rate=4000&seconds=10")
    viewport = live.window.traces.viewport_now
    assert viewport is not None
    assert len(viewport.channels) == 5
    qtbot.waitUntil(lambda: "/4000" in live.window.health.text(), timeout=5_000)


def test_channels_that_cannot_be_judged_are_told_never_left_empty(qtbot: Any, live: Live) -> None:
    live.open(qtbot, "brainflow:synthetic")
    panel = live.window.suggestions
    qtbot.waitUntil(lambda: "Not judged" in panel._head.text(), timeout=10_000)
    assert "needle classes need at least" in panel._remarks.text()
    assert "Counted over" not in panel._head.text()


def test_closing_while_recording_finishes_the_file(qtbot: Any, live: Live) -> None:
    live.open(qtbot)
    live.key(Qt.Key.Key_R)
    qtbot.wait(300)
    began = time.monotonic()
    live.window.close()
    assert time.monotonic() - began < 2.5
    assert len(live.files) == 1
    with RecordingReader.open(live.files[0].path) as reader:
        assert reader.closed


def _same(one: QImage, other: QImage, top: int, bottom: int) -> bool:
    box = (0, top, one.width(), bottom - top)
    return one.copy(*box) == other.copy(*box)


def _has_colour(image: QImage, name: str) -> bool:
    wanted = int(name.removeprefix("#"), 16)
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(rgb.constBits(), np.uint32).reshape(rgb.height(), -1)
    return bool(((rows & 0xFFFFFF) == wanted).any())


def test_keys_of_the_live_window_can_be_changed_and_are_kept(live: Live, qtbot: Any) -> None:
    live.open(qtbot)
    editor = live.window.keys.open_editor()
    assert not editor.set_keys("live.freeze", ("R",))  # the recording has it
    assert editor.set_keys("live.freeze", ("F5",))
    editor.accept()
    editor.deleteLater()
    live.window.activateWindow()
    live.key(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: live.window.traces.is_frozen, timeout=5_000)
    assert live.settings.live_keys == {"live.freeze": ("F5",)}
    assert live.settings.keys == {}


def test_the_palette_says_what_a_live_command_needs(live: Live, qtbot: Any) -> None:
    palette = live.window.keys.open_palette()
    qtbot.keyClicks(palette._field, "next site")
    item = palette._list.item(0)
    assert item is not None
    assert "choose a source first" in item.text()
    palette.reject()
    palette.deleteLater()


def test_the_palette_of_the_live_window_carries_out(live: Live, qtbot: Any) -> None:
    live.open(qtbot)
    palette = live.window.keys.open_palette()
    qtbot.keyClicks(palette._field, "other side")
    side = live.window.needle.side
    qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: live.window.needle.side is not side, timeout=5_000)
    assert not palette.isVisible()
    palette.deleteLater()
