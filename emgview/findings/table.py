"""Values of the findings: what was examined, cells, rows, the table."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emgview.findings.rules import Column
from emgview.model import NO_EFFORT, DetectionRun, MeasuredEffort, RecordingInfo, Side


@dataclass(frozen=True, slots=True)
class ExaminedRecording:
    """A recording, the muscle it is of, and the latest detection run over it.

    ``muscle`` and ``side`` are the study's word (they may be stated after acquisition); ``run`` is
    None where no detector has run: then no time counts as examined. ``effort`` is what was
    measured of motor units and stated of patterns.
    """

    info: RecordingInfo
    muscle: str
    side: Side
    run: DetectionRun | None
    effort: MeasuredEffort = NO_EFFORT


@dataclass(frozen=True, slots=True)
class Observed:
    """At least one label of the reader.

    Parameters
    ----------
    count : int
        Potentials (or discharges) that the reader confirmed, edited or added.
    count_in_rest : int or None
        Those of ``count`` that lie in watched rest; the rate is worked out of these. None for a
        column that is not about rest.
    watched_s : float
        Watched rest of the row, the denominator.
    rate_per_min : float or None
        ``count_in_rest`` per minute of watched rest; None where no rest was watched, or for a
        column that is not about rest.
    sites : int
        Sites with at least one.
    item_ids : tuple of str
        Labels behind the number.
    unreviewed : int
        Proposals of the column that nobody has looked at: the count may rise.
    unit : str
        ``potentials`` or ``discharges``.
    """

    count: int
    count_in_rest: int | None
    watched_s: float
    rate_per_min: float | None
    sites: int
    item_ids: tuple[str, ...]
    unreviewed: int = 0
    unit: str = "potentials"


@dataclass(frozen=True, slots=True)
class Absent:
    """None found in enough watched rest."""

    watched_s: float


@dataclass(frozen=True, slots=True)
class NotExamined:
    """Nobody and nothing looked."""


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """Looked, but no statement is possible.

    ``unreviewed`` proposals of the column stand behind it, if that is the reason.
    """

    reason: str
    unreviewed: int = 0


Cell = Observed | Absent | NotExamined | NotAssessable


@dataclass(frozen=True, slots=True)
class FindingsRow:
    """One muscle on one side.

    Parameters
    ----------
    examined_s, watched_rest_s : float
        Seconds the detector examined; seconds of it that were rest.
    artefact_share : float
        Part of the examined time under artefacts, 0…1.
    sites : int
        Sites with examined time, or with labels where no detector ran.
    sustained_sites : int
        Sites with a fibrillation or positive-sharp-wave train kept longer than the limit.
    cells : tuple of (column id, Cell)
        In the order of the columns; one for each.
    cautions : tuple of str
        Remarks that belong beside the row.
    """

    muscle: str
    name: str
    side: Side
    nerve: str
    roots: tuple[str, ...]
    region: str
    recording_ids: tuple[str, ...]
    sites: int
    examined_s: float
    watched_rest_s: float
    artefact_share: float
    sustained_sites: int
    cells: tuple[tuple[str, Cell], ...]
    cautions: tuple[str, ...] = ()

    def cell(self, column_id: str) -> Cell:
        """The cell of a column; KeyError for an unknown one."""
        return dict(self.cells)[column_id]


@dataclass(frozen=True, slots=True)
class FindingsTable:
    """All rows, in the order in which the muscles were recorded."""

    columns: tuple[Column, ...]
    rows: tuple[FindingsRow, ...]
    rules_version: str

    @property
    def item_ids(self) -> frozenset[str]:
        """Labels behind all counts."""
        return frozenset(
            item
            for row in self.rows
            for _, cell in row.cells
            if isinstance(cell, Observed)
            for item in cell.item_ids
        )


def subject(row: FindingsRow) -> str:
    """Muscle and side in words."""
    sides = {"L": "left", "R": "right", "M": "midline"}
    return ", ".join(part for part in (row.name, sides.get(row.side.value, "")) if part)


def seconds_text(seconds: float) -> str:
    """Seconds for people: one decimal, cut off and never rounded up, without a trailing zero."""
    return f"{floor_tenth(seconds):g}" if seconds < 1e5 else f"{floor_tenth(seconds):.0f}"


def floor_tenth(seconds: float) -> float:
    """Cut to tenths: 59.96 s must not become the 60 s that a rule asks for."""
    return math.floor(seconds * 10 + 1e-6) / 10


def sites_text(n: int) -> str:
    """Number of sites in words."""
    return "1 site" if n == 1 else f"{n} sites"


def rate_text(cell: Observed) -> str:
    """Rate with its denominator, in words."""
    if cell.rate_per_min is None:
        return "no rest watched, no rate"
    rate = f"{round(cell.rate_per_min, 1):g} per min in {seconds_text(cell.watched_s)} s"
    if cell.count_in_rest != cell.count:
        return f"{cell.count_in_rest} of them in watched rest: {rate}"
    return rate


def cell_text(cell: Cell) -> str:
    """A cell in words; never empty."""
    match cell:
        case Observed():
            open_text = f"; {cell.unreviewed} not reviewed" if cell.unreviewed else ""
            sites = sites_text(cell.sites)
            if cell.count_in_rest is None:
                noun = cell.unit.removesuffix("s") if cell.count == 1 else cell.unit
                return f"observed ({cell.count} {noun}), {sites}{open_text}"
            return f"observed: {cell.count} ({rate_text(cell)}), {sites}{open_text}"
        case Absent():
            return f"absent ({seconds_text(cell.watched_s)} s)"
        case NotExamined():
            return "not examined"
        case NotAssessable():
            return f"not assessable: {cell.reason}"
