"""Opens files of the format: Delsys Trigno text export."""

from __future__ import annotations

from pathlib import Path

from emgview.errors import FileError
from emgview.model import ImportHints
from emgview.sources.importable import FileDescription, ImportableRecording


class TrignoImporter:
    """Delsys Trigno text export."""

    name = "Delsys Trigno text export"
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
