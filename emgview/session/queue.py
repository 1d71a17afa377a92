"""What helps most to look at next. Pure."""

from __future__ import annotations

import math
from functools import lru_cache

from emgview.model import load_vocabulary
from emgview.session.review_settings import QueueSettings, load_review_settings

_MANY = 1000  # potentials whose decision at once counts fully


def helps(
    activity: str, score: float | None, n_potentials: int, settings: QueueSettings | None = None
) -> float:
    """How much a decision about an item helps, 0…1: uncertain and consequential items most.

    Depends on what was proposed alone, so an order by it stays while decisions are made.

    Parameters
    ----------
    activity : str
        Class as proposed.
    score : float or None
        Of the proposal; None for a label of a person, which is certain.
    n_potentials : int
        That the one decision settles.
    """
    if settings is None:
        return _usual(activity, score, n_potentials)
    return _weighted(activity, score, n_potentials, settings)


@lru_cache(maxsize=200_000)
def _usual(activity: str, score: float | None, n_potentials: int) -> float:
    """By the shipped weights; an order asks for the same ones over and over."""
    return _weighted(activity, score, n_potentials, load_review_settings().queue)


def _weighted(activity: str, score: float | None, n_potentials: int, p: QueueSettings) -> float:
    known = load_vocabulary().get(activity)
    consequence = p.groups.get(known.group if known else "undecided", 1.0)
    uncertain = 0.0 if score is None else 1.0 - min(max(score, 0.0), 1.0)
    size = min(math.log1p(n_potentials) / math.log1p(_MANY), 1.0)
    total = p.uncertainty + p.consequence + p.size
    weighted = p.uncertainty * uncertain + p.consequence * consequence + p.size * size
    return weighted / total if total > 0 else 0.0
