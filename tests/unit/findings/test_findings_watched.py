"""Watched rest against an independent count: one boolean for each tenth of a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emgview.findings import Absent
from emgview.model import Gap, LabelState

N = 2_000  # tenths of a second
NOT_REST = ("mup", "art_mains", "insertional", "cannot_tell")
ACTIVITIES = (*NOT_REST, "fib", "fp_simple", "eps")
SHARED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
stretches = st.tuples(st.integers(0, N), st.integers(0, N)).map(lambda p: (min(p), max(p)))
labels = st.lists(
    st.tuples(stretches, st.sampled_from(ACTIVITIES), st.sampled_from(list(LabelState))), max_size=8
)


def made(
    new_study: Callable[[], Any],
    found: list[Any],
    examined: list[tuple[int, int]],
    lost: tuple[int, int],
) -> Any:
    study = new_study()
    gaps = (Gap(lost[0] * 1000, (lost[1] - lost[0]) * 1000),) if lost[1] > lost[0] else ()
    rec = study.recording(
        seconds=N / 10,
        examined=[(a / 10, b / 10) for a, b in examined],
        gaps=gaps,
    )
    for (start, stop), activity, state in found:
        study.label(rec, activity, start / 10, stop / 10, state)
    return study


@SHARED
@given(found=labels, examined=st.lists(stretches, max_size=3), lost=stretches)
def test_watched_rest_is_what_a_mask_says(
    new_study: Callable[[], Any],
    found: list[Any],
    examined: list[tuple[int, int]],
    lost: tuple[int, int],
) -> None:
    row = made(new_study, found, examined, lost).table().rows[0]
    looked_at = np.zeros(N, bool)
    for start, stop in examined:
        looked_at[start:stop] = True
    looked_at[lost[0] : lost[1]] = False
    rest = looked_at.copy()
    for (start, stop), activity, state in found:
        gone = activity in NOT_REST or state is LabelState.CANNOT_TELL
        if gone and state is not LabelState.REJECTED:
            rest[start:stop] = False
    assert round(row.examined_s * 10) == looked_at.sum()
    assert round(row.watched_rest_s * 10) == rest.sum()


@SHARED
@given(found=labels, more=labels)
def test_more_items_never_lengthen_the_rest_or_make_an_absence(
    new_study: Callable[[], Any], found: list[Any], more: list[Any]
) -> None:
    """Doubt shortens the time: no label, of whatever state, turns a cell into *absent*."""
    whole = [(0, N)]
    before = made(new_study, found, whole, (0, 0)).table().rows[0]
    after = made(new_study, found + more, whole, (0, 0)).table().rows[0]
    assert after.watched_rest_s <= before.watched_rest_s
    for column, cell in after.cells:
        if isinstance(cell, Absent):
            assert isinstance(before.cell(column), Absent)
