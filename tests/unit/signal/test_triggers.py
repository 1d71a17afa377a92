"""Triggers: level and slope, window, hold-off; the same however the signal is cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.signal.triggers import Trigger, TriggerFinder


def found(trigger: Trigger, values: Sequence[float], cuts: tuple[int, ...] = ()) -> list[int]:
    finder = TriggerFinder(trigger, 100)
    pieces = np.split(np.array(values, np.float32), sorted(cuts))
    places = [int(place) for piece in pieces for place in finder.feed(piece)]
    assert finder.next_sample == 100 + len(values)
    return [place - 100 for place in places]


NAN = float("nan")


def test_rising_and_falling() -> None:
    signal = [0, 5, 10, 5, 0, -10, 0, 12]
    assert found(Trigger(10), signal) == [2, 7]
    assert found(Trigger(-10, rising=False), signal) == [5]


def test_a_start_and_a_gap_are_no_crossing() -> None:
    assert found(Trigger(10), [20, 20, 0, NAN, 20, 0, 20]) == [6]


def test_a_window_leaves_out_what_goes_beyond() -> None:
    trigger = Trigger(10, limit_uv=50)
    assert found(trigger, [0, 20, 40, 0, 20, 60, 20, 0, 50, 0]) == [1, 8]


def test_a_window_of_a_falling_slope() -> None:
    trigger = Trigger(-10, rising=False, limit_uv=-50)
    assert found(trigger, [0, -20, 0, -60, 0, -50, 0]) == [1, 5]


def test_an_excursion_that_ends_in_a_gap_or_not_at_all_is_not_in_a_window() -> None:
    trigger = Trigger(10, limit_uv=50)
    assert found(trigger, [0, 20, NAN, 0, 20, 20]) == []


def test_hold_off() -> None:
    signal = [0, 10] * 6
    assert found(Trigger(5, hold_off=0), signal) == [1, 3, 5, 7, 9, 11]
    assert found(Trigger(5, hold_off=3), signal) == [1, 5, 9]


def test_a_window_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Trigger(10, limit_uv=10)
    with pytest.raises(ValueError, match="empty"):
        Trigger(-10, rising=False, limit_uv=5)
    with pytest.raises(ValueError, match="hold-off"):
        Trigger(10, hold_off=-1)


def slow(trigger: Trigger, values: Sequence[float]) -> list[int]:
    """The definition, sample by sample."""
    sign, out, free = trigger.sign, [], 0
    i = 0
    while i < len(values):
        if not sign * values[i] >= sign * trigger.level_uv:
            i += 1
            continue
        start = i
        while i < len(values) and sign * values[i] >= sign * trigger.level_uv:
            i += 1
        crossed = start > 0 and not np.isnan(values[start - 1])
        if trigger.limit_uv is not None:
            ended = i < len(values) and not np.isnan(values[i])
            peak = max(sign * v for v in values[start:i])
            crossed = crossed and ended and peak <= sign * trigger.limit_uv
        if crossed and start >= free:
            out.append(start)
            free = start + 1 + trigger.hold_off
    return out


@given(
    values=st.lists(st.sampled_from([NAN, -60.0, -20.0, 0.0, 5.0, 20.0, 30.0, 60.0]), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=6),
    hold_off=st.integers(0, 9),
    limit=st.sampled_from([None, 25.0, 40.0]),
    rising=st.booleans(),
)
def test_cutting_changes_nothing(
    values: list[float], cuts: list[int], hold_off: int, limit: float | None, rising: bool
) -> None:
    sign = 1 if rising else -1
    trigger = Trigger(sign * 10, rising, None if limit is None else sign * limit, hold_off)
    inside = tuple(cut for cut in cuts if cut <= len(values))
    assert found(trigger, values, inside) == slow(trigger, values)
