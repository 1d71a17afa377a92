"""Where things lie in an EDF or BDF file, checked against its size before any of it is trusted.

Source: Kemp et al. 1992 (EDF), Kemp and Olivan 2003 (EDF+); BDF is EDF with 24-bit samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emgview.errors import FileError

_FIXED_BYTES = 256
_MOST_SIGNALS = 4096
_DAMAGED = "Use another copy of the file, or export it again."
_MARKS = {b"0       ": "EDF", b"\xffBIOSEMI": "BDF"}


@dataclass(frozen=True, slots=True)
class EdfLayout:
    """Raw facts of one file.

    Parameters
    ----------
    header : bytes
        All of it.
    kind : str
        ``EDF`` or ``BDF``.
    subtype : str
        ``C`` or ``D`` of EDF+ and BDF+ (continuous or not), else empty.
    record_s : float
        Length of a data record in seconds.
    record_bytes, n_records : int
        Size of a record; number of whole records that the file holds.
    stated_records : int
        Number of records by the header; -1: the writer did not know.
    left_over_bytes : int
        Bytes of a last, incomplete record.
    annotation_bytes : tuple of slice
        Where annotations lie in a record.
    """

    header: bytes
    kind: str
    subtype: str
    record_s: float
    record_bytes: int
    n_records: int
    stated_records: int
    left_over_bytes: int
    annotation_bytes: tuple[slice, ...]


def edf_kind(path: Path) -> str:
    """``EDF``, ``BDF``, or empty for anything else."""
    try:
        with path.open("rb") as file:
            start = file.read(_FIXED_BYTES)
    except OSError:
        return ""
    # A text file may begin with "0" and blanks: the number of signals must be there too.
    return _MARKS.get(start[:8], "") if start[252:256].strip().isdigit() else ""


def read_layout(path: Path) -> EdfLayout:
    """Facts of the file.

    Raises
    ------
    FileError
        If the header is damaged, or no whole data record is there.
    """
    kind = edf_kind(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            fixed = file.read(_FIXED_BYTES)
            n_signals = _number(path, "number of signals", fixed[252:256])
            if not 1 <= n_signals <= _MOST_SIGNALS:
                raise _damaged(path, "number of signals", f"is {n_signals}")
            header = fixed + file.read(_FIXED_BYTES * n_signals)
    except OSError as error:
        raise FileError(path.name, "", "cannot be read", "Check name and rights.") from error
    if len(header) < _FIXED_BYTES * (n_signals + 1):
        raise _damaged(path, "header", "is cut off")
    return _layout(path, kind, header, size)


def _layout(path: Path, kind: str, header: bytes, size: int) -> EdfLayout:
    n_signals = len(header) // _FIXED_BYTES - 1
    sample_bytes = 2 if kind == "EDF" else 3
    counts = _columns(path, header, n_signals)
    ends = [sample_bytes * sum(counts[: i + 1]) for i in range(n_signals)]
    labels = [header[256 + 16 * i : 272 + 16 * i].strip() for i in range(n_signals)]
    body = max(size - len(header), 0)
    if not ends[-1] or body < ends[-1]:
        raise _damaged(path, "", "ends before the first data record is complete")
    reserved = header[192:197].decode("latin-1")
    annotations = f"{kind} Annotations".encode()
    timed = any(label != annotations for label in labels)
    return EdfLayout(
        header=header,
        kind=kind,
        subtype=reserved[4:] if reserved[:4] == f"{kind}+" else "",
        record_s=_record_s(path, header[244:252], timed=timed),
        record_bytes=ends[-1],
        n_records=body // ends[-1],
        stated_records=_number(path, "number of data records", header[236:244]),
        left_over_bytes=body % ends[-1],
        annotation_bytes=tuple(
            slice(end - sample_bytes * count, end)
            for label, count, end in zip(labels, counts, ends, strict=True)
            if label == annotations
        ),
    )


def _columns(path: Path, header: bytes, n_signals: int) -> list[int]:
    """Samples per data record of each signal."""
    first = _FIXED_BYTES + 216 * n_signals
    counts = []
    for i in range(n_signals):
        field = header[first + 8 * i : first + 8 * i + 8]
        count = _number(path, f"samples per record of signal {i + 1}", field)
        if count < 0:
            raise _damaged(path, f"samples per record of signal {i + 1}", f"is {count}")
        counts.append(count)
    return counts


def _record_s(path: Path, field: bytes, *, timed: bool) -> float:
    """Length of a data record; 0 in a file of annotations alone, which is not ``timed``."""
    try:
        seconds = float(field.decode("ascii"))
    except (UnicodeDecodeError, ValueError) as error:
        raise _damaged(path, "duration of a data record", "is no number") from error
    if not 0 <= seconds < float("inf") or (timed and not seconds):
        raise _damaged(path, "duration of a data record", f"is {seconds:g} s")
    return seconds


def _number(path: Path, name: str, field: bytes) -> int:
    try:
        return int(field.decode("ascii"))
    except (UnicodeDecodeError, ValueError) as error:
        raise _damaged(path, name, "is no whole number") from error


def _damaged(path: Path, field: str, found: str) -> FileError:
    return FileError(path.name, field, found, _DAMAGED)
