"""Superpositions taken apart: at a place that is explained badly, all discharges are set anew.

The greedy order of matching errs where potentials cancel each other or look like a larger one
together. Around such a place the discharges are taken out, each unit in turn is set first, the
others follow greedily, and the combination that explains most is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgview.quantify.matching import Matcher

_MOST_DISCHARGES = 5  # of one superposition
_MOST_FIRST = 4  # units that are tried first, those that explain most alone

Placed = tuple[int, float, float]
"""Unit, place, part of the template's energy explained."""


@dataclass(frozen=True, slots=True)
class Due:
    """A discharge that the rhythm of a unit asks for between two places."""

    unit: int
    start: float
    stop: float


def resolve(matcher: Matcher, place: float, reach: float, due: Due | None = None) -> bool:
    """Set the discharges within ``reach`` of a place anew where that explains more.

    ``due``: a discharge that counts for more, since its unit's rhythm asks for it. Gives whether
    anything changed.
    """
    before = matcher.within(place - reach, place + reach)
    old = _worth(matcher, before, due)
    for unit, at, _ in before:
        matcher.drop(unit, at)
    best, best_worth = before, old
    for first in _firsts(matcher, place, reach, due):
        found = _filled(matcher, place, reach, first)
        worth = _worth(matcher, found, due)
        for unit, at, _ in found:
            matcher.drop(unit, at)
        if worth > best_worth:
            best, best_worth = found, worth
    for unit, at, gain in best:
        matcher.put(unit, at, gain)
    return best is not before


def _firsts(matcher: Matcher, place: float, reach: float, due: Due | None) -> list[Placed]:
    """What may be set first: the units that explain most, and the one that is due."""
    found = matcher.candidates(place - reach, place + reach)[:_MOST_FIRST]
    if due is not None:
        at, gain = matcher.best_in(due.unit, due.start, due.stop)
        if gain > 0.0:
            found.append((due.unit, at, gain))
    return found


def _filled(matcher: Matcher, place: float, reach: float, first: Placed) -> list[Placed]:
    """The first discharge and what follows it greedily; left in the matcher."""
    found = [first]
    matcher.put(*first)
    while len(found) < _MOST_DISCHARGES:
        more = matcher.candidates(place - reach, place + reach)
        if not more:
            break
        found.append(more[0])
        matcher.put(*more[0])
    return found


def _worth(matcher: Matcher, placed: list[Placed], due: Due | None) -> float:
    """Energy that discharges explain, each after those before it, less what each must."""
    energy = matcher.bank.energy
    total = sum(gain * float(energy[unit]) - matcher.floor for unit, _, gain in placed)
    if due is not None:
        there = any(u == due.unit and due.start <= at <= due.stop for u, at, _ in placed)
        total += matcher.due_bonus * float(energy[due.unit]) * there
    return float(np.float64(total))
