"""Overviews of recordings that have none: found beside the file, or made in portions.

Where a file lacks an overview, or has one that is damaged, it is made of the samples and put
beside the recording (``001.h5.overview``); where that folder cannot be written, into the cache
folder of the platform under the fingerprint of the recording; where neither can, it is kept in
memory within a bound, without the smallest blocks if need be.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs

from emgview.errors import FileError
from emgview.recording import (
    BlocksInMemory,
    OverviewBuild,
    RecordingIdentity,
    RecordingReader,
    Sidecar,
    SidecarWriter,
    holds_true_extremes,
    sidecar_bytes,
)

_LOG = logging.getLogger(__name__)

MOST_MEMORY_BYTES = 64 * 2**20
"""Most that an overview takes which cannot be written anywhere."""
MOST_CACHE_BYTES = 2 * 2**30
"""Most that overviews in the cache folder take; the oldest go first."""

_SUFFIX = ".overview"
_LEFTOVERS = "*.part"
_LEFTOVER_S = 24 * 3600.0
# So much of a disk is left alone: decisions must always fit.
_RESERVE_BYTES = 64 * 2**20
_NOTICE_S = 0.25

Places = Callable[[Path, RecordingIdentity], Iterator[Path]]


class OverviewState(StrEnum):
    """``making → ready``, ``making → stopped → making``, ``making → failed``."""

    MAKING = "making"
    READY = "ready"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OverviewNotice:
    """How far the overview of a recording is.

    Parameters
    ----------
    part : float
        0…1.
    remark : str
        What a reader must know; mostly empty.
    """

    recording_id: str
    state: OverviewState
    part: float
    remark: str = ""


def places_for(path: Path, identity: RecordingIdentity) -> Iterator[Path]:
    """Where the overview of a recording may lie, the best place first."""
    yield path.with_name(path.name + _SUFFIX)
    yield cache_folder() / f"{identity.fingerprint[:32]}{_SUFFIX}"


def cache_folder() -> Path:
    """Folder of overviews whose recordings lie in places that cannot be written."""
    return Path(platformdirs.user_cache_dir("emgview", appauthor=False)) / "overviews"


def adopt_stored(
    reader: RecordingReader, identity: RecordingIdentity, places: Places = places_for
) -> bool:
    """Let a reader use an overview that is there already; False if there is none that fits.

    One in the file itself is looked at in a few places first, so that one that another program
    left behind is not shown.
    """
    stored = reader.stored_overview()
    if reader.has_overview and (not reader.closed or stored is None):
        return True
    if stored is not None:
        with suppress(FileError):
            if holds_true_extremes(reader, stored):
                return True
        reader.drop_overview()
    for place in places(reader.path, identity):
        try:
            reader.adopt_overview(Sidecar.open(place, identity))
        except FileNotFoundError:
            continue
        except (FileError, OSError) as error:
            _LOG.info("overview not used: %s", error)
            continue
        return True
    return False


class OverviewMaking:
    """One overview that is being made. On the thread of the reader.

    Parameters
    ----------
    reader : RecordingReader
        Draws from what is made so far.
    identity : RecordingIdentity
    places : callable
        Where it may lie, the best place first.
    """

    def __init__(
        self, reader: RecordingReader, identity: RecordingIdentity, places: Places = places_for
    ) -> None:
        self.reader = reader
        self._identity = identity
        self._places = places(reader.path, identity)
        self._told = 0.0
        self._state = OverviewState.MAKING
        self._begin()

    def step(self) -> OverviewNotice | None:
        """Do a portion of a few milliseconds; now and then tells how far it is.

        Raises
        ------
        FileError
            If the samples cannot be read.
        """
        try:
            more = self._build.step()
            if not more and isinstance(self._sink, SidecarWriter):
                self._finish(self._sink)
        except OSError as error:
            _LOG.info("overview cannot be kept there: %s", error.strerror)
            self._begin()
            more = True
        if not more:
            self._state = OverviewState.READY
            return self.notice()
        if time.monotonic() - self._told < _NOTICE_S:
            return None
        return self.notice()

    def notice(self) -> OverviewNotice:
        """How far it is now."""
        self._told = time.monotonic()
        return OverviewNotice(self._identity.recording_id, self._state, self._build.fraction)

    @property
    def content_differs(self) -> bool:
        """Whether the samples are not those of which the file states the hash."""
        stated, found = self._identity.stated_sha256, self._build.content_sha256
        return bool(stated and found) and stated != found

    def _begin(self) -> None:
        """Start anew at the next place that takes it."""
        self._sink = self._next_sink()
        self._build = OverviewBuild(self.reader, self._sink)
        self.reader.adopt_overview(self._sink)

    def _next_sink(self) -> SidecarWriter | BlocksInMemory:
        wanted = sidecar_bytes(self._identity)
        for place in self._places:
            try:
                if place.parent == cache_folder():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    _prune(place.parent, MOST_CACHE_BYTES - wanted)
                _remove_leftovers(place.parent)
                if shutil.disk_usage(place.parent).free > wanted + _RESERVE_BYTES:
                    return SidecarWriter(place, self._identity)
            except OSError as error:
                _LOG.info("overview cannot be kept there: %s", error.strerror)
        info = self.reader.info
        return BlocksInMemory(
            info.n_samples, len(info.channels), self.reader.dtype, MOST_MEMORY_BYTES
        )

    def _finish(self, sink: SidecarWriter) -> None:
        sink.finish(self._build.content_sha256)


def _remove_leftovers(folder: Path) -> None:
    """Unfinished overviews of programs that were ended long ago."""
    for part in folder.glob(f"*{_SUFFIX}.{_LEFTOVERS}"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _LEFTOVER_S:
                part.unlink()


def _prune(folder: Path, most_bytes: int) -> None:
    """Remove the oldest overviews until the rest fits the bound."""
    known = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda p: p.stat().st_mtime, reverse=True)
    total = 0
    for path in known:
        total += path.stat().st_size
        if total > most_bytes:
            with suppress(OSError):
                path.unlink()
