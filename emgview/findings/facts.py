"""What the decision rules look at: facts of muscles and entries, unknown where not known.

A fact is True, False or None; None is "not known" and no rule reads it as False.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emgview.findings.entries import Entries
from emgview.findings.grid import Grid, GridCell, GridRow
from emgview.findings.grid_cells import joint_train_grade
from emgview.findings.measures import ClassNumbers, FasciculationNumbers
from emgview.findings.overrides import CellState
from emgview.model import Side

REGIONS = ("bulbar", "cervical", "thoracic", "lumbosacral")
NO_DISCHARGES: Mapping[str, ClassNumbers] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MuscleFacts:
    """One muscle as the rules see it.

    Parameters
    ----------
    trains, fp, other : bool or None
        Fibrillation potentials or positive sharp waves, fasciculation potentials, other
        discharges: observed, absent in enough watched rest, not known.
    trains_grade : str
        Of both together; empty where not known.
    sustained : int
        Sites with a kept train.
    amplitude … interference : str
        Steps of the grid; empty where not known.
    sample : int
        Motor unit potentials measured; 0 where the reader judged or nobody did.
    judged : bool
        The reader said the size of the motor unit potentials.
    why : mapping
        For each column that is not known, why.
    discharges : mapping of coarse class to ClassNumbers
        Other discharges that were observed.
    """

    muscle: str
    title: str
    side: Side = Side.NOT_STATED
    region: str = ""
    nerve: str = ""
    trunk: str = ""
    roots: frozenset[str] = frozenset()
    principal: frozenset[str] = frozenset()
    segment: str = ""
    rest_s: float = 0.0
    sites: int = 0
    artefact_share: float = 0.0
    trains: bool | None = None
    trains_grade: str = ""
    sustained: int = 0
    fp: bool | None = None
    other: bool | None = None
    fasciculation: FasciculationNumbers | None = None
    insertional: str = ""
    amplitude: str = ""
    duration: str = ""
    polyphasia: str = ""
    stability: str = ""
    recruitment: str = ""
    interference: str = ""
    sample: int = 0
    outliers: int | None = None
    judged: bool = False
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    discharges: Mapping[str, ClassNumbers] = field(default_factory=lambda: NO_DISCHARGES)
    weak: bool = False

    def has(self, *classes: str) -> bool:
        """Whether any of these discharges was observed."""
        return any(name in self.discharges for name in classes)


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """All muscles and what was entered; ``conclusion`` is the reader's own text."""

    muscles: tuple[MuscleFacts, ...]
    entries: Entries = field(default_factory=Entries)
    conclusion: str = ""

    def in_region(self, region: str) -> tuple[MuscleFacts, ...]:
        """Muscles of one region."""
        return tuple(m for m in self.muscles if m.region == region)


def study_facts(grid: Grid, entries: Entries, conclusion: str = "") -> StudyFacts:
    """Facts out of the grid, overrides included, and the entries."""
    weak = set(entries.many("weak_muscles") or ())
    return StudyFacts(
        tuple(
            muscle_facts(row, weak=f"{row.muscle}:{row.side.value}" in weak) for row in grid.rows
        ),
        entries,
        conclusion,
    )


def muscle_facts(row: GridRow, *, weak: bool = False) -> MuscleFacts:
    """Facts of one row."""
    grade = joint_train_grade(row)
    cells = dict(row.cells)
    size = [cells["amplitude"], cells["duration"]]
    return MuscleFacts(
        muscle=row.muscle,
        title=row.title,
        side=row.side,
        region=row.region,
        nerve=row.nerve,
        trunk=row.trunk,
        roots=frozenset(row.roots),
        principal=frozenset(row.principal),
        segment=row.segment,
        rest_s=row.rest_s,
        sites=row.sites,
        artefact_share=row.artefact_share,
        trains=_either(_seen(cells["fib"]), _seen(cells["psw"])),
        trains_grade=grade,
        sustained=row.trains.sustained,
        fp=_seen(cells["fp"]),
        other=_seen(cells["other"]),
        fasciculation=row.fasciculation,
        **{
            name: cells[name].value
            for name in (
                "insertional",
                "amplitude",
                "duration",
                "polyphasia",
                "stability",
                "recruitment",
                "interference",
            )
        },
        sample=row.sample.n if row.sample else 0,
        outliers=row.sample.outliers if row.sample else None,
        judged=any(cell.override is not None and cell.value for cell in size),
        why=MappingProxyType(
            {n: c.note or c.reason or c.text for n, c in cells.items() if not _known(c)}
        ),
        discharges=row.discharges if _seen(cells["other"]) else NO_DISCHARGES,
        weak=weak,
    )


def _known(cell: GridCell) -> bool:
    return cell.state in (CellState.OBSERVED, CellState.ABSENT)


def _seen(cell: GridCell) -> bool | None:
    if not _known(cell):
        return None
    return cell.state is CellState.OBSERVED


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return False if one is False and other is False else None
