"""What else is drawn over the traces, and what else a drag may do: two small protocols.

The trace view itself only scrolls, selects and marks stretches. Cursors, the zoom box, bookmarks
or the beam of the sound are overlays and tools that are handed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from emgview.session.traces import TraceAnswer
from emgview.ui.traces.scene import Scene


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pointer is.

    Parameters
    ----------
    point : QPointF
        Logical pixels of the view.
    sample : int
        Sample below it, inside the window.
    channel : int or None
        Channel of the lane below it.
    keys : Qt.KeyboardModifier
        Keys that are held.
    """

    point: QPointF
    sample: int
    channel: int | None
    keys: Qt.KeyboardModifier


class Overlay(Protocol):
    """Something that is drawn over the traces."""

    def paint(self, painter: QPainter, scene: Scene, answer: TraceAnswer | None) -> None:
        """Draw it; the painter has the view's font. The answer may be to an older request."""


class Tool(Overlay, Protocol):
    """What the left mouse button does while the tool is chosen; drawn as an overlay too.

    Each method tells whether the event was the tool's; if not, the view does what it always does.
    """

    def press(self, place: Place) -> bool:
        """The button went down."""

    def move(self, place: Place) -> bool:
        """The pointer moved, with the button down or not."""

    def release(self, place: Place) -> bool:
        """The button came up."""
