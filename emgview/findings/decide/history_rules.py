"""H1 to H3: what the history adds. None of them is a sign of the needle."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    SUPPORTED,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.phrases import entered, entry

Muscles = Sequence[MuscleVerdicts]


def _has_fasciculation(muscles: Muscles) -> bool:
    return any(m.m2.outcome is SUPPORTED for m in muscles)


def drug_or_toxin(muscles: Muscles, entries: Entries) -> Verdict | None:
    """H1: an exposure that is linked to fasciculation."""
    found = entries.many("exposure")
    if found is None:
        return insufficient([entry("exposure")], told=False) if muscles else None
    if found == ("none",):
        return None
    words = entered(entries, "exposure")
    return supported(words, exposure=words)


def thyroid(muscles: Muscles, entries: Entries) -> Verdict | None:
    """H2: thyroid function beside fasciculation."""
    if not _has_fasciculation(muscles):
        return None
    found = entries.get("thyroid")
    if found is None:
        return insufficient([entry("thyroid")], told=False)
    words = entered(entries, "thyroid")
    if found != "raised":
        return not_supported(words, thyroid=words, told=False)
    return supported(words)


def envenomation(muscles: Muscles, entries: Entries) -> Verdict | None:
    """H3: bites and stings."""
    found = entries.many("envenomation")
    if found is None:
        return insufficient([entry("envenomation")], told=False) if muscles else None
    if found == ("none",):
        return None
    words = entered(entries, "envenomation")
    return supported(words, envenomation=words)
