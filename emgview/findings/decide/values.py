"""Outcomes of rules, and how a sentence is made of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from emgview.findings.facts import MuscleFacts
from emgview.findings.phrases import Told, joined, titled
from emgview.findings.rule_table import RuleTable


class Outcome(StrEnum):
    """What a rule says. No rule names a disease, and a missing input is never read as negative."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not_supported"
    INSUFFICIENT = "insufficient"


SUPPORTED, NOT_SUPPORTED = Outcome.SUPPORTED, Outcome.NOT_SUPPORTED
INSUFFICIENT = Outcome.INSUFFICIENT


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
    inputs, missing : tuple of str
        What led to the outcome, and what would be needed for more.
    told : bool
        Whether it belongs in the report; what says nothing new is left to the full list.
    """

    rule_id: str
    outcome: Outcome
    text: str
    title: str = ""
    subject: str = ""
    inputs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    told: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule function gives: the outcome and what its sentence is filled with."""

    outcome: Outcome
    inputs: tuple[Told, ...] = ()
    missing: tuple[Told, ...] = ()
    blanks: Mapping[str, Told] = field(default_factory=lambda: MappingProxyType({}))
    told: bool = True


def supported(*inputs: Told, told: bool = True, **blanks: Told) -> Verdict:
    """The verdict *supported*."""
    return Verdict(SUPPORTED, inputs, (), blanks, told)


def not_supported(*against: Told, told: bool = True, **blanks: Told) -> Verdict:
    """The verdict *not supported*; what speaks against fills ``{against}``."""
    return Verdict(NOT_SUPPORTED, against, (), {"against": joined(against), **blanks}, told)


def insufficient(
    missing: Iterable[Told], inputs: Iterable[Told] = (), told: bool = True, **blanks: Told
) -> Verdict:
    """The verdict *insufficient*; what is missing fills ``{missing}``."""
    lacking = tuple(dict.fromkeys(missing))
    return Verdict(
        INSUFFICIENT, tuple(inputs), lacking, {"missing": joined(lacking), **blanks}, told
    )


def statement(
    rule_id: str,
    verdict: Verdict,
    table: RuleTable,
    muscle: MuscleFacts | None = None,
    **blanks: Told,
) -> Statement:
    """The sentence of a verdict, in the language of the table.

    Raises
    ------
    KeyError
        If the table has no sentence for the outcome, or the sentence a blank that nothing fills.
    """
    rule = table.rules[rule_id]
    subject = table.words_of(titled(muscle)) if muscle else ""
    known = {"muscle": subject}
    known |= {k: table.words_of(told) for k, told in {**blanks, **verdict.blanks}.items()}
    return Statement(
        rule_id,
        verdict.outcome,
        rule.texts[verdict.outcome.value].format(**known),
        rule.title,
        subject,
        tuple(table.words_of(told) for told in verdict.inputs),
        tuple(table.words_of(told) for told in verdict.missing),
        verdict.told,
    )
