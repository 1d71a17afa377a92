"""Values beside published ranges, and pictures of an item beside what the reader confirmed."""

from __future__ import annotations

import numpy as np
import pytest

from emgview.errors import CancelledError
from emgview.model import Evidence, Label, load_vocabulary
from emgview.session.evidence_view import evidence_view
from emgview.session.intents import Confirm, Relabel
from emgview.session.study_session import StudySession
from emgview.session.train_intents import SplitOff
from emgview.session.weighing import likeliest, load_published_ranges, weigh

FIB = Evidence("positive", 3.0, 90.0, 3, 8.0, 0.04, 40, 12.0)


def test_each_range_has_a_known_class_and_source() -> None:
    table = load_published_ranges()
    for ranges in table.classes:
        assert load_vocabulary().get(ranges.id) is not None
        for name in ("first", "amplitude_uv", "duration_ms", "phases", "rate_hz", "cv"):
            found = getattr(ranges, name)
            if found is not None:
                assert found.source in table.sources
                assert found.is_ or found.range[0] <= found.range[1]


def test_a_regular_short_positive_spike_argues_for_its_class() -> None:
    own, other = likeliest("fib", FIB)
    assert (own.activity, len(own.contra)) == ("fib", 0)
    assert len(own.pro) == 6
    assert other.activity != "fib"
    assert own.share > other.share


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("First deflection", Evidence("negative", 3.0, 90.0, 3, 8.0, 0.04, 40, 12.0)),
        ("Duration", Evidence("positive", 9.0, 90.0, 3, 8.0, 0.04, 40, 12.0)),
        ("Interval variation", Evidence("positive", 3.0, 90.0, 3, 8.0, 0.6, 40, 12.0)),
    ],
)
def test_a_value_outside_of_its_range_argues_against(name: str, change: Evidence) -> None:
    assert [w.name for w in weigh("fib", change).contra] == [name]


def test_what_was_not_measured_argues_for_nothing() -> None:
    nothing = weigh("fib", Evidence(n_potentials=0))
    assert nothing.pro == nothing.contra == ()
    assert nothing.share == 0.5


def test_where_no_class_was_named_the_two_best_are_shown() -> None:
    one, other = likeliest("cannot_tell", FIB)
    assert one.activity == "fib"
    assert one.share >= other.share


def test_examples_are_those_that_this_reader_confirmed(session: StudySession, train: Label) -> None:
    (new,) = session.apply(SplitOff(train.id, train.peak_samples[::2])).items - {train.id}
    before = evidence_view(session, train.id)
    assert before is not None
    assert before.examples.shape == (0, len(before.train.mean))
    session.apply(Confirm((new,)))
    with pytest.raises(CancelledError):  # a decision waits: it goes first
        evidence_view(session, train.id, lambda: True)
    after = evidence_view(session, train.id)
    assert after is not None
    (example,) = after.examples
    alike = np.corrcoef(example, after.train.mean)[0, 1]
    assert alike > 0.9, "another half of the same train looks the same"
    session.apply(Relabel((new,), "eps"))
    assert evidence_view(session, train.id).examples.shape[0] == 0  # type: ignore[union-attr]


def test_the_spectrum_is_of_the_template(session: StudySession, train: Label) -> None:
    view = evidence_view(session, train.id)
    assert view is not None
    assert view.spectrum.max() == pytest.approx(1.0)
    peak_hz = view.spectrum_hz[view.spectrum.argmax()]
    assert 30 < peak_hz < 2000
