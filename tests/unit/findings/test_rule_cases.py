"""Every rule against the table of cases, and what holds of all statements."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from emgview.findings import Outcome, Statement
from emgview.findings.decide import decide
from emgview.findings.facts import StudyFacts
from emgview.findings.rule_table import load_rule_table, wording_problems
from tests.unit.findings.rule_cases import CASES, FP_ONLY, Case, four, study


def said(case: Case) -> tuple[Statement, ...]:
    _, _, muscles, entries, _ = case
    return decide(study(muscles, {k: v for k, v in entries.items() if v}))


def wanted(found: tuple[Statement, ...], rule: str) -> list[Statement]:
    """Statements of a rule; of a region rule those of one region and one set."""
    table = load_rule_table()
    rule_id, *where = rule.split(":")
    own = [s for s in found if s.rule_id == rule_id]
    if not where:
        return own
    start = f"{table.words['region'][where[0]]} region, {table.words['set'][where[1]]}:"
    return [s for s in own if s.text.startswith(start)]


@pytest.mark.parametrize("case", CASES, ids=[f"{c[1]} {c[0]}" for c in CASES])
def test_case(case: Case) -> None:
    name, rule, _, _, outcome = case
    found = wanted(said(case), rule)
    got = [s.outcome.value for s in found]
    assert got == ([] if outcome is None else [outcome]), (name, [s.text for s in found])


def test_there_are_cases_for_every_outcome_of_every_rule() -> None:
    """150 cases at least, and each sentence of the table is reached by one."""
    assert len(CASES) >= 150
    seen = {(c[1].split(":")[0], c[4]) for c in CASES if c[4]}
    seen.add(("T1", "not_supported"))  # has tests of its own
    table = load_rule_table()
    wanted_pairs = {(r.id, o) for r in table.rules.values() for o in r.outcomes}
    assert seen == wanted_pairs


def test_every_sentence_is_filled_and_neutral() -> None:
    for case in CASES:
        for statement in said(case):
            assert not re.search(r"[{}]", statement.text), statement.text
            assert not wording_problems(f"{statement.title} {statement.text}"), statement.text
            assert "T1" not in statement.rule_id


def test_insufficient_names_what_is_missing_and_others_what_led_there() -> None:
    for case in CASES:
        for statement in said(case):
            if statement.outcome is Outcome.INSUFFICIENT:
                assert statement.missing, statement.text
            else:
                assert statement.inputs or statement.outcome is Outcome.SUPPORTED, statement.text
                assert not statement.missing


def test_statements_stand_in_the_order_of_the_table() -> None:
    order = list(load_rule_table().order)
    for case in CASES[::7]:
        places = [order.index(s.rule_id) for s in said(case)]
        assert places == sorted(places)


def test_no_muscles_no_statements() -> None:
    assert decide(StudyFacts(())) == ()


def test_benign_is_never_said_without_follow_up() -> None:
    texts = load_rule_table().rules["F3"].texts
    assert all("follow-up" in texts[outcome] for outcome in load_rule_table().rules["F3"].outcomes)


def test_guard_reads_the_conclusion_of_the_reader() -> None:
    facts = StudyFacts(four(), conclusion="The diagnosis of ALS was ruled out.")
    (guard,) = [s for s in decide(facts) if s.rule_id == "T1"]
    assert guard.outcome is Outcome.NOT_SUPPORTED
    assert "diagnosis of" in guard.text
    assert "ruled out" in guard.text
    assert not [s for s in decide(StudyFacts(four(), conclusion="Normal.")) if s.rule_id == "T1"]


def test_no_entry_makes_fasciculation_alone_more_than_insufficient() -> None:
    """Each entry at each of its values, on an adequate study of fasciculation alone."""
    from emgview.findings import load_entry_table

    tried = Counter[str]()
    for field in load_entry_table().entry:
        for value, _ in field.choices:
            for statement in decide(study(FP_ONLY, {field.id: value})):
                if statement.rule_id in ("F1", "F2", "C-REEC", "C-AWAJI", "C-GC", "C-LMN"):
                    tried[statement.rule_id] += 1
                    assert statement.outcome is Outcome.INSUFFICIENT, (field.id, value)
    assert tried["F1"] > 50
    assert tried["C-AWAJI"] > 50
    assert not tried["F2"]
