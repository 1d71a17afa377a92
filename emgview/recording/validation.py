"""Checks a whole file and lists what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError
from emgview.model import Progress
from emgview.recording import layout
from emgview.recording.block_source import BlockSource
from emgview.recording.hdf5_access import open_for_reading, reading
from emgview.recording.overview_build import OverviewBuild
from emgview.recording.reader import RecordingReader
from emgview.recording.structure import Problem, structure_problems


def validate(path: Path, progress: Progress | None = None) -> tuple[Problem, ...]:
    """Findings about a recording file; none for a sound one. Reads all samples.

    Parameters
    ----------
    path : Path
    progress : Progress, optional

    Returns
    -------
    tuple of Problem
        With a single ``unreadable`` for a file that cannot be opened at all.

    Raises
    ------
    CancelledError
        If the work is no longer wanted.
    """
    progress = progress or Progress()
    try:
        with open_for_reading(path) as file, reading(path.name, ""):
            problems = structure_problems(file)
        if any(problem.severity == "error" for problem in problems):
            return problems
        with RecordingReader.open(path) as reader:
            return (*problems, *_content_problems(reader, progress))
    except FileError as error:
        readable = "a readable recording file"
        return (Problem("error", "unreadable", error.field, error.found, readable),)


def _content_problems(reader: RecordingReader, progress: Progress) -> Iterator[Problem]:
    yield from _float_problems(reader, progress.part(0.0, 0.3))
    yield from _hash_problems(reader, progress.part(0.3, 0.7))
    yield from _overview_problems(reader, progress.part(0.7, 1.0))


def _float_problems(reader: RecordingReader, progress: Progress) -> Iterator[Problem]:
    if reader.dtype.kind != "f":
        return
    count = 0
    for chunk in reader.chunks(65_536):
        count += int(np.count_nonzero(~np.isfinite(chunk.samples)))
        progress.report(chunk.stop_sample / reader.info.n_samples, "Looking at the samples")
    if count:
        found = f"{count} samples outside the gaps are NaN or infinite"
        yield Problem("warning", "not-finite", "/samples", found, "finite numbers")


def _hash_problems(reader: RecordingReader, progress: Progress) -> Iterator[Problem]:
    if not reader.closed:
        found = "the recording was not finished"
        yield Problem("warning", "not-closed", "closed", found, "1")
        return
    stated = reader.info.sha256
    if not stated:
        yield Problem("warning", "no-hash", "content_sha256", "is empty", "the hash of the content")
    elif (computed := reader.content_sha256(progress)) != stated:
        found = f"{stated[:12]}…, but the content gives {computed[:12]}…"
        yield Problem("error", "hash-mismatch", "content_sha256", found, "the hash of the content")


def _overview_problems(reader: RecordingReader, progress: Progress) -> Iterator[Problem]:
    if not reader.closed:
        return
    stored = reader.stored_overview()
    if stored is None:
        found = "is missing or does not fit the samples; it is made at the first opening"
        yield Problem("warning", "no-overview", "/overview", found, "blocks of all levels")
        return
    compared = _Compared(stored)
    build = OverviewBuild(reader, compared)
    while build.step():
        progress.report(build.fraction, "Checking the overview")
    for level in sorted(compared.wrong):
        found = "does not hold the extremes of the samples"
        allowed = "minimum and maximum of every block"
        yield Problem(
            "error", "wrong-overview", f"/overview/{layout.OVERVIEW_FACTORS[level]}", found, allowed
        )


class _Compared:
    """Takes blocks as they are made and holds them against stored ones."""

    def __init__(self, stored: BlockSource) -> None:
        self._stored = stored
        self._counts = [0] * len(layout.OVERVIEW_FACTORS)
        self.wrong: set[int] = set()

    def put(self, level: int, blocks: NDArray[Any]) -> None:
        """Compare the next blocks of a level."""
        if not len(blocks):
            return
        start = self._counts[level]
        low, high = self._stored.read(level, start, start + len(blocks))
        if not (np.array_equal(low, blocks[:, :, 0]) and np.array_equal(high, blocks[:, :, 1])):
            self.wrong.add(level)
        self._counts[level] = start + len(blocks)
