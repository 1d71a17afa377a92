"""Outcomes of decision rules over the muscle table, in neutral words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from emgview.findings.rules import FindingsRules, load_findings_rules
from emgview.findings.table import (
    Absent,
    Cell,
    FindingsRow,
    FindingsTable,
    NotAssessable,
    Observed,
    cell_text,
    rate_text,
    seconds_text,
    sites_text,
)


class Outcome(StrEnum):
    """What a rule says. No rule names a disease, and a missing input is never read as negative."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not_supported"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class Statement:
    """Outcome of one rule.

    Parameters
    ----------
    rule_id : str
        Row of the decision table (``M0``, ``F1`` …).
    title : str
        The question in a few words.
    subject : str
        Muscle and side, or empty for the study.
    """

    rule_id: str
    outcome: Outcome
    text: str
    title: str = ""
    subject: str = ""


def statements(table: FindingsTable, rules: FindingsRules | None = None) -> tuple[Statement, ...]:
    """F1 or F2 and M3 for the study, then M0, M1 (in part) and M2 for each muscle.

    M1 is a part of its row: a train is *sustained* by its length; its regularity and the distance
    from the end-plate zone are left to the reader. M3 is always insufficient: this version does
    not measure motor unit potentials. With no rows there are no statements.
    """
    rules = rules or load_findings_rules()
    if not table.rows:
        return ()
    of_muscle: Sequence[Callable[[FindingsRow, FindingsRules], Statement]] = (
        rest_watched,
        sustained_fibrillation,
        fasciculation,
    )
    alone = fasciculation_alone(table, rules)
    found = [alone] if alone else []
    found.append(_statement("M3", Outcome.INSUFFICIENT, rules))
    found += [rule(row, rules) for row in table.rows for rule in of_muscle]
    return tuple(found)


def rest_watched(row: FindingsRow, rules: FindingsRules) -> Statement:
    """M0: whether rest was watched long enough, at enough sites, with few artefacts."""
    limits = rules.limits
    why = []
    if row.watched_rest_s < limits.m0_rest_s:
        why.append(f"{seconds_text(limits.m0_rest_s)} s of rest are needed")
    if row.sites < limits.m0_sites:
        why.append(f"{limits.m0_sites} sites are needed")
    if row.artefact_share > limits.m0_artefact_share:
        why.append(f"artefacts cover {row.artefact_share:.0%} of the time")
    outcome = Outcome.INSUFFICIENT if why else Outcome.SUPPORTED
    return _of_row("M0", outcome, row, rules, why="; ".join(why))


def sustained_fibrillation(row: FindingsRow, rules: FindingsRules) -> Statement:
    """M1 in part: fibrillation potentials or positive sharp waves, sustained, at several sites."""
    cells = (row.cell("fib"), row.cell("psw"))
    if row.sustained_sites >= rules.limits.m1_sites:
        return _of_row("M1", Outcome.SUPPORTED, row, rules, sites=sites_text(row.sustained_sites))
    m0_met = rest_watched(row, rules).outcome is Outcome.SUPPORTED
    if m0_met and all(isinstance(cell, Absent) for cell in cells):
        return _of_row("M1", Outcome.NOT_SUPPORTED, row, rules)
    if any(isinstance(cell, Observed) for cell in cells):
        length = seconds_text(rules.limits.m1_train_s)
        needed = rules.limits.m1_sites
        why = f"trains of more than {length} s at {row.sustained_sites} of {needed} sites needed"
    else:
        why = "; ".join(dict.fromkeys(_reason(cell, row, rules) for cell in cells))
    return _of_row("M1", Outcome.INSUFFICIENT, row, rules, why=why)


def fasciculation(row: FindingsRow, rules: FindingsRules) -> Statement:
    """M2: fasciculation potentials reviewed by the reader."""
    cell = row.cell("fp")
    match cell:
        case Observed():
            rate = rate_text(cell)
            return _of_row("M2", Outcome.SUPPORTED, row, rules, count=cell.count, rate=rate)
        case Absent():
            return _of_row("M2", Outcome.NOT_SUPPORTED, row, rules)
        case _:
            why = _reason(cell, row, rules)
            return _of_row("M2", Outcome.INSUFFICIENT, row, rules, why=why)


def fasciculation_alone(table: FindingsTable, rules: FindingsRules) -> Statement | None:
    """F1 or F2: fasciculation potentials without fibrillation potentials or positive sharp waves.

    Never supported, never excluded: the outcome is always insufficient. None where the pattern
    does not hold.
    """
    with_fp = [row for row in table.rows if isinstance(row.cell("fp"), Observed)]
    fibrillating = any(
        isinstance(row.cell(column), Observed) for row in table.rows for column in ("fib", "psw")
    )
    if not with_fp or fibrillating:
        return None
    muscles = "; ".join(subject(row) for row in with_fp)
    why = _limits_of_study(table, rules)
    if why:
        return _statement("F2", Outcome.INSUFFICIENT, rules, muscles=muscles, why="; ".join(why))
    return _statement("F1", Outcome.INSUFFICIENT, rules, muscles=muscles, n=len(table.rows))


def _limits_of_study(table: FindingsTable, rules: FindingsRules) -> list[str]:
    """What keeps the study from being adequate: regions, then muscles; empty if nothing."""
    needed_s = rules.limits.f1_rest_s
    watched = {row.region for row in table.rows if row.watched_rest_s >= needed_s}
    missing = [region for region in rules.limits.regions if region not in watched]
    why = [f"not examined or watched too short: {', '.join(missing)} region"] if missing else []
    short = [subject(row) for row in table.rows if row.watched_rest_s < needed_s]
    if short:
        why.append(f"less than {seconds_text(needed_s)} s of rest in {'; '.join(short)}")
    unclear = [
        subject(row)
        for row in table.rows
        if not all(isinstance(row.cell(column), Absent) for column in ("fib", "psw"))
    ]
    if unclear:
        why.append(f"fibrillation potentials not assessable in {'; '.join(unclear)}")
    return why


def subject(row: FindingsRow) -> str:
    """Muscle and side in words."""
    sides = {"L": "left", "R": "right", "M": "midline"}
    return ", ".join(part for part in (row.name, sides.get(row.side.value, "")) if part)


def _reason(cell: Cell, row: FindingsRow, rules: FindingsRules) -> str:
    if isinstance(cell, NotAssessable):
        return cell.reason
    if isinstance(cell, Absent) and row.sites < rules.limits.m0_sites:
        return f"{cell_text(cell)} at {row.sites} site only"
    return cell_text(cell)


def _of_row(
    rule_id: str, outcome: Outcome, row: FindingsRow, rules: FindingsRules, **values: object
) -> Statement:
    known = {
        "muscle": subject(row),
        "rest": seconds_text(row.watched_rest_s),
        "sites": sites_text(row.sites),
    }
    return _statement(rule_id, outcome, rules, subject(row), **{**known, **values})


def _statement(
    rule_id: str,
    outcome: Outcome,
    rules: FindingsRules,
    about: str = "",
    /,
    **values: object,
) -> Statement:
    text = rules.text(rule_id, outcome.value, **values)
    return Statement(rule_id, outcome, text, rules.texts[rule_id]["title"], about)
