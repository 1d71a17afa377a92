"""What the painters need for one paint: a frozen value, worked out from what is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from emgview.model import RecordingInfo
from emgview.session.traces import DisplayFilter, TraceAnswer
from emgview.ui.theme import Theme
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.raster import Lane
from emgview.ui.traces.viewport import Viewport
from emgview.ui.traces.wording import filter_text


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the painters need; made anew for each paint."""

    geometry: Geometry
    viewport: Viewport
    theme: Theme
    info: RecordingInfo
    title: str
    filter_words: str
    warning: str
    clock: bool

    @property
    def channels(self) -> tuple[int, ...]:
        """Visible channels from top to bottom."""
        return self.viewport.channels

    def colour(self, name: str) -> QColor:
        """A colour of the trace view."""
        return QColor(self.theme.trace[name])

    def turned(self, channel: int) -> bool:
        """Whether the numbers are drawn turned over.

        The numbers of exchanged inputs have the wrong sign: drawn turned, negative is up again.
        """
        return self.info.channels[channel].inverted != (channel in self.viewport.inverted)

    def lane(self, index: int, ratio: float = 1.0) -> Lane:
        """Lane of the n-th visible channel."""
        channel = self.channels[index]
        return self.geometry.lane(
            index,
            self.viewport.uv_per_div[channel],
            inverted=self.turned(channel),
            ratio=ratio,
        )


def filter_words(
    info: RecordingInfo,
    viewport: Viewport,
    chosen: DisplayFilter | None,
    answer: TraceAnswer | None,
) -> tuple[str, str]:
    """What the header says of filters, and a warning where one was asked but not applied."""
    shown = [info.channels[c] for c in viewport.channels] or list(info.channels)
    corners = {(c.high_pass_hz, c.low_pass_hz) for c in shown}
    recorded = filter_text(*corners.pop()) if len(corners) == 1 else "as recorded, filters differ"
    if chosen is None:
        return recorded, ""
    if answer is None or answer.filtered or answer.request.display_filter != chosen:
        return f"display: {chosen.describe()}", ""
    return recorded, f"display filter {chosen.describe()} not applied: window too long"
