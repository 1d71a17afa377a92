"""Every pair of classes that gets mixed up, both sides: the right one is named, never the other.

The rows are those of the table of confusable pairs that the detector was written by; each side is a
simulated recording with several seeds. What parts the two stands in the scenario's ``look_for``.
Where shape and rhythm cannot decide *cannot tell* may be said, never the wrong side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import pytest

from emgview.detection import Detector
from emgview.model import DetectionRun
from emgview.simulation import Simulation, scenario, scenarios, simulate

SEEDS = (41, 42, 43)
SECONDS = {"cramp": 30.0, "fasciculation": 30.0}
PATHOLOGICAL = (
    "fib", "psw", "fp_simple", "fp_complex", "fp_double", "crd", "myotonic", "myokymic",
    "fac_myokymia", "neuromyotonic", "multiplet", "cramp", "hfs", "scmusd",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One member of a pair.

    Parameters
    ----------
    scenario_id : str
    truth : str
        Class of the true potentials; ``""`` where none are listed.
    right : tuple of str
        Names that are right.
    wrong : tuple of str
        Names that must not be said at all.
    least : float
        Part of the true potentials that must lie in proposals of a right name.
    doubt : bool
        Whether *cannot tell* may stand for the right name.
    """

    scenario_id: str
    truth: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    least: float = 0.6
    doubt: bool = False


FP = ("fp_simple", "fp_complex", "fp_double")
END_PLATE = ("eps", "epn")
MUP = ("mup", "mup_normal", "mup_neuro", "mup_myo")
MYOTONIC_LIKE = ("crd", "myotonic", "neuromyotonic")

ROWS: dict[str, tuple[Side, Side]] = {
    "fibrillation potential, end-plate spike": (
        Side("pair_fib_eps_fib", "fib", ("fib",), END_PLATE),
        Side("pair_fib_eps_eps", "eps", END_PLATE, PATHOLOGICAL),
    ),
    "fibrillation potential, single unit discharge": (
        Side("pair_fib_scmusd_fib", "fib", ("fib",), ("scmusd", *MUP)),
        Side("pair_fib_scmusd_scmusd", "scmusd", ("scmusd",), ("fib", "psw"), doubt=True),
    ),
    "fibrillation potential, satellite": (
        Side("pair_fib_satellite_fib", "fib", ("fib",), ("satellite",), doubt=True),
        Side("pair_fib_satellite_satellite", "satellite", ("satellite",), ("fib", "psw")),
    ),
    "positive sharp wave, end-plate spike turned positive": (
        Side("pair_psw_eps_psw", "psw", ("psw",), END_PLATE),
        Side("pair_psw_eps_eps", "eps", END_PLATE, PATHOLOGICAL, doubt=True),
    ),
    "positive sharp wave, heart": (
        Side("pair_psw_ecg_psw", "psw", ("psw",), ("art_ecg",)),
        Side("pair_psw_ecg_ecg", "", ("art_ecg",), PATHOLOGICAL),
    ),
    "positive sharp wave, pop": (
        Side("pair_psw_pop_psw", "psw", ("psw",), ("art_pop",)),
        Side("pair_psw_pop_pop", "art_pop", ("art_pop",), PATHOLOGICAL),
    ),
    "fasciculation potential, voluntary unit": (
        Side("pair_fp_voluntary_fp", "fp_simple", FP, MUP),
        Side("pair_fp_voluntary_voluntary", "mup_normal", MUP, PATHOLOGICAL),
    ),
    "fasciculation potential, movement or pop": (
        Side("pair_fp_movement_fp", "fp_simple", FP, ("art_move", "art_pop")),
        Side("pair_fp_movement_movement", "", ("art_move",), PATHOLOGICAL),
    ),
    "myokymia, tremor": (
        Side("pair_myokymia_tremor_myokymia", "myokymic", ("myokymic",), MUP),
        Side("pair_myokymia_tremor_tremor", "tremor", MUP, PATHOLOGICAL, 0.4, doubt=True),
    ),
    "myokymia, neuromyotonia": (
        Side("pair_myokymia_neuromyotonia_myokymia", "myokymic", ("myokymic",), MYOTONIC_LIKE),
        Side(
            "pair_myokymia_neuromyotonia_neuromyotonia",
            "neuromyotonic",
            ("neuromyotonic",),
            ("myokymic",),
        ),
    ),
    "complex repetitive, myotonic": (
        Side("pair_crd_myotonia_crd", "crd", ("crd",), ("myotonic",)),
        Side("pair_crd_myotonia_myotonia", "myotonic", ("myotonic",), ("crd",)),
    ),
    "complex repetitive, neuromyotonic": (
        Side("pair_crd_neuromyotonia_crd", "crd", ("crd",), ("neuromyotonic",)),
        Side("pair_crd_neuromyotonia_neuromyotonia", "neuromyotonic", ("neuromyotonic",), ("crd",)),
    ),
    "cramp, full effort": (
        Side("pair_cramp_effort_cramp", "cramp", ("cramp",), (), doubt=True),
        Side("pair_cramp_effort_effort", "", MUP, PATHOLOGICAL),
    ),
    "facial myokymia, hemifacial spasm": (
        Side("pair_facial_myokymia", "fac_myokymia", ("fac_myokymia",), ("hfs",)),
        Side("pair_facial_spasm", "hfs", ("hfs",), ("fac_myokymia", "myokymic")),
    ),
}  # fmt: skip

CASES = [
    pytest.param(side, seed, id=f"{side.scenario_id}-{seed}")
    for row in ROWS.values()
    for side in row
    for seed in SEEDS
]


@lru_cache(maxsize=2)
def judged(scenario_id: str, seed: int, unmarked: bool = False) -> tuple[Simulation, DetectionRun]:
    of = scenario(scenario_id)
    if unmarked:
        of = replace(of, phases=())
    seconds = next((s for name, s in SECONDS.items() if name in scenario_id), 25.0)
    made = simulate(of, seed=seed, seconds=min(seconds, of.seconds))
    detector = Detector(made.info)
    for chunk in made.chunks(20_000):
        detector.push(chunk)
    return made, detector.finish()


def named(made: Simulation, run: DetectionRun, side: Side) -> float:
    """Part of the true potentials that lie in proposals of a right name, or in doubt."""
    names = (*side.right, "cannot_tell") if side.doubt else side.right
    spare = round(0.005 * made.info.sampling_rate_hz)
    satellite = side.truth == "satellite"
    truth = [t for t in made.truth if (t.linked if satellite else t.activity == side.truth)]
    proposals = [p for p in run.proposals if p.activity in names]
    inside = sum(
        any(
            p.channel == t.channel
            and p.interval.start - spare <= t.peak_sample < p.interval.stop + spare
            for p in proposals
        )
        for t in truth
    )
    return inside / len(truth)


def test_all_rows_of_the_table_are_here_with_both_sides() -> None:
    assert len(ROWS) == 14  # the row of pops and the heart is two
    known = {of.id for of in scenarios() if of.group == "pair"}
    assert {side.scenario_id for row in ROWS.values() for side in row} == known


@pytest.mark.parametrize(("side", "seed"), CASES)
def test_each_side_of_a_pair_gets_its_name_and_never_the_other(side: Side, seed: int) -> None:
    made, run = judged(side.scenario_id, seed)
    said = {p.activity for p in run.proposals}
    assert not said.intersection(side.wrong)
    if side.truth:
        assert named(made, run, side) >= side.least
    else:
        assert said.intersection(side.right)
