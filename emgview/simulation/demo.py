"""The recordings of the demo study."""

from __future__ import annotations

from emgview.simulation.scenario import Scenario, scenario

_DEMO = ("demo_tibialis_anterior", "demo_first_dorsal_interosseous", "demo_biceps")


def demo_scenarios() -> tuple[tuple[Scenario, float], ...]:
    """Each scenario of the demo study with its length in seconds, in the order of the study."""
    return tuple((made, made.seconds) for made in map(scenario, _DEMO))
