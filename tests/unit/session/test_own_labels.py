"""Own labels snap to the potential; artefact and voluntary stretches leave every count."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emgview.errors import PolicyError
from emgview.findings import Observed
from emgview.model import Label, SampleInterval
from emgview.session.intents import Confirm, Undo
from emgview.session.own_labels import SnapLabel
from emgview.session.study_session import StudySession


def _add(session: StudySession, train: Label, start: int, stop: int, activity: str) -> Label:
    wanted = SampleInterval(start, stop)
    change = session.apply(SnapLabel(train.recording_id, train.channel, wanted, activity))
    (new,) = change.items
    label = session.store.item(new)
    assert label is not None
    return label


def test_a_click_near_a_peak_takes_extent_and_peak(session: StudySession, train: Label) -> None:
    fs = session.reader(train.recording_id).info.sampling_rate_hz
    peak = train.peak_samples[5]
    near = peak + round(0.004 * fs)
    label = _add(session, train, near, near + 1, "fib")
    (found,) = label.peak_samples
    assert abs(found - peak) <= 0.001 * fs
    assert 0.0005 * fs < len(label.interval) < 0.02 * fs
    assert label.interval.contains(found)


def test_a_short_drag_snaps_and_a_long_one_stays(session: StudySession, train: Label) -> None:
    fs = session.reader(train.recording_id).info.sampling_rate_hz
    peak = train.peak_samples[5]
    reach = round(0.01 * fs)
    short = _add(session, train, peak - reach, peak + reach, "fib")
    assert len(short.peak_samples) == 1
    assert len(short.interval) < 2 * reach
    stretch = _add(session, train, peak - reach, peak + reach, "artefact")
    assert stretch.interval == SampleInterval(peak - reach, peak + reach)
    assert stretch.peak_samples == ()
    long = _add(session, train, peak, peak + round(2 * fs), "fib")
    assert (len(long.interval), long.peak_samples) == (round(2 * fs), ())


def test_a_click_into_noise_says_so(session: StudySession, train: Label) -> None:
    fs = session.reader(train.recording_id).info.sampling_rate_hz
    peaks = sorted(p for item in session.items(train.recording_id) for p in item.peak_samples)
    quiet = next((a + b) // 2 for a, b in pairwise(peaks) if b - a > 0.08 * fs)
    with pytest.raises(PolicyError, match="no potential"):
        _add(session, train, quiet, quiet + 1, "fib")


@pytest.mark.parametrize("activity", ["artefact", "mup"])
def test_marked_stretches_leave_count_and_denominator(
    session: StudySession, train: Label, activity: str
) -> None:
    session.apply(Confirm((train.id,)))
    before, rest_s = _fib(session), _rest(session)
    first, last = train.peak_samples[4], train.peak_samples[9]
    label = _add(session, train, first - 10, last + 11, activity)
    after = _fib(session)
    fs = session.reader(train.recording_id).info.sampling_rate_hz
    assert after.count == before.count - 6
    assert after.count_in_rest is not None
    assert before.count_in_rest is not None
    assert after.count_in_rest <= before.count_in_rest - 6
    assert _rest(session) <= rest_s - 0.9 * len(label.interval) / fs
    session.apply(Undo())
    assert _fib(session) == before


def _fib(session: StudySession) -> Observed:
    table, _ = session.findings()
    cells = dict(table.rows[0].cells)
    found = cells["fib"]
    assert isinstance(found, Observed)
    return found


def _rest(session: StudySession) -> float:
    return session.findings()[0].rows[0].watched_rest_s
