"""Words and signs that several views share, so that they agree."""

from __future__ import annotations

from emgview.model import LabelState

STATE_WORDS = {
    LabelState.PROPOSED: "open",
    LabelState.CONFIRMED: "confirmed",
    LabelState.REJECTED: "rejected",
    LabelState.EDITED: "relabelled",
    LabelState.CANNOT_TELL: "cannot tell",
}

STATE_SIGNS = {
    LabelState.PROPOSED: "○",
    LabelState.CONFIRMED: "●",
    LabelState.REJECTED: "✕",
    LabelState.EDITED: "◆",
    LabelState.CANNOT_TELL: "?",
}


def clock(seconds: float) -> str:
    """Elapsed time as ``m:ss.mmm``, with hours where needed."""
    ms = round(seconds * 1000)
    minutes, ms = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{ms // 1000:02d}.{ms % 1000:03d}"


def seconds_of(text: str) -> float | None:
    """Seconds of ``12.5``, ``1:02.5`` or ``1:00:02``; None where it is not a time."""
    try:
        parts = [float(part.replace(",", ".")) for part in text.strip().split(":")]
    except ValueError:
        return None
    if not 1 <= len(parts) <= 3 or any(part < 0 for part in parts):
        return None
    total = 0.0
    for part in parts:
        total = total * 60 + part
    return total
