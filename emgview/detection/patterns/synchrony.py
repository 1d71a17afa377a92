"""Bursts that come together in two channels: hemifacial spasm's synchronous facial bursts.

Brief bursts at 150-400 a second, irregular, at once in muscles of two branches of the facial nerve
(Nielsen 1984). Tremor is synchronous too, but regular; what both channels pick up alike, peak by
peak, is one source seen twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.patterns.bursts import Burst
from emgview.detection.patterns.found import Pattern
from emgview.detection.scores import at_least
from emgview.model.interval import SampleInterval, union
from emgview.signal.rhythm import rhythm


def synchronous(
    bursts: Mapping[int, list[Burst]], fs: float, p: Parameters
) -> dict[int, list[Pattern]]:
    """Patterns of each channel whose bursts coincide with those of another."""
    found: dict[int, list[Pattern]] = {}
    for a, b in combinations(sorted(bursts), 2):
        pairs = _pairs(bursts[a], bursts[b], fs, p)
        score = _score(pairs, bursts[a], bursts[b], fs, p)
        if score < p.claim.least_score:
            continue
        for channel, chosen in ((a, [x for x, _ in pairs]), (b, [y for _, y in pairs])):
            if channel not in found:
                other = b if channel == a else a
                found[channel] = [_pattern(chosen, other, pairs, score, fs, p)]
    return found


def _pairs(
    first: list[Burst], second: list[Burst], fs: float, p: Parameters
) -> list[tuple[Burst, Burst]]:
    """Bursts that begin together and overlap."""
    near = p.hfs.onset_ms / 1000 * fs
    starts = np.array([burst.start for burst in second])
    out = []
    for burst in first:
        if not len(starts):
            break
        k = int(np.argmin(np.abs(starts - burst.start)))
        other = second[k]
        overlap = min(burst.stop, other.stop) - max(burst.start, other.start)
        if abs(other.start - burst.start) <= near and overlap > 0:
            out.append((burst, other))
    return out


def _score(
    pairs: list[tuple[Burst, Burst]], first: list[Burst], second: list[Burst], fs: float,
    p: Parameters,
) -> float:  # fmt: skip
    h = p.hfs
    if len(pairs) < h.least_n:
        return 0.0
    rates = [burst.rate_hz for pair in pairs for burst in pair]
    recur = rhythm(np.array([a.start for a, _ in pairs]) / fs)
    alike = np.median([_same_peaks(a, b, fs, p) for a, b in pairs])
    if recur is None or alike > h.same_peaks:
        return 0.0
    together = len(pairs) / max(min(len(first), len(second)), 1)
    return (
        at_least(together, h.together, 0.3)
        * at_least(float(np.median(rates)), h.rate_hz, 0.3)
        * at_least(recur.local_cv, h.recur_cv, 0.5)
    )


def _same_peaks(a: Burst, b: Burst, fs: float, p: Parameters) -> float:
    """Part of the peaks of a burst that the other channel has at the same moment."""
    distance = np.abs(a.peaks[:, np.newaxis] - b.peaks[np.newaxis, :]).min(axis=1)
    return float(np.mean(distance <= p.hfs.same_ms / 1000 * fs))


def _pattern(
    chosen: list[Burst], other: int, pairs: list[tuple[Burst, Burst]], score: float, fs: float,
    p: Parameters,
) -> Pattern:  # fmt: skip
    edge = round(p.hfs.edge_ms / 1000 * fs)
    spans = union(SampleInterval(max(b.start - edge, 0), b.stop + edge) for b in chosen)
    peaks = np.unique(np.concatenate([b.peaks for b in chosen]))
    rate = float(np.median([b.rate_hz for b in chosen]))
    lengths = [(b.stop - b.start) / fs * 1000 for b in chosen]
    delays = [abs(a.start - b.start) / fs * 1000 for a, b in pairs]
    recur = rhythm(np.array([b.start for b in chosen]) / fs)
    reasons = (
        f"{len(chosen)} bursts at once with channel {other + 1}, "
        f"{np.median(delays):.0f} ms apart at their beginning",
        f"{rate:.0f} discharges a second in bursts of {np.median(lengths):.0f} ms",
        "irregular" if recur is None else f"irregular: variation {100 * recur.local_cv:.0f} %",
    )
    return Pattern(
        "hfs", score, SampleInterval(spans[0].start, spans[-1].stop), tuple(spans), peaks,
        max(1, edge // 4), max(2, edge // 4),
        rate_hz=rate,
        interval_cv=None if recur is None else recur.local_cv,
        reasons=reasons,
    )  # fmt: skip
