"""The whole picture is the same with and without the compiled loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from emgview import kernels
from emgview.session.traces import TraceRequest
from emgview.ui.theme import load_theme
from emgview.ui.traces import TraceView
from emgview.ui.traces.display_items import ItemIndex
from emgview.ui.traces.layers import Layers


def painted(view: TraceView, answer: Any, ratio: float) -> list[QImage]:
    """Of an answer, of another and of the first again, which reuses the memory of the other."""
    scene = view.scene_of(700, 500, answer)
    assert scene is not None
    layers, images = Layers(), []
    for shown in (answer, moved(answer), answer):
        image = QImage(round(700 * ratio), round(500 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        layers.forget()
        layers.paint(painter, scene, shown, ItemIndex(), "")
        painter.end()
        images.append(image)
    return images


def moved(answer: Any) -> Any:
    """An answer with other traces at the same place."""
    if answer.samples is not None:
        return replace(answer, samples=answer.samples * -2 + 9)
    return replace(answer, minimum=answer.minimum - 30, maximum=answer.maximum + 5)


@pytest.mark.parametrize("theme", ["scope", "paper"])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("ms_per_div", [0.5, 10.0, 200.0])
@pytest.mark.parametrize("n_channels", [9, 32])
def test_pictures_are_the_same(
    qtbot: QtBot, make_recording: Any, theme: str, ratio: float, ms_per_div: float, n_channels: int
) -> None:
    pytest.importorskip("numba")
    assert kernels.load()
    view = TraceView()
    qtbot.addWidget(view)
    view.set_theme(load_theme(theme))
    data = make_recording(seconds=4, n_channels=n_channels)
    data.samples[::700] *= 40  # some leave their lanes
    data.samples[3000:3400] = np.nan
    view.set_recording(data.info)
    viewport = view.viewport_now
    assert viewport is not None
    view.set_viewport(replace(viewport.coloured(1, "teal").turned(2), ms_per_div=ms_per_div))
    scene = view.scene_of(700, 500, None)
    assert scene is not None
    columns = round(scene.geometry.plot_width * ratio)
    window = scene.viewport.interval
    answer = data.answer(TraceRequest(1, data.info.id, window, columns, scene.channels))
    compiled = painted(view, answer, ratio)
    with kernels.without():
        plain = painted(view, answer, ratio)
    assert all(a == b for a, b in zip(compiled, plain, strict=True))
    assert compiled[0] == compiled[2] != compiled[1]
