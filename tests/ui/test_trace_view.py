"""The trace view with real mouse and wheel: what it asks, shows and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emgview.model import Channel, Gap, LabelState, Phase, PhaseMark, SampleInterval
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest
from emgview.ui.theme import load_theme
from emgview.ui.traces import DisplayItem, TraceView, Viewport
from emgview.ui.traces.geometry import HEADER_PX, Geometry
from emgview.ui.traces.scene import filter_words

Pixels = Callable[[QWidget], NDArray[np.uint8]]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TraceView]:
    shown = TraceView()
    qtbot.addWidget(shown)
    shown.resize(900, 500)
    shown.show()
    return shown


def geometry(view: TraceView, n_lanes: int = 1) -> Geometry:
    return Geometry(view.width(), view.height(), n_lanes)


def now(view: TraceView) -> Viewport:
    viewport = view.viewport_now
    assert viewport is not None
    return viewport


def turn_wheel(
    view: TraceView, notches: int, keys: Qt.KeyboardModifier = NONE, at: QPoint | None = None
) -> None:
    place = QPointF(at or QPoint(500, 200))
    delta = QPoint(0, 120 * notches)
    turned = QWheelEvent(
        place, place, QPoint(), delta, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), turned)


def drag(view: TraceView, a: QPoint, b: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    target = view.viewport()
    QTest.mousePress(target, LEFT, keys, a)
    QTest.mouseMove(target, (a + b) / 2)
    QTest.mouseMove(target, b)
    QTest.mouseRelease(target, LEFT, keys, b)


# -- asking and answering --------------------------------------------------------------------


def test_a_recording_is_asked_for_at_once(view: TraceView, make_recording: Any) -> None:
    """One column for each screen pixel of the plot."""
    data = make_recording()
    asked: list[TraceRequest] = []
    view.requested.connect(asked.append)
    view.set_recording(data.info)
    [request] = asked
    assert request.n_columns == geometry(view).plot_width * view.devicePixelRatioF()
    assert request.recording_id == data.info.id


def test_a_stale_answer_is_dropped(view: TraceView, make_recording: Any) -> None:
    """Latest wins: the answer to the page before must not appear."""
    data = make_recording()
    asked: list[TraceRequest] = []
    view.requested.connect(asked.append)
    view.set_recording(data.info)
    view.page(+1)
    first, second = asked
    assert second.generation > first.generation
    view.show_answer(data.answer(first))
    assert not view.is_drawn
    view.show_answer(data.answer(second))
    assert view.is_drawn


def test_an_answer_after_closing_is_dropped(view: TraceView, make_recording: Any) -> None:
    data = make_recording()
    asked: list[TraceRequest] = []
    view.requested.connect(asked.append)
    view.set_recording(data.info)
    view.clear()
    view.show_answer(data.answer(asked[-1]))
    assert not view.is_drawn


def test_sensitivity_needs_no_new_data(view: TraceView, make_recording: Any) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    before = len(data.asked)
    view.change_sensitivity(+1)
    view.turn_channel(0)
    assert len(data.asked) == before
    assert now(view).uv_per_div == (20.0,)


def test_a_filter_is_asked_for_and_stated(view: TraceView, make_recording: Any) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    view.set_filter(DisplayFilter(20.0))
    assert data.asked[-1].display_filter == DisplayFilter(20.0)


def test_a_filter_that_was_not_applied_is_told(make_recording: Any) -> None:
    """Over long windows the session shows what was recorded: the header must say so."""
    info = make_recording().info
    v, chosen = Viewport.over(info), DisplayFilter(20.0)
    request = TraceRequest(1, info.id, v.interval, 100, (0,), chosen)
    unfiltered = TraceAnswer(request, None, None, None, filtered=False)
    words, warning = filter_words(info, v, chosen, unfiltered)
    assert words == "as recorded, 10 Hz – 5 kHz"
    assert "not applied" in warning
    filtered = replace(unfiltered, filtered=True)
    words, warning = filter_words(info, v, chosen, filtered)
    assert words == "as recorded, 10 Hz – 5 kHz, display: HP 20 Hz"
    assert "not applied" not in warning


def test_a_filter_that_the_rate_does_not_hold_is_refused_with_the_reason(
    make_recording: Any,
) -> None:
    """Asked for and silently left out, the header claimed a filter that was not there."""
    info = make_recording().info
    words, warning = filter_words(info, Viewport.over(info), DisplayFilter(20.0, 5000.0), None)
    assert words.startswith("as recorded")
    assert "not applied: low-pass 5000 Hz needs more than 11111 samples/s" in warning


@pytest.mark.parametrize(
    ("recorded_hz", "shown_hz", "warned"),
    [
        (2.0, None, ""),
        (5.0, None, ""),
        (None, None, ""),
        (10.0, None, "durations not valid: high-pass 10 Hz"),
        (2.0, 20.0, "durations not valid: high-pass 20 Hz"),
        (None, 20.0, "durations not valid: high-pass 20 Hz"),
        (2.0, 5.0, ""),
        (10.0, 2.0, "durations not valid: high-pass 10 Hz"),
    ],
)
def test_a_high_pass_above_5_hz_warns_that_durations_are_not_valid(
    make_recording: Any, recorded_hz: float | None, shown_hz: float | None, warned: str
) -> None:
    """Of the acquisition or of the view, whichever is higher; and none where it is not."""
    info = make_recording(channels=(Channel("A", high_pass_hz=recorded_hz),)).info
    chosen = DisplayFilter(shown_hz) if shown_hz else None
    assert filter_words(info, Viewport.over(info), chosen, None)[1] == warned


def test_no_duration_is_warned_of_where_the_channel_is_no_emg(make_recording: Any) -> None:
    channels = (Channel("Force", unit="N", high_pass_hz=20.0), Channel("A", high_pass_hz=2.0))
    info = make_recording(n_channels=2, channels=channels).info
    assert filter_words(info, Viewport.over(info), None, None)[1] == ""


def test_hidden_channels_are_not_asked_for(view: TraceView, make_recording: Any) -> None:
    data = make_recording(n_channels=4)
    data.serve(view)
    view.set_recording(data.info)
    view.show_channels([1, 3])
    assert data.asked[-1].channels == (1, 3)


# -- mouse -----------------------------------------------------------------------------------


def test_wheel_scrolls_by_one_division(view: TraceView, make_recording: Any) -> None:
    data = make_recording(seconds=60)
    data.serve(view)
    view.set_recording(data.info)
    turn_wheel(view, -1)
    assert now(view).start == now(view).span // 10


def test_ctrl_wheel_zooms_at_the_pointer(view: TraceView, make_recording: Any) -> None:
    """What lies under the pointer stays under it."""
    data = make_recording(seconds=60)
    data.serve(view)
    view.set_recording(data.info)
    view.center_on(300_000)
    g, before = geometry(view), now(view)
    turn_wheel(view, +1, Qt.KeyboardModifier.ControlModifier)
    assert now(view).ms_per_div < before.ms_per_div
    assert g.sample_at(500, now(view)) == pytest.approx(g.sample_at(500, before), abs=2)


def test_alt_wheel_changes_the_lane_under_the_pointer(view: TraceView, make_recording: Any) -> None:
    data = make_recording(n_channels=2)
    data.serve(view)
    view.set_recording(data.info)
    turn_wheel(view, +1, Qt.KeyboardModifier.AltModifier, QPoint(500, view.height() - 60))
    assert now(view).uv_per_div == (50.0, 20.0)


def test_alt_wheel_beside_the_lanes_changes_nothing(view: TraceView, make_recording: Any) -> None:
    """Over the header it once changed every channel."""
    data = make_recording(n_channels=2)
    data.serve(view)
    view.set_recording(data.info)
    turn_wheel(view, +1, Qt.KeyboardModifier.AltModifier, QPoint(500, 5))
    assert now(view).uv_per_div == (50.0, 50.0)


def test_shift_wheel_changes_all_channels(view: TraceView, make_recording: Any) -> None:
    data = make_recording(n_channels=2)
    data.serve(view)
    view.set_recording(data.info)
    turn_wheel(view, -1, SHIFT)
    assert now(view).uv_per_div == (100.0, 100.0)


def test_shift_drag_marks_a_stretch_of_its_channel(
    qtbot: QtBot, view: TraceView, make_recording: Any
) -> None:
    """With a channel hidden, the lane's number is not the channel's."""
    data = make_recording(n_channels=3)
    data.serve(view)
    view.set_recording(data.info)
    view.show_channels([0, 2])
    y = view.height() - 80
    with qtbot.waitSignal(view.stretchSelected, timeout=2000) as told:
        drag(view, QPoint(400, y), QPoint(600, y - 20), SHIFT)
    stretch, channel = told.args
    g = geometry(view, 2)
    assert channel == 2
    assert stretch.start == g.sample_at(400, now(view))
    assert stretch.stop == g.sample_at(600, now(view))


def test_a_plain_drag_only_measures(qtbot: QtBot, view: TraceView, make_recording: Any) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    with qtbot.assertNotEmitted(view.stretchSelected, wait=50):
        drag(view, QPoint(300, 200), QPoint(500, 200))


def test_label_mode_makes_every_drag_a_label(
    qtbot: QtBot, view: TraceView, make_recording: Any
) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    view.set_label_mode(True)
    with qtbot.waitSignal(view.stretchSelected, timeout=2000):
        drag(view, QPoint(500, 200), QPoint(300, 200))


def test_a_click_on_a_mark_selects_its_item(
    qtbot: QtBot, view: TraceView, make_recording: Any, make_label: Any
) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    label = make_label("here", 4000, 4050, peaks=(4020,))
    view.set_items([DisplayItem.of(label)])
    view.grab()
    x = round(geometry(view).x_of(4020, now(view)))
    with qtbot.waitSignal(view.itemClicked, timeout=2000) as told:
        QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(x, HEADER_PX + 8))
    assert told.args == ["here"]


def test_the_pointer_tells_time_channel_and_value(
    qtbot: QtBot, view: TraceView, make_recording: Any
) -> None:
    data = make_recording()
    data.samples[:, 0] = 33.0
    data.serve(view)
    view.set_recording(data.info)
    view.set_viewport(replace(now(view), ms_per_div=1.0))
    with qtbot.waitSignal(view.cursorMoved, timeout=2000) as told:
        QTest.mouseMove(view.viewport(), QPoint(500, 200))
    sample, channel, value = told.args
    assert sample == geometry(view).sample_at(500, now(view))
    assert (channel, value) == (0, 33.0)


def test_selecting_a_hidden_item_scrolls_to_it(
    view: TraceView, make_recording: Any, make_label: Any
) -> None:
    data = make_recording(seconds=60)
    data.serve(view)
    view.set_recording(data.info)
    view.set_items([DisplayItem.of(make_label("far", 400_000, 400_100, peaks=(400_050,)))])
    view.select_item("far")
    assert now(view).interval.contains(400_050)


def test_an_item_far_away_is_painted_once_with_its_data(
    view: TraceView, make_recording: Any, make_label: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each selection was painted twice: the old traces moved, then the new ones."""
    data = make_recording(seconds=60)
    view.set_recording(data.info)
    view.set_items([DisplayItem.of(make_label("far", 400_000, 400_100, peaks=(400_050,)))])
    wished: list[None] = []
    monkeypatch.setattr(view._canvas, "update", lambda: wished.append(None))
    view.select_item("far")
    assert not wished
    view.select_item("far")  # it is in view by now: the mark alone
    assert len(wished) == 1


