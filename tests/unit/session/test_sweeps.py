"""Sweeps around triggers and potentials: which ones, whole, and in slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.model import Channel, Gap, RecordingInfo, SampleInterval
from emgview.session.modes import DisplayMode, Modes, TriggerSettings, ladders
from emgview.session.sweeps import SweepAnswer, SweepRequest, Sweeps
from emgview.session.traces import DisplayFilter
from emgview.signal.triggers import Trigger

FS = 10_000.0
SHAPE = np.array([0, 30, 80, 100, 60, 10, -20, -10, 0], np.float32)


class Memory:
    """A source in memory, as a recording or a device would be."""

    def __init__(self, samples: NDArray[np.float32], gaps: tuple[Gap, ...] = ()) -> None:
        channels = tuple(Channel(f"{c}") for c in range(samples.shape[1]))
        self._samples = samples
        self.info = RecordingInfo("memory", FS, len(samples), channels, gaps=gaps)

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        chosen = list(channels if channels is not None else range(len(self.info.channels)))
        out = np.full((len(interval), len(chosen)), np.nan, np.float32)
        inside = interval.intersection(self.info.whole)
        if inside is not None:
            rows = slice(inside.start - interval.start, inside.stop - interval.start)
            out[rows] = self._samples[inside.start : inside.stop, chosen]
        return out


def potentials(places: Sequence[int], n: int = 400_000, n_channels: int = 2) -> Memory:
    samples = np.zeros((n, n_channels), np.float32)
    for number, place in enumerate(places):
        samples[place : place + len(SHAPE)] += (SHAPE + number * 0.001)[:, np.newaxis]
    return Memory(samples)


WANTED = SweepRequest(
    1, "memory", (0, 1), 100, 500, anchor=10**9, n_last=0, most_values=10**6, trigger=Trigger(50)
)


def finished(source: Memory, request: SweepRequest, sweeps: Sweeps | None = None) -> SweepAnswer:
    sweeps = sweeps or Sweeps()
    for _ in range(10_000):
        answer = sweeps.advance(source, request, budget_s=0.0)
        if answer.complete:
            return answer
    raise AssertionError("never complete")


def test_all_triggers_of_the_recording() -> None:
    places = [2_000, 150_000, 250_001, 399_000]
    answer = finished(potentials(places), WANTED)
    assert answer.onsets.tolist() == [place + 2 for place in places]
    assert answer.newest == 3
    assert answer.searched == 1.0
    assert answer.samples.shape == (4, 500, 2)
    # The trigger lies where the delay says.
    assert answer.samples[1, 100, 0] == pytest.approx(80.001)
    assert (answer.samples[1, :97] == 0).all()


def test_a_sweep_beyond_the_ends_is_empty_there() -> None:
    answer = finished(potentials([10, 399_990]), WANTED)
    assert answer.onsets.tolist() == [12, 399_992]
    assert np.isnan(answer.samples[0, :88]).all()
    assert not np.isnan(answer.samples[0, 88:]).any()
    assert np.isnan(answer.samples[1, 108:]).all()


def test_the_last_of_a_place() -> None:
    source = potentials(range(1_000, 300_000, 10_000))
    here = replace(WANTED, n_last=3, anchor=51_002)
    answer = finished(source, here)
    assert answer.onsets.tolist() == [31_002, 41_002, 51_002]
    assert answer.neighbour(+1) == 61_002
    assert answer.neighbour(-2) == 31_002
    assert answer.neighbour(-100) == 1_002
    assert answer.searched < 1.0, "looking stops one trigger behind the place"


def test_before_the_first_trigger_the_first_is_shown() -> None:
    answer = finished(potentials([90_000]), replace(WANTED, n_last=5, anchor=10))
    assert answer.onsets.tolist() == [90_002]


def test_none_is_none() -> None:
    answer = finished(potentials([]), WANTED)
    assert (answer.newest, len(answer.onsets), answer.neighbour(1)) == (-1, 0, None)
    assert answer.samples.shape == (0, 500, 2)


def test_known_potentials_need_no_search() -> None:
    request = replace(WANTED, trigger=None, places=(5_000, 9_000), anchor=5_000, n_last=0)
    answer = finished(potentials([5_000, 9_000]), request)
    assert answer.onsets.tolist() == [5_000, 9_000]
    assert answer.newest == 0


def test_the_bound_keeps_the_newest_and_says_what_it_leaves_out() -> None:
    source = potentials(range(1_000, 101_000, 1_000))
    request = replace(WANTED, most_values=500 * 2 * 7)
    answer = finished(source, request)
    assert len(answer.onsets) == 7
    assert answer.left_out == 93
    assert answer.onsets[-1] == 100_002
    middle = finished(source, replace(request, anchor=50_002))
    assert 50_002 in middle.onsets.tolist()


def test_the_average_leaves_gaps_out() -> None:
    source = potentials([2_000, 150_000])
    answer = finished(source, WANTED)
    assert answer.average[100] == pytest.approx([80.0005, 80.0005])
    holed = replace(answer, samples=answer.samples.copy())
    holed.samples[0, 100] = np.nan
    holed.samples[:, 101] = np.nan
    assert holed.average[100] == pytest.approx([80.001, 80.001])
    assert np.isnan(holed.average[101]).all()


def test_triggers_and_sweeps_are_of_the_filtered_signal_if_it_is_shown() -> None:
    samples = np.zeros((100_000, 1), np.float32)
    samples[:] = 1_000.0  # an offset that no level sees once it is filtered away
    samples[50_000:50_020] += 200
    source = Memory(samples)
    request = replace(WANTED, channels=(0,), trigger=Trigger(50))
    assert len(finished(source, request).onsets) == 0
    filtered = replace(request, display_filter=DisplayFilter(high_pass_hz=100.0))
    answer = finished(source, filtered)
    assert 50_000 in answer.onsets.tolist()
    where = answer.onsets.tolist().index(50_000)
    assert np.abs(answer.samples[where, :90]).max() < 5


def test_an_answer_in_between_is_a_part_of_the_whole() -> None:
    source = potentials(range(1_000, 390_000, 2_000))
    sweeps = Sweeps()
    parts: list[SweepAnswer] = []
    while not parts or not parts[-1].complete:
        parts.append(sweeps.advance(source, WANTED, budget_s=0.0))
    assert len(parts) > 3
    whole = set(parts[-1].onsets.tolist())
    for part in parts:
        assert set(part.onsets.tolist()) <= whole
        for row, onset in enumerate(part.onsets.tolist()):
            again = np.flatnonzero(parts[-1].onsets == onset)[0]
            np.testing.assert_array_equal(part.samples[row], parts[-1].samples[again])


def test_modes_remember_what_was_chosen() -> None:
    modes = Modes()
    assert modes.of(DisplayMode.TRIGGERED).n_sweeps in ladders().sweeps
    assert modes.of(DisplayMode.SUPERIMPOSED).before in ladders().before
    changed = modes.changed(DisplayMode.TRIGGERED, n_sweeps=5).retriggered(level_uv=-80.0)
    assert changed.of(DisplayMode.TRIGGERED).n_sweeps == 5
    assert changed.of(DisplayMode.RASTER) == modes.of(DisplayMode.RASTER)
    assert changed.trigger_now.level_uv == -80.0


def test_a_trigger_in_words() -> None:
    assert TriggerSettings(50).describe() == "level 50 µV, positive-going"
    falling = TriggerSettings(-50, 100, rising=False)
    assert falling.limit_uv == -150
    assert falling.describe() == "window -50 … -150 µV, negative-going"
