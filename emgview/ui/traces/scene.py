"""What the painters need for one paint: a frozen value, worked out from what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QColor

from emgview.model import Channel, RecordingInfo
from emgview.session.display_limits import load_display_limits
from emgview.session.filtering import refusal
from emgview.session.traces import DisplayFilter, TraceAnswer
from emgview.ui.theme import Theme
from emgview.ui.traces.geometry import Geometry
from emgview.ui.traces.raster import Lane
from emgview.ui.traces.viewport import Viewport
from emgview.ui.traces.wording import duration_text, filter_text


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

    def ink(self, index: int) -> QColor:
        """Colour of the trace in the n-th lane."""
        name = self.viewport.colour_of(self.channels[index])
        return QColor(self.theme.channel_colours.get(name, self.theme.trace["trace"]))

    def with_words(self, chosen: DisplayFilter | None, answer: TraceAnswer | None) -> Scene:
        """The same with the words of a filter and of what came back for it."""
        words, warning = filter_words(self.info, self.viewport, chosen, answer)
        return replace(self, filter_words=words, warning=warning)

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
    """What the header says of filters, and warnings.

    Warned is where a filter was asked for but not applied, and where the high-pass of the
    acquisition or of the view is so high that durations are not valid.
    """
    shown = [info.channels[c] for c in viewport.channels] or list(info.channels)
    corners = {(c.high_pass_hz, c.low_pass_hz) for c in shown}
    recorded = filter_text(*corners.pop()) if len(corners) == 1 else "as recorded, filters differ"
    refused = _not_applied(info, chosen, answer) if chosen else ""
    applied = None if refused else chosen
    highest = highest_high_pass(shown, applied)
    warnings = [refused] if refused else []
    if highest is not None and highest > load_display_limits().duration.high_pass_most_hz:
        warnings.append(duration_text(highest))
    words = f"{recorded}, display: {applied.describe()}" if applied else recorded
    return words, " · ".join(warnings)


def _not_applied(info: RecordingInfo, chosen: DisplayFilter, answer: TraceAnswer | None) -> str:
    """Why the traces are not filtered though it was asked for; empty if they are, or will be."""
    reason = refusal(chosen, info.sampling_rate_hz)
    late = answer is None or answer.filtered or answer.request.display_filter != chosen
    if not reason and not late:
        reason = "window too long"
    return f"display filter {chosen.describe()} not applied: {reason}" if reason else ""


def highest_high_pass(shown: Sequence[Channel], applied: DisplayFilter | None) -> float | None:
    """Highest high-pass in Hz that any shown EMG channel has passed; None where none is known."""
    known = [c.high_pass_hz for c in shown if c.unit == "uV" and c.high_pass_hz is not None]
    if applied is not None and applied.high_pass_hz is not None:
        known.append(applied.high_pass_hz)
    return max(known, default=None)
