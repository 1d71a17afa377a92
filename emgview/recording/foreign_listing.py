"""Lists what an HDF5 file of another program holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from emgview.recording.hdf5_access import open_for_reading, reading
from emgview.recording.layout import as_text

_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """One dataset of a file; ``attributes`` as short texts, for the import dialog only."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    attributes: dict[str, str]


def list_datasets(path: Path) -> tuple[DatasetSummary, ...]:
    """All datasets of an HDF5 file, in the order of their paths; links are not followed.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    with open_for_reading(path) as file, reading(path.name, ""):
        return tuple(
            DatasetSummary(
                dataset.name,
                tuple(dataset.shape or ()),
                str(dataset.dtype),
                {name: attribute_text(dataset.attrs, name) for name in dataset.attrs},
            )
            for dataset in datasets_of(file)
        )


def datasets_of(file: Any) -> list[Any]:
    """All datasets of an open file."""
    found: list[Any] = []

    def visit(_name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(item)

    file.visititems(visit)
    return sorted(found, key=lambda dataset: str(dataset.name))


def attribute_text(attributes: Mapping[str, Any], name: str) -> str:
    """An attribute as one short line; a type that h5py cannot give becomes ``?``."""
    try:
        value = attributes[name]
    except (OSError, TypeError, RuntimeError):
        return "?"
    try:
        text = as_text(value)
    except ValueError:
        text = " ".join(np.array2string(np.asarray(value), threshold=8).split())
    return text[:_LONGEST_SHOWN]
