"""Checks the parts of a file that can be judged without reading samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import h5py
import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError, NewerSchemaError
from emgview.model import Phase, Side
from emgview.recording import layout
from emgview.recording.metadata import channel_problem

Severity = Literal["error", "warning"]

_WHOLE_NUMBERS = "iu"
_NUMBERS = "iuf"
_GAP_FIELDS = ("start", "lost")
_PHASE_FIELDS = ("start", "stop", "phase", "site")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file.

    Parameters
    ----------
    severity : {"error", "warning"}
        A file with an error is not opened.
    code : str
        Short fixed word for programs: ``wrong-shape``, ``hash-mismatch`` …
    field : str
        Attribute, dataset or row.
    found, allowed : str
    """

    severity: Severity
    code: str
    field: str
    found: str
    allowed: str


def raise_first_error(file_name: str, problems: tuple[Problem, ...]) -> None:
    """Turn the first error among the findings into an exception.

    Raises
    ------
    FileError
        NewerSchemaError for a newer schema.
    """
    for problem in problems:
        if problem.code == "newer-schema":
            raise NewerSchemaError(
                file_name, problem.field, problem.found, "Update emgview to open this file."
            )
        if problem.severity == "error":
            raise FileError(file_name, problem.field, problem.found, f"Allowed: {problem.allowed}.")


def structure_problems(file: Any) -> tuple[Problem, ...]:
    """Findings about attributes, shapes, types and tables of an open `h5py.File`.

    Nothing but the format mark and version is judged where these do not fit.
    """
    mark = tuple(_mark_problems(file))
    if mark:
        return mark
    attributes = tuple(_attribute_problems(file))
    samples = tuple(_sample_problems(file))
    if samples:
        return attributes + samples
    n_samples, n_channels = file[layout.SAMPLES].shape
    closed = _closed(file)
    return (
        *attributes,
        *_channel_problems(file, n_channels),
        *_gap_problems(file, n_samples, closed),
        *_phase_problems(file, n_samples, closed),
    )


def _error(code: str, field: str, found: str, allowed: str) -> Problem:
    return Problem("error", code, field, found, allowed)


def _mark_problems(file: Any) -> Iterator[Problem]:
    if "format" not in file.attrs:
        yield _error("no-format-mark", "format", "is missing", layout.FORMAT_MARK)
        return
    mark = _text(file.attrs["format"])
    if mark != layout.FORMAT_MARK:
        yield _error("wrong-format-mark", "format", f"is {_short(mark)}", layout.FORMAT_MARK)
        return
    if "schema_version" not in file.attrs:
        yield _error("missing-attribute", "schema_version", "is missing", "1")
        return
    version = _number(file.attrs["schema_version"], _WHOLE_NUMBERS)
    if version is None or version < 1:
        found = f"is {_short(file.attrs['schema_version'])}"
        yield _error("wrong-attribute", "schema_version", found, "a whole number from 1 on")
    elif version > layout.SCHEMA_VERSION:
        found = f"is {int(version)}, newer than the {layout.SCHEMA_VERSION} of this program"
        yield _error("newer-schema", "schema_version", found, f"up to {layout.SCHEMA_VERSION}")


def _attribute_problems(file: Any) -> Iterator[Problem]:
    for name in ("recording_id", "sampling_rate_hz", "closed"):
        if name not in file.attrs:
            yield _error("missing-attribute", name, "is missing", "the attribute")
    for name in (*layout.TEXT_ATTRIBUTES, "content_sha256"):
        if name in file.attrs and _text(file.attrs[name]) is None:
            found = f"is {_short(file.attrs[name])}"
            yield _error("wrong-attribute", name, found, "a text in UTF-8")
    for name, judge in _ATTRIBUTE_RULES.items():
        if name in file.attrs:
            allowed = judge(file.attrs[name])
            if allowed:
                found = f"is {_short(file.attrs[name])}"
                yield _error(_ATTRIBUTE_CODES.get(name, "wrong-attribute"), name, found, allowed)


