"""Use case of ``emgview evaluate --quantify``: motor units against the truth of simulations.

Units found, discharge errors, amplitude, duration and phases by signal-to-noise, and whether
normal, neurogenic and myopathic muscles are told apart by the published rules.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError, FileError
from emgview.model import Progress
from emgview.quantify import MotorUnit, compare, load_data, reference_sets, units_of
from emgview.quantify.clusters import windows_at
from emgview.resource_files import resource
from emgview.simulation import Component, Scenario, Simulation, TruePotential, scenarios, simulate

Float = NDArray[np.float64]

FIGURES_VERSION = "emgview-quantify-figures/1"
_SHIPPED = {
    "default": "evaluation/quantify.toml",
    "normals": "evaluation/quantify_normals.toml",
}
_RATIOS = (0.0, 1.5, 3.0, 6.0, float("inf"))


class Group(msgspec.Struct, frozen=True):
    """Muscles of one kind."""

    name: str
    component: str
    muscles: int
    sites: int
    units: int
    noise_uv: float
    seed: int
    values: dict[str, float | tuple[float, float]] = {}


class QuantifySuite(msgspec.Struct, frozen=True):
    """All of ``resources/evaluation/quantify.toml``."""

    version: str
    title: str
    seconds: float
    rate_hz: float
    muscle: str
    reference: str
    tolerance_ms: float
    peak_ratio: float
    found_f1: float
    amplitude_part: float
    duration_ms: float
    ramp_s: float
    group: list[Group]


@dataclass(frozen=True, slots=True)
class TrueUnit:
    """One simulated unit: marks of its discharges, measures, peak over the rms of the rest.

    ``marks_s`` are onsets and peaks. Either may jump by a lobe from one discharge to the next in an
    unstable unit, though the unit fires on time: the steadier one counts.
    """

    marks_s: tuple[Float, Float]
    amplitude_uv: float
    duration_ms: float
    phases: int
    ratio: float


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One true unit and the unit found for it; None where none was."""

    truth: TrueUnit
    found: MotorUnit | None
    f1: float


@dataclass(frozen=True, slots=True)
class SiteResult:
    """One stretch: its true units, the accepted ones, time taken on the processor."""

    group: str
    muscle: int
    units: tuple[UnitResult, ...]
    accepted: tuple[MotorUnit, ...]
    unmatched: int
    seconds: float


def load_quantify_suite(name: str) -> QuantifySuite:
    """A shipped suite for ``default`` or ``normals`` (50 normal muscles), else a file.

    Raises
    ------
    FileError
        If it is no suite.
    """
    path = resource(_SHIPPED[name]) if name in _SHIPPED else Path(name)
    suite = load_data(path, QuantifySuite)
    if suite.version != "emgview-quantify-suite/1":
        raise FileError(path.name, "version", f"is {suite.version!r}", "Replace the file.")
    return suite


def evaluate_quantify(name: str = "default", progress: Progress | None = None) -> dict[str, Any]:
    """All figures of a suite.

    Raises
    ------
    EmgviewError
        If the suite cannot be used.
    """
    suite = load_quantify_suite(name)
    progress = progress or Progress()
    plans = [(g, m, s) for g in suite.group for m in range(g.muscles) for s in range(g.sites)]
    done: list[SiteResult] = []
    for k, (group, muscle, site) in enumerate(plans):
        last = f", the last took {done[-1].seconds:.1f} s" if done else ""
        progress.report(k / len(plans), f"{k} of {len(plans)} stretches{last}")
        seed = group.seed + 100 * muscle + site
        done.append(judged_site(suite, group, muscle, seed))
    return _figures(suite, done)


def judged_site(suite: QuantifySuite, group: Group, muscle: int, seed: int) -> SiteResult:
    """One simulated stretch, analysed and held against its truth."""
    made = simulate(_plan(suite, group), seconds=suite.seconds, seed=seed, fs=suite.rate_hz)
    channel = made.info.channels[0]
    signal = made.samples[:, 0].astype(np.float64) * channel.gain_uv + channel.offset_uv
    started = time.process_time()
    found = units_of(signal, suite.rate_hz, channel)
    taken = time.process_time() - started
    truth = true_units(made, signal)
    results, used = _paired(truth, found.units, suite)
    accepted = tuple(one for one in found.units if one.accepted)
    extra = sum(one.number not in used for one in accepted)
    return SiteResult(group.name, muscle, results, accepted, extra, taken)


def true_units(made: Simulation, signal: Float) -> list[TrueUnit]:
    """Units of the first channel of a simulation; satellites belong to the unit they follow."""
    fs, rows = made.info.sampling_rate_hz, dict[int, list[TruePotential]]()
    for one in made.truth:
        if one.channel == 0 and not one.linked:
            rows.setdefault(one.unit, []).append(one)
    total = float(np.mean(signal**2))
    return [_true_unit(own, signal, total, fs) for own in rows.values()]


