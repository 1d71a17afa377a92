"""From the grid to statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emgview.findings.decide import Outcome, Statement, decide
from emgview.findings.entries import Entries
from emgview.findings.facts import study_facts
from emgview.findings.grid import Grid
from emgview.findings.rule_table import load_rule_table
from emgview.findings.table import subject

__all__ = ["Outcome", "Statement", "statements", "subject", "told"]

_OF_SOME = ("M4", "M5", "M6")


def statements(
    grid: Grid, entries: Entries | None = None, conclusion: str = "", language: str = "en"
) -> tuple[Statement, ...]:
    """What all rules say of a grid, in a language; nothing for one without rows."""
    if not grid.rows:
        return ()
    facts = study_facts(grid, entries or Entries(), conclusion)
    return decide(facts, load_rule_table(language))


def told(found: Sequence[Statement]) -> tuple[Statement, ...]:
    """Statements of the report: the study's first, then muscle by muscle.

    What is told of single muscles only (M4 to M6) stands among those of the study: its sentence
    names the muscle, and a table of muscles would have to leave the others empty.
    """
    kept = [replace(s, subject="") if s.rule_id in _OF_SOME else s for s in found if s.told]
    muscles = list(dict.fromkeys(s.subject for s in kept if s.subject))
    return (
        *(s for s in kept if not s.subject),
        *sorted((s for s in kept if s.subject), key=lambda s: muscles.index(s.subject)),
    )
