"""A suggestion that gets another name when more is seen is superseded, with its history."""

from __future__ import annotations

import numpy as np
import pytest

from emgview.model import Channel, Evidence, Proposal, RecordingInfo, SampleInterval
from emgview.session.live.crew import Crew
from emgview.session.live.revising import Revision, revisions
from emgview.session.live.suggesting import Suggested, Suggester
from emgview.simulation import scenario, simulate

INFO = RecordingInfo("r", 1000.0, 0, (Channel("EMG 1"), Channel("EMG 2")))


def said(name: str, activity: str, start: int, stop: int, channel: int = 0) -> Proposal:
    where = SampleInterval(start, stop)
    return Proposal(
        name, "r", channel, where, (), activity, 0.5, Evidence("negative"), "d", "1", "0" * 64
    )


def test_a_new_name_for_the_same_stretch_is_a_revision() -> None:
    old = (said("a", "fp_simple", 100, 200), said("b", "mup", 900, 950))
    new = (said("c", "fib", 90, 1000), said("d", "fib", 90, 1000, channel=1))
    assert revisions(old, new) == (
        Revision(0, 100, "fp_simple", "fib"),
        Revision(0, 900, "mup", "fib"),
    )


@pytest.mark.parametrize(
    "new",
    [
        (said("a", "fib", 100, 200),),  # as it was
        (said("b", "fib", 100, 400),),  # longer
        (said("b", "psw", 100, 200, channel=1),),  # in another channel
        (said("b", "psw", 190, 290),),  # beside it
        (),  # gone
    ],
)
def test_what_keeps_its_name_or_has_no_successor_is_none(new: tuple[Proposal, ...]) -> None:
    assert revisions((said("a", "fib", 100, 200),), new) == ()


def test_the_same_suggestion_under_another_class_is_a_revision() -> None:
    found = revisions((said("a", "fib", 1, 9),), (said("a", "psw", 1, 9),))
    assert found == (Revision(0, 1, "fib", "psw"),)


def test_the_newest_are_kept_and_all_are_counted() -> None:
    now = Suggested()
    for n in range(151):
        now = now.followed_by((said(f"p{n}", "fib" if n % 2 else "psw", 100, 200),))
    assert now.n_revised == 150
    assert len(now.revised) == 100
    assert now.revised[-1] == Revision(0, 100, "fib", "psw")


def test_words_name_place_and_both_classes() -> None:
    text = Revision(1, 12_340, "cannot_tell", "fib").text(INFO)
    assert (
        text
        == "12.3 s, EMG 2: suggested as cannot tell, with more of it seen as fibrillation potential"
    )


def test_the_history_of_a_train_reaches_from_its_first_name_to_that_of_the_run() -> None:
    """A real detector on a growing recording: each revision ends in a name that was really said."""
    made = simulate(scenario("mixed_spontaneous"), seed=7, seconds=15)
    seen: list[Suggested] = []
    crew = Crew("test-judge")
    suggester = Suggester(made.info, seen.append)
    suggester.start(crew)
    start = 0
    for chunk in made.chunks(round(0.25 * made.info.sampling_rate_hz)):
        suggester.offer(np.asarray(chunk.samples), start)
        start += len(chunk.samples)
        suggester_idle(suggester)
    run = suggester.finish(60)
    assert run is not None
    assert crew.close(5)
    told = suggester.latest
    assert told.n_revised >= 1
    assert len(suggester.history()) == len(told.revised)
    named = {(p.channel, p.activity) for one in seen for p in one.proposals}
    named |= {(p.channel, p.activity) for p in run.proposals}
    for one in told.revised:
        assert {(one.channel, one.before), (one.channel, one.after)} <= named


def suggester_idle(suggester: Suggester) -> None:
    """Until all that was offered is judged, as a recording at real time leaves it."""
    import time

    end = time.monotonic() + 20
    while suggester.lag_s > 0.1 and time.monotonic() < end:
        time.sleep(0.005)
