"""From the grid to statements."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.findings.decide import Outcome, Statement, decide
from emgview.findings.entries import Entries
from emgview.findings.facts import study_facts
from emgview.findings.grid import Grid
from emgview.findings.table import subject

__all__ = ["Outcome", "Statement", "statements", "subject", "told"]


def statements(
    grid: Grid, entries: Entries | None = None, conclusion: str = ""
) -> tuple[Statement, ...]:
    """What all rules say of a grid; nothing for one without rows."""
    if not grid.rows:
        return ()
    return decide(study_facts(grid, entries or Entries(), conclusion))


def told(found: Sequence[Statement]) -> tuple[Statement, ...]:
    """Statements that belong in the report: the study's first, then muscle by muscle."""
    kept = [s for s in found if s.told]
    return (*(s for s in kept if not s.subject), *(s for s in kept if s.subject))
