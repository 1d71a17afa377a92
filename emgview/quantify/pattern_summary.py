"""Interference pattern and recruitment of a stretch together, as plain numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel
from emgview.quantify.interference import against_cloud, fullness, pattern_of, pattern_rules
from emgview.quantify.recruitment import Recruitment, recruitment
from emgview.quantify.stretch import refusal, stretch_rules
from emgview.quantify.units import units_of

Float = NDArray[np.float64]


def pattern_summary(
    signal: Float, fs: float, channel: Channel, muscle: str = "", *, face: bool = False
) -> dict[str, Any]:
    """All measures of the pattern of a stretch, (n,) µV; ``refused`` says why there are none."""
    rules = stretch_rules().stretch
    why = refusal(signal, fs, channel, rules)
    if why is not None:
        return {"refused": f"cannot be analysed because {why}", "analysed_s": 0.0}
    pattern = pattern_of(signal, fs)
    cloud = against_cloud(pattern, muscle)
    return {
        "refused": None,
        "analysed_s": len(signal) / fs,
        "turn_uv": pattern_rules().turns.swing_uv,
        "turns": pattern.turns,
        "turns_per_s": _rounded(pattern.turns_per_s),
        "amplitude_per_turn_uv": _rounded(pattern.amplitude_per_turn_uv),
        "peak_ratio": _rounded(pattern.peak_ratio),
        "activity_percent": _rounded(100 * pattern.activity),
        "envelope_uv": _rounded(pattern.envelope_uv),
        "small_segments_per_s": _rounded(pattern.small_segments_per_s),
        "outside_cloud_percent": _rounded(100 * cloud.outside),
        "cloud": {
            "name": cloud.name,
            "source": cloud.source,
            "points": cloud.points,
            "above": cloud.above,
            "below": cloud.below,
            "abnormal": cloud.abnormal,
        },
        "points": [
            {
                "start_s": _rounded(q.start_s),
                "turns_per_s": _rounded(q.turns_per_s),
                "amplitude_uv": _rounded(q.amplitude_uv),
            }
            for q in pattern.points
        ],
        "fullness": fullness(pattern),
        "recruitment": _recruitment(signal, fs, channel, rules.longest_s, face=face),
    }


def _recruitment(
    signal: Float, fs: float, channel: Channel, longest_s: float, *, face: bool
) -> dict[str, Any]:
    """Of the units in the first part of the stretch, where they can be told apart."""
    found = units_of(signal[: round(longest_s * fs)], fs, channel)
    trains = [one.places / fs for one in found.units if one.accepted]
    said = recruitment(trains, face=face)
    return _said(said)


def _said(said: Recruitment) -> dict[str, Any]:
    return {
        "active_units": said.active,
        "first_unit_hz": _rounded(said.first_hz),
        "fastest_hz": _rounded(said.fastest_hz),
        "rate_ratio": _rounded(said.ratio),
        "words": said.words,
        "said_by": "reader" if said.reader else "machine",
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.5g}")
