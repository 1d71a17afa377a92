"""Opens files of the format: WFDB."""

from __future__ import annotations

from pathlib import Path

from emgview.errors import FileError
from emgview.model import ImportHints
from emgview.sources.importable import FileDescription, ImportableRecording


class WfdbImporter:
    """WFDB."""

    name = "WFDB"
    suffixes: tuple[str, ...] = ()

    def recognises(self, path: Path) -> bool:  # noqa: ARG002
        """Not yet."""
        return False

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """Not yet."""
        raise FileError(path.name, "", "cannot be read yet", str(hints and ""))

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """Not yet."""
        raise FileError(path.name, "", "cannot be read yet", str(hints and ""))


def is_record_name(path: Path) -> bool:
    """Whether there is no such file, but a WFDB header of that name."""
    return not path.exists() and path.with_name(f"{path.name}.hea").is_file()