def _rate_rule(value: Any) -> str:
    rate = _number(value, _NUMBERS)
    fits = rate is not None and math.isfinite(rate) and rate > 0
    return "" if fits else "a finite number of Hz above 0"


def _closed_rule(value: Any) -> str:
    return "" if _number(value, _NUMBERS + "b") in (0, 1) else "0 or 1"


def _id_rule(value: Any) -> str:
    return "an id that is not empty" if _text(value) == "" else ""


def _side_rule(value: Any) -> str:
    text = _text(value)
    return "" if text is None or text in {str(side) for side in Side} else "L, R, M or empty"


def _start_rule(value: Any) -> str:
    text = _text(value)
    if not text:
        return ""
    allowed = "RFC 3339 with offset, such as 2026-03-01T09:30:00+01:00, or empty"
    try:
        return "" if datetime.fromisoformat(text).tzinfo is not None else allowed
    except ValueError:
        return allowed


def _hash_rule(value: Any) -> str:
    text = _text(value)
    fits = not text or (len(text) == 64 and set(text) <= set("0123456789abcdef"))
    return "" if fits else "64 lower-case hexadecimal digits, or empty"


_ATTRIBUTE_RULES: dict[str, Callable[[Any], str]] = {
    "recording_id": _id_rule,
    "sampling_rate_hz": _rate_rule,
    "closed": _closed_rule,
    "side": _side_rule,
    "started_at": _start_rule,
    "content_sha256": _hash_rule,
}
_ATTRIBUTE_CODES = {"sampling_rate_hz": "wrong-rate", "started_at": "wrong-start-time"}


def _sample_problems(file: Any) -> Iterator[Problem]:
    dataset = file.get(layout.SAMPLES)
    if not isinstance(dataset, h5py.Dataset):
        yield _error("missing-dataset", "/samples", "is missing", "a dataset of samples")
        return
    if dataset.ndim != 2 or dataset.shape[1] < 1:
        found = f"has shape {dataset.shape}"
        yield _error("wrong-shape", "/samples", found, "(n_samples, n_channels), samples first")
    if not _is_native(dataset.dtype):
        found = f"has type {dataset.dtype}"
        yield _error("wrong-dtype", "/samples", found, "int16, int32 or float32")


def _is_native(dtype: np.dtype[Any]) -> bool:
    return dtype.newbyteorder("=") in layout.SAMPLE_DTYPES


def _channel_problems(file: Any, n_channels: int) -> Iterator[Problem]:
    yield from _table_problems(file, layout.CHANNELS, layout.CHANNEL_FIELDS, required=True)
    rows = _table(file, layout.CHANNELS, layout.CHANNEL_FIELDS)
    if rows is None:
        return
    if len(rows) != n_channels:
        found = f"has {len(rows)} rows"
        yield _error("wrong-channel-count", "/channels", found, f"{n_channels}, as /samples")
    for i, row in enumerate(rows):
        field = f"/channels row {i + 1}"
        label, unit = _text(row["label"]), _text(row["unit"])
        gain, offset = (_number(row[name], _NUMBERS) for name in ("gain_uv", "offset_uv"))
        if label is None or unit is None or gain is None or offset is None:
            yield _error("wrong-field-type", field, "has a wrong type", "texts and numbers")
        elif found := channel_problem(gain, offset, unit):
            yield _error("wrong-unit" if "unit" in found[:5] else "wrong-gain", field, *_two(found))
        yield from _corner_problems(field, row)


def _corner_problems(field: str, row: Any) -> Iterator[Problem]:
    for name in ("high_pass_hz", "low_pass_hz"):
        if name in row.dtype.names:
            value = _number(row[name], _NUMBERS)
            if value is None or value < 0 or math.isinf(value):
                found = f"{name} {_short(row[name])}"
                yield _error("wrong-filter", field, found, "Hz from 0 on, or NaN: not known")


