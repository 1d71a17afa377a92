"""What the reader's decisions amount to, muscle by muscle, with the time watched beside each count.

Takes values of the model only: which recording is of which muscle, the latest detection run, the
labels. Gives a :class:`FindingsTable` (rows by muscle and side) and :class:`Statement` values
(outcomes of decision rules). May import everything below it (``model``, ``resource_files``,
``errors``); it needs no samples, no files but its own table ``clinical/findings.toml``, and no
clock. Pure: the same decisions give the same findings, on any thread.

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

from emgview.findings.examine import examine
from emgview.findings.remembered import FindingsMemo
from emgview.findings.rules import Column, FindingsRules, load_findings_rules
from emgview.findings.statements import Outcome, Statement, statements
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
    "Column",
    "ExaminedRecording",
    "FindingsMemo",
    "FindingsRow",
    "FindingsRules",
    "FindingsTable",
    "NotAssessable",
    "NotExamined",
    "Observed",
    "Outcome",
    "Statement",
    "cell_text",
    "examine",
    "load_findings_rules",
    "statements",
]
