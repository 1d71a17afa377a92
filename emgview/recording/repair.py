"""Makes a proper recording of one whose writer was killed."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emgview.errors import FileError
from emgview.model import Chunk, Progress, RecordingInfo
from emgview.recording.journal import ALIVE_MS, journal_of, read_journal
from emgview.recording.reader import RecordingReader
from emgview.recording.writer import RecordingWriter

UNFINISHED = ".unfinished"
_CHUNK_SAMPLES = 65_536
_LEFT_S = 10.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair found and left.

    Parameters
    ----------
    info : RecordingInfo
        Of the repaired recording; a lost end is a gap of it.
    recovered : int
        Samples that were in the file, lost ones told in it included.
    lost : int or None
        Samples that had come after them and are gone; None: not known.
    original : Path
        Where the file is kept as the killed program left it.
    """

    info: RecordingInfo
    recovered: int
    lost: int | None
    original: Path

    @property
    def text(self) -> str:
        """One sentence for a person."""
        fs = self.info.sampling_rate_hz
        start = f"{self.recovered} samples ({self.recovered / fs:.3f} s) were recovered"
        if self.lost is None:
            return f"{start}; whether more had come is not known."
        if self.lost == 0:
            return f"{start}; nothing was lost."
        return f"{start}; the last {self.lost} samples ({self.lost / fs:.3f} s) are lost."


def needs_repair(path: Path) -> bool:
    """Whether a recording was left unfinished by a program that is no longer at work.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    with RecordingReader.open(path) as reader:
        if reader.closed:
            return False
    entry = read_journal(path)
    if entry is None:  # an import keeps none: it may be at work
        return time.time() - path.stat().st_mtime > _LEFT_S
    return entry.age_ms > ALIVE_MS


def repair(path: Path, progress: Progress | None = None, *, left: bool = False) -> Repaired:
    """Copy all that is there into a finished recording of the same name.

    The file as it was found is kept beside it, with ``.unfinished`` at the end of its name.

    Parameters
    ----------
    left : bool
        The caller knows that nobody writes the file any more.

    Raises
    ------
    FileError
        If it is finished already, still grows, cannot be read, or the disk is full; nothing is
        changed then.
    CancelledError
        If the work is no longer wanted; nothing is changed.
    """
    progress = progress or Progress()
    fresh, kept = path.with_name(path.name + ".repair"), path.with_name(path.name + UNFINISHED)
    with RecordingReader.open(path) as reader:
        _must_be_left(path, reader, left=left)
        if kept.exists():
            raise FileError(kept.name, "", "is there from an earlier repair", "Move it away first.")
        entry = read_journal(path)
        recovered = reader.info.n_samples
        lost = None if entry is None else max(entry.received - recovered, 0)
        fresh.unlink(missing_ok=True)
        try:
            info = _copy(reader, fresh, lost, progress)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    path.replace(kept)
    fresh.replace(path)
    journal_of(path).unlink(missing_ok=True)
    return Repaired(info, recovered, lost, kept)


def _must_be_left(path: Path, reader: RecordingReader, *, left: bool) -> None:
    if reader.closed:
        raise FileError(path.name, "", "is a finished recording", "There is nothing to repair.")
    entry = read_journal(path)
    if not left and entry is not None and entry.age_ms <= ALIVE_MS:
        raise FileError(
            path.name, "", "is being recorded just now", "Stop the recording, then try again."
        )


def _copy(
    reader: RecordingReader, target: Path, lost: int | None, progress: Progress
) -> RecordingInfo:
    info, n = reader.info, reader.info.n_samples
    note = Repaired(info, n, lost, target).text
    marked = dataclasses.replace(
        info, notes=(*info.notes, f"Repaired after the program had been stopped: {note}")
    )
    with RecordingWriter.create(target, marked, reader.dtype) as writer:
        for chunk in reader.chunks(_CHUNK_SAMPLES):
            writer.append(chunk)
            progress.report(chunk.stop_sample / max(n, 1), "Repairing")
        if lost:
            nothing = np.empty((0, len(info.channels)), reader.dtype)
            writer.append(Chunk(nothing, n + lost, lost))
        return writer.close()