def _gap_problems(file: Any, n_samples: int, closed: bool) -> Iterator[Problem]:
    yield from _table_problems(file, layout.GAPS, _GAP_FIELDS, whole=_GAP_FIELDS)
    rows = _table(file, layout.GAPS, _GAP_FIELDS)
    if rows is None or not _all_whole(rows, _GAP_FIELDS):
        return
    previous_stop = 0
    for i, row in enumerate(rows):
        start, lost = int(row["start"]), int(row["lost"])
        field, found = f"/gaps row {i + 1}", f"start {start}, lost {lost}"
        if lost < 1 or start < 0:
            yield _error("wrong-gap", field, found, "start from 0 on, lost from 1 on")
        elif start < previous_stop:
            yield _error("gaps-not-sorted", field, found, f"start from {previous_stop} on")
        elif closed and start + lost > n_samples:
            yield _error("gap-outside", field, found, f"up to {n_samples} samples")
        previous_stop = max(previous_stop, start + lost)


def _phase_problems(file: Any, n_samples: int, closed: bool) -> Iterator[Problem]:
    whole = ("start", "stop", "site")
    yield from _table_problems(file, layout.PHASES, _PHASE_FIELDS, whole=whole)
    rows = _table(file, layout.PHASES, _PHASE_FIELDS)
    if rows is None or not _all_whole(rows, whole):
        return
    known = {str(phase) for phase in Phase}
    for i, row in enumerate(rows):
        start, stop, field = int(row["start"]), int(row["stop"]), f"/phases row {i + 1}"
        if _text(row["phase"]) not in known:
            found = f"phase {_short(row['phase'])}"
            yield _error("unknown-phase", field, found, ", ".join(sorted(known)))
        if start < 0 or stop < start or (closed and stop > n_samples):
            found = f"start {start}, stop {stop}"
            yield _error("phase-outside", field, found, f"0 ≤ start ≤ stop ≤ {n_samples}")


def _table_problems(
    file: Any,
    name: str,
    fields: tuple[str, ...],
    whole: tuple[str, ...] = (),
    required: bool = False,
) -> Iterator[Problem]:
    """Findings about the type of a table; one that may be left out is fine when absent."""
    if name not in file:
        if required:
            yield _error("missing-dataset", f"/{name}", "is missing", "a table of rows")
        return
    dataset = file[name]
    is_table = isinstance(dataset, h5py.Dataset) and dataset.ndim == 1
    names = (dataset.dtype.names or ()) if is_table else ()
    if missing := [field for field in fields if field not in names]:
        found = f"lacks {', '.join(missing)}" if is_table else "is not a table"
        yield _error("missing-field", f"/{name}", found, f"fields {', '.join(fields)}")
        return
    for field in whole:
        if dataset.dtype[field].kind not in _WHOLE_NUMBERS:
            found = f"{field} has type {dataset.dtype[field]}"
            yield _error("wrong-field-type", f"/{name}", found, "64-bit whole numbers")


def _table(file: Any, name: str, fields: tuple[str, ...]) -> NDArray[Any] | None:
    """Rows of a table, or None where it is absent or lacks a field."""
    dataset = file.get(name)
    if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 1:
        return None
    if not set(fields) <= set(dataset.dtype.names or ()):
        return None
    rows: NDArray[Any] = dataset[()]
    return rows


def _all_whole(rows: NDArray[Any], fields: tuple[str, ...]) -> bool:
    return all(rows.dtype[field].kind in _WHOLE_NUMBERS for field in fields)


def _closed(file: Any) -> bool:
    return _number(file.attrs.get("closed"), _NUMBERS + "b") == 1


def _number(value: Any, kinds: str) -> float | None:
    """The single number of an attribute or field; None for anything else."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in kinds:
        return None
    number: float = array.reshape(-1)[0].item()
    return number


def _text(value: Any) -> str | None:
    try:
        return layout.as_text(value)
    except ValueError:
        return None


def _short(value: Any) -> str:
    text = _text(value)
    return repr(text if text is not None else str(value))[:60]


def _two(problem: str) -> tuple[str, str]:
    found, _, allowed = problem.partition(", allowed: ")
    return found, allowed
