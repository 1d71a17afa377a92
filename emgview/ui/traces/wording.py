"""Numbers of the trace view as text. No Qt."""

from __future__ import annotations

from datetime import datetime, timedelta


def sweep_text(ms_per_div: float) -> str:
    """Sweep for people: ``10 ms/div``, ``2 s/div``."""
    if ms_per_div >= 1000:
        return f"{ms_per_div / 1000:.4g} s/div"
    return f"{ms_per_div:.4g} ms/div"


def sensitivity_text(uv_per_div: float) -> str:
    """Sensitivity for people: ``50 µV/div``, ``1 mV/div``."""
    if uv_per_div >= 1000:
        return f"{uv_per_div / 1000:g} mV/div"
    return f"{uv_per_div:g} µV/div"


def elapsed_text(seconds: float, step_s: float) -> str:
    """Elapsed time with as many digits as the step between two labels needs."""
    digits = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2 if step_s >= 0.01 else 3
    minutes, rest = divmod(round(seconds, digits), 60)
    width = 3 + digits if digits else 2
    return f"{int(minutes)}:{rest:0{width}.{digits}f}"


def clock_text(started_at: datetime, seconds: float, step_s: float) -> str:
    """Clock time in the recording's own zone."""
    moment = started_at + timedelta(seconds=seconds)
    if step_s >= 1:
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def filter_text(high_pass_hz: float | None, low_pass_hz: float | None) -> str:
    """Filters of the acquisition."""
    if high_pass_hz is None and low_pass_hz is None:
        return "as recorded, filters not stated"
    low = f"{high_pass_hz:g}" if high_pass_hz is not None else "?"
    high = f"{low_pass_hz:g}" if low_pass_hz is not None else "?"
    return f"as recorded, {low}–{high} Hz"
