"""What a foreign HDF5 file tells of itself: dataset, rate, unit, orientation, labels.

A fact comes from the hint if there is one, else from an obviously named attribute of the dataset
or of the groups around it, else from a one-number dataset beside it (as MATLAB writes variables).
Nothing is guessed from the numbers: a wrong unit would shift every amplitude in the report.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from emgview.errors import FileError, ImportNeedsHintError
from emgview.model import ImportHints
from emgview.recording.foreign_listing import datasets_of
from emgview.recording.layout import as_text

MICROVOLT_OF_UNIT = {
    "v": 1e6,
    "volt": 1e6,
    "volts": 1e6,
    "mv": 1e3,
    "millivolt": 1e3,
    "millivolts": 1e3,
    "uv": 1.0,
    "µv": 1.0,
    "μv": 1.0,
    "microvolt": 1.0,
    "microvolts": 1.0,
    "nv": 1e-3,
    "nanovolt": 1e-3,
    "nanovolts": 1e-3,
}
ALLOWED_UNITS = "V, mV, uV or nV"

_RATE_NAMES = {
    "fs",
    "samplingrate",
    "samplingratehz",
    "samplerate",
    "sampleratehz",
    "samplingfrequency",
    "samplingfrequencyhz",
    "samplefrequency",
    "sfreq",
    "srate",
    "frequencyhz",
}
_UNIT_NAMES = {"unit", "units", "physicalunit"}
_LABEL_NAMES = {"channelnames", "channellabels", "labels", "channels"}

# No needle or surface study has more channels, and no recording worth reading fewer samples.
MOST_CHANNELS = 64


def choose_dataset(file: Any, file_name: str, hints: ImportHints) -> Any:
    """The dataset that holds the samples.

    Raises
    ------
    FileError
        If the hinted one is absent or of a type that is no signal, or the file has none.
    ImportNeedsHintError
        If several could be meant.
    """
    if hints.dataset:
        found = file.get(hints.dataset)
        if not isinstance(found, h5py.Dataset):
            raise FileError(
                file_name, hints.dataset, "is not a dataset", f"There are: {_names(file)}."
            )
        if reason := _no_signal(found):
            raise FileError(
                file_name, hints.dataset, reason, "Allowed: numbers in one or two dimensions."
            )
        return found
    possible = [dataset for dataset in datasets_of(file) if not _no_signal(dataset)]
    if not possible:
        raise FileError(
            file_name,
            "",
            f"has no dataset of numbers in one or two dimensions (there are: {_names(file)})",
            "Choose another file, or convert the dataset.",
        )
    if len(possible) > 1:
        missing = ["dataset"]
        missing += [] if hints.fs or _number_named(possible[0], _RATE_NAMES) else ["fs"]
        missing += [] if hints.unit or _text_named(possible[0], _UNIT_NAMES) else ["unit"]
        raise ImportNeedsHintError(
            f"{file_name} has {len(possible)} datasets that could be the signal",
            f"Name one: {_names(file)}.",
            tuple(missing),
        )
    return possible[0]


def sampling_rate_hz(dataset: Any, hints: ImportHints) -> float | None:
    """Rate of the hint or the file; None if neither tells a positive one."""
    rate = hints.fs if hints.fs is not None else _number_named(dataset, _RATE_NAMES)
    return rate if rate is not None and math.isfinite(rate) and rate > 0 else None


def gain_uv(dataset: Any, hints: ImportHints) -> float | None:
    """Microvolt of one unit of the numbers; None if the unit is not told or not known."""
    unit = hints.unit or _text_named(dataset, _UNIT_NAMES)
    return MICROVOLT_OF_UNIT.get(unit.strip().lower())


def is_samples_first(dataset: Any, hints: ImportHints) -> bool | None:
    """Whether rows are samples; None if two dimensions could both be time.

    Without a hint, the longer of two dimensions is time where the other has at most
    `MOST_CHANNELS` and the longer has more.
    """
    if dataset.ndim == 1:
        return True
    if hints.orientation is not None:
        return hints.orientation == "samples-first"
    rows, columns = dataset.shape
    if columns <= MOST_CHANNELS < rows:
        return True
    return False if rows <= MOST_CHANNELS < columns else None


def channel_labels(dataset: Any, n_channels: int) -> list[str]:
    """Labels that the file tells, or the name of the dataset with numbers."""
    for _name, value in _attributes_named(dataset, _LABEL_NAMES):
        labels = _texts(value)
        if len(labels) == n_channels and all(labels):
            return labels
    name = str(dataset.name).rsplit("/", 1)[-1]
    return [name] if n_channels == 1 else [f"{name} {i + 1}" for i in range(n_channels)]


def _no_signal(dataset: Any) -> str:
    """Why the dataset cannot be a signal, or an empty text."""
    if dataset.dtype.names:
        return "is a table with several fields"
    if dataset.dtype.kind not in "iuf":
        return f"holds {_kind(dataset.dtype)}, not numbers"
    if dataset.ndim not in (1, 2):
        return f"has {dataset.ndim} dimensions"
    if dataset.size <= 1:
        return f"has {dataset.size} numbers only"
    return ""


def _kind(dtype: np.dtype[Any]) -> str:
    names = {"S": "texts", "U": "texts", "O": "texts or references", "b": "yes/no values"}
    return names.get(dtype.kind, str(dtype))


def _names(file: Any) -> str:
    names = [f"{d.name} {tuple(d.shape or ())}" for d in datasets_of(file)]
    shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return shown or "none"


def _number_named(dataset: Any, names: set[str]) -> float | None:
    for _name, value in _attributes_named(dataset, names):
        array = np.asarray(value)
        if array.size == 1 and array.dtype.kind in "iuf":
            return float(array.reshape(-1)[0])
    return None


def _text_named(dataset: Any, names: set[str]) -> str:
    for _name, value in _attributes_named(dataset, names):
        texts = set(_texts(value))
        # Channels with different units cannot share one factor: then the person must tell.
        if len(texts) == 1:
            return texts.pop()
    return ""


def _attributes_named(dataset: Any, names: set[str]) -> Iterator[tuple[str, Any]]:
    """Attributes and small neighbour datasets whose simplified name is among ``names``."""
    item = dataset
    while True:
        for name in item.attrs:
            if _simplified(name) in names:
                yield name, item.attrs[name]
        if item.name == "/":
            break
        item = item.parent
        for name in item:
            if _simplified(name) in names and isinstance(item.get(name), h5py.Dataset):
                beside = item[name]
                if beside.size is not None and beside.size <= MOST_CHANNELS:
                    yield name, beside[()]


def _simplified(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _texts(value: Any) -> list[str]:
    """Texts of one string, or of an array of strings; empty for anything else."""
    items = [value] if isinstance(value, str | bytes) else list(np.asarray(value).reshape(-1))
    try:
        return [as_text(item).strip() for item in items]
    except ValueError:
        return []
