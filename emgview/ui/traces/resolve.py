"""From what is wanted to what must be asked: pure, no Qt.

The resolved values of now and before are compared; only where they differ is a new request made.
Changing the sensitivity or turning a channel over needs no new data.
"""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model import RecordingInfo, SampleInterval
from emgview.session.traces import DisplayFilter, TraceRequest
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.viewport import Viewport


@dataclass(frozen=True, slots=True)
class Wanted:
    """The data that the screen needs."""

    recording_id: str
    interval: SampleInterval
    n_columns: int
    channels: tuple[int, ...]
    display_filter: DisplayFilter | None

    def request(self, generation: int) -> TraceRequest:
        """The same as a request."""
        return TraceRequest(
            generation,
            self.recording_id,
            self.interval,
            self.n_columns,
            self.channels,
            self.display_filter,
        )


def resolve(
    info: RecordingInfo,
    viewport: Viewport,
    geometry: Geometry,
    ratio: float,
    display_filter: DisplayFilter | None,
) -> Wanted:
    """What to ask for so that each screen pixel of the plot gets its own column."""
    columns = max(round(geometry.plot_width * ratio), 1)
    return Wanted(info.id, viewport.interval, columns, viewport.channels, display_filter)
