"""A grouping as a pattern."""

from __future__ import annotations

import numpy as np

from emgview.detection.patterns.discharges import Discharges
from emgview.detection.patterns.found import Pattern, Shape
from emgview.detection.patterns.groups import Grouping
from emgview.model.interval import SampleInterval, union


def of_grouping(
    grouping: Grouping,
    found: Discharges,
    shape: Shape,
    activity: str,
    score: float,
    reasons: tuple[str, ...],
) -> Pattern:
    """Pattern over all groups that claims only the groups (on the thinned grid)."""
    peaks = np.concatenate([found.times[group] for group in grouping.groups])
    spans = union(
        SampleInterval(
            max(int(found.times[group[0]]) - shape.before, 0),
            int(found.times[group[-1]]) + shape.after,
        )
        for group in grouping.groups
    )
    return Pattern(
        activity, score, SampleInterval(spans[0].start, spans[-1].stop), tuple(spans),
        peaks, shape.before, shape.after,
        rate_hz=grouping.rate_hz,
        interval_cv=grouping.recur_cv,
        amplitude_uv=shape.amplitude_uv,
        duration_ms=shape.ms,
        components=shape.components,
        reasons=reasons,
    )  # fmt: skip
