"""Whether the compiled loops are there yet."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

_MODULE = "emgview.kernels.loops"

Values = NDArray[np.float32]


class Kernels(Protocol):
    """The compiled loops; what each takes and gives stands in :mod:`.loops`."""

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

    def line_columns(self, samples: Values, low: Values, high: Values) -> None:
        """Extremes of the line from sample to sample within each pixel column."""

    def draw(
        self,
        pixels: NDArray[np.uint32],
        ground: NDArray[np.uint32],
        left: int,
        lanes: NDArray[np.int64],
        scales: Values,
        low: Values,
        high: Values,
        strokes: tuple[int, int, int, int],
    ) -> None:
        """Traces on their ground, and dashes where they leave their lanes."""


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

    Takes some seconds at most: not on the GUI thread. A second call does nothing. Where numba is
    missing, or does not work, all stays as it is.
    """
    with _STATE.lock:
        if not _STATE.tried:
            _STATE.tried = True
            _STATE.ready = _loaded()
        return _STATE.ready is not None


def _loaded() -> Kernels | None:
    try:
        return cast(Kernels, importlib.import_module(_MODULE))
    except (ImportError, OSError, RuntimeError):
        # Missing; or no place for the cache; or a processor or numpy that this numba does not know.
        return None


@contextmanager
def without() -> Iterator[None]:
    """Within it the loops in numpy run, for tests that compare both."""
    ready, _STATE.ready = _STATE.ready, None
    try:
        yield
    finally:
        _STATE.ready = ready
