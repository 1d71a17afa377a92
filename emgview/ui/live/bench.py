"""Measures a live examination: the real window shows, records, sounds and detects at once."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from emgview.errors import EmgviewError
from emgview.session.live.finished import Finished
from emgview.session.process_memory import peak_rss_mb
from emgview.session.settings import Settings
from emgview.session.study_folder import StudyFolder
from emgview.session.warm_up import warm_up
from emgview.ui.live.live_window import LiveWindow
from emgview.ui.theme import apply_theme, load_theme

VIEW_SIZE = (1920, 1000)
SCENARIO = "mixed_spontaneous"
_WARM_UP_S = 2.0
_OPEN_S = 60.0


def bench_live(channels: int, rate: float, seconds: float) -> dict[str, Any]:
    """Figures of a recording of the simulator at real time.

    Parameters
    ----------
    channels : int
    rate : float
        Samples per second of each channel.
    seconds : float

    Returns
    -------
    dict
        Frames per second with new data, samples that the source gave, that the file holds and that
        are missing in it, processor cores, age of the newest sample on the screen and lag of the
        detector (95th percentiles, ms), largest memory.
    """
    application = _application()
    warm_up()  # what the program has loaded before anybody can choose a source
    with tempfile.TemporaryDirectory() as place:
        folder = StudyFolder(Path(place) / "Bench.emg")
        folder.create(simulated=True)
        window = _window(folder.root)
        finished: list[Finished] = []
        window.recorded.connect(lambda _root, one: finished.append(one))
        try:
            source = f"simulator:{SCENARIO}?channels={channels}&rate={rate:g}&seconds=60"
            window.open_source(source)
            _until_open(application, window)
            _run(application, _WARM_UP_S)
            figures = _measure(application, window, seconds)
            _until_finished(application, finished)
        finally:
            window.close()
        application.processEvents()
        return {**figures, **_of_file(finished, figures["samples_expected"])}


def _measure(application: QApplication, window: LiveWindow, seconds: float) -> dict[str, Any]:
    exam = window.exam
    if exam is None:
        raise EmgviewError("The source closed by itself", "Run it again.")
    exam.record()
    recorder, suggester = exam.recorder, exam.suggester
    window.traces.ages.clear()
    frames, began, cpu = window.traces.frames, monotonic(), process_time()
    _run(application, seconds)
    spent = monotonic() - began
    shown = (window.traces.frames - frames) / spent
    cores = (process_time() - cpu) / spent
    ages = window.traces.ages
    sound = exam.sound
    exam.stop_recording()
    return {
        "fps": round(shown, 1),
        "samples_expected": recorder.received if recorder is not None else 0,
        "cpu_cores": round(cores, 2),
        "age_p95_ms": round(1000 * float(np.quantile(ages, 0.95)), 1) if ages else None,
        "detector_lag_p95_ms": round(1000 * suggester.lag_p95_s(), 1) if suggester else None,
        "suggestion_p95_ms": round(1000 * suggester.shown_after_p95_s(), 1) if suggester else None,
        "sound_latency_p95_ms": round(1000 * sound.latency_s(), 1) if sound else None,
        "sound_breaks": sound.glitches if sound else None,
        "peak_rss_mb": peak_rss_mb(),
    }


def _of_file(finished: list[Finished], expected: int) -> dict[str, int]:
    """What the file itself holds; counted in it, not in the program."""
    if not finished:
        return {"samples_recorded": 0, "samples_lost": expected}
    info = finished[0].info
    lost = sum(gap.lost for gap in info.gaps)
    held = info.n_samples - lost
    return {"samples_recorded": held, "samples_lost": expected - held}


def _window(root: Path) -> LiveWindow:
    settings = Settings()
    theme = load_theme(settings.theme)
    window = LiveWindow(
        settings,
        theme,
        lambda: root,
        lambda **changes: msgspec.structs.replace(settings, **changes),
        lambda: theme,
        silent=True,
    )
    window.resize(*VIEW_SIZE)
    window.show()
    return window


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    apply_theme(application, load_theme("scope"))
    return application


def _until_open(application: QApplication, window: LiveWindow) -> None:
    end = monotonic() + _OPEN_S
    while window.traces.viewport_now is None:
        _run(application, 0.05)
        if monotonic() > end or window.exam is None:
            raise EmgviewError("The simulator did not open", "Choose fewer channels.")


def _until_finished(application: QApplication, finished: list[Finished]) -> None:
    """The detector may lag when the recording stops; the file is told of when it is through."""
    end = monotonic() + _OPEN_S
    while not finished and monotonic() < end:
        _run(application, 0.05)


def _run(_application: QApplication, seconds: float) -> None:
    """Let the window live for so long, as an event loop does: it sleeps where nothing is due."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(round(1000 * seconds))
    loop.exec()