def _true_unit(own: Sequence[TruePotential], signal: Float, total: float, fs: float) -> TrueUnit:
    onsets = np.array(sorted(one.interval.start for one in own), dtype=np.float64)
    peaks = np.array(sorted(one.peak_sample for one in own), dtype=np.float64)
    wave = np.median(windows_at(signal, onsets, round(0.01 * fs), round(0.03 * fs)), axis=0)
    rest = max(total - len(onsets) * float(wave @ wave) / len(signal), 1.0)
    usual = float(np.median([one.amplitude_uv for one in own]))
    lengths = [len(one.interval) * 1000 / fs for one in own]
    return TrueUnit(
        (onsets / fs, peaks / fs),
        usual,
        float(np.median(lengths)),
        int(np.median([one.phases for one in own])),
        float(np.abs(wave).max()) / rest**0.5,
    )


def _plan(suite: QuantifySuite, group: Group) -> Scenario:
    base = _component(group.component)
    values: dict[str, Any] = {**dict(base.parameters), "units": float(group.units)}
    values |= {"ramp_s": suite.ramp_s, "on_s": float("inf"), **group.values}
    part = replace(
        base, start_s=0.0, stop_s=float("inf"), channel=0, parameters=tuple(values.items())
    )
    return Scenario(
        id=f"quantify_{group.component}",
        title=group.name,
        muscle=suite.muscle,
        side=scenarios()[0].side,
        electrode="concentric",
        seconds=suite.seconds,
        noise_uv=group.noise_uv,
        high_pass_hz=None,
        channels=1,
        phases=(),
        components=(part,),
    )


def _component(kind: str) -> Component:
    for one in scenarios():
        for part in one.components:
            if part.kind == kind:
                return part
    raise EmgviewError(f"There is no component {kind!r}", "Correct the suite.")


def f_score(truth: Float, found: Float, tolerance_s: float) -> float:
    """Agreement of two trains after their constant delay is taken out."""
    if not len(truth) or not len(found):
        return 0.0
    delays = (found[:, np.newaxis] - truth).ravel()
    near = delays[np.abs(delays) < 0.012]
    if not len(near):
        return 0.0
    shift = max(near, key=lambda d: int((np.abs(near - d) < tolerance_s / 2).sum()))
    moved = np.sort(found - shift)
    hits, last = 0, -1
    for t in np.sort(truth):
        k = int(np.searchsorted(moved, t - tolerance_s))
        k = max(k, last + 1)
        if k < len(moved) and moved[k] <= t + tolerance_s:
            hits, last = hits + 1, k
    return 2 * hits / (len(truth) + len(found))


def _paired(
    truth: Sequence[TrueUnit], found: Sequence[MotorUnit], suite: QuantifySuite
) -> tuple[tuple[UnitResult, ...], set[int]]:
    """Each true unit with the free train that agrees best, the best agreement first."""
    from scipy.optimize import linear_sum_assignment

    tolerance = suite.tolerance_ms / 1000
    scores = np.zeros((len(truth), len(found)))
    for i, one in enumerate(truth):
        for j, unit in enumerate(found):
            places = unit.places / suite.rate_hz
            scores[i, j] = max(f_score(marks, places, tolerance) for marks in one.marks_s)
    rows, columns = linear_sum_assignment(-scores)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    results, used = [], set[int]()
    for i, one in enumerate(truth):
        at = chosen.get(i)
        score = 0.0 if at is None else float(scores[i, at])
        mate = found[at] if at is not None and score >= suite.found_f1 else None
        if mate is not None:
            used.add(mate.number)
        results.append(UnitResult(one, mate, score))
    return tuple(results), used


def _figures(suite: QuantifySuite, done: Sequence[SiteResult]) -> dict[str, Any]:
    units = [one for site in done for one in site.units]
    muscles = _muscles(suite, done)
    return {
        "version": FIGURES_VERSION,
        "title": suite.title,
        "stretches": len(done),
        "goals": _row(suite, [one for one in units if one.truth.ratio >= suite.peak_ratio]),
        "by_ratio": [
            {"from": a, "to": None if np.isinf(b) else b}
            | _row(suite, [one for one in units if a <= one.truth.ratio < b])
            for a, b in pairwise(_RATIOS)
        ],
        "by_group": {
            group.name: _row(
                suite,
                [
                    one
                    for site in done
                    if site.group == group.name
                    for one in site.units
                    if one.truth.ratio >= suite.peak_ratio
                ],
            )
            for group in suite.group
        },
        "stretch_s": [
            {"group": site.group, "muscle": site.muscle, "seconds": round(site.seconds, 3)}
            for site in done
        ],
        "called": {group.name: _called(group.name, muscles) for group in suite.group},
        "unmatched_accepted": sum(site.unmatched for site in done),
        "muscles": muscles,
        "seconds_mean": float(np.mean([site.seconds for site in done])),
        "seconds_most": float(max(site.seconds for site in done)),
    }