def test_a_decision_and_the_next_item_are_painted_at_once(
    qtbot: QtBot,
    view: TraceView,
    make_recording: Any,
    make_label: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each decision was painted twice: the next item highlighted, then the decided one filled."""
    data = make_recording(seconds=60)
    data.serve(view)
    view.set_recording(data.info)
    labels = [make_label(n, s, s + 100, peaks=(s + 50,)) for n, s in (("a", 3000), ("b", 5000))]
    view.set_items(labels)
    view.select_item("a")
    qtbot.waitUntil(lambda: view.is_painted, timeout=2000)
    QApplication.processEvents()
    painted: list[str] = []
    paint = view._canvas._paint

    def watched(painter: QPainter, box: QRectF) -> None:
        painted.append(view._selected)
        paint(painter, box)

    monkeypatch.setattr(view._canvas, "_paint", watched)
    view.select_item("b", more_soon=True)
    for _ in range(3):
        QApplication.processEvents()
    assert not painted
    view.set_items([replace(labels[0], state=LabelState.CONFIRMED), labels[1]])
    qtbot.waitUntil(lambda: painted == ["b"], timeout=2000)
    view.select_item("a", more_soon=True)  # and nothing follows
    qtbot.waitUntil(lambda: painted == ["b", "a"], timeout=2000)


# -- pictures --------------------------------------------------------------------------------


def ink(view: TraceView, pixels_of: Pixels, name: str) -> NDArray[np.bool_]:
    """Where a colour of the scope theme is seen."""
    colour = load_theme("scope").trace[name]
    wanted = [int(colour[k : k + 2], 16) for k in (5, 3, 1)]
    return np.asarray((pixels_of(view)[:, :, :3] == wanted).all(axis=2))


def test_a_negative_potential_is_drawn_upwards(
    view: TraceView, make_recording: Any, pixels_of: Pixels
) -> None:
    data = make_recording()
    data.samples[:] = 0
    data.samples[4990:5010] = -100
    data.serve(view)
    view.set_recording(data.info)
    picture = ink(view, pixels_of, "trace")
    x = round(geometry(view).x_of(5000, now(view)))
    middle = HEADER_PX + geometry(view).plot_height // 2
    assert picture[:middle, x - 2 : x + 3].sum() > 40
    assert picture[middle + 3 :, x - 2 : x + 3].sum() == 0


def test_exchanged_inputs_are_drawn_corrected(
    view: TraceView, make_recording: Any, pixels_of: Pixels
) -> None:
    data = make_recording(channels=(Channel("EMG", inverted=True),))
    data.samples[:] = 0
    data.samples[4990:5010] = 100
    data.serve(view)
    view.set_recording(data.info)
    x = round(geometry(view).x_of(5000, now(view)))
    middle = HEADER_PX + geometry(view).plot_height // 2
    assert ink(view, pixels_of, "trace")[:middle, x - 2 : x + 3].sum() > 40


def test_no_text_and_no_mark_lies_in_the_gutter_but_its_own(
    view: TraceView, make_recording: Any, pixels_of: Pixels
) -> None:
    """Traces never run under the channel's name."""
    data = make_recording()
    data.samples *= 50
    data.serve(view)
    view.set_recording(data.info)
    left = geometry(view).plot_left
    assert not ink(view, pixels_of, "trace")[:, : left - 1].any()


def test_a_gap_is_drawn_and_no_trace_in_it(
    view: TraceView, make_recording: Any, pixels_of: Pixels
) -> None:
    data = make_recording(gaps=(Gap(4000, 1000),))
    data.serve(view)
    view.set_recording(data.info)
    g, v = geometry(view), now(view)
    a, b = round(g.x_of(4000, v)), round(g.x_of(5000, v))
    assert not ink(view, pixels_of, "trace")[HEADER_PX : g.plot_bottom - 50, a + 3 : b - 3].any()
    assert ink(view, pixels_of, "gap")[:, a : b + 1].sum() > 200


STATES = list(LabelState)


@pytest.mark.parametrize("n_channels", [1, 3, 32])
def test_every_state_and_shape_is_drawn(
    qtbot: QtBot,
    view: TraceView,
    make_recording: Any,
    make_label: Any,
    both_themes: str,
    n_channels: int,
) -> None:
    """No combination of state, shape, theme and lane height ends in a warning of Qt."""
    phases = (PhaseMark(SampleInterval(0, 5000), Phase.REST),)
    data = make_recording(n_channels=n_channels, phases=phases)
    data.serve(view)
    view.set_theme(load_theme(both_themes))
    labels = []
    for n, state in enumerate(STATES):
        a, c = 1500 * n, n % n_channels
        labels.append(make_label(f"p{n}", a, a + 50, peaks=(a + 20,), state=state, channel=c))
        labels.append(make_label(f"t{n}", a, a + 900, peaks=(a, a + 400), state=state, channel=c))
        labels.append(make_label(f"s{n}", a, a + 900, state=state, channel=c, activity="mup"))
    view.set_recording(data.info, title="Tibialis anterior, right")
    view.set_items([DisplayItem.of(label) for label in labels])
    view.select_item("t1")
    for action in (view.show_whole, lambda: view.zoom(+3), lambda: view.set_clock_time(on=True)):
        action()
        assert not view.grab_picture().isNull()


def test_crowded_marks_become_a_density(
    view: TraceView, make_recording: Any, make_label: Any
) -> None:
    """Thousands of marks in one window are not drawn one by one."""
    data = make_recording(seconds=10)
    data.serve(view)
    view.set_recording(data.info)
    view.set_items(
        [DisplayItem.of(make_label(f"{n}", 9 * n, 9 * n + 8, peaks=(9 * n,))) for n in range(9999)]
    )
    view.show_whole()
    view.grab()
    assert len(view._hits) == 0
    view.set_viewport(replace(now(view), start=0, ms_per_div=1.0))
    view.grab()
    assert 5 <= len(view._hits) <= 20


@pytest.mark.parametrize("seconds", [0.0, 0.0002, 0.05])
def test_a_recording_shorter_than_the_window_is_shown(
    view: TraceView, make_recording: Any, seconds: float
) -> None:
    data = make_recording(seconds=seconds)
    data.serve(view)
    view.set_recording(data.info)
    view.set_viewport(replace(now(view), ms_per_div=100.0))
    view.grab()
    assert view.is_drawn


def test_no_visible_channel_is_no_error(view: TraceView, make_recording: Any) -> None:
    data = make_recording(n_channels=2)
    data.serve(view)
    view.set_recording(data.info)
    view.show_channels([])
    view.grab()
    turn_wheel(view, +1, Qt.KeyboardModifier.AltModifier)
    assert now(view).channels == ()


def test_nothing_but_missing_data_is_no_error(view: TraceView, make_recording: Any) -> None:
    data = make_recording()
    data.samples[:] = np.nan
    data.serve(view)
    view.set_recording(data.info)
    view.suggest_sensitivity(data.answer(data.asked[-1]))
    view.show_whole()
    view.grab()
    assert now(view).uv_per_div == (50.0,)


def test_an_empty_view_takes_mouse_and_wheel(qtbot: QtBot, view: TraceView) -> None:
    turn_wheel(view, +1)
    drag(view, QPoint(300, 200), QPoint(500, 200), SHIFT)
    view.page(+1)
    view.grab()
    assert view.viewport_now is None


def test_resizing_asks_for_as_many_columns_as_there_are(
    qtbot: QtBot, view: TraceView, make_recording: Any
) -> None:
    data = make_recording()
    data.serve(view)
    view.set_recording(data.info)
    view.resize(1200, 500)
    qtbot.waitUntil(lambda: view.width() == 1200, timeout=2000)
    view.grab()
    assert data.asked[-1].n_columns == geometry(view).plot_width
