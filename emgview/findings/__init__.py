"""What the reader's decisions amount to, muscle by muscle, with the time watched beside each count.

Takes values of the model only: which recording is of which muscle, the latest detection run, the
labels, what a reader changed or entered. Gives a :class:`FindingsTable` (counts by muscle and
side), a :class:`Grid` over it (twelve findings with grades and overrides) and :class:`Statement`
values (outcomes of decision rules, see :mod:`.decide`). May import everything below it (``model``,
``signal``, ``quantify`` for its reference values, ``resource_files``, ``typed_data``, ``errors``);
it needs no samples, no files but its tables in ``clinical/``, and no clock. Pure: the same
decisions give the same findings, on any thread.

Decisions that rule this package
--------------------------------
A cell is one of four things: observed, absent, not examined, not assessable with the reason.
*Absent* needs watched rest; an empty cell does not exist. (Lost: a count of zero for all of the
latter three.)

Watched rest is what the detector examined, less everything that is not rest: voluntary activity,
artefacts, insertional activity, what the reader could not decide, gaps, phases of effort. A
proposal that nobody has looked at takes its time away as if it were right: the doubt shortens the
time, never lengthens it. (Lost: the length of the recording as denominator, which makes every
rate too low and every absence too easy.)

A recording whose muscle or needed side is not stated keeps a row of its own: seconds of unknown
muscles are never added up to an absence.
"""

from emgview.findings.decide import Outcome, Statement
from emgview.findings.entries import Entries, EntryField, EntryTable, load_entry_table
from emgview.findings.examine import examine
from emgview.findings.grid import Grid, GridCell, GridRow
from emgview.findings.grid_cells import make_grid
from emgview.findings.grid_table import GridColumn, load_grid_table
from emgview.findings.overrides import (
    CellState,
    Override,
    check_override,
    override_from,
    values_to_choose,
)
from emgview.findings.remembered import FindingsMemo
from emgview.findings.rules import Column, FindingsRules, load_findings_rules
from emgview.findings.statements import statements, told
from emgview.findings.table import (
    Absent,
    Cell,
    ExaminedRecording,
    FindingsRow,
    FindingsTable,
    NotAssessable,
    NotExamined,
    Observed,
    cell_text,
)

__all__ = [
    "Absent",
    "Cell",
    "CellState",
    "Column",
    "Entries",
    "EntryField",
    "EntryTable",
    "ExaminedRecording",
    "FindingsMemo",
    "FindingsRow",
    "FindingsRules",
    "FindingsTable",
    "Grid",
    "GridCell",
    "GridColumn",
    "GridRow",
    "NotAssessable",
    "NotExamined",
    "Observed",
    "Outcome",
    "Override",
    "Statement",
    "cell_text",
    "check_override",
    "examine",
    "load_entry_table",
    "load_findings_rules",
    "load_grid_table",
    "make_grid",
    "override_from",
    "statements",
    "told",
    "values_to_choose",
]
