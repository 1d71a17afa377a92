"""The grid: muscle by twelve findings, each cell with its numbers and, if any, its override."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from emgview.findings.grading import TrainNumbers
from emgview.findings.grid_table import GridColumn, load_grid_table
from emgview.findings.measures import ClassNumbers, FasciculationNumbers, MupSample
from emgview.findings.overrides import CellState, Override
from emgview.findings.rules import load_findings_rules
from emgview.findings.table import FindingsTable, floor_tenth, seconds_text
from emgview.model import Side, load_muscles

Number = int | float | str | None
SIDE_WORDS = {
    Side.LEFT: "left",
    Side.RIGHT: "right",
    Side.MIDLINE: "midline",
    Side.NOT_STATED: "",
}


NO_TRAINS = TrainNumbers(0, 0, 0, 0.0)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell.

    Parameters
    ----------
    value : str
        Grade or step where one can be given; one of the column's values, or empty.
    text : str
        The numbers in words; never empty.
    numbers : mapping
        The same as values: counts, rates per minute, sites, seconds, µV, ms.
    note : str
        What must be known of the value (``from 2 of 4 sites``).
    override : Override or None
        The reader's word; the cell then says that, and ``original`` is what was found.
    """

    state: CellState
    value: str = ""
    text: str = ""
    reason: str = ""
    note: str = ""
    numbers: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    item_ids: tuple[str, ...] = ()
    override: Override | None = None
    original: GridCell | None = None

    @property
    def mark(self) -> str:
        """The cell in few characters: its value, or what its state is."""
        if self.state is CellState.OBSERVED:
            return self.value or "present"
        return {
            CellState.ABSENT: "0",
            CellState.NOT_EXAMINED: "not examined",
            CellState.NOT_ASSESSABLE: "not assessable",
        }[self.state]

    @property
    def words(self) -> str:
        """The cell in full, with its original where the reader changed it."""
        parts = [self.text]
        if self.note:
            parts.append(self.note)
        if self.override is not None and self.original is not None:
            by = f" by {self.override.by}" if self.override.by else ""
            parts.append(f"changed{by}: {self.override.reason}; found: {self.original.text}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One muscle on one side.

    Parameters
    ----------
    recorded : bool
        False for a muscle that is here by the reader's word alone.
    trains : TrainNumbers
        Fibrillation potentials and positive sharp waves together.
    discharges : mapping of coarse class to ClassNumbers
        Other discharges, as far as there are any.
    """

    muscle: str
    name: str
    side: Side
    nerve: str
    trunk: str
    roots: tuple[str, ...]
    principal: tuple[str, ...]
    region: str
    segment: str
    recorded: bool
    recording_ids: tuple[str, ...]
    rest_s: float
    sites: int
    artefact_share: float
    cells: tuple[tuple[str, GridCell], ...]
    cautions: tuple[str, ...] = ()
    trains: TrainNumbers = NO_TRAINS
    discharges: Mapping[str, ClassNumbers] = field(default_factory=lambda: MappingProxyType({}))
    fasciculation: FasciculationNumbers | None = None
    sample: MupSample | None = None

    def cell(self, column_id: str) -> GridCell:
        """The cell of a column; KeyError for an unknown one."""
        return dict(self.cells)[column_id]

    @property
    def title(self) -> str:
        """Muscle and side in words."""
        return ", ".join(part for part in (self.name, SIDE_WORDS[self.side]) if part)

    def is_abnormal(self, column_id: str) -> bool:
        """Whether a cell holds a finding."""
        cell = self.cell(column_id)
        if cell.state is not CellState.OBSERVED:
            return False
        column = load_grid_table().of(column_id)
        return cell.value in column.abnormal or (column.kind == "counted" and not cell.value)


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows, in the order in which the muscles were recorded; ``table`` is what they rest on.

    ``neck_region`` is the region that sternocleidomastoid and trapezius count as.
    """

    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    table: FindingsTable
    neck_region: str
    version: str

    def row(self, muscle: str, side: Side) -> GridRow | None:
        """The row of a muscle, or None."""
        return next((r for r in self.rows if (r.muscle, r.side) == (muscle, side)), None)


def with_overrides(
    rows: Sequence[GridRow], overrides: Sequence[Override], neck_region: str
) -> tuple[GridRow, ...]:
    """Rows with the reader's word; a muscle that was not recorded gets a row of its own."""
    said: dict[tuple[str, Side], dict[str, Override]] = {}
    for override in overrides:
        said.setdefault((override.muscle, override.side), {})[override.column] = override
    done = [
        _changed(row, said.pop((row.muscle, row.side), {})) if row.muscle else row for row in rows
    ]
    for (muscle, side), cells in said.items():
        done.append(_changed(unrecorded_row(muscle, side, neck_region), cells))
    return tuple(done)


def _changed(row: GridRow, said: Mapping[str, Override]) -> GridRow:
    cells = tuple(
        (name, overridden(cell, said[name], row.rest_s) if name in said else cell)
        for name, cell in row.cells
    )
    return replace(row, cells=cells)


def overridden(cell: GridCell, said: Override, rest_s: float) -> GridCell:
    """A cell with the reader's word in its place.

    Absence in less watched rest than the column needs cannot be stated, by nobody: the cell stays
    and says so.
    """
    if said.state is CellState.ABSENT and rest_s < rest_needed(said.column):
        return replace(cell, note=too_short(said.column, rest_s))
    text = {
        CellState.OBSERVED: f"{said.value} (reader)",
        CellState.ABSENT: f"absent (reader; {seconds_text(rest_s)} s)",
        CellState.NOT_EXAMINED: "not examined",
        CellState.NOT_ASSESSABLE: f"not assessable: {said.reason}",
    }[said.state]
    return GridCell(
        state=said.state,
        value="0" if said.state is CellState.ABSENT else said.value,
        text=text,
        reason=said.reason if said.state is CellState.NOT_ASSESSABLE else "",
        numbers=cell.numbers,
        item_ids=cell.item_ids,
        override=said,
        original=cell,
    )


def rest_needed(column_id: str) -> float:
    """Seconds of watched rest under which absence is not stated; 0 for a judged column."""
    found = next((c for c in load_findings_rules().columns if c.id == column_id), None)
    return found.rest_needed_s if found else 0.0


def too_short(column_id: str, rest_s: float) -> str:
    """Why absence is not stated."""
    return load_grid_table().text(
        "too_short",
        rest=seconds_text(floor_tenth(rest_s)),
        needed=seconds_text(rest_needed(column_id)),
    )


def unrecorded_row(muscle_id: str, side: Side, neck_region: str) -> GridRow:
    """A muscle of which there is no recording: nothing in it was examined."""
    muscle = load_muscles().get(muscle_id)
    nothing = GridCell(CellState.NOT_EXAMINED, text="not examined")
    return GridRow(
        muscle=muscle_id,
        name=load_muscles().name(muscle_id),
        side=side,
        nerve=muscle.nerve if muscle else "",
        trunk=muscle.nerve_trunk if muscle else "",
        roots=muscle.roots if muscle else (),
        principal=principal_roots(muscle_id),
        region=region_of(muscle_id, neck_region),
        segment=muscle.segment if muscle else "",
        recorded=False,
        recording_ids=(),
        rest_s=0.0,
        sites=0,
        artefact_share=0.0,
        cells=tuple((column.id, nothing) for column in load_grid_table().column),
        cautions=(load_findings_rules().text("caution", "unrecorded"),),
    )


def principal_roots(muscle_id: str) -> tuple[str, ...]:
    """Main roots of a muscle; empty where the table names none."""
    muscle = load_muscles().get(muscle_id)
    return tuple(r for r in muscle.principal_root.split(",") if r) if muscle else ()


def region_of(muscle_id: str, neck_region: str) -> str:
    """Region of a muscle; those with an alternative go by the setting."""
    muscle = load_muscles().get(muscle_id)
    if muscle is None:
        return ""
    return neck_region if muscle.alternative_region else muscle.region
