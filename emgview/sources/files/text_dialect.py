"""How a text file writes its table: encoding, separator, decimal sign, header, columns."""

from __future__ import annotations

import codecs
import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from emgview.errors import FileError

_LOOKED_AT_BYTES = 2**16
_ROWS_NEEDED = 5
_MOST_COLUMNS = 1024
_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|inf)", re.IGNORECASE)
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Separator (None: any blanks) and decimal sign, in the order of trial.
_DIALECTS = (
    ("\t", "."), ("\t", ","), (";", "."), (";", ","), (",", "."), (None, "."), (None, ","),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextDialect:
    """How to cut the text into numbers.

    Parameters
    ----------
    encoding : str
    separator : str or None
        None: one or more blanks.
    decimal_comma : bool
    header : tuple of str
        Lines before the first row of numbers.
    n_columns : int
    first_rows : tuple of tuple of float
        Rows at the beginning of the file, for looking at; an empty cell is NaN.
    """

    encoding: str
    separator: str | None
    decimal_comma: bool
    header: tuple[str, ...]
    n_columns: int
    first_rows: tuple[tuple[float, ...], ...]

    def cells(self, line: str) -> list[str]:
        """Cells of a line without quotes and blanks around them."""
        parts = line.split(self.separator)
        return [part.strip().strip('"').strip() for part in parts]

    def header_cells(self) -> list[list[str]]:
        """Header lines that have as many cells as there are columns; comment marks removed."""
        lines = [self.cells(line.lstrip("#% ")) for line in self.header]
        return [cells for cells in lines if len(cells) == self.n_columns]


def first_lines(path: Path) -> list[str]:
    """Complete lines at the beginning of a text file; empty if it is no text of 8-bit letters."""
    raw = _beginning(path)
    encoding = _encoding(raw)
    if not encoding:
        return []
    text = raw.decode(encoding, errors="ignore")
    lines = text.splitlines()
    # The last line may be cut off here, unless it is the end of the file.
    return lines[:-1] if len(raw) == _LOOKED_AT_BYTES else lines


def is_wide_text(path: Path) -> bool:
    """Whether the file says that it is text of 16-bit letters."""
    return _beginning(path).startswith(_WIDE_MARKS)


def find_dialect(path: Path) -> TextDialect | None:
    """How the file writes its table; None if it has none that is understood."""
    lines = first_lines(path)
    encoding = _encoding(_beginning(path))
    for separator, decimal in _DIALECTS:
        found = _tried(lines, TextDialect(encoding, separator, decimal == ",", (), 0, ()))
        if found is None:
            continue
        if separator == "," and _comma_is_decimal(lines, found):
            return _tried(lines, TextDialect(encoding, None, True, (), 0, ()))
        if found.n_columns > 1 or separator is None:
            return found
    return None


def need_dialect(path: Path) -> TextDialect:
    """How the file writes its table.

    Raises
    ------
    FileError
        If it has no table that is understood.
    """
    if is_wide_text(path):
        raise FileError(path.name, "", "is text in UTF-16", "Save it as UTF-8 text and try again.")
    dialect = find_dialect(path)
    if dialect is None:
        raise FileError(
            path.name,
            "",
            "has no rows of numbers",
            "Allowed: columns of numbers, one channel each.",
        )
    return dialect


def number(cell: str, decimal_comma: bool) -> float | None:
    """Value of a cell; NaN for an empty one, None for anything that is no number."""
    text = cell.replace(",", ".") if decimal_comma else cell
    if not text:
        return float("nan")
    return float(text) if _NUMBER.fullmatch(text) else None


def _tried(lines: list[str], dialect: TextDialect) -> TextDialect | None:
    """The dialect with header and columns, if enough rows agree with it.

    Once two rows agree, a line that does not is no header any more, but an error to be told by its
    number when the table is read.
    """
    rows: list[tuple[float, ...]] = []
    first = last = 0
    for i, line in enumerate(lines):
        if not line.strip():
            continue
        last = i
        row = _row(line, dialect)
        if row is None:
            rows = [] if len(rows) == 1 else rows
        elif rows and len(row) == len(rows[0]):
            rows.append(row)
        elif len(rows) < _ROWS_NEEDED:
            rows, first = [row], i
    to_the_end = bool(rows) and last < first + _ROWS_NEEDED
    if len(rows) < (2 if to_the_end else _ROWS_NEEDED) or len(rows[0]) > _MOST_COLUMNS:
        return None
    header = tuple(lines[:first])
    return dataclasses.replace(
        dialect, header=header, n_columns=len(rows[0]), first_rows=tuple(rows)
    )


def _row(line: str, dialect: TextDialect) -> tuple[float, ...] | None:
    values = [number(cell, dialect.decimal_comma) for cell in dialect.cells(line)]
    row = tuple(value for value in values if value is not None)
    has_number = any(value == value for value in row) or "nan" in line.lower()
    return row if len(row) == len(values) and has_number else None


def _comma_is_decimal(lines: list[str], dialect: TextDialect) -> bool:
    """Whether two columns of whole numbers are rather one column with decimal commas.

    Only writing that makes no sense for whole numbers (``-0``, ``05``) tells them apart.
    """
    if dialect.n_columns != 2:
        return False
    cells = [dialect.cells(line) for line in lines[len(dialect.header) :] if line.strip()]
    whole = all(len(c) == 2 and all(re.fullmatch(r"[+-]?\d+", x) for x in c) for c in cells)
    odd = any(c[0] == "-0" or (len(c[1]) > 1 and c[1][0] == "0") for c in cells if len(c) == 2)
    return whole and odd


def _encoding(raw: bytes) -> str:
    """Encoding of the beginning of a file; empty: no text."""
    if b"\0" in raw or raw.startswith(_WIDE_MARKS):
        return ""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw, final=False)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LOOKED_AT_BYTES)
    except OSError:
        return b""
