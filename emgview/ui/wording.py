"""Words and signs that several views share, so that they agree."""

from __future__ import annotations

from emgview.model import LabelState, RecordingInfo

_DAY_S = 86_400.0

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


def sample_of(text: str, info: RecordingInfo, *, clock_time: bool) -> int | None:
    """Sample of a typed place: ``#1234``, seconds, ``m:s`` or ``h:m:s``; None where it is none.

    With ``clock_time`` three parts are a time of day, if the recording tells when it began.
    """
    text = text.strip()
    if text.startswith("#"):
        return int(text[1:]) if text[1:].isdecimal() else None
    seconds = seconds_of(text)
    if seconds is None:
        return None
    if clock_time and info.started_at is not None and text.count(":") == 2:
        start = info.started_at
        began = start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
        seconds = (seconds - began) % _DAY_S
    return round(seconds * info.sampling_rate_hz)


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
