"""Numbers of the trace view as text. No Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

from emgview.model import PhaseMark

_COARSE_S = 10.0
_UNSEEN = 0.01


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


def paper_speed_text(ms_per_div: float, mm_per_div: float) -> str:
    """Sweep at true scale: ``2500 mm/s``."""
    return f"{mm_per_div / ms_per_div * 1000:.4g} mm/s"


def paper_gain_text(uv_per_div: float, mm_per_div: float) -> str:
    """Sensitivity at true scale: ``2 µV/mm``."""
    return sensitivity_text(float(f"{uv_per_div / mm_per_div:.3g}")).replace("/div", "/mm")


def digits_for(step_s: float, at_s: float = 0.0) -> int:
    """Decimals of a second that state a label and those ``step_s`` apart, at most four.

    A label may be off by a hundredth of the step, which nobody sees: rounded to the step alone it
    was off by up to half of one.
    """
    exact = (d for d in range(4) if abs(round(at_s, d) - at_s) < _UNSEEN * step_s)
    place = next(exact, 4)
    steps = (d for d in range(3) if abs(round(step_s, d) - step_s) < 1e-6 * step_s)
    return max(place, next(steps, 3) if step_s < _COARSE_S else 0)


def elapsed_text(seconds: float, step_s: float) -> str:
    """Elapsed time with as many digits as the step between two labels needs."""
    digits = digits_for(step_s, seconds)
    total = round(seconds * 10**digits)
    whole, part = divmod(total, 10**digits)
    minutes, left = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{part:0{digits}d}" if digits else ""
    return f"{head}:{left:02d}{tail}"


def clock_text(started_at: datetime, seconds: float, step_s: float) -> str:
    """Clock time in the recording's own zone, rounded to the digits shown."""
    digits = digits_for(step_s, seconds)
    unit = 10 ** (6 - digits)
    moment = started_at + timedelta(seconds=seconds)
    past = moment.microsecond % unit
    moment += timedelta(microseconds=unit - past if past * 2 >= unit else -past)
    text = moment.strftime("%H:%M:%S")
    return f"{text}.{moment.microsecond // unit:0{digits}d}" if digits else text


def zone_text(started_at: datetime) -> str:
    """Zone of the clock: ``UTC+01:00``."""
    offset = started_at.strftime("%z")
    return "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:5]}"


def frequency_text(hz: float) -> str:
    """``20 Hz``, ``10 kHz``."""
    return f"{hz / 1000:g} kHz" if hz >= 1000 else f"{hz:g} Hz"


def filter_text(high_pass_hz: float | None, low_pass_hz: float | None) -> str:
    """Filters of the acquisition."""
    if high_pass_hz is None and low_pass_hz is None:
        return "as recorded, filters not stated"
    low = frequency_text(high_pass_hz) if high_pass_hz is not None else "?"
    high = frequency_text(low_pass_hz) if low_pass_hz is not None else "?"
    return f"as recorded, {low} – {high}"


def duration_text(high_pass_hz: float) -> str:
    """Warning of a high-pass that changes durations."""
    return f"durations not valid: high-pass {frequency_text(high_pass_hz)}"


def gap_text(samples: int, fs: float) -> str:
    """``gap 150 ms``, ``gap 2.5 s``."""
    seconds = samples / fs
    return f"gap {seconds:.3g} s" if seconds >= 1 else f"gap {seconds * 1000:.3g} ms"


def phase_text(mark: PhaseMark) -> str:
    """``rest, site 2``."""
    return f"{mark.phase.value}, site {mark.site}"
