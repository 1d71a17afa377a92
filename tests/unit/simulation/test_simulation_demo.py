"""The demo study shows what it says, long enough to be judged."""

from __future__ import annotations

from emgview.model import Phase, Side
from emgview.simulation import demo_scenarios, simulate


def test_demo_shows_three_right_muscles_in_the_order_of_the_study() -> None:
    found = [(made.muscle, made.side) for made, _ in demo_scenarios()]
    assert found == [("tib_ant", Side.RIGHT), ("fdi", Side.RIGHT), ("biceps", Side.RIGHT)]


def test_demo_muscles_show_the_spontaneous_activity_they_are_meant_for() -> None:
    found = []
    for n, (made, seconds) in enumerate(demo_scenarios()):
        truth = simulate(made, seconds=seconds, seed=7 + n).truth
        found.append({one.activity for one in truth})
    assert found[0] == {"fib", "psw", "fp_simple"}
    assert found[1] == {"fp_simple"}
    assert found[2] == {"mup_normal"}


def test_each_demo_muscle_is_at_rest_for_ninety_seconds() -> None:
    """A muscle watched for less could not be called free of fasciculation potentials."""
    for made, seconds in demo_scenarios():
        info = simulate(made, seconds=seconds, seed=7).info
        rest = sum(len(mark.interval) for mark in info.phases if mark.phase is Phase.REST)
        assert rest >= 90 * info.sampling_rate_hz


def test_biceps_is_silent_until_it_contracts() -> None:
    made, seconds = demo_scenarios()[2]
    simulation = simulate(made, seconds=seconds, seed=9)
    slight = next(mark for mark in simulation.info.phases if mark.phase is Phase.SLIGHT)
    assert simulation.truth
    assert all(slight.interval.contains(one.peak_sample) for one in simulation.truth)
