"""Whether the compiled loops are there yet."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import platformdirs
from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)
_BUILDING = "emgview.kernels.building"
_PATIENCE_S = 120.0
_PACKAGE = Path(__file__).resolve().parents[1]

Values = NDArray[np.float32]


class Kernels(Protocol):
    """The compiled loops; what each takes and gives stands in :mod:`.loops`.

    Raises
    ------
    ValueError, TypeError
        Where sizes or types do not fit together, or an array is not C-contiguous.
    """

    def reduce(
        self,
        low: NDArray[Any],
        high: NDArray[Any],
        step: int,
        cuts: NDArray[np.int64],
        least: NDArray[Any],
        most: NDArray[Any],
    ) -> None:
        """Join rows into columns."""

    def reduce_pairs(
        self,
        pairs: NDArray[Any],
        step: int,
        cuts: NDArray[np.int64],
        least: NDArray[Any],
        most: NDArray[Any],
    ) -> None:
        """The same of rows that hold pairs of extremes."""

    def line_columns(self, samples: Values, low: Values, high: Values) -> None:
        """Extremes of the line from sample to sample within each pixel column."""

    def draw(
        self,
        pixels: NDArray[np.uint32],
        ground: NDArray[np.uint32],
        same: NDArray[np.int64],
        left: int,
        lanes: NDArray[np.int64],
        scales: Values,
        low: Values,
        high: Values,
        strokes: tuple[int, int, int, int],
    ) -> None:
        """Traces on their ground, and dashes where they leave their lanes."""

    def soft(
        self,
        pixels: NDArray[np.uint32],
        left: int,
        lanes: NDArray[np.int64],
        scales: Values,
        low: Values,
        high: Values,
        width: float,
        beside: int,
    ) -> None:
        """Lines with soft edges upon a picture, ``width`` pixels wide.

        ``beside``: 256ths to which a column covers its neighbours.
        """

    def bars(
        self,
        pixels: NDArray[np.uint32],
        left: int,
        bottoms: NDArray[np.int64],
        heights: NDArray[np.int32],
        inks: NDArray[np.uint32],
        bar: tuple[int, int],
    ) -> None:
        """Rows of bars upon a picture."""


class _State:
    """The loops once they are ready; set under the lock, read by any thread."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.tried = False
        self.ready: Kernels | None = None


_STATE = _State()


def compiled() -> Kernels | None:
    """The compiled loops if they are ready, else None; takes no time, on any thread."""
    return _STATE.ready


def load() -> bool:
    """Load the compiled loops, or make them where they never were made; whether they are ready.

    Takes some ten seconds where they are made: not on the GUI thread. A second call does nothing.
    Where numba is missing, or does not work, all stays as it is.
    """
    with _STATE.lock:
        if not _STATE.tried:
            _STATE.tried = True
            _STATE.ready = _loaded()
        return _STATE.ready is not None


def cache_folder() -> Path:
    """Where the machine code is kept, a file for each processor and version."""
    return Path(platformdirs.user_cache_dir("emgview", appauthor=False)) / "loops"


def _loaded() -> Kernels | None:
    try:
        # numba's part of LLVM takes a second to load
        from emgview.kernels.machine import MachineLoops, kind_of_machine
    except (ImportError, OSError):
        return None
    kept = cache_folder() / f"{kind_of_machine()}.bin"
    with suppress(OSError, ValueError, RuntimeError):
        return MachineLoops(kept.read_bytes())
    try:
        return MachineLoops(_made(kept))
    except (ImportError, OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
        # No numba; or a processor or numpy that this numba does not know.
        _LOG.info("pages are drawn by numpy: %s", type(error).__name__)
        return None


def _made(kept: Path) -> bytes:
    """New machine code, which is kept if it can be."""
    if getattr(sys, "frozen", False):  # there is no python to start
        from emgview.kernels.building import build

        packed = build()
    else:
        packed = _made_elsewhere()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{id(packed):x}.new")
        fresh.write_bytes(packed)
        fresh.replace(kept)
    except OSError as error:
        _LOG.info("machine code is not kept: %s", error.strerror)
    return packed


def _made_elsewhere() -> bytes:
    """The same by another process, which takes numba's memory with it when it ends."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "loops.bin"
        subprocess.run(
            [sys.executable, "-m", _BUILDING, str(place)],
            cwd=_PACKAGE.parent,
            check=True,
            timeout=_PATIENCE_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return place.read_bytes()


@contextmanager
def without() -> Iterator[None]:
    """Within it the loops in numpy run, for tests that compare both."""
    ready, _STATE.ready = _STATE.ready, None
    try:
        yield
    finally:
        _STATE.ready = ready
