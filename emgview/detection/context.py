"""What else fires where a run lies: it lowers the scores of what is mixed up there.

A resting discharge in voluntary activity is doubtful, unless it is more regular than will can be or
goes on where no unit fires. A short would-be motor unit among end-plate spikes is one of them.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.runs import Run
from emgview.detection.stretches import overlap_fraction
from emgview.model.interval import SampleInterval

_AT_REST = ("fib", "psw", "eps", "scmusd")


def in_context(
    run: Run,
    interval: SampleInterval,
    scores: dict[str, float],
    voluntary: list[SampleInterval],
    plate: list[SampleInterval],
    p: Parameters,
) -> tuple[dict[str, float], list[str]]:
    """Scores in view of voluntary stretches and those of end-plate spikes, and the reasons."""
    v = p.voluntary
    short = run.waveform.duration_ms < p.mup.duration_ms[0]
    if short and overlap_fraction(interval, plate) > v.context_fraction:
        return scores | {"mup": scores["mup"] * v.context_factor}, []
    inside_will = overlap_fraction(interval, voluntary)
    if inside_will <= v.context_fraction or _is_sure(run, voluntary, p):
        return scores, []
    lowered = {
        name: score * (v.context_factor if name in _AT_REST else 1)
        for name, score in scores.items()
    }
    return lowered, ["lies in voluntary activity"]


def _is_sure(run: Run, voluntary: list[SampleInterval], p: Parameters) -> bool:
    """A long train more regular than will can be, or one that goes on where no unit fires."""
    v = p.voluntary
    r = run.rhythm
    if r is None or r.n < v.sure_n:
        return False
    if r.local_cv <= v.sure_cv:
        return True
    starts, stops = [i.start for i in voluntary], [i.stop for i in voluntary]
    inside = np.searchsorted(starts, run.times, "right") > np.searchsorted(stops, run.times)
    beside = int(len(run.times) - inside.sum())
    return beside >= p.train.least_fib and r.local_cv <= p.fib.local_cv
