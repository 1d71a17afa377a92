"""Columns of the muscle table, what is not rest, and words, as replaceable data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emgview.errors import FileError
from emgview.model import Phase
from emgview.resource_files import resource


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the muscle table.

    Parameters
    ----------
    classes : tuple of str
        Coarse classes (``counted_as`` of the vocabulary) that enter the column.
    unit : str
        ``potentials`` (each peak counts) or ``discharges`` (each label counts).
    rest_needed_s : float
        Watched rest under which absence is not stated; 0 for a column that is not about rest.
    rate_needed_hz : float
        Sampling rate under which absence is not stated; 0 for none.
    source : str
        Where the limit comes from, with its evidence mark.
    """

    id: str
    title: str
    classes: tuple[str, ...]
    unit: str
    rest_needed_s: float
    rate_needed_hz: float
    source: str

    @property
    def about_rest(self) -> bool:
        """Whether the column can say *absent* at all."""
        return self.rest_needed_s > 0


@dataclass(frozen=True, slots=True)
class RestRules:
    """What is not watched rest."""

    excluded_groups: frozenset[str]
    excluded_classes: frozenset[str]
    excluded_phases: frozenset[Phase]


@dataclass(frozen=True, slots=True)
class FindingsRules:
    """Content of ``clinical/findings.toml``.

    ``texts`` are words of cells and cautions by name; ``train_s`` is the length over which a train
    is sustained.
    """

    version: str
    columns: tuple[Column, ...]
    rest: RestRules
    train_s: float
    texts: Mapping[str, Mapping[str, str]]

    def column(self, column_id: str) -> Column:
        """The column of that id; KeyError for an unknown one."""
        found = next((c for c in self.columns if c.id == column_id), None)
        if found is None:
            raise KeyError(column_id)
        return found

    def text(self, group: str, key: str, **values: object) -> str:
        """A text of the table with its blanks filled."""
        return self.texts[group][key].format(**values)


@lru_cache(maxsize=1)
def load_findings_rules() -> FindingsRules:
    """The shipped table.

    Raises
    ------
    FileError
        If the file lacks a field or holds an unknown one.
    """
    path = resource("clinical/findings.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _rules(data)
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error


def _rules(data: dict[str, Any]) -> FindingsRules:
    columns = tuple(Column(**{**row, "classes": tuple(row["classes"])}) for row in data["column"])
    rest = data["rest"]
    return FindingsRules(
        version=data["version"],
        columns=columns,
        rest=RestRules(
            frozenset(rest["excluded_groups"]),
            frozenset(rest["excluded_classes"]),
            frozenset(Phase(phase) for phase in rest["excluded_phases"]),
        ),
        train_s=data["train_s"],
        texts=data["text"],
    )
