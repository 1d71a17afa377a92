"""Discharge patterns too are the same whatever the cut points, with a block that becomes full."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from emgview.detection import Detector, Parameters, default_parameters
from emgview.model import Chunk, DetectionRun
from emgview.simulation import Simulation, simulate

N = 80_000


@lru_cache(maxsize=1)
def recording() -> Simulation:
    return simulate("pair_crd_myotonia_crd", seed=21, seconds=8, fs=10_000.0)


def short_blocks() -> Parameters:
    """Blocks of two seconds, so that several become full."""
    p = default_parameters()
    return replace(p, trace=replace(p.trace, block_s=2.0))


def detected(cuts: list[int]) -> DetectionRun:
    detector = Detector(recording().info, short_blocks())
    for a, b in pairwise(sorted({0, N, *cuts})):
        detector.push(Chunk(recording().samples[a:b], a))
    return detector.finish()


@lru_cache(maxsize=1)
def reference() -> DetectionRun:
    return detected([])


def test_the_recording_holds_patterns_of_several_blocks() -> None:
    assert sum(p.activity == "crd" for p in reference().proposals) >= 2


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.lists(st.integers(1, N - 1), max_size=20), single=st.integers(1, N - 100))
def test_any_chunking_gives_the_same_patterns(cuts: list[int], single: int) -> None:
    assert detected([*cuts, *range(single, single + 60)]) == reference()
