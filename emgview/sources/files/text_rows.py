"""Reads a table of numbers in pieces, and names the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.sources.files.text_dialect import TextDialect, number

_CHARACTERS_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class RowBlock:
    """Rows (n, n_columns) of float64, and the number of the line of each."""

    values: NDArray[np.float64]
    line_numbers: list[int]


def read_rows(path: Path, dialect: TextDialect) -> Iterator[RowBlock]:
    """All rows in order; an empty cell is NaN.

    Raises
    ------
    FileError
        If a line has another number of cells, or a cell is no number; names the line.
    """
    for lines, numbers in _line_blocks(path, dialect):
        if lines:
            yield RowBlock(_parsed(path, dialect, lines, numbers), numbers)


def _parsed(
    path: Path, dialect: TextDialect, lines: list[str], numbers: list[int]
) -> NDArray[np.float64]:
    text = [line.replace(",", ".") for line in lines] if dialect.decimal_comma else lines
    for attempt in (text, None):
        try:
            values = np.loadtxt(
                _filled(text, dialect) if attempt is None else attempt,
                delimiter=dialect.separator,
                ndmin=2,
                comments=None,
                quotechar='"',
            )
        except ValueError:
            # Empty cells, or something wrong: the second attempt or the line tells.
            continue
        if values.shape == (len(lines), dialect.n_columns):
            return values
    return _parsed_slowly(path, dialect, lines, numbers)


def _filled(lines: list[str], dialect: TextDialect) -> list[str]:
    """The lines with ``nan`` in empty cells."""
    if dialect.separator is None:
        return lines
    cut = (line.split(dialect.separator) for line in lines)
    return [dialect.separator.join(c if c.strip() else "nan" for c in cells) for cells in cut]


def _parsed_slowly(
    path: Path, dialect: TextDialect, lines: list[str], numbers: list[int]
) -> NDArray[np.float64]:
    """Cell by cell: for odd but valid writing, and to name the line that is wrong."""
    rows = np.empty((len(lines), dialect.n_columns))
    for i, line in enumerate(lines):
        cells = dialect.cells(line)
        if len(cells) != dialect.n_columns:
            raise FileError(
                path.name,
                f"line {numbers[i]}",
                f"has {len(cells)} columns, the lines before have {dialect.n_columns}",
                "Repair the line or remove it.",
            )
        for j, cell in enumerate(cells):
            value = number(cell, dialect.decimal_comma)
            if value is None:
                raise FileError(
                    path.name,
                    f"line {numbers[i]}",
                    f"column {j + 1} is not a number",
                    "Repair the line or remove it.",
                )
            rows[i, j] = value
    return rows


def _line_blocks(path: Path, dialect: TextDialect) -> Iterator[tuple[list[str], list[int]]]:
    """Lines that are not blank, after the header, with their numbers from 1 on."""
    line_number = 0
    rest = ""
    try:
        with path.open(encoding=dialect.encoding, errors="replace") as file:
            while piece := file.read(_CHARACTERS_AT_ONCE):
                lines = (rest + piece).split("\n")
                rest = lines.pop()
                if len(rest) > _CHARACTERS_AT_ONCE:
                    raise FileError(
                        path.name,
                        f"line {line_number + len(lines) + 1}",
                        "is longer than a row of numbers can be",
                        "Choose a table with one row for each sample.",
                    )
                yield _kept(lines, line_number, len(dialect.header))
                line_number += len(lines)
    except OSError as error:
        raise FileError(path.name, "", "cannot be read", "Check name and rights.") from error
    yield _kept([rest], line_number, len(dialect.header))


def _kept(lines: list[str], before: int, n_header: int) -> tuple[list[str], list[int]]:
    kept = [
        (line, number)
        for number, line in enumerate(lines, start=before + 1)
        if number > n_header and line.strip()
    ]
    return [line for line, _ in kept], [number for _, number in kept]
