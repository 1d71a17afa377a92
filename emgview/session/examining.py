"""Use case: the examination as it stands - grid, entries, statements - and how it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emgview.errors import EmgviewError, PolicyError
from emgview.findings import (
    CellState,
    Entries,
    ExaminedRecording,
    FindingsMemo,
    FindingsTable,
    Grid,
    Override,
    Statement,
    check_override,
    load_entry_table,
    make_grid,
    override_from,
    statements,
    told,
)
from emgview.findings.grid import rest_needed, too_short
from emgview.findings.overrides import PREFIX, field_of
from emgview.findings.plain import plain_examination
from emgview.model import Label
from emgview.review import SetField
from emgview.session.intents import ClearOverride, OverrideCell, StateEntry
from emgview.session.study_folder import StudyFolder

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

ENTRY = "entry/study/"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found and entered, and what all rules with something to say make of it."""

    grid: Grid
    entries: Entries
    statements: tuple[Statement, ...]

    @property
    def findings(self) -> tuple[FindingsTable, tuple[Statement, ...]]:
        """The muscle table, and the statements of the report."""
        return self.grid.table, told(self.statements)


@dataclass(frozen=True, slots=True)
class ExaminationInputs:
    """All that an examination is worked out from, as it stands after one change; for any thread.

    Parameters
    ----------
    recordings : tuple of ExaminedRecording
    labels : tuple of Label
        Of all recordings.
    fields : mapping
        Of the log.
    """

    recordings: tuple[ExaminedRecording, ...]
    labels: tuple[Label, ...]
    fields: Mapping[str, str]

    @property
    def entries(self) -> Entries:
        """What the clinician entered."""
        return entries_of(self.fields)

    def examine(self, memo: FindingsMemo | None = None) -> Examination:
        """Work it out; a memo belongs to one thread."""
        return examine_study(self.recordings, self.labels, self.fields, memo)


def entries_of(fields: Mapping[str, str]) -> Entries:
    """The entries among the fields of the log; those that the table no longer has are left out."""
    known = {field.id for field in load_entry_table().entry}
    found = {
        name.removeprefix(ENTRY): value
        for name, value in fields.items()
        if name.startswith(ENTRY) and value
    }
    return Entries(MappingProxyType({k: v for k, v in found.items() if k in known}))


def overrides_of(fields: Mapping[str, str]) -> tuple[Override, ...]:
    """The reader's words among the fields of the log."""
    made = [override_from(n, text) for n, text in fields.items() if n.startswith(PREFIX)]
    return tuple(override for override in made if override is not None)


def examine_study(
    recordings: Sequence[ExaminedRecording],
    labels: Sequence[Label],
    fields: Mapping[str, str],
    memo: FindingsMemo | None = None,
) -> Examination:
    """The examination out of recordings, labels and the fields of the log."""
    entries = entries_of(fields)
    grid = make_grid(recordings, labels, overrides_of(fields), entries, memo=memo)
    said = statements(grid, entries, fields.get("conclusion", ""))
    return Examination(grid, entries, said)


def entry_command(
    intent: StateEntry | OverrideCell | ClearOverride, session: StudySession
) -> SetField:
    """The command that carries an intent out.

    Raises
    ------
    PolicyError
        If there is no such entry, value, muscle or column, the reason is missing, or an absence
        is stated that too little rest was watched for.
    """
    try:
        if isinstance(intent, StateEntry):
            value = load_entry_table().checked(intent.entry, intent.value)
            return SetField(f"{ENTRY}{intent.entry}", value)
        if isinstance(intent, ClearOverride):
            return SetField(field_of(intent.muscle, intent.side, intent.column), "", intent.reason)
        return _override(intent, session.examination().grid, session.actor.name)
    except EmgviewError as error:
        raise PolicyError(error.found, error.remedy) from error


def _override(intent: OverrideCell, grid: Grid, reader: str) -> SetField:
    if intent.state not in tuple(CellState):
        raise EmgviewError(f"A cell cannot be {intent.state!r}", f"Allowed: {[*CellState]}.")
    said = Override(
        intent.muscle,
        intent.side,
        intent.column,
        CellState(intent.state),
        intent.value,
        intent.reason.strip(),
        reader,
    )
    check_override(said)
    row = grid.row(said.muscle, said.side)
    rest_s = row.rest_s if row else 0.0
    if said.state is CellState.ABSENT and rest_s < rest_needed(said.column):
        raise EmgviewError(
            f"{too_short(said.column, rest_s)}.", "Watch longer, or choose 'not assessable'."
        )
    return SetField(said.field, said.to_text(), said.reason)


def describe_findings(
    study: Path, reader: str = "", entries: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Grid, entries and statements of a study as plain values.

    Parameters
    ----------
    entries : sequence of (id, value)
        Made first, in the reader's name; without any nothing of the study is changed.

    Raises
    ------
    FileError
        If the study cannot be read.
    PolicyError
        If an entry is not allowed.
    """
    from emgview.session.settings import load_settings
    from emgview.session.study_session import StudySession

    name = reader or load_settings().reader_name or "reader"
    with StudySession(StudyFolder(study), name) as session:
        for entry, value in entries:
            session.apply(StateEntry(entry, value))
        seen = session.examination()
    return plain_examination(seen.grid, seen.entries, seen.statements)
