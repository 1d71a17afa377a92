"""Four times a second: health line, rest counter, movement of the needle."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from emgview.findings import load_findings_rules
from emgview.model import SampleInterval, load_muscles
from emgview.session.live.exam import LiveExam
from emgview.session.live.health import Levels, disk_minutes, figures, levels_of, load_limits
from emgview.session.live.movement import MovementWatch

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow

_TICK_MS = 250
_LEVELS_S = 1.0
_TITLE_SIDES = {"L": "left", "R": "right", "M": "midline", "": ""}


class ExamWatch(QObject):
    """Lives in the GUI thread; what it does takes a few milliseconds.

    Parameters
    ----------
    window : LiveWindow
    """

    def __init__(self, window: LiveWindow) -> None:
        super().__init__(window)
        self._window = window
        self._limits = load_limits()
        self._rest_s = max(c.rest_needed_s for c in load_findings_rules().columns)
        self._movement: MovementWatch | None = None
        self._levels, self._levels_at = Levels(), 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """A source is open."""
        exam = self._window.exam
        if exam is not None and exam.acquisition.info is not None:
            self._movement = MovementWatch(exam.acquisition.info)
            self._timer.start()

    def stop(self) -> None:
        """The source is closed: no more ticks, and no figures that might be taken for new ones."""
        self._timer.stop()
        self._movement = None
        self._levels, self._levels_at = Levels(), 0.0
        self._window.health.clear()
        self._window.bar.show_rest(0.0, self._rest_s)

    def name_place(self) -> None:
        """Muscle, side, site and phase as the title of the traces."""
        window = self._window
        exam, needle = window.exam, window.needle
        parts = [load_muscles().name(needle.muscle)]
        if side := _TITLE_SIDES[needle.side.value]:
            parts.append(side)
        if exam is not None:
            parts.append(f"site {exam.marks.site}")
        window.traces.set_title(", ".join(parts))

    def _tick(self) -> None:
        exam = self._window.exam
        if exam is None or exam.acquisition.ring is None:
            self._timer.stop()
            return
        self._look_for_movement(exam)
        self._window.bar.show_rest(exam.rest_s(), self._rest_s)
        self._show_health(exam)
        suggester = exam.suggester
        if suggester is not None:
            self._window.suggestions.show_suggestions(suggester.latest)
        self._window.refresh()

    def _look_for_movement(self, exam: LiveExam) -> None:
        if self._movement is None:
            return
        moved_at = self._movement.look(exam.ring)
        if moved_at is not None and moved_at > exam.marks.since and exam.rest_s() > 0:
            exam.moved()

    def _show_health(self, exam: LiveExam) -> None:
        now, ring, live = monotonic(), exam.ring, exam.acquisition.format
        if live is None:
            return
        if now - self._levels_at >= _LEVELS_S:
            self._levels_at = now
            head = ring.head
            n = min(round(_LEVELS_S * live.sampling_rate_hz), len(ring.kept))
            newest = SampleInterval(head - n, head)
            self._levels = levels_of(ring.read_uv(newest), ring.read(newest), live.sampling_rate_hz)
        per_s = live.sampling_rate_hz * len(live.channels) * ring.dtype.itemsize
        folder = exam.folder
        minutes = disk_minutes(folder.root, per_s) if folder is not None else None
        line = figures(
            exam.acquisition, exam.recorder, exam.suggester, self._levels, minutes, self._limits
        )
        self._window.health.show_figures((*line, *exam.more_figures()))
