"""The reader's word against a cell: a state, a value, and the reason that is always asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from emgview.errors import EmgviewError
from emgview.findings.grid_table import GridColumn, load_grid_table
from emgview.model import Side, load_muscles


class CellState(StrEnum):
    """What a cell says; an empty one does not exist."""

    OBSERVED = "observed"
    ABSENT = "absent"
    NOT_EXAMINED = "not_examined"
    NOT_ASSESSABLE = "not_assessable"


_NOTHING_VALUES = ("0", "absent")


@dataclass(frozen=True, slots=True)
class Override:
    """What a reader puts in the place of a cell; the cell as it was found stays beside it.

    Parameters
    ----------
    value : str
        One of the column's values where ``state`` is *observed*; empty else.
    reason : str
        Never empty; for *not assessable* it is the reason of the cell, too.
    by : str
        Who said it.
    """

    muscle: str
    side: Side
    column: str
    state: CellState
    value: str = ""
    reason: str = ""
    by: str = ""

    @property
    def field(self) -> str:
        """Name of the field in the log."""
        return field_of(self.muscle, self.side, self.column)

    def to_text(self) -> str:
        """As it is stored."""
        kept = {"state": self.state.value, "value": self.value, "reason": self.reason}
        return json.dumps({**kept, "by": self.by}, ensure_ascii=False, sort_keys=True)


PREFIX = "finding/"


def field_of(muscle: str, side: Side, column: str) -> str:
    """Field of the log for the cell of a muscle."""
    return f"{PREFIX}{muscle}:{side.value}/{column}"


def override_from(field: str, text: str) -> Override | None:
    """Read one back; None for an empty text (taken back)."""
    if not text:
        return None
    where, column = field.removeprefix(PREFIX).split("/")
    muscle, side = where.split(":")
    kept = json.loads(text)
    return Override(
        muscle,
        Side(side),
        column,
        CellState(kept["state"]),
        kept["value"],
        kept["reason"],
        kept["by"],
    )


def values_to_choose(column: GridColumn) -> tuple[str, ...]:
    """Values that *observed* can have in a column."""
    return tuple(value for value in column.values if value not in _NOTHING_VALUES)


def check_override(wanted: Override) -> None:
    """Refuse what a cell cannot be.

    Raises
    ------
    EmgviewError
        If muscle, column, value or reason are not there or not allowed.
    """
    if load_muscles().get(wanted.muscle) is None:
        raise EmgviewError(
            "The muscle of this row is not stated", "State the muscle and side of the recording."
        )
    columns = {column.id: column for column in load_grid_table().column}
    column = columns.get(wanted.column)
    if column is None:
        raise EmgviewError(f"There is no column {wanted.column!r}", f"Allowed: {list(columns)}.")
    if not wanted.reason.strip():
        raise EmgviewError("The reason is missing", "Say why the cell is changed.")
    allowed = values_to_choose(column)
    if wanted.state is CellState.OBSERVED and wanted.value not in allowed:
        raise EmgviewError(f"{column.title}: {wanted.value!r}", f"Allowed: {', '.join(allowed)}.")
    if wanted.state is CellState.ABSENT and column.kind == "judged":
        raise EmgviewError(f"{column.title} cannot be absent", f"Allowed: {', '.join(allowed)}.")
