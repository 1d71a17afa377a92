"""The decision rules: each a small pure function over facts, with the id of its row.

Takes :class:`emgview.findings.facts.StudyFacts` and the table ``clinical/rules.toml``, gives
:class:`Statement` values in the order of the table. May import ``findings`` modules below it and
``model``; no Qt, no files but the table, no clock.

Decisions that rule this package
--------------------------------
A rule gives *supported*, *not supported*, *insufficient*, or nothing where what it speaks of is
not there. A missing input makes *insufficient*, never *not supported*; it is named in ``missing``.
Where one of two needed findings is absent for certain, the other one's being unknown does not
matter.

Fasciculation potentials without fibrillation potentials, positive sharp waves or neurogenic
change are insufficient for motor neurone disease: F1 and F2 know no other outcome, and while one
of them holds no set of criteria says *supported* or *not supported*, whatever was entered.
"""

from emgview.findings.decide.all_rules import decide
from emgview.findings.decide.values import Outcome, Statement, Verdict

__all__ = ["Outcome", "Statement", "Verdict", "decide"]
