"""The strip of the whole recording: click to go, and see what is where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emgview.model import Gap, LabelState, Phase, PhaseMark, SampleInterval
from emgview.session.traces import TraceRequest
from emgview.ui.theme import load_theme
from emgview.ui.traces import DisplayItem, ItemIndex, OverviewStrip, Viewport
from emgview.ui.traces.overview import _Bars

Pixels = Callable[[QWidget], NDArray[np.uint8]]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def strip(qtbot: QtBot) -> OverviewStrip:
    shown = OverviewStrip()
    qtbot.addWidget(shown)
    shown.resize(1000, shown.height())
    shown.show()
    return shown


def load(strip: OverviewStrip, data: Any, columns: int = 1000) -> None:
    strip.set_recording(data.info)
    strip.set_viewport(Viewport.over(data.info))
    channels = tuple(range(len(data.info.channels)))
    strip.set_answer(data.answer(TraceRequest(1, data.info.id, data.info.whole, columns, channels)))


def has_colour(picture: NDArray[np.uint8], colour: str) -> bool:
    wanted = [int(colour[k : k + 2], 16) for k in (5, 3, 1)]
    return bool((picture[:, :, :3] == wanted).all(axis=2).any())


def test_a_click_goes_there(qtbot: QtBot, strip: OverviewStrip, make_recording: Any) -> None:
    load(strip, make_recording(seconds=100))
    with qtbot.waitSignal(strip.gotoRequested, timeout=2000) as told:
        QTest.mouseClick(strip, LEFT, NONE, QPoint(250, 30))
    assert told.args == [250_000]


def test_an_empty_strip_takes_a_click(qtbot: QtBot, strip: OverviewStrip) -> None:
    with qtbot.assertNotEmitted(strip.gotoRequested, wait=50):
        QTest.mouseClick(strip, LEFT, NONE, QPoint(250, 30))
    strip.grab()


def test_events_are_drawn_in_the_colour_of_their_class(
    strip: OverviewStrip, make_recording: Any, make_label: Any, pixels_of: Pixels
) -> None:
    load(strip, make_recording(seconds=100))
    colour = load_theme("scope").class_colour("psw")
    assert not has_colour(pixels_of(strip), colour)
    label = make_label("a", 700_000, 700_100, peaks=(700_050,), activity="psw")
    strip.set_items([DisplayItem.of(label)])
    assert has_colour(pixels_of(strip)[:, 695:705], colour)


def test_rejected_events_are_not_counted(
    strip: OverviewStrip, make_recording: Any, make_label: Any, pixels_of: Pixels
) -> None:
    load(strip, make_recording(seconds=100))
    before = pixels_of(strip)
    label = make_label("a", 700_000, 700_100, peaks=(700_050,), state=LabelState.REJECTED)
    strip.set_items([DisplayItem.of(label)])
    assert (pixels_of(strip) == before).all()


def test_gaps_and_phases_are_shown(
    strip: OverviewStrip, make_recording: Any, pixels_of: Pixels
) -> None:
    phases = (PhaseMark(SampleInterval(200_000, 600_000), Phase.REST),)
    data = make_recording(seconds=100, gaps=(Gap(500_000, 50_000),), phases=phases)
    load(strip, data)
    picture = pixels_of(strip)
    assert has_colour(picture[:, 500:551], load_theme("scope").trace["gap"])
    assert has_colour(picture[:, 199:202], load_theme("scope").trace["graticule_axis"])
    inside, outside = picture[2:18, 203:215, 1], picture[2:18, 703:715, 1]
    assert not np.array_equal(inside, outside)  # the word


def test_one_artefact_does_not_press_the_rest_flat(
    strip: OverviewStrip, make_recording: Any, pixels_of: Pixels
) -> None:
    data = make_recording(seconds=100)
    data.samples[123_456] = 1e6
    load(strip, data)
    inked = (pixels_of(strip)[:50, 600:900, 1] > 150).sum(axis=0)
    assert np.median(inked) > 10


@pytest.mark.parametrize("seconds", [0.0, 0.001])
def test_a_recording_of_few_samples_is_shown(
    strip: OverviewStrip, make_recording: Any, seconds: float
) -> None:
    load(strip, make_recording(seconds=seconds))
    strip.grab()


def test_missing_data_is_no_error(strip: OverviewStrip, make_recording: Any) -> None:
    data = make_recording()
    data.samples[:] = np.nan
    load(strip, data)
    strip.grab()


def test_a_new_recording_forgets_the_old_one(
    strip: OverviewStrip, make_recording: Any, pixels_of: Pixels
) -> None:
    """Gaps of the recording before must not stay on the strip."""
    load(strip, make_recording(gaps=(Gap(50_000, 20_000),)))
    load(strip, make_recording())
    assert not has_colour(pixels_of(strip), load_theme("scope").trace["gap"])


def test_only_what_changes_the_density_is_painted_anew(
    strip: OverviewStrip, make_recording: Any, make_label: Any, pixels_of: Pixels
) -> None:
    """The whole strip was painted at each decision."""
    load(strip, make_recording(seconds=100))
    label = make_label("a", 700_000, 700_100, peaks=(700_050,), activity="psw")
    items = ItemIndex([label])
    strip.set_items(items)
    before, kept = pixels_of(strip), strip._still
    items = items.renewed([replace(label, state=LabelState.CONFIRMED)])
    strip.set_items(items)
    assert strip._still is kept
    assert (pixels_of(strip) == before).all()
    items = items.renewed([replace(label, state=LabelState.REJECTED)])
    strip.set_items(items)
    assert not has_colour(pixels_of(strip), load_theme("scope").class_colour("psw"))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_bars_are_where_rectangles_would_be(ratio: float) -> None:
    random = np.random.default_rng(4)
    bottom = random.uniform(5, 21, 60)
    top = bottom - random.uniform(0, 5, 60)
    bars = _Bars(60, ratio)
    bars.draw(top, bottom, QColor("#3366aa"))
    image = QImage(bars.image().size(), QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(ratio, ratio)
    for n in range(60):
        box = QRectF(n * 4, top[n], 3, bottom[n] - top[n])
        painter.fillRect(box, QColor("#3366aa"))
    painter.end()
    drawn = bars.image()
    drawn.setDevicePixelRatio(1.0)
    assert drawn == image
