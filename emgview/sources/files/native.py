"""Opens recordings of this program as importable ones (to take them into another study)."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from pathlib import Path

from emgview.model import Chunk, ImportHints
from emgview.recording import RecordingReader, file_sha256, is_native
from emgview.sources.files.finishing import listed
from emgview.sources.importable import ChunkSource, FileDescription, ImportableRecording


class NativeImporter:
    """Recordings of this program."""

    name = "emgview recording (HDF5)"
    suffixes = (".h5", ".hdf5")

    def recognises(self, path: Path) -> bool:
        """Whether the file bears the mark of this program."""
        return is_native(path)

    def describe(self, path: Path, hints: ImportHints) -> FileDescription:
        """Its one recording; nothing is ever missing."""
        return FileDescription(self.name, (listed(_found(path, hints)),))

    def open(self, path: Path, hints: ImportHints) -> tuple[ImportableRecording, ...]:
        """Its one recording; the hash of the content stays behind with the original."""
        found = _found(path, hints)
        info = dataclasses.replace(found.info, origin_sha256=file_sha256(path))
        return (dataclasses.replace(found, info=info),)


def _found(path: Path, hints: ImportHints) -> ImportableRecording:
    with RecordingReader.open(path) as reader:
        known, dtype, closed = reader.info, reader.dtype, reader.closed
    notes = known.notes if closed else (*known.notes, "The original was never closed.")
    channels = known.channels
    if hints.electrode:
        channels = tuple(dataclasses.replace(c, electrode=hints.electrode) for c in channels)
    info = dataclasses.replace(
        known,
        id=str(uuid.uuid4()),
        channels=channels,
        muscle=hints.muscle or known.muscle,
        side=hints.side or known.side,
        sha256="",
        origin_name=path.name,
        notes=notes,
    )
    return ImportableRecording(info, dtype, path.stem, _source(path))


def _source(path: Path) -> ChunkSource:
    def chunks(chunk_samples: int) -> Iterator[Chunk]:
        with RecordingReader.open(path) as reader:
            yield from reader.chunks(chunk_samples)

    return chunks
