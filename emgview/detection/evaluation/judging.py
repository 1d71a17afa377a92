"""One recording: its proposals against its truth, in plain counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emgview.detection.evaluation.bursts import Bursts, Overlap, compare_bursts
from emgview.detection.evaluation.calibration import Scored
from emgview.detection.evaluation.counts import Tally
from emgview.detection.evaluation.matching import coarse
from emgview.detection.evaluation.measures import TrainError, train_errors
from emgview.detection.evaluation.potentials import Compared, compare, is_whole
from emgview.detection.evaluation.presence import ChannelPresence
from emgview.detection.evaluation.rules import Rules
from emgview.detection.evaluation.truth import Truth
from emgview.model import Proposal, load_vocabulary

UNDECIDED = "cannot_tell"
_SPONTANEOUS = "spontaneous"


@dataclass(frozen=True, slots=True)
class Judged:
    """Counts of one recording; sums of them make the figures.

    Parameters
    ----------
    watched_s : float
        Seconds of all channels together.
    tallies : mapping of coarse class to Tally
        Potentials one to one, and what is told as a stretch once; discharges by shared time.
    overlaps : mapping of coarse class to Overlap
    bands : mapping of (coarse class, band) to (true, found)
    confusion, discharge_confusion, fine : Counter of (true, said)
    channels : tuple of ChannelPresence
    errors : tuple of TrainError
    scores : tuple of Scored
    alarms, alarm_potentials : Counter of coarse class
        Spontaneous activity that was said: proposals, and potentials in them.
    """

    watched_s: float
    tallies: Mapping[str, Tally]
    overlaps: Mapping[str, Overlap]
    bands: Mapping[tuple[str, int], tuple[int, int]]
    confusion: Counter[tuple[str, str]]
    discharge_confusion: Counter[tuple[str, str]]
    fine: Counter[tuple[str, str]]
    channels: tuple[ChannelPresence, ...]
    errors: tuple[TrainError, ...]
    scores: tuple[Scored, ...]
    alarms: Counter[str]
    alarm_potentials: Counter[str]


def judge(truth: Truth, proposals: Sequence[Proposal], rules: Rules) -> Judged:
    """Compare the proposals of one recording with its truth."""
    single = compare(truth, proposals, rules)
    bursts = compare_bursts(truth, proposals, rules)
    alarms = [p for p in proposals if is_spontaneous(p.activity)]
    return Judged(
        watched_s=truth.watched_s * truth.n_channels,
        tallies=_tallies(single, bursts, rules),
        overlaps=bursts.overlaps,
        bands=_bands(single, bursts, rules),
        confusion=single.confusion,
        discharge_confusion=bursts.confusion,
        fine=single.fine,
        channels=_channels(truth, proposals, bursts, rules),
        errors=train_errors(truth, proposals, single.partners, rules),
        scores=_scores(proposals, single, bursts, rules),
        alarms=Counter(coarse(p.activity) for p in alarms),
        alarm_potentials=Counter(coarse(p.activity) for p in alarms for _ in p.potentials),
    )


def is_spontaneous(activity: str) -> bool:
    """Whether a class id is one of spontaneous activity."""
    known = load_vocabulary().get(activity)
    return known is not None and known.group == _SPONTANEOUS


def _tallies(single: Compared, bursts: Bursts, rules: Rules) -> dict[str, Tally]:
    """Events: potentials, and stretches told as such; of discharges the stretches alone."""
    total = {k: t for k, t in single.tallies.items() if not rules.is_discharge(k)}
    for name, overlap in bursts.overlaps.items():
        total[name] = total.get(name, Tally()) + overlap.tally
    return {k: t for k, t in sorted(total.items()) if k != UNDECIDED}


def _bands(
    single: Compared, bursts: Bursts, rules: Rules
) -> dict[tuple[str, int], tuple[int, int]]:
    bands = {k: n for k, n in single.bands.items() if not rules.is_discharge(k[0])}
    return bands | {k: n for k, n in bursts.bands.items() if rules.is_discharge(k[0])}


def _channels(
    truth: Truth, proposals: Sequence[Proposal], bursts: Bursts, rules: Rules
) -> tuple[ChannelPresence, ...]:
    true: dict[int, Counter[str]] = defaultdict(Counter)
    said: dict[int, Counter[str]] = defaultdict(Counter)
    for one in truth.potentials:
        if not rules.is_discharge(coarse(one.activity)):
            true[one.channel][coarse(one.activity)] += 1
    for (channel, name), n in bursts.events.items():
        true[channel][name] += n
    for proposal in proposals:
        said[proposal.channel][coarse(proposal.activity)] += 1
    return tuple(ChannelPresence(true[c], said[c]) for c in range(truth.n_channels))


def _scores(
    proposals: Sequence[Proposal], single: Compared, bursts: Bursts, rules: Rules
) -> tuple[Scored, ...]:
    """One for each proposal with a name; right where at least half of its potentials are."""
    right = Counter(one.proposal for one in single.said if one.right)
    return tuple(
        Scored(
            coarse(p.activity),
            p.score,
            n not in bursts.wrong if is_whole(p, rules) else 2 * right[n] >= len(p.potentials),
        )
        for n, p in enumerate(proposals)
        if coarse(p.activity) != UNDECIDED
    )
