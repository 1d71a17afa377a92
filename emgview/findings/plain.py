"""Grid, entries and statements as plain values, for JSON, and as text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emgview.findings.decide import Statement
from emgview.findings.descriptors import descriptors
from emgview.findings.entries import Entries, load_entry_table
from emgview.findings.grid import Grid, GridCell, GridRow
from emgview.findings.grid_cells import joint_train_grade
from emgview.findings.rule_table import load_rule_table
from emgview.findings.table import floor_tenth
from emgview.model import load_muscles


def plain_examination(
    grid: Grid, entries: Entries, said: Sequence[Statement] = ()
) -> dict[str, Any]:
    """Everything of an examination; every state is spelt out, nothing is left empty."""
    return {
        "tables": {
            "grid": grid.version,
            "findings": grid.table.rules_version,
            "muscles": load_muscles().version,
            "entries": load_entry_table().version,
            "rules": load_rule_table().version,
        },
        "neck_region": grid.neck_region,
        "columns": [{"id": c.id, "title": c.title, "values": list(c.values)} for c in grid.columns],
        "grid": [plain_row(row) for row in grid.rows],
        "entries": plain_entries(entries),
        "statements": [plain_statement(s) for s in said],
        "fasciculation": descriptors(grid),
    }


def plain_row(row: GridRow) -> dict[str, Any]:
    """One row of the grid."""
    return {
        "muscle": row.muscle,
        "name": row.name,
        "side": row.side.value,
        "title": row.title,
        "nerve": row.nerve,
        "roots": list(row.roots),
        "region": row.region,
        "recorded": row.recorded,
        "recordings": list(row.recording_ids),
        "sites": row.sites,
        "watched_rest_s": floor_tenth(row.rest_s),
        "fib_psw_grade": joint_train_grade(row),
        "cells": {name: plain_cell(cell) for name, cell in row.cells},
        "cautions": list(row.cautions),
    }


def plain_cell(cell: GridCell) -> dict[str, Any]:
    """One cell; ``original`` stands beside an override."""
    plain: dict[str, Any] = {
        "state": cell.state.value,
        "value": cell.value,
        "text": cell.text,
        "note": cell.note,
        "reason": cell.reason,
        "numbers": dict(cell.numbers),
        "items": list(cell.item_ids),
    }
    if cell.override is not None and cell.original is not None:
        plain["override"] = {"reason": cell.override.reason, "by": cell.override.by}
        plain["original"] = plain_cell(cell.original)
    return plain


def plain_entries(entries: Entries) -> list[dict[str, Any]]:
    """All entries of the table, those not made as *not entered*."""
    return [
        {
            "id": field.id,
            "title": field.title,
            "group": field.group,
            "entered": field.id in entries.values,
            "value": entries.get(field.id),
            "text": entries.words(field.id),
        }
        for field in load_entry_table().entry
    ]


def plain_statement(said: Statement) -> dict[str, Any]:
    """One statement with what led to it."""
    return {
        "rule": said.rule_id,
        "title": said.title,
        "subject": said.subject,
        "outcome": said.outcome.value,
        "text": said.text,
        "inputs": list(said.inputs),
        "missing": list(said.missing),
        "told": said.told,
        "sources": load_rule_table().rules[said.rule_id].sources,
    }


def text_of(plain: dict[str, Any]) -> str:
    """The same for people, on a terminal."""
    lines = []
    for row in plain["grid"]:
        lines.append(
            f"{row['title']} ({row['region'] or 'no region'}; "
            f"{row['watched_rest_s']:g} s of rest, {row['sites']} sites)"
        )
        titles = {c["id"]: c["title"] for c in plain["columns"]}
        for name, cell in row["cells"].items():
            lines.append(f"  {titles[name]}: {cell['text']}")
        lines += [f"  ! {caution}" for caution in row["cautions"]]
    entered = [e for e in plain["entries"] if e["entered"]]
    lines.append("Entries: " + ("; ".join(f"{e['title']}: {e['text']}" for e in entered) or "none"))
    lines += [
        f"{s['rule']:8s} {s['outcome'].replace('_', ' '):14s} {s['text']}"
        for s in plain["statements"]
        if s["told"]
    ]
    return "\n".join(lines) + "\n"
