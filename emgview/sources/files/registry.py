"""Chooses the importer of a file."""

from __future__ import annotations

from pathlib import Path

from emgview.errors import FileError
from emgview.model import ImportHints
from emgview.sources.files.edf import EdfImporter
from emgview.sources.files.foreign_hdf5 import ForeignHdf5Importer
from emgview.sources.files.native import NativeImporter
from emgview.sources.files.text_table import TextTableImporter
from emgview.sources.files.trigno import TrignoImporter
from emgview.sources.files.wfdb_record import WfdbImporter, is_record_name
from emgview.sources.importable import FileDescription, ImportableRecording, Importer


def importers() -> tuple[Importer, ...]:
    """All importers; the first that recognises a file opens it."""
    return (
        NativeImporter(),
        ForeignHdf5Importer(),
        EdfImporter(),
        WfdbImporter(),
        TrignoImporter(),
        TextTableImporter(),
    )


def find_importer(path: Path) -> Importer:
    """The importer of a file, by its content.

    Raises
    ------
    FileError
        If the file is missing, empty, a folder, or of a kind that nobody reads.
    """
    _check_is_file(path)
    for importer in importers():
        if importer.recognises(path):
            return importer
    kinds = ", ".join(importer.name for importer in importers())
    raise FileError(
        path.name, "", "is of a kind that cannot be opened", f"These can be opened: {kinds}."
    )


def open_file(path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
    """The recordings of a file.

    Raises
    ------
    ImportNeedsHintError
        If something needed is not told by file and hints.
    FileError
        If the file cannot be read.
    """
    return find_importer(path).open(path, hints)


def describe_file(path: Path, hints: ImportHints) -> FileDescription:
    """What a file holds and what must be told of it.

    Raises
    ------
    FileError
        If the file cannot be used.
    """
    return find_importer(path).describe(path, hints)


def _check_is_file(path: Path) -> None:
    if is_record_name(path):
        return
    if path.is_dir():
        raise FileError(
            path.resolve().name, "", "is a folder, not a recording", "Choose a file inside."
        )
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        raise FileError(path.name, "", "does not exist", "Check name and folder.") from error
    except (OSError, ValueError) as error:
        raise FileError(path.name, "", "cannot be read", "Check name and rights.") from error
    if empty:
        raise FileError(path.name, "", "is empty (0 bytes)", "Use another copy of the file.")