def _row(suite: QuantifySuite, units: Sequence[UnitResult]) -> dict[str, Any]:
    found = [(one.truth, one.found, one.f1) for one in units if one.found is not None]
    if not found:
        return {"units": len(units), "found": 0}
    amplitude = np.array([f.measures.amplitude_uv / t.amplitude_uv - 1 for t, f, _ in found])
    duration = np.array([f.measures.duration_ms - t.duration_ms for t, f, _ in found])
    phases = np.array([f.measures.phases - t.phases for t, f, _ in found])
    f1 = np.array([score for _, _, score in found])
    return {
        "units": len(units),
        "found": len(found),
        "found_part": len(found) / len(units),
        "accepted_part": sum(f.accepted for _, f, _ in found) / len(units),
        "f1_mean": float(f1.mean()),
        "f1_over_0.9": float((f1 >= 0.9).mean()),
        "amplitude_within": float((np.abs(amplitude) <= suite.amplitude_part).mean()),
        "amplitude_median": float(np.median(amplitude)),
        "duration_within": float((np.abs(duration) <= suite.duration_ms).mean()),
        "duration_median_ms": float(np.median(duration)),
        "phases_within_one": float((np.abs(phases) <= 1).mean()),
    }


def _called(group: str, muscles: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many muscles of a group the rules call what."""
    said = [row["pattern"] for row in muscles if row["group"] == group]
    return {pattern: said.count(pattern) for pattern in sorted(set(said))}


def _muscles(suite: QuantifySuite, done: Sequence[SiteResult]) -> list[dict[str, Any]]:
    reference = next((one for one in reference_sets() if one.id == suite.reference), None)
    if reference is None:
        raise EmgviewError(f"There is no set {suite.reference!r}", "Correct the suite.")
    rows = []
    for group in suite.group:
        for muscle in range(group.muscles):
            own = [
                unit.measures
                for site in done
                if (site.group, site.muscle) == (group.name, muscle)
                for unit in site.accepted
            ]
            values = {
                "amplitude_uv": [m.amplitude_uv for m in own],
                "duration_ms": [m.duration_ms for m in own],
            }
            said = compare(values, reference, suite.muscle)
            rows.append(
                {
                    "group": group.name,
                    "muscle": muscle,
                    "n": said.n,
                    "sample": said.sample,
                    "amplitude_uv": float(np.mean(values["amplitude_uv"])) if own else None,
                    "duration_ms": float(np.mean(values["duration_ms"])) if own else None,
                    "pattern": said.pattern,
                }
            )
    return rows


def as_text(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"{figures['title']}: {figures['stretches']} stretches"]
    head = "                    units found   F1  F1>=.9  ampl ok  dur ok  dur bias  phases ok"
    lines.append(head)
    rows = [("all over the ratio", figures["goals"]), *figures["by_group"].items()]
    for row in figures["by_ratio"]:
        end = "" if row["to"] is None else f"{row['to']:g}"
        rows.append((f"ratio {row['from']:g}-{end}", row))
    lines += [_text_row(name, row) for name, row in rows]
    lines.append(f"accepted units that are no unit: {figures['unmatched_accepted']}")
    for row in figures["muscles"]:
        amplitude = "-" if row["amplitude_uv"] is None else f"{row['amplitude_uv']:.0f} µV"
        duration = "-" if row["duration_ms"] is None else f"{row['duration_ms']:.1f} ms"
        lines.append(
            f"{row['group']} muscle {row['muscle']}: {row['n']} units ({row['sample']}), "
            f"{amplitude}, {duration}: {row['pattern']}"
        )
    for group, called in figures["called"].items():
        told = ", ".join(f"{count} {pattern}" for pattern, count in called.items())
        lines.append(f"{group} called: {told}")
    lines.append(
        f"processor time a stretch: {figures['seconds_mean']:.2f} s, at most "
        f"{figures['seconds_most']:.2f} s"
    )
    return "\n".join(lines) + "\n"


def _text_row(name: str, row: dict[str, Any]) -> str:
    if not row["found"]:
        return f"{name:20s} {row['units']:4d}  none"
    return (
        f"{name:20s} {row['units']:4d} {row['found_part']:5.2f} {row['f1_mean']:5.2f} "
        f"{row['f1_over_0.9']:6.2f} {row['amplitude_within']:8.2f} {row['duration_within']:7.2f} "
        f"{row['duration_median_ms']:8.2f}  {row['phases_within_one']:7.2f}"
    )
