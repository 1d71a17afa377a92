"""Potential by potential: counts, bands of the signal-to-noise ratio, confusion, fine names."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emgview.detection.evaluation.counts import Tally
from emgview.detection.evaluation.matching import Mark, coarse, match, order
from emgview.detection.evaluation.rules import Rules
from emgview.detection.evaluation.spans import Spans
from emgview.detection.evaluation.truth import KnownPotential, Truth, hull, trains_of
from emgview.model import Proposal, SampleInterval

MISSED = "missed"
FALSE = "nothing"

Place = tuple[int, str]  # channel and coarse class


@dataclass(frozen=True, slots=True)
class Said:
    """One potential that was said, with the number of its proposal in the run."""

    mark: Mark
    proposal: int
    right: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Result for the potentials of one recording.

    Parameters
    ----------
    tallies : mapping of coarse class to Tally
    bands : mapping of (coarse class, band) to (true, found)
        Band: index of the lower edge in the rules.
    confusion : mapping of (true class, said class) to count
        True class ``nothing`` for what was said where nothing is; said class ``missed``.
    fine : mapping of (true class id, said class id) to count
        The same with the fine names of matched potentials.
    said : tuple of Said
    partners : tuple of (KnownPotential, int)
        True potentials that were matched by their peak, with the number of the proposal.
    """

    tallies: Mapping[str, Tally]
    bands: Mapping[tuple[str, int], tuple[int, int]]
    confusion: Counter[tuple[str, str]]
    fine: Counter[tuple[str, str]]
    said: tuple[Said, ...]
    partners: tuple[tuple[KnownPotential, int], ...]


def true_time(truth: Truth, rules: Rules) -> dict[Place, Spans]:
    """Time in which each class is really going on, series of bursts joined."""
    places: dict[Place, list[SampleInterval]] = defaultdict(list)
    for train in trains_of(truth.potentials):
        places[train[0].channel, coarse(train[0].activity)].append(hull(train))
    for one in truth.stretches:
        places[one.channel, coarse(one.activity)].append(one.interval)
    fs = truth.sampling_rate_hz
    return {
        place: Spans(rows, round(rules.discharge.gap_s(place[1]) * fs))
        for place, rows in places.items()
    }


def listed_time(truth: Truth, rules: Rules) -> dict[Place, Spans]:
    """Time in which a class is told as a stretch or discharge, not potential by potential."""
    places: dict[Place, list[SampleInterval]] = defaultdict(list)
    for train in trains_of(truth.potentials):
        if rules.is_discharge(name := coarse(train[0].activity)):
            places[train[0].channel, name].append(hull(train))
    for one in truth.stretches:
        places[one.channel, coarse(one.activity)].append(one.interval)
    return {place: Spans(rows) for place, rows in places.items()}


def is_whole(proposal: Proposal, rules: Rules) -> bool:
    """Whether a proposal is judged by its time: no potentials, or a class of discharges."""
    return not proposal.potentials or rules.is_discharge(coarse(proposal.activity))


def compare(truth: Truth, proposals: Sequence[Proposal], rules: Rules) -> Compared:
    """Match one to one; what no peak matches may still lie in a stretch of its class.

    A true potential inside a proposed stretch of its class is found (dense voluntary activity is
    not told apart by the detector); a proposed one inside a true stretch of its class is right
    (interference is not told apart by the truth). Any of another class is wrong.
    """
    known = sorted(truth.potentials, key=lambda p: (p.channel, p.peak_sample, p.activity))
    true = [Mark(p.channel, p.peak_sample, p.activity) for p in known]
    said = sorted(
        (
            (Mark(p.channel, k, p.activity), n)
            for n, p in enumerate(proposals)
            for k in p.peak_samples
        ),
        key=lambda row: order(row[0]),
    )
    tolerance = rules.matching.tolerance(truth.sampling_rate_hz, surface=truth.surface)
    found = [mark for mark, _ in said]
    partner = match(true, found, tolerance)
    names = _names(true, found, partner, _Wholes(proposals, rules))
    judged = _judged(true, said, partner, listed_time(truth, rules))
    return Compared(
        tallies=_tallies(true, names, judged),
        bands=_bands(known, names, rules),
        confusion=_confusion(true, names, judged, set(partner.values())),
        fine=Counter((true[i].activity, found[j].activity) for i, j in partner.items()),
        said=judged,
        partners=tuple((known[i], said[j][1]) for i, j in sorted(partner.items())),
    )


