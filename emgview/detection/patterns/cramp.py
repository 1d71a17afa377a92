"""Cramp discharge: many units that come in one by one, fire without rhythm, and end in a sputter.

Source: Ross and Thomas 1995 (intervals vary by 45 %, 10-30 % under will). Full effort looks alike
at its height: what tells is the beginning and the end, and whether a unit keeps a rhythm there. An
effort ends at once when it is asked to, however slowly it grew. Where the end is not seen nobody can
tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.discharges import discharges_of
from emgview.detection.patterns.found import Pattern
from emgview.detection.patterns.trace import Block, Spell
from emgview.detection.scores import at_least
from emgview.model.interval import SampleInterval
from emgview.signal.rhythm import rhythm

Float = NDArray[np.float64]


def cramps_of(block: Block, willed: list[SampleInterval], p: Parameters) -> list[Pattern]:
    """Cramp discharges of a block (thinned grid).

    ``willed``: stretches in which the patient was asked to contract, on the thinned grid.
    """
    found = [_cramp(spell, block, willed, p) for spell in block.spells]
    return [pattern for pattern in found if pattern is not None]


def _cramp(
    spell: Spell, block: Block, willed: list[SampleInterval], p: Parameters
) -> Pattern | None:
    c, rate = p.cramp, block.rate_hz
    if len(spell.x) < c.least_s * rate:
        return None
    step = round(c.frame_s * rate)
    frames = spell.x[: len(spell.x) // step * step].reshape(-1, step)
    level = np.sqrt((frames**2).mean(axis=1))
    height = float(np.quantile(level, 0.8))
    on, full = np.flatnonzero(level >= c.begin * height), np.flatnonzero(level >= c.full * height)
    rise, fall = (full[0] - on[0]) * c.frame_s, (on[-1] - full[-1]) * c.frame_s
    interval = SampleInterval(spell.start + int(on[0]) * step, spell.start + int(on[-1] + 1) * step)
    # at its height where the last activity ends: it may go on, or may have ended at once
    unseen = spell is block.spells[-1] and fall < c.fall_s / 2
    score = (
        at_least(height, c.least_uv)
        * at_least(height, c.over_noise * spell.sigma)
        * at_least(len(interval) / rate, c.least_s, 0.01)
        * at_least(rise, c.rise_s, 0.7)
        * (1.0 if unseen else at_least(fall, c.fall_s, 0.5))
        * (0.0 if spell.start == 0 else 1.0)
        * (0.0 if any(interval.overlaps(w) for w in willed) else 1.0)
    )
    if score < p.claim.least_score:
        return None
    pad = c.edge_s
    first = (on[0] * c.frame_s - pad, full[0] * c.frame_s + pad)
    last = (full[-1] * c.frame_s - pad, on[-1] * c.frame_s + pad)
    steadiest = min(_steadiest(spell, block, a, b, p) for a, b in (first, last))
    score *= at_least(steadiest, c.local_cv, 0.4)
    if score < p.claim.least_score:
        return None
    activity = "cramp"
    reasons = (
        f"many units, builds up in {rise:.1f} s, fades in {fall:.1f} s",
        "no unit keeps a rhythm: interval variation "
        + (f"from {100 * steadiest:.0f} %" if np.isfinite(steadiest) else "not measurable"),
        f"{len(interval) / rate:.1f} s",
    )
    none = np.empty(0, dtype=np.int64)
    if unseen:  # an effort that grows slowly begins so, too
        score, activity = c.unseen, "cannot_tell"
        reasons = ("may be a cramp or an effort: its end is not seen", *reasons)
    cv = float(steadiest) if np.isfinite(steadiest) else None
    return Pattern(
        activity, score, interval, (interval,), none, 1, 2, interval_cv=cv, reasons=reasons
    )


def _steadiest(spell: Spell, block: Block, start_s: float, stop_s: float, p: Parameters) -> float:
    """Interval variation of the unit that fires most regularly in a part of a spell."""
    a, b = (max(0, round(s * block.rate_hz)) for s in (start_s, stop_s))
    part = Spell(spell.start + a, spell.x[a:b], spell.sigma)
    if len(part.x) == 0:
        return float("inf")
    found = discharges_of(Block((part,), block.rate_hz, block.stride), p)
    if found is None:
        return float("inf")
    values = [float("inf")]
    for unit in range(int(found.unit.max(initial=-1)) + 1):
        times = found.times[found.unit == unit] / block.rate_hz
        if len(times) >= p.cramp.least_n:
            r = rhythm(times)
            values.append(r.local_cv if r else float("inf"))
    return min(values)
