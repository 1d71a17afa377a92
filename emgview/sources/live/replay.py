"""Any recording as if it arose now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emgview.errors import EmgviewError
from emgview.model import Chunk, ImportHints
from emgview.sources.files.registry import open_file
from emgview.sources.importable import ImportableRecording
from emgview.sources.live.pacing import PacedSource, Piece
from emgview.sources.live.protocol import FoundSource, LiveSource, Option, SourceKind, SourceSpec

_READ_S = 1.0


def _discover() -> tuple[FoundSource, ...]:
    return ()  # any file: it is chosen, not found


def _make(spec: SourceSpec) -> LiveSource:
    if not spec.what:
        raise EmgviewError("replay names no file", "Write it as replay:FILE.")
    path = Path(spec.what)
    fs = spec.number("fs", 0.0) or None
    hints = ImportHints(dataset=spec.get("dataset"), fs=fs, unit=spec.get("unit"))
    number = round(spec.number("number", 1.0))

    def load() -> Piece:
        found = open_file(path, hints)
        if not 1 <= number <= len(found):
            raise EmgviewError(
                f"There is no recording {number} in the file", f"Choose 1 to {len(found)}."
            )
        return _piece(found[number - 1])

    return PacedSource(load, spec.number("speed", 1.0), loop=spec.get("loop", "no") == "yes")


def _piece(recording: ImportableRecording) -> Piece:
    """Read in larger stretches than are given: opening and reading cost by the call."""
    info = recording.info
    large = max(round(_READ_S * info.sampling_rate_hz), 1)

    def chunks(step: int) -> Iterator[Chunk]:
        for chunk in recording.chunks(large):
            lost = chunk.lost_before
            for first in range(0, len(chunk.samples), step):
                part = chunk.samples[first : first + step]
                yield Chunk(part, chunk.start_sample + first, lost)
                lost = 0

    return Piece(info, str(recording.dtype), chunks)


KIND = SourceKind(
    name="replay",
    title="Replay of a recording",
    what="file",
    options=(
        Option("speed", "1 is real time, 10 is ten times as fast", "1"),
        Option("loop", "yes: begin again at the end", "no"),
        Option("number", "Which recording of a file that holds several", "1"),
        Option("dataset", "Dataset in a foreign HDF5 file"),
        Option("unit", "Unit of the numbers where the file does not tell: uV, mV or V"),
        Option("fs", "Sampling rate in Hz where the file does not tell"),
    ),
    discover=_discover,
    make=_make,
)