class _Wholes:
    """Proposals that cover potentials without telling their peaks."""

    def __init__(self, proposals: Iterable[Proposal], rules: Rules) -> None:
        rows: dict[Place, list[SampleInterval]] = defaultdict(list)
        for one in proposals:
            if is_whole(one, rules):
                rows[one.channel, coarse(one.activity)].append(one.interval)
        self._spans = {place: Spans(intervals) for place, intervals in rows.items()}

    def name_at(self, mark: Mark) -> str:
        """Class said there, that of the mark first; empty where nothing covers it."""
        here = [
            name
            for (channel, name), spans in self._spans.items()
            if channel == mark.channel and spans.contains(mark.peak_sample)
        ]
        own = coarse(mark.activity)
        return own if own in here else min(here, default="")


def _names(
    true: Sequence[Mark], found: Sequence[Mark], partner: Mapping[int, int], wholes: _Wholes
) -> list[str]:
    """Said class of each true potential, or ``missed``."""
    names = []
    for i, mark in enumerate(true):
        name = coarse(found[partner[i]].activity) if i in partner else ""
        if name != coarse(mark.activity):
            name = _better(name, wholes.name_at(mark), coarse(mark.activity))
        names.append(name or MISSED)
    return names


def _better(name: str, covering: str, own: str) -> str:
    """The covering class where it is the right one or the only one."""
    return covering if covering == own or not name else name


def _judged(
    true: Sequence[Mark],
    said: Sequence[tuple[Mark, int]],
    partner: Mapping[int, int],
    listed: Mapping[Place, Spans],
) -> tuple[Said, ...]:
    of = {j: i for i, j in partner.items()}
    rows = []
    for j, (mark, proposal) in enumerate(said):
        name = coarse(mark.activity)
        right = j in of and coarse(true[of[j]].activity) == name
        spans = listed.get((mark.channel, name))
        right = right or (spans is not None and spans.contains(mark.peak_sample))
        rows.append(Said(mark, proposal, right))
    return tuple(rows)


def _tallies(true: Sequence[Mark], names: Sequence[str], said: Sequence[Said]) -> dict[str, Tally]:
    n_true, n_found = Counter[str](), Counter[str]()
    for mark, name in zip(true, names, strict=True):
        own = coarse(mark.activity)
        n_true[own] += 1
        n_found[own] += name == own
    n_said = Counter(coarse(one.mark.activity) for one in said)
    n_right = Counter(coarse(one.mark.activity) for one in said if one.right)
    return {
        name: Tally(n_true[name], n_found[name], n_said[name], n_right[name])
        for name in sorted(set(n_true) | set(n_said))
    }


def _bands(
    known: Sequence[KnownPotential], names: Sequence[str], rules: Rules
) -> dict[tuple[str, int], tuple[int, int]]:
    bands: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one, name in zip(known, names, strict=True):
        own = coarse(one.activity)
        if one.snr is None:
            continue
        place = own, band_of(one.snr, rules)
        true, found = bands[place]
        bands[place] = true + 1, found + (name == own)
    return dict(bands)


def band_of(snr: float, rules: Rules) -> int:
    """Index of the band that a signal-to-noise ratio lies in."""
    return max(bisect_right(rules.snr.edges, snr) - 1, 0)


def _confusion(
    true: Sequence[Mark], names: Sequence[str], said: Sequence[Said], matched: set[int]
) -> Counter[tuple[str, str]]:
    told = Counter((coarse(m.activity), name) for m, name in zip(true, names, strict=True))
    for j, one in enumerate(said):
        if j not in matched and not one.right:
            told[FALSE, coarse(one.mark.activity)] += 1
    return told
