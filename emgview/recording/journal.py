"""How much was received and how much is safe, beside a recording that grows.

A killed writer leaves a file with what it flushed; how much had come by then stands here alone. It
is a page of memory that the system writes to disk: setting a number costs nothing, and the number
survives the program (not always a power cut, after which the rest counts as not known).

The file, 64 bytes, little-endian: ``emgview-journal`` and a zero byte, then integers of 64 bits:
version (1), samples received, samples flushed, time of the last change in ms since 1970.
"""

from __future__ import annotations

import mmap
import struct
import time
from dataclasses import dataclass
from pathlib import Path

_MARK = b"emgview-journal\0"
_SIZE = 64
_VERSION, _RECEIVED, _FLUSHED, _CHANGED = 16, 24, 32, 40
SUFFIX = ".journal"
ALIVE_MS = 3_000
"""A journal that was changed so lately belongs to a writer that is at work."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What a journal says; ``age_ms`` since its last change."""

    received: int
    flushed: int
    age_ms: int


class Journal:
    """Written while a recording grows. Each number is set by one thread."""

    def __init__(self, recording: Path) -> None:
        self._path = journal_of(recording)
        head = _MARK + struct.pack("<q", 1)
        self._path.write_bytes(head.ljust(_SIZE, b"\0"))
        with self._path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE)
        self._set(_CHANGED, _now_ms())

    def received(self, n_samples: int) -> None:
        """So many samples of the recording have come, lost ones included."""
        self._set(_RECEIVED, n_samples)

    def flushed(self, n_samples: int) -> None:
        """So many can be read from the file whatever happens."""
        self._set(_FLUSHED, n_samples)
        self._set(_CHANGED, _now_ms())

    def close(self, *, remove: bool) -> None:
        """Let go of the file; remove it where the recording was finished. May be called twice."""
        if not self._page.closed:
            self._page.close()
        if remove:
            self._path.unlink(missing_ok=True)

    def _set(self, place: int, value: int) -> None:
        struct.pack_into("<q", self._page, place, value)


def journal_of(recording: Path) -> Path:
    """Where the journal of a recording lies."""
    return recording.with_name(recording.name + SUFFIX)


def read_journal(recording: Path) -> JournalEntry | None:
    """What the journal beside a recording says; None where there is none or it is damaged."""
    try:
        data = journal_of(recording).read_bytes()
    except OSError:
        return None
    if len(data) != _SIZE or not data.startswith(_MARK):
        return None
    version, received, flushed, changed = struct.unpack_from("<4q", data, _VERSION)
    if version != 1 or not 0 <= flushed <= max(received, flushed):
        return None
    return JournalEntry(received, flushed, max(_now_ms() - changed, 0))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
