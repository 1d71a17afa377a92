"""States, marks, clock, protocols, health and the queue of the detector, each alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import Phase, Side
from emgview.session.live.acquisition import SourceClock
from emgview.session.live.exam import Needle
from emgview.session.live.health import clipping_of, disk_minutes, levels_of
from emgview.session.live.marks import OPEN_END, ExamMarks
from emgview.session.live.protocols import load_protocols
from emgview.session.live.states import ImpossibleTransitionError, LiveState, StateMachine

POSSIBLE = {
    ("idle", "connecting"),
    ("connecting", "previewing"),
    ("connecting", "stopping"),
    ("previewing", "recording"),
    ("previewing", "lost"),
    ("previewing", "stopping"),
    ("recording", "previewing"),
    ("recording", "lost"),
    ("recording", "stopping"),
    ("lost", "previewing"),
    ("lost", "recording"),
    ("lost", "stopping"),
    ("stopping", "idle"),
}


@pytest.mark.parametrize("before", list(LiveState))
@pytest.mark.parametrize("after", list(LiveState))
def test_impossible_transitions_raise_and_change_nothing(
    before: LiveState, after: LiveState
) -> None:
    seen: list[LiveState] = []
    machine = StateMachine(seen.append)
    machine._state = before
    if (before, after) in POSSIBLE:
        machine.to(after)
        assert (machine.state, seen) == (after, [after])
    else:
        with pytest.raises(ImpossibleTransitionError, match="Possible now"):
            machine.to(after)
        assert (machine.state, seen) == (before, [])
        assert not machine.to_if(after, before)


# -- marks -----------------------------------------------------------------------------------------


def test_rest_counts_up_and_begins_anew_when_the_needle_moves() -> None:
    marks = ExamMarks().with_phase(Phase.REST, 1000)
    assert marks.rest_samples(21_000) == 20_000
    moved = marks.moved(11_000)
    assert moved.rest_samples(21_000) == 10_000
    assert moved.with_phase(Phase.SLIGHT, 21_000).rest_samples(30_000) == 0
    assert moved.with_site(2, 15_000).rest_samples(16_000) == 1000


def test_only_rest_is_interrupted_by_a_movement() -> None:
    marks = ExamMarks().with_phase(Phase.INSERTION, 10)
    assert marks.moved(20) is marks


Wish = st.tuples(st.sampled_from([*Phase, None]), st.integers(0, 3), st.integers(0, 50))


@given(st.lists(Wish, max_size=20))
def test_marks_never_overlap_and_are_in_order(wishes: list[tuple[Phase | None, int, int]]) -> None:
    marks, now = ExamMarks(), 0
    for phase, site, later in wishes:
        now += later
        marks = marks.with_site(site, now) if site else marks.with_phase(phase, now)
    rows = marks.rows()
    for one, other in itertools.pairwise(rows):
        assert one.interval.stop <= other.interval.start
    assert all(len(row.interval) for row in rows)


def test_a_recording_gets_the_part_of_a_phase_that_lies_in_it() -> None:
    marks = ExamMarks().with_phase(Phase.INSERTION, 0).with_phase(Phase.REST, 500)
    rows = marks.rows_from(700)
    assert [(r.phase, r.interval.start) for r in rows] == [(Phase.REST, 0)]
    assert rows[0].interval.stop == OPEN_END - 700
    both = marks.rows_from(100)
    assert [(r.interval.start, r.phase) for r in both] == [(0, Phase.INSERTION), (400, Phase.REST)]


# -- clock, protocols, health ----------------------------------------------------------------------


def test_the_age_of_a_sample_shows_that_a_source_is_late() -> None:
    clock = SourceClock(1000.0)
    for n in range(1, 101):
        clock.came(n * 10, 5.0 + n * 0.01)
    assert clock.age_s(1000, 6.0) == pytest.approx(0.0, abs=1e-9)
    clock.came(1010, 6.3)  # 290 ms late
    assert clock.age_s(1010, 6.3) == pytest.approx(0.29, abs=1e-9)


def test_protocols_name_muscles_of_the_table_and_end() -> None:
    protocol = load_protocols()[0]
    first = protocol.next_after(Needle())
    assert first == protocol.places[0]
    seen = [first]
    while (following := protocol.next_after(seen[-1])) is not None:
        seen.append(following)
    assert tuple(seen) == protocol.places
    assert protocol.next_after(seen[0], -1) is None
    assert protocol.next_after(Needle("soleus", Side.LEFT), -1) == protocol.places[-1]


@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_mains_level_is_the_rms_of_the_line(hz: float) -> None:
    t = np.arange(10_000) / 10_000
    rows = np.stack([7.0 * np.sin(2 * np.pi * hz * t) + 100.0, np.zeros(10_000)], axis=1)
    levels = levels_of(rows.astype(np.float32), np.zeros((10, 2), np.int16), 10_000.0)
    assert levels.mains_uv[0] == pytest.approx(7.0 / np.sqrt(2), rel=0.01)
    assert levels.mains_uv[1] == pytest.approx(0.0, abs=1e-6)


def test_clipping_is_told_for_whole_numbers_at_their_limit_only() -> None:
    rows = np.zeros((100, 3), np.int16)
    rows[5, 0], rows[6, 1] = 32_767, -32_767
    assert clipping_of(rows) == (True, True, False)
    assert clipping_of(rows.astype(np.float32)) == (False, False, False)


def test_a_folder_that_is_gone_has_no_minutes_left(tmp_path: object) -> None:
    from pathlib import Path

    assert disk_minutes(Path(str(tmp_path)) / "gone", 1000.0) == 0.0
    assert disk_minutes(Path(str(tmp_path)), 1.0) > 0
