"""From one display filter to the next by keys, along the ladders of the data file. Pure.

Only what the sampling rate holds is stepped to; beyond the ends of a ladder the part is off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from emgview.session.display_limits import load_display_limits
from emgview.session.filtering import refusal
from emgview.session.traces import DisplayFilter

NOTHING = DisplayFilter(high_pass_hz=None)


def high_pass_stepped(chosen: DisplayFilter, fs: float, steps: int) -> DisplayFilter:
    """With a higher (+) or lower (−) high-pass; below the lowest there is none."""
    fitting = [
        hz
        for hz in load_display_limits().filters.high_pass_hz
        if not refusal(replace(chosen, high_pass_hz=hz, mains_hz=None), fs)
    ]
    rungs = [0.0, *fitting]
    rung = _stepped(rungs, chosen.high_pass_hz or 0.0, steps)
    return replace(chosen, high_pass_hz=rung or None)


def low_pass_stepped(chosen: DisplayFilter, fs: float, steps: int) -> DisplayFilter:
    """With a higher (+) or lower (−) low-pass; above the highest there is none."""
    none = float("inf")
    fitting = [
        hz
        for hz in load_display_limits().filters.low_pass_hz
        if not refusal(replace(chosen, low_pass_hz=hz, mains_hz=None), fs)
    ]
    rungs = [*fitting, none]
    rung = _stepped(rungs, chosen.low_pass_hz or none, steps)
    return replace(chosen, low_pass_hz=None if rung == none else rung)


def mains_stepped(chosen: DisplayFilter, fs: float) -> DisplayFilter:
    """Without a mains filter, at 50 Hz, at 60 Hz, and round again."""
    lines = [
        hz
        for hz in load_display_limits().filters.mains_hz
        if not refusal(DisplayFilter(None, None, hz), fs)
    ]
    circle = [None, *lines]
    place = circle.index(chosen.mains_hz) if chosen.mains_hz in circle else 0
    return replace(chosen, mains_hz=circle[(place + 1) % len(circle)])


def _stepped(rungs: Sequence[float], value: float, steps: int) -> float:
    """The rung some steps on; a value between two rungs goes to the next one."""
    if steps > 0:
        place = bisect_right(rungs, value) + steps - 1
    else:
        place = bisect_left(rungs, value) + steps
    return rungs[min(max(place, 0), len(rungs) - 1)]
