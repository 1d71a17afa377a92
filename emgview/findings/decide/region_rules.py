"""G1 to G3: regions, by the muscle rule of one set of criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    INSUFFICIENT,
    NOT_SUPPORTED,
    SUPPORTED,
    Outcome,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.facts import REGIONS, MuscleFacts
from emgview.findings.phrases import Term, Told, joined, names, say, titled
from emgview.findings.rule_table import RuleTable

RULE_OF = {"bulbar": "G1", "cervical": "G2", "thoracic": "G3", "lumbosacral": "G2"}


@dataclass(frozen=True, slots=True)
class RegionVerdicts:
    """All regions by one muscle rule.

    ``rule`` is ``m5`` (revised El Escorial) or ``m6`` (Awaji, Gold Coast).
    """

    rule: str
    regions: tuple[tuple[str, Verdict], ...]

    def outcome(self, region: str) -> Outcome:
        """Outcome of one region."""
        return dict(self.regions)[region].outcome

    @property
    def met(self) -> tuple[str, ...]:
        """Regions that meet the rule, from above down."""
        return tuple(r for r, v in self.regions if v.outcome is SUPPORTED)

    @property
    def open(self) -> tuple[str, ...]:
        """Regions of which nothing can be said."""
        return tuple(r for r, v in self.regions if v.outcome is INSUFFICIENT)


def judge_regions(muscles: Sequence[MuscleVerdicts], rule: str, table: RuleTable) -> RegionVerdicts:
    """All four regions by ``m5`` or ``m6``."""
    done = []
    for region in REGIONS:
        own = [m for m in muscles if m.facts.region == region]
        judge = limb_region if RULE_OF[region] == "G2" else single_muscle_region
        if region == "thoracic":
            own = [m for m in own if m.facts.muscle in table.muscles["thoracic"]]
        done.append((region, judge(own, rule, table)))
    return RegionVerdicts(rule, tuple(done))


def single_muscle_region(muscles: Sequence[MuscleVerdicts], rule: str, table: RuleTable) -> Verdict:
    """G1 and G3: one muscle is enough. For G3 only those that fit are handed in."""
    del table
    met, examined, doubtful = _sorted(muscles, rule)
    if met:
        return supported(*_titles(met), muscles=names(met))
    if not examined:
        why = say("muscles_leave_open" if muscles else "not_examined")
        missing = [why, *_lacks(muscles, rule)]
        return insufficient(missing)
    if doubtful:
        return insufficient([say("part_met", muscle=titled(m)) for m in doubtful])
    return not_supported(*_titles(examined), muscles=names(examined), told=False)


def limb_region(muscles: Sequence[MuscleVerdicts], rule: str, table: RuleTable) -> Verdict:
    """G2: two muscles with different nerve and different principal root, either side."""
    met, examined, doubtful = _sorted(muscles, rule)
    enough = int(table.limits["limb_region_enough"])
    needed = int(table.limits["limb_region_muscles"])
    if _fitting(met):
        pair = _fitting(met)
        return supported(
            *_titles(pair),
            muscles=names(met),
            n=len(met),
            strict=say("met" if _fitting(met, strict=True) else "not_met"),
        )
    if len(met) >= needed:
        return insufficient([say("share_nerve", muscles=names(met))])
    if doubtful:
        return insufficient([say("part_met", muscle=titled(m)) for m in doubtful])
    all_known = (*met, *examined)
    if len(all_known) >= enough or (not met and _fitting(examined)):
        return not_supported(*_titles(all_known), muscles=names(all_known), told=False)
    if met:
        return insufficient(
            [say("only_one_meets", needed=enough, muscles=names(met), n=len(all_known))]
        )
    why = say("two_different" if muscles else "not_examined")
    return insufficient([why, *_lacks(muscles, rule)])


def _sorted(
    muscles: Sequence[MuscleVerdicts], rule: str
) -> tuple[tuple[MuscleFacts, ...], tuple[MuscleFacts, ...], tuple[MuscleFacts, ...]]:
    """Muscles that meet the rule, those that surely do not, and open ones with a part of it."""
    by = [(m, getattr(m, rule).outcome) for m in muscles]
    return (
        tuple(m.facts for m, outcome in by if outcome is SUPPORTED),
        tuple(m.facts for m, outcome in by if outcome is NOT_SUPPORTED),
        tuple(m.facts for m, outcome in by if outcome is INSUFFICIENT and _has_part(m, rule)),
    )


def _has_part(muscle: MuscleVerdicts, rule: str) -> bool:
    """Whether a part of the rule is there; fasciculation alone is no part of M5."""
    parts = [muscle.trains, muscle.neurogenic]
    if rule == "m6":
        parts.append(muscle.m2.outcome)
    return SUPPORTED in parts


def _lacks(muscles: Sequence[MuscleVerdicts], rule: str) -> list[Told]:
    """What each muscle lacks for the rule."""
    verdicts: list[tuple[MuscleVerdicts, Verdict]] = [(m, getattr(m, rule)) for m in muscles]
    return [
        say(
            "pair",
            one=titled(m.facts),
            other=joined(v.missing) if v.missing else say("examined_not_met"),
        )
        for m, v in verdicts
    ]


def _titles(muscles: Sequence[MuscleFacts]) -> tuple[Term, ...]:
    return tuple(titled(m) for m in muscles)


def _fitting(muscles: Sequence[MuscleFacts], *, strict: bool = False) -> tuple[MuscleFacts, ...]:
    """Two muscles that count as different, or nothing."""
    return next((pair for pair in combinations(muscles, 2) if fits(*pair, strict=strict)), ())


def fits(one: MuscleFacts, other: MuscleFacts, *, strict: bool = False) -> bool:
    """Whether nerve and principal root differ; ``strict``: no root is shared at all.

    A muscle whose principal root the table does not name differs only where no root is shared.
    """
    if not one.trunk or not other.trunk or one.trunk == other.trunk:
        return False
    apart = bool(one.roots) and bool(other.roots) and not one.roots & other.roots
    if strict or not one.principal or not other.principal:
        return apart
    return not one.principal & other.principal
