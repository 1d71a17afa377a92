"""What is on the reader's screen at the moment of a decision, for the log."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from emgview.session.screen import Screen

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


def screen_of(window: MainWindow) -> Screen | None:
    """The screen of a window; None where no recording is shown. GUI thread."""
    viewport = window.traces.viewport_now
    if viewport is None or not window.recording_id:
        return None
    chosen = window.traces.filter_now
    selected_at = window.shown.selected_at
    shown = window.items.model.shown
    channels = viewport.channels
    sensitivities = [viewport.uv_per_div[channel] for channel in channels]
    return Screen(
        recording=window.recording_id,
        window=(viewport.interval.start, viewport.interval.stop),
        channels=channels,
        filter=chosen.describe() if chosen is not None else "none",
        uv_per_div=tuple(float(value) for value in sensitivities),
        ms_per_div=float(viewport.ms_per_div),
        mode=window.groups.modes.mode.value,
        sound=window.groups.sound.playing,
        score=not window.shown.blind
        and (_in_view(window.items.table) or _in_view(window.evidence)),
        list_filter=f"{shown.state} of {shown.group}",
        looked_ms=round(1000 * (monotonic() - selected_at)) if selected_at else -1,
    )


def _in_view(widget: QWidget) -> bool:
    """Whether a part of it can be seen: not hidden, and not behind another tab."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
