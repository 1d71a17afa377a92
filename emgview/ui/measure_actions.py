"""What the keys of measuring do: cursors, a marked stretch, the potential at the mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from emgview.model import SampleInterval
from emgview.session.measuring import (
    MeasuredStretch,
    MeasuredWaveform,
    measured_stretch,
    measured_values,
    measured_waveform,
)
from emgview.session.study_session import StudySession
from emgview.ui.measure_panel import cursor_lines, waveform_lines
from emgview.ui.traces.cursors import Cursors, MarkedStretch, WaveformMarks

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_NUDGE_FAR = 10

Values = tuple[tuple[int, int], tuple[float | None, ...]]


class MeasureActions(QObject):
    """Commands of the group ``measure``."""

    _stretch_ready = Signal(object)
    _waveform_ready = Signal(object)
    _values_ready = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._cursors = Cursors(self._cursors_moved, self._pixels_per_sample)
        self._stretch, self._waveform = MarkedStretch(), WaveformMarks()
        self._edge: int | None = None
        self._place: tuple[int, int] | None = None
        traces = window.traces
        traces.add_overlay(self._stretch)
        traces.add_overlay(self._waveform)
        traces.stretchMeasured.connect(self.mark)
        traces.placeClicked.connect(self._clicked)
        traces.cursorMoved.connect(self._hovered)
        self._stretch_ready.connect(self._show_stretch)
        self._waveform_ready.connect(self._show_waveform)
        self._values_ready.connect(self._show_cursor_values)
        window.controller.opened.connect(lambda _: self.clear())
        window.recordings.chosen.connect(lambda _: self.clear())

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        actions: dict[str, Callable[[], object]] = {
            "cursors": lambda: self._show_cursors(on=checked),
            "nudge_back": lambda: self._nudge(-1),
            "nudge_on": lambda: self._nudge(+1),
            "nudge_far_back": lambda: self._nudge(-_NUDGE_FAR),
            "nudge_far_on": lambda: self._nudge(+_NUDGE_FAR),
            "waveform": self._measure_waveform,
            "from": lambda: self._set_edge(first=True),
            "to": lambda: self._set_edge(first=False),
            "copy": self._copy,
            "clear": self.clear,
        }
        actions[name]()

    @property
    def stretch(self) -> SampleInterval | None:
        """The marked stretch."""
        return self._stretch.interval

    @property
    def marked(self) -> tuple[SampleInterval, int] | None:
        """The marked stretch and its channel."""
        interval, channel = self._stretch.interval, self._stretch.channel
        return None if interval is None else (interval, channel)

    @property
    def channel_here(self) -> int:
        """Channel that the pointer was over last, if it is shown; else the first one shown."""
        viewport = self._window.traces.viewport_now
        channels = viewport.channels if viewport is not None else ()
        if self._place is not None and self._place[1] in channels:
            return self._place[1]
        return channels[0] if channels else 0

    # -- stretch -----------------------------------------------------------------------------

    def mark(self, interval: SampleInterval, channel: int) -> None:
        """Measure a stretch; it stays marked until it is cleared."""
        window = self._window
        if window.recording is None or len(interval) == 0:
            return
        self._stretch.interval, self._stretch.channel = interval, channel
        recording, chosen = window.recording_id, window.traces.filter_now
        window.traces.redraw()

        def measure(session: StudySession) -> MeasuredStretch:
            return measured_stretch(session, recording, channel, interval, chosen)

        window.controller.with_latest("measure", measure, self._stretch_ready.emit)

    def clear(self) -> None:
        """Nothing is marked."""
        self._stretch.interval = self._waveform.interval = self._edge = None
        self._window.measures.clear()
        self._window.traces.redraw()

    def _set_edge(self, *, first: bool) -> None:
        """The mark, else the left edge, becomes an edge of the stretch."""
        place = self._here()
        if place is None:
            return
        sample, channel = place
        now = self._stretch.interval
        other = self._edge if now is None else (now.stop if first else now.start)
        self._edge = sample
        if other is None or other == sample:
            self._window.tell(f"Stretch {'from' if first else 'to'} here: set the other edge")
            return
        self.mark(SampleInterval(min(sample, other), max(sample, other)), channel)

    def _show_stretch(self, found: MeasuredStretch) -> None:
        recording = self._window.recording
        if recording is None or found.recording_id != self._window.recording_id:
            return
        if found.wanted == self._stretch.interval:
            label = recording.info.channels[found.channel].label
            self._window.measures.show_stretch(found, label)
            self._window.panels.reveal("Measurements")

    # -- potential ---------------------------------------------------------------------------

    def _measure_waveform(self) -> None:
        window, place = self._window, self._place or self._here()
        if window.recording is None or place is None:
            return
        sample, channel = place
        recording, chosen = window.recording_id, window.traces.filter_now

        def measure(session: StudySession) -> MeasuredWaveform | None:
            return measured_waveform(session, recording, channel, sample, chosen)

        window.controller.with_latest("measure", measure, self._waveform_ready.emit)

    def _show_waveform(self, found: MeasuredWaveform | None) -> None:
        recording = self._window.recording
        if found is None:
            self._window.tell("There is no potential to measure here")
            return
        if recording is None or found.recording_id != self._window.recording_id:
            return
        self._waveform.interval, self._waveform.peak = found.interval, found.peak
        self._waveform.channel = found.channel
        label = recording.info.channels[found.channel].label
        self._window.measures.show_lines(waveform_lines(found, label))
        self._window.panels.reveal("Measurements")
        self._window.traces.redraw()

    # -- cursors -----------------------------------------------------------------------------

    def _show_cursors(self, *, on: bool) -> None:
        viewport = self._window.traces.viewport_now
        if not on or viewport is None:
            self._window.traces.set_tool(None)
            return
        self._cursors.channel = self._place[1] if self._place else viewport.channels[0]
        self._window.traces.set_tool(self._cursors)
        span = viewport.span
        self._cursors.put(viewport.start + span // 3, viewport.start + 2 * span // 3)

    def _nudge(self, samples: int) -> None:
        recording = self._window.recording
        if recording is not None:
            self._cursors.nudge(samples, recording.info.whole)

    def _cursors_moved(self) -> None:
        """Read both samples; the numbers come when they are there."""
        window, places = self._window, self._cursors.samples
        window.traces.redraw()
        if window.recording is None:
            return
        recording, channel = window.recording_id, self._cursors.channel
        chosen = window.traces.filter_now

        def read(session: StudySession) -> Values:
            return places, measured_values(session, recording, channel, places, chosen)

        window.controller.with_latest("cursors", read, self._values_ready.emit)

    def _show_cursor_values(self, found: Values) -> None:
        recording = self._window.recording
        if recording is None or found[0] != self._cursors.samples:
            return
        info = recording.info
        lines = cursor_lines(*found, info.sampling_rate_hz)
        chosen = self._window.traces.filter_now
        lines.append(("Channel", info.channels[self._cursors.channel].label))
        lines.append(("Signal", chosen.describe() if chosen else "as recorded"))
        self._window.measures.show_lines(lines)
        self._window.panels.reveal("Measurements")

    def _pixels_per_sample(self) -> float:
        viewport = self._window.traces.viewport_now
        return self._window.traces.width() / viewport.span if viewport is not None else 1.0

    # -- places ------------------------------------------------------------------------------

    def _hovered(self, sample: int, channel: int, value: float | None) -> None:
        del value
        self._place = (sample, channel)

    def _clicked(self, sample: int, channel: int) -> None:
        """A click elsewhere takes the stretch away."""
        self._place = (sample, channel)
        if self._stretch.interval is not None or self._waveform.interval is not None:
            self.clear()

    def _here(self) -> tuple[int, int] | None:
        viewport = self._window.traces.viewport_now
        if viewport is None or not viewport.channels:
            return None
        channel = self._place[1] if self._place else viewport.channels[0]
        mark = self._window.groups.sound.marked
        if mark is not None and viewport.interval.contains(mark):
            return mark, channel
        return viewport.start, channel

    def _copy(self) -> None:
        text = self._window.measures.text()
        if not text:
            self._window.tell("Nothing is measured yet")
            return
        QApplication.clipboard().setText(text)
        self._window.tell("Measurements copied")
