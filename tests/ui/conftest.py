"""What every test of the window uses: theme and fonts, synthetic recordings, a strict clean-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from emgview.model import Channel, Gap, Label, LabelState, Origin, RecordingInfo, SampleInterval
from emgview.recording import RecordingWriter
from emgview.session.display import extremes
from emgview.session.settings import Settings
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.simulation import simulate
from emgview.ui.main_window import MainWindow
from emgview.ui.theme import apply_theme, load_theme

_STARTED = datetime(2026, 11, 3, 10, 12, 30, tzinfo=timezone(timedelta(hours=1)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A Qt warning fails a test, but for what Qt says of its own platform without a screen."""
    ignore = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)
    for item in items:
        if "tests/ui" in item.path.as_posix():
            item.add_marker(ignore)


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a widget or a running timer behind."""
    before = _alive(qapp)
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    left = _alive(qapp) - before
    assert not left, f"left behind: {sorted(left)}"


def _alive(qapp: QApplication) -> set[str]:
    widgets = {_name(w) for w in qapp.topLevelWidgets() if w.parent() is None and w.isVisible()}
    timers = {_name(t) for t in qapp.findChildren(QTimer) if t.isActive()}
    return widgets | timers


def _name(thing: QObject) -> str:
    return f"{type(thing).__name__} {thing.objectName()} {id(thing):x}"


@pytest.fixture(params=["scope", "paper"])
def both_themes(request: pytest.FixtureRequest, qapp: QApplication) -> str:
    """Name of a theme that was put onto the application; the test runs once for each."""
    name = str(request.param)
    apply_theme(qapp, load_theme(name))
    return name


@dataclass
class SyntheticRecording:
    """Samples in memory that answer requests as the session does; ``asked`` keeps them."""

    info: RecordingInfo
    samples: NDArray[np.float32]
    asked: list[TraceRequest] = field(default_factory=list)

    def answer(self, request: TraceRequest, *, filtered: bool = False) -> TraceAnswer:
        """What the session would give."""
        wanted = request.interval
        window = np.full((len(wanted), len(request.channels)), np.nan, dtype=np.float32)
        inside = wanted.intersection(self.info.whole)
        if inside is not None and request.channels:
            rows = self.samples[inside.start : inside.stop]
            first = inside.start - wanted.start
            window[first : first + len(inside)] = rows[:, list(request.channels)]
        for gap in self.info.gaps:
            lost = gap.interval.intersection(wanted)
            if lost is not None:
                window[lost.start - wanted.start : lost.stop - wanted.start] = np.nan
        if len(wanted) <= 2 * request.n_columns:
            return TraceAnswer(request, window, None, None, filtered)
        low, high = extremes(window, request.n_columns)
        return TraceAnswer(request, None, low, high, filtered)

    def serve(self, view: Any) -> None:
        """Answer every request of a view at once."""

        def at_once(request: TraceRequest) -> None:
            self.asked.append(request)
            view.show_answer(self.answer(request))

        view.requested.connect(at_once)


MakeRecording = Callable[..., SyntheticRecording]


@pytest.fixture
def make_recording() -> MakeRecording:
    """Factory: ``make_recording(seconds=10.0, n_channels=1, fs=10_000.0, gaps=())``."""

    def make(
        seconds: float = 10.0,
        n_channels: int = 1,
        fs: float = 10_000.0,
        gaps: tuple[Gap, ...] = (),
        **more: Any,
    ) -> SyntheticRecording:
        n = max(1, round(seconds * fs))
        noise = np.random.default_rng(7).normal(0, 4, (n, n_channels))
        channels = tuple(
            Channel(f"EMG {c + 1}", high_pass_hz=10.0, low_pass_hz=5000.0)
            for c in range(n_channels)
        )
        info = RecordingInfo("recording", fs, n, channels, _STARTED, gaps=gaps)
        info = replace(info, **more)
        return SyntheticRecording(info, noise.astype(np.float32))

    return make


MakeLabel = Callable[..., Label]


@pytest.fixture
def make_label() -> MakeLabel:
    """Factory: ``make_label("a", start, stop, activity="fib", peaks=(), state=…, channel=0)``."""

    def make(
        item: str,
        start: int,
        stop: int,
        *,
        activity: str = "fib",
        peaks: tuple[int, ...] = (),
        state: LabelState = LabelState.PROPOSED,
        channel: int = 0,
    ) -> Label:
        return Label(
            item,
            "recording",
            channel,
            SampleInterval(start, stop),
            peaks,
            activity,
            Origin.DETECTOR,
            state,
        )

    return make


@pytest.fixture
def pixels_of() -> Callable[[QWidget], NDArray[np.uint8]]:
    """Function that gives a widget's picture as an array (height, width, 4), BGRA."""

    def pixels(widget: QWidget) -> NDArray[np.uint8]:
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(
            image.height(), image.bytesPerLine()
        )
        return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()

    return pixels


LIMIT_MS = 60_000


@pytest.fixture(scope="session")
def rest_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of simulated rest with fibrillation potentials; not to be written to."""
    simulation = simulate("fibrillation", seconds=8, seed=5)
    path = tmp_path_factory.mktemp("native") / "rest.h5"
    with RecordingWriter.create(path, simulation.info, simulation.samples.dtype) as writer:
        for chunk in simulation.chunks(8192):
            writer.append(chunk)
        writer.close()
    return path


OpenWindow = Callable[[Path], MainWindow]


@pytest.fixture
def open_window(qtbot: Any) -> Iterator[OpenWindow]:
    """Factory: a real window, in front, that shows a file; closed at the end."""
    made: list[MainWindow] = []

    def opened(path: Path) -> MainWindow:
        window = MainWindow(Settings(reader_name="R"), remember=False)
        made.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window, timeout=LIMIT_MS):
            window.show()
            window.activateWindow()
        window.files.open_path(path)
        qtbot.waitUntil(lambda: window.traces.is_painted, timeout=LIMIT_MS)
        return window

    yield opened
    for window in made:
        window.close()


@pytest.fixture
def rest_window(open_window: OpenWindow, rest_recording: Path, tmp_path: Path) -> MainWindow:
    """A window on a copy of the simulated rest."""
    copied = tmp_path / "rest.h5"
    copied.write_bytes(rest_recording.read_bytes())
    return open_window(copied)


@pytest.fixture
def judged_window(rest_window: MainWindow, qtbot: Any) -> MainWindow:
    """The same, judged by the detector."""
    with qtbot.waitSignal(rest_window.controller.changed, timeout=LIMIT_MS):
        rest_window.run("detect.this", False)
    return rest_window
