"""Discharges and stretches, matched by shared time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from emgview.detection.evaluation.counts import Tally
from emgview.detection.evaluation.matching import coarse
from emgview.detection.evaluation.potentials import (
    FALSE,
    MISSED,
    Place,
    band_of,
    is_whole,
    listed_time,
    true_time,
)
from emgview.detection.evaluation.rules import Rules
from emgview.detection.evaluation.spans import Spans
from emgview.detection.evaluation.truth import Truth
from emgview.model import Proposal, SampleInterval


@dataclass(frozen=True, slots=True)
class Overlap:
    """Counts and shared time of one coarse class.

    Parameters
    ----------
    tally : Tally
        True discharges and stretches; proposals that are judged by their time.
    true_s, said_s, both_s : float
        Seconds over all channels: really going on, proposed, both.
    """

    tally: Tally = field(default_factory=Tally)
    true_s: float = 0.0
    said_s: float = 0.0
    both_s: float = 0.0

    def __add__(self, other: Overlap) -> Overlap:
        """Counts and time of both."""
        return Overlap(
            self.tally + other.tally,
            self.true_s + other.true_s,
            self.said_s + other.said_s,
            self.both_s + other.both_s,
        )


@dataclass(frozen=True, slots=True)
class Bursts:
    """Result for the discharges of one recording.

    ``confusion`` as for potentials; ``wrong`` holds the numbers of proposals that were judged by
    their time and are wrong; ``events`` counts true events by channel and class.
    """

    overlaps: Mapping[str, Overlap]
    bands: Mapping[tuple[str, int], tuple[int, int]]
    confusion: Counter[tuple[str, str]]
    wrong: frozenset[int]
    events: Counter[Place]


@dataclass(frozen=True, slots=True)
class _Event:
    place: Place
    interval: SampleInterval
    snr: float | None


def compare_bursts(truth: Truth, proposals: Sequence[Proposal], rules: Rules) -> Bursts:
    """A true discharge is found when proposals of its class cover enough of it.

    A proposal is right when enough of it lies in true time of its class, short gaps of a series
    included: one proposal may hold many bursts, and many proposals one discharge.
    """
    events, said = _events(truth, rules), _said_time(proposals)
    names = [_name(event, said, rules) for event in events]
    wholes = [n for n, p in enumerate(proposals) if is_whole(p, rules)]
    time = true_time(truth, rules)
    wrong = frozenset(n for n in wholes if not _lies_in(proposals[n], time, rules))
    confusion = Counter((event.place[1], name) for event, name in zip(events, names, strict=True))
    confusion.update((FALSE, coarse(proposals[n].activity)) for n in wrong)
    tallies = _tallies(events, names, [proposals[n] for n in wholes])
    right = Counter(coarse(proposals[n].activity) for n in wholes if n not in wrong)
    tallies = {k: replace(t, right=right[k]) for k, t in tallies.items()}
    return Bursts(
        overlaps=_overlaps(tallies, _exact_time(truth, rules, time), said, truth.sampling_rate_hz),
        bands=_bands(events, names, rules),
        confusion=confusion,
        wrong=wrong,
        events=Counter(event.place for event in events),
    )


def _events(truth: Truth, rules: Rules) -> list[_Event]:
    """Discharges, those of several units at a time joined to one, and stretches."""
    return [
        _Event(place, interval, _snr(truth, place, interval))
        for place, spans in sorted(listed_time(truth, rules).items())
        for interval in spans.intervals
    ]


def _snr(truth: Truth, place: Place, interval: SampleInterval) -> float | None:
    """Median of the potentials in it; None of a stretch without."""
    values = [
        one.snr
        for one in truth.potentials
        if (one.channel, coarse(one.activity)) == place
        and interval.contains(one.peak_sample)
        and one.snr is not None
    ]
    return median(values) if values else None


def _exact_time(truth: Truth, rules: Rules, joined: dict[Place, Spans]) -> dict[Place, Spans]:
    """True time without the gaps of a series, where a class is told by stretches."""
    listed = listed_time(truth, rules)
    return {
        place: listed[place] if rules.is_discharge(place[1]) and place in listed else spans
        for place, spans in joined.items()
    }


def _said_time(proposals: Sequence[Proposal]) -> dict[Place, Spans]:
    rows: dict[Place, list[SampleInterval]] = defaultdict(list)
    for one in proposals:
        rows[one.channel, coarse(one.activity)].append(one.interval)
    return {place: Spans(intervals) for place, intervals in rows.items()}


def _name(event: _Event, said: Mapping[Place, Spans], rules: Rules) -> str:
    """Class that covers enough of the event, its own first; then the one that covers most."""
    channel, own = event.place
    shares = {
        name: spans.share(event.interval)
        for (at, name), spans in said.items()
        if at == channel and spans.share(event.interval) >= rules.discharge.least_covered
    }
    if own in shares:
        return own
    return max(sorted(shares), key=shares.__getitem__, default=MISSED)


def _lies_in(proposal: Proposal, time: Mapping[Place, Spans], rules: Rules) -> bool:
    spans = time.get((proposal.channel, coarse(proposal.activity)))
    return spans is not None and spans.share(proposal.interval) >= rules.discharge.least_right


def _tallies(
    events: Sequence[_Event], names: Sequence[str], wholes: Sequence[Proposal]
) -> dict[str, Tally]:
    true = Counter(event.place[1] for event in events)
    found = Counter(e.place[1] for e, name in zip(events, names, strict=True) if name == e.place[1])
    said = Counter(coarse(one.activity) for one in wholes)
    return {
        name: Tally(true[name], found[name], said[name]) for name in sorted(set(true) | set(said))
    }


def _overlaps(
    tallies: Mapping[str, Tally],
    true: Mapping[Place, Spans],
    said: Mapping[Place, Spans],
    fs: float,
) -> dict[str, Overlap]:
    found = {}
    for name, tally in tallies.items():
        places = {place for place in (*true, *said) if place[1] == name}
        none = Spans(())
        pairs = [(true.get(place, none), said.get(place, none)) for place in places]
        found[name] = Overlap(
            tally,
            true_s=sum(len(a) for a, _ in pairs) / fs,
            said_s=sum(len(b) for _, b in pairs) / fs,
            both_s=sum(a.shared(b) for a, b in pairs) / fs,
        )
    return found


def _bands(
    events: Sequence[_Event], names: Sequence[str], rules: Rules
) -> dict[tuple[str, int], tuple[int, int]]:
    bands: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for event, name in zip(events, names, strict=True):
        if event.snr is not None:
            place = event.place[1], band_of(event.snr, rules)
            true, found = bands[place]
            bands[place] = true + 1, found + (name == event.place[1])
    return dict(bands)
