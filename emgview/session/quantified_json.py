"""Motor units and interference patterns as plain data, for ``--json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emgview.session.quantifying import ChannelStretch

if TYPE_CHECKING:
    from emgview.quantify import MotorUnit, StretchUnits
    from emgview.quantify.references import Comparison

MUP_VERSION = "emgview-mup/1"


def stretch_json(stretch: ChannelStretch, found: StretchUnits) -> dict[str, Any]:
    """One stretch with its units."""
    from emgview.quantify import decomposition_parameters, default_marking, why_no_duration

    fs = stretch.info.sampling_rate_hz
    marking = default_marking()
    why = why_no_duration(stretch.described, fs, marking.validity)
    remarks = [stretch.remark] if stretch.remark else []
    if stretch.described.high_pass_hz is None:
        remarks.append("the high-pass of the recording is not known; durations need 10 Hz or less")
    return {
        "recording": stretch.title,
        "channel": stretch.channel,
        "muscle": stretch.info.muscle or None,
        "side": stretch.info.side.value,
        "electrode": stretch.described.electrode,
        "start_s": stretch.interval.start / fs,
        "analysed_s": found.analysed_s,
        "refused": found.refused,
        "why_no_duration": why or None,
        "remarks": remarks,
        "spikes_per_s": _rounded(found.spikes_s),
        "explained": _rounded(found.explained),
        "marking_rule": marking.default,
        "parameters_sha256": decomposition_parameters().sha256(),
        "units": [unit_json(stretch, one, measured=not why) for one in found.units],
    }


def joined(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All stretches in the form of ``emgview mup``: units of all, and each stretch by itself.

    ``refused`` is told where no stretch could be analysed.
    """
    units = [unit for part in parts for unit in part["units"]]
    reasons = list(dict.fromkeys(part["refused"] for part in parts if part["refused"]))
    all_refused = bool(parts) and all(part["refused"] for part in parts)
    return {
        "version": MUP_VERSION,
        "units": units,
        "analysed_s": sum(part["analysed_s"] for part in parts),
        "refused": "cannot be analysed because " + "; ".join(reasons) if all_refused else None,
        "stretches": [{k: v for k, v in part.items() if k != "units"} for part in parts],
        "samples": samples_json(parts),
    }


def samples_json(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Accepted units of each muscle and side against the first set of reference values that fits.

    For each measure the mean, its z-score, limits, outliers and a verdict: ``raised`` or
    ``lowered`` where the mean is out of the limits, or more than 2 of at least 20 units are.
    Under 10 units nothing is judged. ``refused`` says why there is no comparison.
    """
    from emgview.quantify import compare, reference_sets, sample_words

    groups: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for part in parts:
        groups.setdefault((part["muscle"], part["side"]), []).append(part)
    made: list[dict[str, Any]] = []
    for (muscle, side), own in groups.items():
        units = [unit for part in own for unit in part["units"] if unit["accepted"]]
        electrode = next((part["electrode"] for part in own if part["electrode"]), "")
        sets = [one for one in reference_sets() if muscle is not None and muscle in one.muscle]
        sets.sort(key=lambda one: (bool(one.unfit(muscle or "", electrode, None)), one.id))
        row = {"muscle": muscle, "side": side, "n": len(units), "sample": sample_words(len(units))}
        if muscle is None or not sets:
            why = "the muscle is not stated" if muscle is None else "no reference for this muscle"
            made.append(row | {"reference": None, "refused": why, "measures": []})
            continue
        said = compare(_values(units), sets[0], muscle, electrode=electrode)
        made.append(row | _comparison_json(said))
    return made


def _values(units: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    from emgview.quantify.references import MEASURES

    return {name: [u[name] for u in units if u[name] is not None] for name in MEASURES}


def _comparison_json(said: Comparison) -> dict[str, Any]:
    return {
        "reference": said.reference,
        "source": said.source,
        "refused": said.refused or None,
        "pattern": said.pattern,
        "measures": [
            {
                "measure": one.measure,
                "n": one.n,
                "mean": _rounded(one.mean),
                "sd": _rounded(one.sd),
                "z": _rounded(one.z),
                "low": _rounded(one.low),
                "high": _rounded(one.high),
                "outliers_low": one.outliers_low,
                "outliers_high": one.outliers_high,
                "verdict": one.verdict,
            }
            for one in said.measures
        ],
    }


def unit_json(stretch: ChannelStretch, unit: MotorUnit, *, measured: bool) -> dict[str, Any]:
    """One unit; durations and what hangs on them are null where they may not be stated."""
    fs, m, f = stretch.info.sampling_rate_hz, unit.measures, unit.firing
    times = (unit.places + stretch.interval.start) / fs
    return {
        "id": f"{stretch.channel}-{unit.number}",
        "channel": stretch.channel,
        "recording": stretch.title,
        "discharges_s": [round(float(t), 6) for t in times],
        "n": len(times),
        "amplitude_uv": _rounded(m.amplitude_uv),
        "peak_uv": _rounded(m.peak_uv),
        "duration_ms": _rounded(m.duration_ms) if measured else None,
        "duration_error_ms": _rounded(unit.markers.uncertainty_ms) if measured else None,
        "area_uv_ms": _rounded(m.area_uv_ms) if measured else None,
        "thickness_ms": _rounded(m.thickness_ms) if measured else None,
        "size_index": _rounded(m.size_index) if measured else None,
        "phases": m.phases,
        "turns": m.turns,
        "rise_ms": _rounded(m.rise_ms),
        "first_deflection": m.first_deflection,
        "satellites": [
            {
                "after_ms": _rounded(s.after_ms),
                "duration_ms": _rounded(s.duration_ms),
                "amplitude_uv": _rounded(s.amplitude_uv),
            }
            for s in m.satellites
        ],
        "rate_hz": _rounded(f.rate_hz),
        "rate_mean_hz": _rounded(f.mean_hz),
        "interval_cv": _rounded(f.cv),
        "interval_cv_detrended": _rounded(f.cv_detrended),
        "lv": _rounded(f.lv),
        "jiggle": _rounded(unit.stability.jiggle),
        "correlation": _rounded(unit.stability.correlation),
        "blocking": _rounded(unit.stability.blocking),
        "noise_uv": _rounded(unit.waves.average.noise_uv),
        "residual_uv": _rounded(unit.residual_uv),
        "accepted": unit.accepted,
        "rejected_because": list(unit.rejected),
        "markers_ms": {
            "onset": _rounded(unit.markers.onset_ms),
            "offset": _rounded(unit.markers.offset_ms),
        },
    }


def pattern_json(stretch: ChannelStretch) -> dict[str, Any]:
    """One stretch's interference pattern."""
    from emgview.quantify.pattern_summary import pattern_summary

    fs = stretch.info.sampling_rate_hz
    found = pattern_summary(stretch.signal, fs, stretch.described, stretch.info.muscle or "")
    return {
        "recording": stretch.title,
        "channel": stretch.channel,
        "start_s": stretch.interval.start / fs,
        "remarks": [stretch.remark] if stretch.remark else [],
        **found,
    }


def _rounded(value: float | None) -> float | None:
    """Four significant digits are more than any measure bears; NaN is null."""
    if value is None or not np.isfinite(value):
        return None
    return float(f"{value:.5g}")
