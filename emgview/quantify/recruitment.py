"""Recruitment: how fast the first unit fires when the second appears, and the rate ratio.

Awaji and Gold Coast: a first unit above 10 Hz before the second appears (limb) is reduced
recruitment. Petajan & Philip 1969: recruitment interval 90 +- 32 ms limb, 40 +- 16 ms face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.quantify.interference import RecruitmentRules, pattern_rules

Float = NDArray[np.float64]

WORDS = ("normal", "reduced", "early", "not stated")


@dataclass(frozen=True, slots=True)
class Recruitment:
    """Recruitment of a stretch.

    Parameters
    ----------
    active : int
        Units that fire.
    first_hz : float or None
        Rate of the first unit as the second appears; None where the second was there already.
    fastest_hz, ratio : float or None
        Rate of the fastest unit; the same over the number of active units.
    words : str
        One of ``WORDS``; the machine's, or the reader's.
    reader : bool
        Whether a reader said it.
    """

    active: int
    first_hz: float | None
    fastest_hz: float | None
    ratio: float | None
    words: str
    reader: bool = False

    def overridden(self, words: str) -> Recruitment:
        """What a reader says instead.

        Raises
        ------
        ValueError
            If it is none of ``WORDS``.
        """
        if words not in WORDS:
            raise ValueError(f"{words!r} is none of {', '.join(WORDS)}")
        return replace(self, words=words, reader=True)


def recruitment(
    trains_s: Sequence[Float], *, face: bool = False, p: RecruitmentRules | None = None
) -> Recruitment:
    """Recruitment from the trains of a stretch, times in seconds from its start."""
    p = p or pattern_rules().recruitment
    active = sorted((t for t in trains_s if len(t) >= p.least_discharges), key=lambda t: t[0])
    if not active:
        return Recruitment(0, None, None, None, "not stated")
    fastest = max(1 / float(np.median(np.diff(t))) for t in active)
    ratio = fastest / len(active)
    first = _first_rate(active, p)
    return Recruitment(len(active), first, fastest, ratio, _words(first, face, p))


def _first_rate(active: Sequence[Float], p: RecruitmentRules) -> float | None:
    """Rate of the first unit before the second begins; None where that was not seen."""
    if len(active) < 2:
        return None
    second = float(active[1][0])
    before = active[0][(active[0] <= second) & (active[0] >= second - p.window_s)]
    if len(before) < 3:
        return None
    return 1 / float(np.median(np.diff(before)))


def _words(first_hz: float | None, face: bool, p: RecruitmentRules) -> str:
    if first_hz is None:
        return "not stated"
    reduced, early = (
        (p.face_reduced_hz, p.face_early_hz) if face else (p.limb_reduced_hz, p.limb_early_hz)
    )
    if first_hz > reduced:
        return "reduced"
    return "early" if first_hz < early else "normal"
