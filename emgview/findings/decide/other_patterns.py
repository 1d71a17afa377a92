"""P1 to P5 and N4 to N6: patterns that are not about fasciculation or one territory."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    INSUFFICIENT,
    NOT_SUPPORTED,
    SUPPORTED,
    Verdict,
    insufficient,
    names,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import REGIONS, MuscleFacts
from emgview.findings.rule_table import RuleTable
from emgview.model import Side

Muscles = Sequence[MuscleVerdicts]
_LIMBS = ("cervical", "lumbosacral")


def _facts(muscles: Muscles) -> list[MuscleFacts]:
    return [m.facts for m in muscles]


def trains_without_change(muscles: Muscles) -> Verdict | None:
    """P1: fibrillation potentials without chronic change, where no myopathic pattern explains."""
    found = [m for m in muscles if m.m1.outcome is SUPPORTED and m.m4.outcome is not SUPPORTED]
    sure = [m for m in found if m.neurogenic is NOT_SUPPORTED]
    if sure:
        return supported(*(m.facts.title for m in sure), muscles=names(_facts(sure)))
    unknown = [m for m in found if m.neurogenic is INSUFFICIENT]
    if not unknown:
        return None
    missing = [f"{m.facts.title}: {why}" for m in unknown for why in m.m3.missing]
    return insufficient(missing, muscles=names(_facts(unknown)))


def change_without_trains(muscles: Muscles) -> Verdict | None:
    """P2: chronic change, and no spontaneous activity of the kind in any muscle examined."""
    changed = [m for m in muscles if m.neurogenic is SUPPORTED]
    active = [m for m in muscles if m.facts.trains or m.m2.outcome is SUPPORTED]
    if not changed or active:
        return None
    where = names(_facts(changed))
    missing = [
        f"{m.facts.title}: {why}"
        for m in muscles
        for v in (m.m1, m.m2)
        if v.outcome is INSUFFICIENT
        for why in v.missing
    ]
    if missing:
        return insufficient(missing, muscles=where)
    return supported(f"neurogenic change in {where}", muscles=where)


def distal_symmetric(muscles: Muscles, entries: Entries) -> Verdict | None:
    """P3: change in distal muscles of both sides and in no others."""
    changed = [m for m in muscles if SUPPORTED in (m.trains, m.neurogenic)]
    sides = {m.facts.side for m in changed}
    distal = changed and all(m.facts.segment == "distal" for m in changed)
    if not distal or not {Side.LEFT, Side.RIGHT} <= sides:
        return None
    where = names(_facts(changed))
    abnormal = entries.says("ncs_sensory", "abnormal")
    if abnormal is None:
        return insufficient([entries.title("ncs_sensory")], muscles=where)
    if not abnormal:
        return not_supported("sensory conduction normal", muscles=where)
    return supported(f"distal change of both sides: {where}", muscles=where)


def repetitive_alone(muscles: Muscles) -> Verdict | None:
    """P4: complex repetitive discharges and nothing else."""
    found = [m for m in muscles if m.facts.has("crd")]
    if not found or any(_has_more_than_crd(m) for m in muscles):
        return None
    return supported(*(m.facts.title for m in found), muscles=names(_facts(found)))


def _has_more_than_crd(muscle: MuscleVerdicts) -> bool:
    return (
        bool(muscle.facts.trains)
        or SUPPORTED in (muscle.m2.outcome, muscle.neurogenic, muscle.m4.outcome)
        or any(name != "crd" for name in muscle.facts.discharges)
    )


def nothing_found(muscles: Muscles) -> Verdict | None:
    """P5: no abnormality in any muscle; supported only where all of it was examined."""
    if not muscles or any(_has_anything(m) for m in muscles):
        return None
    missing = [
        f"{region} region not examined"
        for region in REGIONS
        if region not in {m.facts.region for m in muscles}
    ]
    for m in muscles:
        rules = ("M0", m.m0), ("M1", m.m1), ("M2", m.m2), ("M3", m.m3)
        open_rules = [rule for rule, v in rules if v.outcome is INSUFFICIENT]
        if m.facts.other is None:
            open_rules.append("other discharges")
        if open_rules:
            missing.append(f"{m.facts.title}: {', '.join(open_rules)}")
    if missing:
        return insufficient(missing)
    return supported(*(m.facts.title for m in muscles), n=len(muscles))


def _has_anything(muscle: MuscleVerdicts) -> bool:
    facts = muscle.facts
    return (
        bool(facts.trains or facts.fp or facts.other or facts.discharges)
        or SUPPORTED in (muscle.neurogenic, muscle.m4.outcome)
        or facts.insertional in ("none", "decreased", "increased", "highly increased")
        or facts.recruitment in ("reduced", "early", "single unit", "none")
        or facts.interference not in ("", "full")
        or "decreased" in (facts.amplitude, facts.duration)
        or facts.polyphasia == "increased"
        or facts.stability == "unstable"
    )


def myokymic_limb(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N4: grouped discharges of one unit in a limb."""
    found = [m.facts for m in muscles if m.facts.has("myokymic") and m.facts.region in _LIMBS]
    if not found:
        return None
    where = names(found)
    against = [
        entries.title(key)
        for key in ("changed_by_will", "several_units")
        if entries.says(key, "yes")
    ]
    if against:
        return not_supported(*against, muscles=where)
    bursts = sum(facts.discharges["myokymic"].bursts for facts in found)
    needed = int(table.limits["bursts"])
    if bursts < needed:
        return insufficient([f"{needed} bursts; {bursts} were recorded"], muscles=where)
    return supported(f"{bursts} bursts", muscles=where)


def neuromyotonic(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N5: neuromyotonic discharges or multiplets in several muscles."""
    found = [m.facts for m in muscles if m.facts.has("neuromyotonic", "multiplet")]
    if not found:
        return None
    where = names(found)
    if all(facts.has("myotonic", "crd") for facts in found):
        return not_supported("myotonic or complex repetitive discharges", muscles=where)
    missing = []
    if len(found) < table.limits["neuromyotonic_muscles"]:
        missing.append("a second muscle")
    if entries.get("sleep") is None:
        missing.append(entries.title("sleep"))
    if missing:
        return insufficient(missing, muscles=where)
    return supported(where, muscles=where, support=_support_of_hyperexcitability(found, entries))


def _support_of_hyperexcitability(found: Sequence[MuscleFacts], entries: Entries) -> str:
    distal = sum(facts.segment == "distal" for facts in found)
    parts = [
        words
        for words, is_so in (
            ("more distal than proximal", distal > len(found) - distal),
            ("stiffness", entries.says("stiffness", "yes")),
            ("persisting in sleep", entries.says("sleep", "persist")),
        )
        if is_so
    ]
    return f" (in support: {', '.join(parts)})" if parts else ""


def myotonic(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N6: myotonic discharges, each long enough, in several muscles."""
    found = [m.facts for m in muscles if m.facts.has("myotonic")]
    if not found:
        return None
    where = names(found)
    if entries.says("waning_only", "yes"):
        return not_supported("they only wane", muscles=where)
    least_s = table.limits["myotonic_ms"] / 1000
    long_enough = [f for f in found if f.discharges["myotonic"].longest_s >= least_s]
    needed = int(table.limits["myotonic_muscles"])
    if len(long_enough) < needed:
        why = (
            f"{needed} muscles with discharges of {1000 * least_s:g} ms; {len(long_enough)} so far"
        )
        return insufficient([why], muscles=where)
    return supported(names(long_enough), n=len(long_enough), muscles=names(long_enough))
