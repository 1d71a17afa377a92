"""Figures of many recordings: sums of their counts, with intervals by recording.

Gives plain tables (text, numbers, None for what is not defined), ready for JSON.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.detection.evaluation.bursts import Overlap
from emgview.detection.evaluation.calibration import (
    Reliability,
    Scored,
    mapped,
    monotone_map,
    reliability,
)
from emgview.detection.evaluation.counts import Tally, part
from emgview.detection.evaluation.intervals import draws, f1_figure, interval, ratio
from emgview.detection.evaluation.judging import UNDECIDED, Judged
from emgview.detection.evaluation.presence import PresenceTally, presence
from emgview.detection.evaluation.rules import Rules
from emgview.model import load_vocabulary

Table = dict[str, Any]


def figures(judged: Sequence[Judged], rules: Rules) -> Table:
    """All figures but those that need to know what a recording is for (see :func:`alarms`)."""
    weights = draws(max(len(judged), 1), rules.bootstrap)
    return {
        "classes": {name: _class(judged, name, rules, weights) for name in _named(judged)},
        "bands": bands(judged, rules),
        "fine": _nested(sum((one.fine for one in judged), Counter())),
        "confusion": _nested(sum((one.confusion for one in judged), Counter())),
        "discharge_confusion": _nested(sum((one.discharge_confusion for one in judged), Counter())),
        "presence": {name: _presence(judged, name, rules, weights) for name in _named(judged)},
        "overlap": overlaps(judged),
        "measures": measures(judged),
        "scores": scores(judged, rules),
    }


def in_order(names: Iterable[str]) -> list[str]:
    """Class ids in the order of the vocabulary, others behind."""
    place = {one.id: n for n, one in enumerate(load_vocabulary().classes)}
    return sorted(set(names), key=lambda name: (place.get(name, len(place)), name))


def plain(value: float) -> float | None:
    """A number of JSON: rounded to five digits, None for what is not defined."""
    return round(value, 5) if math.isfinite(value) else None


def counted(judged: Iterable[Judged]) -> dict[str, Tally]:
    """Sum of the tallies of each class."""
    total: dict[str, Tally] = {}
    for one in judged:
        for name, tally in one.tallies.items():
            total[name] = total.get(name, Tally()) + tally
    return {name: total[name] for name in in_order(total)}


def tally_table(tally: Tally) -> Table:
    """Counts with the three figures of them."""
    return {
        "events": tally.true,
        "found": tally.found,
        "said": tally.said,
        "right": tally.right,
        "sensitivity": plain(tally.sensitivity),
        "ppv": plain(tally.ppv),
        "f1": plain(tally.f1),
    }


def _named(judged: Sequence[Judged]) -> list[str]:
    return list(counted(judged))


def _class(judged: Sequence[Judged], name: str, rules: Rules, weights: NDArray[np.int64]) -> Table:
    rows = [astuple(one.tallies.get(name, Tally())) for one in judged]
    level = rules.bootstrap.level
    return {
        "matched_by": "time" if rules.is_discharge(name) else "peak",
        "recordings": sum(row[0] > 0 for row in rows),
        **tally_table(counted(judged)[name]),
        "sensitivity_interval": _rounded(interval(rows, ratio(1, 0), weights, level)),
        "ppv_interval": _rounded(interval(rows, ratio(3, 2), weights, level)),
        "f1_interval": _rounded(interval(rows, f1_figure, weights, level)),
    }


def _rounded(found: tuple[float, float] | None) -> list[float | None] | None:
    return None if found is None else [plain(value) for value in found]


def bands(judged: Sequence[Judged], rules: Rules) -> Table:
    """Sensitivity of each class by band of the signal-to-noise ratio."""
    total: Counter[tuple[str, int]] = Counter()
    found: Counter[tuple[str, int]] = Counter()
    for one in judged:
        for place, (n, hits) in one.bands.items():
            total[place] += n
            found[place] += hits
    edges = (*rules.snr.edges, None)
    return {
        name: [
            {
                "from": edges[band],
                "to": edges[band + 1],
                "events": total[name, band],
                "found": found[name, band],
                "sensitivity": plain(part(found[name, band], total[name, band])),
            }
            for band in range(len(rules.snr.edges))
            if total[name, band]
        ]
        for name in in_order(name for name, _ in total)
    }


def _nested(counts: Counter[tuple[str, str]]) -> Table:
    rows = in_order(true for true, _ in counts)
    columns = in_order(said for _, said in counts)
    return {
        true: {said: counts[true, said] for said in columns if counts[true, said]} for true in rows
    }


def _presence(
    judged: Sequence[Judged], name: str, rules: Rules, weights: NDArray[np.int64]
) -> Table:
    each = [presence(one.channels, name, rules) for one in judged]
    total = sum(each, PresenceTally())
    rows, level = [astuple(one) for one in each], rules.bootstrap.level
    return {
        "present": total.present,
        "found": total.found,
        "absent": total.absent,
        "silent": total.silent,
        "sensitivity": plain(total.sensitivity),
        "specificity": plain(total.specificity),
        "sensitivity_interval": _rounded(interval(rows, ratio(1, 0), weights, level)),
        "specificity_interval": _rounded(interval(rows, ratio(3, 2), weights, level)),
    }


def overlaps(judged: Sequence[Judged]) -> Table:
    """Discharges and stretches: counts, and how much of the time is shared."""
    total: dict[str, Overlap] = {}
    for one in judged:
        for name, overlap in one.overlaps.items():
            total[name] = total.get(name, Overlap()) + overlap
    return {name: _overlap(total[name]) for name in in_order(total) if name != UNDECIDED}


def _overlap(o: Overlap) -> Table:
    either = o.true_s + o.said_s - o.both_s
    return {
        **tally_table(o.tally),
        "true_s": plain(o.true_s),
        "said_s": plain(o.said_s),
        "both_s": plain(o.both_s),
        "covered": plain(part(o.both_s, o.true_s)),
        "within": plain(part(o.both_s, o.said_s)),
        "overlap": plain(part(o.both_s, either)),
    }


def measures(judged: Sequence[Judged]) -> Table:
    """Relative errors of trains: median with sign (bias), median and 90th percentile without."""
    errors = [error for one in judged for error in one.errors]
    return {
        name: {
            "trains": sum(error.activity == name for error in errors),
            "rate": _spread(e.rate for e in errors if e.activity == name),
            "amplitude": _spread(e.amplitude for e in errors if e.activity == name),
        }
        for name in in_order(error.activity for error in errors)
    }


def _spread(values: Iterable[float | None]) -> Table | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    sizes = [abs(value) for value in known]
    return {
        "bias": plain(median(known)),
        "error": plain(median(sizes)),
        "error_90": plain(float(np.quantile(sizes, 0.9))),
    }


def scores(judged: Sequence[Judged], rules: Rules) -> Table:
    """Reliability of the scores, of all proposals and of each class, and the maps that mend it."""
    scored = [one for row in judged for one in row.scores]
    return {**_reliabilities(scored, rules), "map": score_maps(scored, rules)}


def score_maps(scored: Sequence[Scored], rules: Rules) -> dict[str, list[list[float | None]]]:
    """Monotone map [[score, part that is right], …] of ``all`` and of each class with enough."""
    maps = {}
    for name in ("all", *in_order(one.activity for one in scored)):
        own = [one for one in scored if name in ("all", one.activity)]
        if len(own) >= rules.scores.least:
            maps[name] = [[plain(x), plain(y)] for x, y in monotone_map(own)]
    return maps


def mapped_scores(
    judged: Sequence[Judged],
    maps: Mapping[str, Sequence[tuple[float, float]]],
    rules: Rules,
) -> Table:
    """Reliability after maps that were fitted elsewhere, best on other recordings."""
    every = maps.get("all", ())
    moved = [
        replace(one, score=mapped(one.score, maps.get(one.activity, every)))
        for row in judged
        for one in row.scores
    ]
    return _reliabilities(moved, rules)


def _reliabilities(scored: Sequence[Scored], rules: Rules) -> Table:
    classes = in_order(one.activity for one in scored)
    return {
        "all": _reliability(reliability(scored, rules.scores.bins)),
        "classes": {name: _reliability_of(scored, name, rules) for name in classes},
    }


def _reliability_of(scored: Sequence[Scored], name: str, rules: Rules) -> Table:
    own = [one for one in scored if one.activity == name]
    return _reliability(reliability(own, rules.scores.bins))


def _reliability(found: Reliability) -> Table:
    return {
        "items": found.items,
        "expected_error": plain(found.expected_error),
        "bins": [
            {
                "from": one.start,
                "to": one.stop,
                "items": one.items,
                "mean_score": plain(one.mean_score),
                "right": plain(one.right),
            }
            for one in found.bins
        ],
    }


def alarms(judged: Sequence[tuple[str, Judged]]) -> Table:
    """False alarms on recordings without spontaneous activity.

    Parameters
    ----------
    judged : sequence of (kind, Judged)
        Kind: why the recording must stay silent (``rest``, ``artefact`` …).
    """
    kinds = list(dict.fromkeys(kind for kind, _ in judged))
    return {
        **_alarms([one for _, one in judged]),
        "kinds": {kind: _alarms([one for k, one in judged if k == kind]) for kind in kinds},
    }


def _alarms(judged: Sequence[Judged]) -> Table:
    minutes = fmean([one.watched_s for one in judged]) * len(judged) / 60.0 if judged else 0.0
    said = sum((one.alarms for one in judged), Counter[str]())
    return {
        "recordings": len(judged),
        "recordings_with": sum(one.alarms.total() > 0 for one in judged),
        "minutes": plain(minutes),
        "alarms": said.total(),
        "per_minute": plain(part(said.total(), minutes)),
        "potentials": sum(one.alarm_potentials.total() for one in judged),
        "classes": {name: said[name] for name in in_order(said)},
    }
