"""Hear what lies under the pointer while dragging."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtGui import QPainter

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.tools import Place

_LEAST_S = 0.08


class ScrubTool:
    """A tool: each movement starts the sound anew at the pointer, release stops it."""

    def __init__(self, play_from: Callable[[int], None], stop: Callable[[], None]) -> None:
        self._play_from, self._stop = play_from, stop
        self._down = False
        self._last = 0.0

    def press(self, place: Place) -> bool:
        """Begin to listen."""
        self._down = True
        self._hear(place)
        return True

    def move(self, place: Place) -> bool:
        """Listen there, not more often than a piece can be heard."""
        if self._down and perf_counter() - self._last >= _LEAST_S:
            self._hear(place)
        return self._down

    def release(self, place: Place) -> bool:
        """Silence."""
        del place
        self._down = False
        self._stop()
        return True

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Nothing of its own: the beam shows where the sound is."""

    def _hear(self, place: Place) -> None:
        self._last = perf_counter()
        self._play_from(place.sample)
