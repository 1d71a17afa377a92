"""Presets, filters, channels and true scale: by real keys, and in their dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter
from emgview.session.presets import Preset, shipped_presets
from emgview.session.traces import DisplayFilter
from emgview.ui.display_channels import ChannelDialog
from emgview.ui.display_filters import FilterDialog, side_effects
from emgview.ui.display_presets import SaveDialog
from emgview.ui.main_window import MainWindow
from emgview.ui.traces.viewport import Viewport

LIMIT_MS = 60_000
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FS = 10_000.0


def written(path: Path, samples: NDArray[np.float32]) -> Path:
    channels = tuple(Channel(f"C{n}") for n in range(samples.shape[1]))
    info = RecordingInfo(path.stem, FS, len(samples), channels)
    with RecordingWriter.create(path, info, samples.dtype) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    return path


@pytest.fixture
def window(open_window: Any, tmp_path: Path) -> MainWindow:
    samples = np.random.default_rng(2).normal(0, 20, (60_000, 3)).astype(np.float32)
    made = open_window(written(tmp_path / "three.h5", samples))
    assert isinstance(made, MainWindow)
    return made


def seen(window: MainWindow) -> Viewport:
    viewport = window.traces.viewport_now
    assert viewport is not None
    return viewport


@pytest.mark.parametrize("n", range(len(shipped_presets())))
def test_a_preset_by_its_key(window: MainWindow, qtbot: Any, n: int) -> None:
    preset = shipped_presets()[n]
    qtbot.keyClick(window, Qt.Key(Qt.Key.Key_F5.value + n))
    assert set(seen(window).uv_per_div) == {preset.uv_per_div}
    longest = seen(window).whole().ms_per_div
    assert seen(window).ms_per_div == min(preset.ms_per_div, longest)
    assert window.traces.filter_now == preset.filter


def test_filters_by_steps_are_told_and_warned_of(window: MainWindow, qtbot: Any) -> None:
    assert window.traces.filter_now is None
    for _ in range(5):
        qtbot.keyClick(window, Qt.Key.Key_H)
    chosen = window.traces.filter_now
    assert chosen is not None
    assert chosen.high_pass_hz is not None
    assert chosen.high_pass_hz > 5
    scene = window.traces.scene_of(800, 600, window.traces.answer_now)
    assert scene is not None
    assert "durations not valid" in scene.warning
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert window.traces.filter_now is not None
    assert window.traces.filter_now.mains_hz == 50.0
    qtbot.keyClick(window, Qt.Key.Key_F, SHIFT)
    assert window.traces.filter_now.zero_phase
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert window.traces.filter_now is None
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert window.traces.filter_now is not None
    assert window.traces.filter_now.mains_hz == 50.0, "the same filter comes back"


def test_one_channel_by_keys(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert not seen(window).inverted, "no channel is chosen yet"
    qtbot.keyClick(window, Qt.Key.Key_Down, ALT)
    qtbot.keyClick(window, Qt.Key.Key_Down, ALT)
    assert seen(window).chosen == 1
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert seen(window).inverted == frozenset({1})
    qtbot.keyClick(window, Qt.Key.Key_U)
    assert seen(window).colour_of(1)
    before = seen(window).uv_per_div
    qtbot.keyClick(window, Qt.Key.Key_Plus, ALT)
    assert seen(window).uv_per_div[1] < before[1]
    assert seen(window).uv_per_div[0] == before[0]
    qtbot.keyClick(window, Qt.Key.Key_Up, ALT | SHIFT)
    assert seen(window).ordered == (1, 0, 2)
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert seen(window).channels == (1,)
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert seen(window).channels == (1, 0, 2)
    qtbot.keyClick(window, Qt.Key.Key_H, CTRL | SHIFT)
    assert seen(window).channels == (0, 2)
    qtbot.keyClick(window, Qt.Key.Key_O, SHIFT)
    assert seen(window).channels == (1, 0, 2)


def test_true_scale_has_divisions_of_one_size(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL | SHIFT)
    scene = window.traces.scene_of(window.traces.width(), window.traces.height(), None)
    assert scene is not None
    g = scene.geometry
    assert g.mm_per_div > 0
    assert g.plot_width / 10 == pytest.approx(g.division_height, abs=1)
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL | SHIFT)
    scene = window.traces.scene_of(window.traces.width(), window.traces.height(), None)
    assert scene is not None
    assert scene.geometry.mm_per_div == 0


# -- dialogs -------------------------------------------------------------------------------------


def ok(dialog: QObject) -> QPushButton:
    buttons = dialog.findChild(QDialogButtonBox)
    assert isinstance(buttons, QDialogButtonBox)
    return buttons.buttons()[0]  # type: ignore[return-value]


def test_the_filter_dialog_takes_typed_corners_and_refuses_impossible_ones(qtbot: Any) -> None:
    dialog = FilterDialog(DisplayFilter(), FS)
    qtbot.addWidget(dialog)
    dialog._high.setEditText("7,5 Hz")
    dialog._low.setEditText("3 kHz")
    assert dialog.chosen() == DisplayFilter(7.5, 3000.0)
    assert ok(dialog).isEnabled()
    for text in ("nonsense", "5000", "0.01"):
        dialog._high.setEditText(text)
        assert not ok(dialog).isEnabled(), text
        assert "Not possible" in dialog._problem.text()
    dialog._high.setEditText("20 Hz")
    dialog._low.setEditText("10 kHz")  # beyond what 10 000 samples a second hold
    assert not ok(dialog).isEnabled()


def test_what_a_filter_costs_is_said() -> None:
    assert side_effects(DisplayFilter(high_pass_hz=5.0)) == []
    assert "durations" in side_effects(DisplayFilter(high_pass_hz=5.5))[0]
    assert len(side_effects(DisplayFilter(20.0, None, 50.0, 8, zero_phase=True))) == 3


def test_a_preset_of_ones_own_is_named_and_replaced_only_knowingly(qtbot: Any) -> None:
    mine = (Preset("Mine", 100.0, 10.0),)
    dialog = SaveDialog(mine, Preset("", 20.0, 2.0))
    qtbot.addWidget(dialog)
    assert not ok(dialog).isEnabled()
    dialog._name.setText("mine")
    assert "Replaces" in dialog._said.text()
    dialog._name.setText("Rest")
    assert not ok(dialog).isEnabled(), "the name of a shipped one"
    dialog._name.setText("Close-up")
    assert [preset.name for preset in dialog.presets()] == ["Mine", "Close-up"]


def test_own_presets_have_keys(window: MainWindow, qtbot: Any) -> None:
    window.groups.display._keep_presets((Preset("Mine", 20.0, 5.0),))
    assert window.menus.actions["display.own_1"].text() == "Mine"
    qtbot.keyClick(window, Qt.Key.Key_F5, SHIFT)
    assert set(seen(window).uv_per_div) == {20.0}
    qtbot.keyClick(window, Qt.Key.Key_F6, SHIFT)
    assert set(seen(window).uv_per_div) == {20.0}, "nothing is saved there"


def test_the_channel_dialog_shows_and_changes_at_once(window: MainWindow, qtbot: Any) -> None:
    assert window.recording is not None
    dialog = ChannelDialog(window.traces, window.recording.info, window.theme)
    qtbot.addWidget(dialog)
    for row in (0, 1):  # two impatient ticks
        dialog._list.item(row).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: seen(window).channels == (2,), timeout=LIMIT_MS)
    dialog._list.item(1).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: seen(window).channels == (1, 2), timeout=LIMIT_MS)
    dialog._list.setCurrentRow(2)
    dialog._inverted.click()
    assert seen(window).inverted == frozenset({2})
    dialog._up.click()
    assert seen(window).ordered == (0, 2, 1)
    dialog._only.click()
    assert seen(window).channels == (2,)
    dialog._all.click()
    assert seen(window).channels == (0, 2, 1)


def test_clipped_samples_are_marked_in_the_window(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    samples = np.random.default_rng(2).normal(0, 20, (20_000, 1)).astype(np.float32)
    samples[1_000:1_040] = 400.0
    path = written(tmp_path / "clipped.h5", samples)
    window.files.open_path(path)

    def marked() -> bool:
        answer = window.traces.answer_now
        return answer is not None and answer.clipped is not None and bool(answer.clipped.any())

    qtbot.waitUntil(marked, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
    red = window.theme.trace["clip"].lower()
    image = window.traces.grab_picture()
    bottom = image.height() - round(30 * image.devicePixelRatio())
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width())
        for y in range(bottom - 12, bottom + 6)
    }
    assert red in colours
