"""All rules in their order, each statement with its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from emgview.findings.decide import (
    face_rules,
    fasciculation_patterns,
    history_rules,
    other_patterns,
    territories,
)
from emgview.findings.decide.criteria import (
    Clinic,
    another_reading,
    awaji,
    clinic,
    gold_coast,
    lower_alone,
    revised_el_escorial,
)
from emgview.findings.decide.muscle_rules import MuscleVerdicts, judge_muscle
from emgview.findings.decide.region_rules import RULE_OF, RegionVerdicts, judge_regions
from emgview.findings.decide.values import (
    INSUFFICIENT,
    SUPPORTED,
    Statement,
    Verdict,
    insufficient,
    not_supported,
    statement,
)
from emgview.findings.facts import StudyFacts
from emgview.findings.phrases import rule_title, say
from emgview.findings.rule_table import RuleTable, load_rule_table, wording_problems

Muscles = Sequence[MuscleVerdicts]


def decide(study: StudyFacts, table: RuleTable | None = None) -> tuple[Statement, ...]:
    """Statements of all rules that have something to say, in the order of the table.

    T1, the wording guard, reads the sentences of all others and the reader's conclusion. With no
    muscles there are no statements but its.
    """
    table = table or load_rule_table()
    muscles = [judge_muscle(muscle, table) for muscle in study.muscles]
    found = [statement(rule, verdict, table, m.facts) for m in muscles for rule, verdict in m.items]
    if muscles:
        found += _regions_and_criteria(study, muscles, table)
        found += [
            statement(rule, verdict, table)
            for rule, verdict in _patterns(study, muscles, table)
            if verdict is not None
        ]
    guard = wording(found, study.conclusion, table)
    if guard is not None:
        found.append(statement("T1", guard, table))
    place = {rule: n for n, rule in enumerate(table.order)}
    return tuple(sorted(found, key=lambda s: place[s.rule_id]))


def _regions_and_criteria(
    study: StudyFacts, muscles: Muscles, table: RuleTable
) -> Iterator[Statement]:
    by_m5, by_m6 = judge_regions(muscles, "m5", table), judge_regions(muscles, "m6", table)
    for regions in (by_m5, by_m6):
        for region, verdict in regions.regions:
            blanks: dict[str, Any] = {
                "region": table.words["region"][region],
                "set": table.words["set"][regions.rule],
            }
            yield statement(RULE_OF[region], _quiet(verdict), table, **blanks)
    said = clinic(study.entries)
    alone = fasciculation_patterns.fasciculation_alone(muscles, table) is not None
    for rule, found in _criteria(by_m5, by_m6, said, muscles, table):
        if found is not None:
            yield statement(rule, _held_back(found) if alone else found, table)
    guard = another_reading(muscles, study.entries, table)
    if guard is not None:
        yield statement("X1", guard, table)


def _quiet(verdict: Verdict) -> Verdict:
    """Regions that are met are told by themselves; the others within the criteria."""
    return verdict if verdict.outcome is SUPPORTED else replace(verdict, told=False)


def _criteria(
    by_m5: RegionVerdicts, by_m6: RegionVerdicts, said: Clinic, muscles: Muscles, table: RuleTable
) -> Iterator[tuple[str, Verdict | None]]:
    yield "C-REEC", revised_el_escorial(by_m5, said, table)
    yield "C-AWAJI", awaji(by_m6, said)
    yield "C-GC", gold_coast(by_m6, said)
    yield "C-LMN", lower_alone(by_m6, said, muscles, table)


def _held_back(verdict: Verdict) -> Verdict:
    """Fasciculation potentials alone neither support nor exclude: whatever else was entered."""
    if verdict.outcome is INSUFFICIENT:
        return verdict
    why = say("beyond_fp_rule")
    blanks: dict[str, Any] = {"k": verdict.blanks.get("k", 0), "regions": say("met_nowhere")}
    return insufficient([why], verdict.inputs, **blanks)


def _patterns(
    study: StudyFacts, muscles: Muscles, table: RuleTable
) -> Iterator[tuple[str, Verdict | None]]:
    entries, f, p = study.entries, fasciculation_patterns, other_patterns
    alone = f.fasciculation_alone(muscles, table)
    if alone is not None:
        yield alone
    yield "F3", f.benign_compatible(study, muscles, table)
    yield "F4", f.description(study, muscles)
    yield "F5", f.one_region(muscles)
    yield "F6", f.complex_potentials(muscles, table)
    yield "F7", f.cramp_fasciculation(study, muscles, table)
    yield "P1", p.trains_without_change(muscles)
    yield "P2", p.change_without_trains(muscles)
    yield "P3", p.distal_symmetric(muscles, entries)
    yield "P4", p.repetitive_alone(muscles)
    yield "P5", p.nothing_found(muscles)
    yield "N1", territories.radiculopathy(muscles, entries, table)
    yield "N2", territories.single_nerve(muscles, entries, table)
    yield "N3", territories.after_decompression(muscles, entries)
    yield "N4", p.myokymic_limb(muscles, entries, table)
    yield "N5", p.neuromyotonic(muscles, entries, table)
    yield "N6", p.myotonic(muscles, entries, table)
    yield from _face(study, muscles, table)
    yield "H1", history_rules.drug_or_toxin(muscles, entries)
    yield "H2", history_rules.thyroid(muscles, entries)
    yield "H3", history_rules.envenomation(muscles, entries)


def _face(
    study: StudyFacts, muscles: Muscles, table: RuleTable
) -> Iterator[tuple[str, Verdict | None]]:
    entries = study.entries
    found = {
        "A1": face_rules.facial_myokymia(muscles, entries, table),
        "A2": face_rules.hemifacial_spasm(muscles, entries, table),
        "A3": face_rules.post_paralytic(muscles, entries, table),
    }
    yield from found.items()
    elsewhere = [
        rule_title(rule)
        for rule, verdict in found.items()
        if verdict is not None and verdict.outcome is SUPPORTED
    ]
    yield "A4", face_rules.isolated_twitching(muscles, entries, table, elsewhere)
    yield "A5", face_rules.localised(muscles, table)


def wording(found: Sequence[Statement], conclusion: str, table: RuleTable) -> Verdict | None:
    """T1: words of the guard in the statements or the reader's conclusion; None for none."""
    words = [w for s in found for w in wording_problems(f"{s.title} {s.text}", table.never)]
    words += wording_problems(conclusion, table.never_in_conclusion)
    return not_supported(*dict.fromkeys(words)) if words else None
