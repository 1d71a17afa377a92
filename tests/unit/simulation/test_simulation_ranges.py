"""Each class keeps to the published ranges of ``resources/simulation/published_ranges.toml``.

That file is written from the sources, not from the simulator: a generator or scenario that leaves
the literature fails here. Measured on the truth, which is that of the noise-free potential.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import load_vocabulary
from emgview.resource_files import resource
from emgview.simulation import Simulation, TruePotential, scenario, scenarios, simulate
from emgview.simulation.wave import measure

Array = NDArray[np.float64]
Once = Callable[..., Simulation]

FS = 20_000.0
SEEDS = (1, 2, 3)
RANGES: dict[str, Any] = tomllib.loads(
    resource("simulation/published_ranges.toml").read_text(encoding="utf-8")
)
CASES = [(row, name) for row in RANGES["class"] for name in row["scenarios"]]
IDS = [f"{row['id']}-{name}" for row, name in CASES]
# A discharge differs from its unit by a few percent; a sample is half a percent of 10 ms.
SLACK = 0.09


@pytest.fixture(params=CASES, ids=IDS)
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], str]:
    return request.param  # type: ignore[no-any-return]


def potentials(made: Simulation, activity: str) -> list[TruePotential]:
    """Those of a class that lie wholly inside; satellites are linked ones of any class."""
    linked = activity == "satellite"
    return [
        p
        for p in made.truth
        if p.linked == linked
        and (linked or p.activity == activity)
        and p.interval.start > 0
        and p.interval.stop < made.info.n_samples
    ]


def grouped(found: Iterable[TruePotential]) -> dict[int, dict[int | None, Array]]:
    """Onsets in seconds, by unit and channel and by train.

    Not peaks: where two parts of a complex are alike, the peak jumps from one to the other.
    """
    onsets: dict[int, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    for p in found:
        onsets[100 * p.unit + p.channel][p.train].append(p.interval.start)
    return {
        unit: {train: np.sort(np.array(row)) / FS for train, row in trains.items()}
        for unit, trains in onsets.items()
    }


def cv(intervals: Array) -> float:
    return float(intervals.std() / intervals.mean())


def local_cv(intervals: Array) -> float:
    """Of the intervals against the mean of their neighbours: blind to slow drift."""
    step = np.diff(intervals) / ((intervals[1:] + intervals[:-1]) / 2.0)
    return float(step.std() / np.sqrt(2.0))


def measures(found: list[TruePotential]) -> dict[str, list[float]]:
    """Every measure that the file of ranges names, a value for each potential, train or unit."""
    out: dict[str, list[float]] = defaultdict(list)
    out["duration_ms"] = [len(p.interval) * 1000.0 / FS for p in found]
    out["amplitude_uv"] = [p.amplitude_uv for p in found]
    out["phases"] = [float(p.phases) for p in found]
    out["median_phases"] = [float(np.median(out["phases"]))]
    for trains in grouped(found).values():
        _of_unit(out, trains)
    return out


def _of_unit(out: dict[str, list[float]], trains: dict[int | None, Array]) -> None:
    every = np.sort(np.concatenate(list(trains.values())))
    if len(every) > 3:
        out["unit_hz"].append(1.0 / float(np.diff(every).mean()))
        out["unit_cv"].append(cv(np.diff(every)))
    for times in trains.values():
        intervals = np.diff(times)
        out["burst_ms"].append(1000.0 * float(times[-1] - times[0]))
        out["spikes"].append(float(len(times)))
        if len(times) > 1:
            out["inside_hz"].append(1.0 / float(np.median(intervals)))
        if len(times) >= 12:
            out["rate_hz"].append(1.0 / float(np.median(intervals)))
            out["cv"].append(cv(intervals))
            out["local_cv"].append(local_cv(intervals))
    starts = np.sort([times[0] for times in trains.values()])
    if len(starts) >= 8:
        out["burst_hz"].append(1.0 / float(np.median(np.diff(starts))))
        out["burst_cv"].append(cv(np.diff(starts)))


def outside(values: list[float], limits: list[float], slack: float) -> list[float]:
    low, high = limits[0] * (1.0 - slack), limits[1] * (1.0 + slack)
    return sorted(v for v in values if not low <= v <= high)


def test_potentials_and_their_rhythm_lie_in_the_published_ranges(
    case: tuple[dict[str, Any], str], once: Once
) -> None:
    row, name = case
    together: dict[str, list[float]] = defaultdict(list)
    for seed in SEEDS:
        for name_of, values in measures(potentials(once(name, seed), row["id"])).items():
            together[name_of] += values
    named = [key for key, value in row.items() if isinstance(value, list) and key != "scenarios"]
    for key in named:
        values = together[key]
        assert values, f"{key} of {row['id']} cannot be measured in {name}"
        slack = 0.0 if "phases" in key or key == "spikes" else SLACK
        wrong = outside(values, row[key], slack)
        allowed = 0.01 * len(values) if len(values) > 100 else 0  # cut or blocked ones
        assert len(wrong) <= allowed, (key, row[key], wrong[:3], wrong[-3:])


@pytest.mark.parametrize(
    ("row", "name"), [(r, n) for r, n in CASES if "first" in r], ids=lambda v: str(v)[:40]
)
def test_first_deflection_is_that_of_the_class(row: dict[str, Any], name: str) -> None:
    made = simulate(_quiet(name), seconds=12, seed=4)
    x = made.samples[:, 0] * made.info.channels[0].gain_uv
    sign = 1.0 if row["first"] == "positive" else -1.0
    alone = [p for p in potentials(made, row["id"]) if _is_alone(made, p)]
    assert len(alone) > 5
    right = [p for p in alone if sign * x[p.interval.start + 2] > 0.0]
    assert len(right) >= 0.95 * len(alone)


def _quiet(name: str) -> Any:
    """The scenario without noise, hiss, and fibres recorded at their origin."""
    made = scenario(name)
    parts = tuple(
        dataclasses.replace(
            part,
            parameters=tuple(
                (key, 0.0 if key == "origin_share" else value) for key, value in part.parameters
            ),
        )
        for part in made.components
        if part.kind != "end_plate_noise"
    )
    return dataclasses.replace(made, noise_uv=1e-6, components=parts)


def _is_alone(made: Simulation, one: TruePotential) -> bool:
    start, stop = one.interval.start - 60, one.interval.stop
    near = [p for p in made.truth if p.interval.stop > start and p.interval.start < stop]
    return len(near) == 1


@pytest.mark.parametrize("known", load_vocabulary().classes, ids=lambda known: known.id)
def test_every_class_of_the_vocabulary_can_be_simulated(known: Any) -> None:
    coarse = ("fp", "mup", "artefact", "cannot_tell")
    if known.id not in coarse:
        rows = RANGES["class"] + RANGES["stretch"]
        assert [row for row in rows if row["id"] == known.id], "no published range"


def test_every_range_says_where_it_comes_from() -> None:
    text = resource("simulation/published_ranges.toml").read_text(encoding="utf-8")
    ranges = [
        line for line in text.splitlines() if " = [" in line and not line.startswith("scenarios")
    ]
    unmarked = [line for line in ranges if not any(m in line for m in ("[S", "[K", "[I"))]
    assert unmarked in ([], ["spikes = [2, 2]"])


def stretch(class_id: str) -> dict[str, Any]:
    return next(row for row in RANGES["stretch"] if row["id"] == class_id)


def unlisted(name: str, seed: int, activity: str) -> list[Any]:
    """The volleys of a class that are not told apart, straight from their generators."""
    from emgview.simulation.generators import generator
    from emgview.simulation.part import Setting
    from emgview.simulation.scenario import load_scenarios

    chain, found = load_scenarios().chain, []
    for number, component in enumerate(scenario(name).components):
        rng = np.random.default_rng((seed, number))
        span = (component.start_s, min(component.stop_s, 30.0))
        part = generator(component.kind)(Setting(component, span, chain, rng))
        found += [v for v in part.volleys if v.activity == activity and not v.listed]
    assert found
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_end_plate_noise_is_small_monophasic_negative_and_without_rhythm(seed: int) -> None:
    from emgview.simulation.scenario import load_scenarios

    row = stretch("epn")
    (hiss,) = unlisted("normal_end_plate", seed, "epn")
    shape = measure(np.pad(hiss.waves[0], 50), load_scenarios().chain)  # before its filters
    assert not outside([(shape.offset - shape.onset) / 96.0], row["duration_ms"], 0.0)
    assert not outside([float(shape.phases)], row["phases"], 0.0)
    assert not shape.first_positive
    sizes = list(shape.amplitude * hiss.scales)
    assert len(outside(sizes, row["amplitude_uv"], SLACK)) < 0.5 * len(sizes)
    assert max(sizes) <= row["amplitude_uv"][1] * 1.1
    assert not outside([cv(np.diff(hiss.times_s))], row["cv"], 0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_insertional_bursts_end_soon_after_the_needle(seed: int, once: Once) -> None:
    row, made = stretch("insertional"), once("normal_insertion", seed)
    lengths = [len(s.interval) / FS * 1000.0 for s in made.stretches]
    assert len(lengths) == 5
    assert not outside(lengths, row["burst_ms"], 0.0)
    for burst in unlisted("normal_insertion", seed, "insertional"):
        assert not outside([float(np.ptp(burst.waves))], row["amplitude_uv"], SLACK)


@pytest.mark.parametrize("name", ["artefact_movement", "artefact_cable"])
def test_movement_is_slow_and_large(name: str, once: Once) -> None:
    row = stretch("art_move")
    lengths = [len(s.interval) / FS * 1000.0 for s in once(name).stretches]
    assert not outside(lengths, row["burst_ms"], 0.01)
    sizes = [float(np.ptp(v.waves)) for v in unlisted(name, 1, "art_move")]
    assert not outside(sizes, row["amplitude_uv"], 0.0)


def test_groups_of_scenarios_are_complete() -> None:
    """A teacher's menu: each class, normal findings, artefacts, both sides of each pair."""
    known = {made.group for made in scenarios()}
    assert known == {"", "class", "normal", "artefact", "pair", "mixture", "hard"}
    assert all(made.look_for.endswith(".") for made in scenarios() if made.group)
    pairs = [made.id for made in scenarios() if made.group == "pair"]
    assert len(pairs) >= 26
