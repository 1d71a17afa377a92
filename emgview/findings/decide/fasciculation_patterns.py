"""F1 to F7: what fasciculation potentials mean in the company they keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emgview.findings.decide.criteria import NCS, ncs_normal
from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    NOT_SUPPORTED,
    SUPPORTED,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import REGIONS, StudyFacts
from emgview.findings.phrases import (
    Told,
    entered,
    entry,
    entry_with_value,
    joined,
    names,
    region,
    say,
    titled,
)
from emgview.findings.phrases import (
    regions as all_regions,
)
from emgview.findings.rule_table import RuleTable
from emgview.findings.table import floor_tenth, seconds_text

Muscles = Sequence[MuscleVerdicts]
_DEFICITS = (
    ("weakness", "yes"),
    ("wasting", "yes"),
    ("sensory_loss", "yes"),
    ("reflexes", "reduced", "brisk"),
    ("face_weakness", "yes"),
)
_F3_ENTRIES = ("weakness", "wasting", "reflexes", "sensory_loss")


def with_fp(muscles: Muscles) -> list[MuscleVerdicts]:
    """Muscles with fasciculation potentials."""
    return [m for m in muscles if m.m2.outcome is SUPPORTED]


def beyond_fasciculation(muscles: Muscles) -> list[Told]:
    """Fibrillation potentials or sharp waves, and neurogenic change, each with its muscles."""
    trains = [m.facts for m in muscles if m.facts.trains]
    changed = [m.facts for m in muscles if m.neurogenic is SUPPORTED]
    found: list[Told] = []
    if trains:
        found.append(say("trains_in", muscle=names(trains)))
    if changed:
        found.append(say("neurogenic_in", muscle=names(changed)))
    return found


def limits_of_study(muscles: Muscles, table: RuleTable) -> list[Told]:
    """What keeps the study from being adequate for F1: regions, then muscles."""
    needed = table.limits["fasciculation_rest_s"]
    watched = {m.facts.region for m in muscles if floor_tenth(m.facts.rest_s) >= needed}
    regions = [region for region in REGIONS if region not in watched]
    missing: list[Told] = []
    if regions:
        missing.append(say("regions_short", regions=all_regions(regions)))
    short = [m.facts for m in muscles if floor_tenth(m.facts.rest_s) < needed]
    if short:
        missing.append(say("rest_short", s=seconds_text(needed), muscles=names(short)))
    unclear = [m.facts for m in muscles if m.m1.outcome is not NOT_SUPPORTED]
    if unclear:
        missing.append(say("fib_unclear", muscles=names(unclear)))
    unjudged = [m.facts for m in muscles if m.neurogenic is not NOT_SUPPORTED]
    if unjudged:
        missing.append(say("mup_unjudged", muscles=names(unjudged)))
    return missing


def fasciculation_alone(muscles: Muscles, table: RuleTable) -> tuple[str, Verdict] | None:
    """F1 or F2 with its verdict, which is *insufficient* whatever else there is.

    None where there are no fasciculation potentials, or more than them.
    """
    found = with_fp(muscles)
    if not found or beyond_fasciculation(muscles):
        return None
    where = names(m.facts for m in found)
    inputs = (say("fp_in", muscles=where),)
    missing = limits_of_study(muscles, table)
    if missing:
        return "F2", insufficient(missing, inputs, muscles=where)
    rest = min(m.facts.rest_s for m in muscles)
    regions = len({m.facts.region for m in muscles} & set(REGIONS))
    verdict = insufficient(
        [say("beyond_fp")],
        inputs,
        muscles=where,
        n=len(muscles),
        r=regions,
        s=seconds_text(rest),
    )
    return "F1", verdict


def deficits(entries: Entries) -> list[Told]:
    """Entered signs that benign fasciculation does not have."""
    found: list[Told] = [
        entry_with_value(entries, key) for key, *values in _DEFICITS if entries.says(key, *values)
    ]
    if ncs_normal(entries) is False:
        found.append(say("ncs_not_normal"))
    if entries.get("weak_muscles"):
        found.append(say("weak_entered"))
    upper = [r for r in REGIONS if entries.says(f"umn_{r}", "present")]
    lower = [r for r in REGIONS if entries.says(f"lmn_{r}", "present")]
    if upper:
        found.append(say("umn_in", regions=all_regions(upper)))
    if lower:
        found.append(say("lmn_in", regions=all_regions(lower)))
    return found


def benign_compatible(study: StudyFacts, muscles: Muscles, table: RuleTable) -> Verdict | None:
    """F3: F1, and the clinic entered and normal. Never without the advice to follow up."""
    if not with_fp(muscles):
        return None
    against = beyond_fasciculation(muscles) + deficits(study.entries)
    if against:
        return not_supported(*against)
    entries = study.entries
    missing: list[Told] = [entry(key) for key in (*_F3_ENTRIES, *NCS) if entries.get(key) is None]
    missing += limits_of_study(muscles, table)
    if missing:
        return insufficient(missing)
    return supported(say("none_beyond_fp"), say("clinic_normal"))


def description(study: StudyFacts, muscles: Muscles) -> Verdict | None:
    """F4: constancy, rhythm and rate as numbers; they weigh nothing."""
    found = with_fp(muscles)
    if not found:
        return None
    numbers = [(m.facts, m.facts.fasciculation) for m in found if m.facts.fasciculation]
    cv = [
        say("measure", what=titled(f), value=f"{n.cv:.2f}") for f, n in numbers if n.cv is not None
    ]
    rate = [
        say("rate_in", muscle=titled(f), rate=f"{n.rate_per_min:.1f}")
        for f, n in numbers
        if n.rate_per_min is not None
    ]
    blanks: dict[str, Any] = {
        "cv": joined(cv) if cv else say("not_measured"),
        "rate": joined(rate) if rate else say("not_measured"),
    }
    constancy = study.entries.get("repeat_study")
    if constancy is None:
        return insufficient([say("earlier_study")], **blanks)
    words = entered(study.entries, "repeat_study")
    return supported(say("site_earlier", where=words), constancy=words, **blanks)


def one_region(muscles: Muscles) -> Verdict | None:
    """F5: fasciculation and neurogenic change in the same muscle, in one region only."""
    both = [m.facts for m in with_fp(muscles) if m.neurogenic is SUPPORTED]
    regions = {facts.region for facts in both}
    if len(regions) != 1:
        return None
    where = names(both)
    return insufficient(
        [say("lesion_place")],
        (say("fp_and_change", muscles=where),),
        region=region(regions.pop()) if "" not in regions else say("region_unknown"),
        muscles=where,
    )


def complex_potentials(muscles: Muscles, table: RuleTable) -> Verdict | None:
    """F6: complex potentials in several muscles; soft, and in no criteria."""
    found = [(m.facts, n) for m in with_fp(muscles) if (n := m.facts.fasciculation)]
    with_complex = [facts for facts, n in found if n.n_complex]
    if not with_complex:
        return None
    total = sum(n.n for _, n in found)
    classified = sum(n.classified for _, n in found)
    share = 100 * sum(n.n_complex for _, n in found) / classified
    blanks: dict[str, Any] = {"c": f"{share:.0f}", "muscles": names(with_complex)}
    missing: list[Told] = []
    if total < table.limits["complex_least"]:
        missing.append(say("potentials_few", needed=f"{table.limits['complex_least']:g}", n=total))
    if len(with_complex) < table.limits["complex_muscles"]:
        missing.append(say("several_complex"))
    windows = [n.isolated_windows for _, n in found]
    if all(w is None for w in windows):
        missing.append(say("units_needed"))
    elif not any(windows):
        missing.append(say("isolated_none"))
    if missing:
        return insufficient(missing, (say("complex_share", percent=f"{share:.0f}"),), **blanks)
    return supported(say("complex_share", percent=f"{share:.0f}"), **blanks)


def cramp_fasciculation(study: StudyFacts, muscles: Muscles, table: RuleTable) -> Verdict | None:
    """F7: fasciculation and cramp without more."""
    if not with_fp(muscles):
        return None
    entries = study.entries
    has_cramp = any(m.facts.has("cramp") for m in muscles) or entries.says("cramps", "yes")
    if has_cramp is False:
        return None
    against = beyond_fasciculation(muscles)
    if against and has_cramp:
        return not_supported(*against)
    if against:
        return None
    missing: list[Told] = [] if has_cramp else [entry("cramps")]
    missing += [entry(key) for key in NCS if entries.get(key) is None]
    missing += limits_of_study(muscles, table)
    if missing:
        return insufficient(missing, told=bool(has_cramp))
    pain = [entry(k) for k in ("myalgia", "exercise_intolerance") if entries.says(k, "yes")]
    return supported(say("fp_and_cramp"), *pain)
