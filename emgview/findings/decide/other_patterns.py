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
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import REGIONS, MuscleFacts
from emgview.findings.phrases import (
    Told,
    entry,
    joined,
    names,
    region,
    say,
    titled,
)
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
        return supported(*(titled(m.facts) for m in sure), muscles=names(_facts(sure)))
    unknown = [m for m in found if m.neurogenic is INSUFFICIENT]
    if not unknown:
        return None
    missing = [say("pair", one=titled(m.facts), other=why) for m in unknown for why in m.m3.missing]
    return insufficient(missing, muscles=names(_facts(unknown)))


def change_without_trains(muscles: Muscles) -> Verdict | None:
    """P2: chronic change, and no spontaneous activity of the kind in any muscle examined."""
    changed = [m for m in muscles if m.neurogenic is SUPPORTED]
    active = [m for m in muscles if m.facts.trains or m.m2.outcome is SUPPORTED]
    if not changed or active:
        return None
    where = names(_facts(changed))
    missing = [
        say("pair", one=titled(m.facts), other=why)
        for m in muscles
        for v in (m.m1, m.m2)
        if v.outcome is INSUFFICIENT
        for why in v.missing
    ]
    if missing:
        return insufficient(missing, muscles=where)
    return supported(say("change_in", muscles=where), muscles=where)


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
        return insufficient([entry("ncs_sensory")], muscles=where)
    if not abnormal:
        return not_supported(say("sensory_normal"), muscles=where)
    return supported(say("distal_both", muscles=where), muscles=where)


def repetitive_alone(muscles: Muscles) -> Verdict | None:
    """P4: complex repetitive discharges and nothing else."""
    found = [m for m in muscles if m.facts.has("crd")]
    if not found or any(_has_more_than_crd(m) for m in muscles):
        return None
    return supported(*(titled(m.facts) for m in found), muscles=names(_facts(found)))


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
    missing: list[Told] = [
        say("region_not_examined", region=region(r))
        for r in REGIONS
        if r not in {m.facts.region for m in muscles}
    ]
    for m in muscles:
        rules = ("M0", m.m0), ("M1", m.m1), ("M2", m.m2), ("M3", m.m3)
        open_rules: list[Told] = [rule for rule, v in rules if v.outcome is INSUFFICIENT]
        if m.facts.other is None:
            open_rules.append(say("other_discharges"))
        if open_rules:
            missing.append(say("pair", one=titled(m.facts), other=joined(open_rules, ", ")))
    if missing:
        return insufficient(missing)
    return supported(*(titled(m.facts) for m in muscles), n=len(muscles))


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
        entry(key) for key in ("changed_by_will", "several_units") if entries.says(key, "yes")
    ]
    if against:
        return not_supported(*against, muscles=where)
    bursts = sum(facts.discharges["myokymic"].bursts for facts in found)
    needed = int(table.limits["bursts"])
    if bursts < needed:
        return insufficient([say("bursts_few", needed=needed, n=bursts)], muscles=where)
    return supported(say("bursts", n=bursts), muscles=where)


def neuromyotonic(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N5: neuromyotonic discharges or multiplets in several muscles."""
    found = [m.facts for m in muscles if m.facts.has("neuromyotonic", "multiplet")]
    if not found:
        return None
    where = names(found)
    if all(facts.has("myotonic", "crd") for facts in found):
        return not_supported(say("myotonic_or_crd"), muscles=where)
    missing: list[Told] = []
    if len(found) < table.limits["neuromyotonic_muscles"]:
        missing.append(say("second_muscle"))
    if entries.get("sleep") is None:
        missing.append(entry("sleep"))
    if missing:
        return insufficient(missing, muscles=where)
    return supported(where, muscles=where, support=_support_of_hyperexcitability(found, entries))


def _support_of_hyperexcitability(found: Sequence[MuscleFacts], entries: Entries) -> Told:
    distal = sum(facts.segment == "distal" for facts in found)
    parts = [
        say(words)
        for words, is_so in (
            ("more_distal", distal > len(found) - distal),
            ("stiff", entries.says("stiffness", "yes")),
            ("in_sleep", entries.says("sleep", "persist")),
        )
        if is_so
    ]
    return say("in_support", parts=joined(parts, ", ")) if parts else ""


def myotonic(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N6: myotonic discharges, each long enough, in several muscles."""
    found = [m.facts for m in muscles if m.facts.has("myotonic")]
    if not found:
        return None
    where = names(found)
    if entries.says("waning_only", "yes"):
        return not_supported(say("only_wane"), muscles=where)
    least_s = table.limits["myotonic_ms"] / 1000
    long_enough = [f for f in found if f.discharges["myotonic"].longest_s >= least_s]
    needed = int(table.limits["myotonic_muscles"])
    if len(long_enough) < needed:
        why = say("muscles_long", needed=needed, ms=f"{1000 * least_s:g}", n=len(long_enough))
        return insufficient([why], muscles=where)
    return supported(names(long_enough), n=len(long_enough), muscles=names(long_enough))
