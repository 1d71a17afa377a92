"""Items alike: distances of templates, and the bulk decision as one row."""

from __future__ import annotations

import numpy as np
import pytest

from emgview.model import Label, LabelState
from emgview.session.intents import Confirm, Undo
from emgview.session.similar import alike, distances
from emgview.session.study_session import StudySession
from emgview.session.train_intents import SplitOff


def test_equal_is_nought_turned_over_is_far_and_size_counts() -> None:
    x = np.linspace(-1, 1, 101)
    wave = np.exp(-((x / 0.1) ** 2)) * np.sin(12 * x)
    found = distances(wave, np.array([wave, np.roll(wave, 3), -wave, 2 * wave, wave * 0.9]), 5, 0.5)
    assert found[0] == pytest.approx(0.0, abs=1e-9)
    assert found[1] < 0.02, "a shift of a few samples is no difference"
    assert found[2] > 0.3
    assert found[3] == pytest.approx(0.5 / 1.5)
    assert 0 < found[4] < 0.1


def test_parts_of_one_train_are_nearest_and_are_decided_by_one_row(
    session: StudySession, train: Label
) -> None:
    parts = {train.id}
    for n in (2, 3):
        left = session.store.item(train.id)
        assert left is not None
        change = session.apply(SplitOff(train.id, left.peak_samples[::n]))
        parts |= change.items
    found = alike(session, train.id)
    assert found is not None
    assert found.items[0] == train.id
    assert list(found.distances) == sorted(found.distances)
    near = found.items[: found.within(0.25)]
    assert parts <= set(near)
    seq = session.store.head().seq
    change = session.apply(Confirm(near))
    assert session.store.head().seq == seq + 1
    (row,) = session.store.log(seq)
    listed = {item for group in row.payload["after"]["labels"] for item in group["items"]}
    assert listed == set(near) == set(change.items)
    session.apply(Undo())
    states = {session.store.item(item).state for item in near}  # type: ignore[union-attr]
    assert states == {LabelState.PROPOSED}
