"""Amplifier boards by BrainFlow, with its synthetic, playback and streaming boards."""

from __future__ import annotations

from collections import deque
from time import monotonic, sleep
from typing import Any

import numpy as np

from emgview.errors import EmgviewError
from emgview.model import Channel, Device
from emgview.sources.live.brainflow_board import OPTIONS, Board, choose, library, session_of
from emgview.sources.live.package_count import PackageLosses
from emgview.sources.live.protocol import (
    Block,
    FoundSource,
    LiveFormat,
    LiveSource,
    SourceEndedError,
    SourceKind,
    SourceLostError,
    SourceSpec,
)
from emgview.sources.live.stamps import HOLD_S

LOST_AFTER_S = 2.0
BUFFER_S = 120

_POLL_S = 0.004
_MOST_S = 0.05


class BrainflowSource:
    """One board.

    Parameters
    ----------
    spec : SourceSpec
        Name of the board, and options.
    """

    def __init__(self, spec: SourceSpec) -> None:
        self._spec = spec
        self._shim: Any = None
        self._session: Any = None
        self._board: Board | None = None
        self._most = 1
        self._losses = PackageLosses(1.0)
        self._ready: deque[Block] = deque()
        self._heard = 0.0

    def open(self) -> LiveFormat:
        """Connect to the board and start it."""
        self.close()
        self._shim = library()
        board = self._board = choose(self._shim, self._spec)
        session = session_of(self._shim, board)
        try:
            session.prepare_session()
            self._session = session
            if self._spec.get("loop") == "yes":
                session.config_board("loopback_true")
            session.start_stream(max(round(BUFFER_S * board.rate_hz), 1))
        except self._shim.BrainFlowError as error:
            self.close()
            raise EmgviewError(
                f"The board {self._spec.what} does not open ({_reason(error)})",
                "Check that it is switched on and that no other program uses it, and the options "
                "of the source.",
            ) from error
        self._most = max(round(_MOST_S * board.rate_hz), 1)
        self._losses = PackageLosses(board.rate_hz)
        self._heard = monotonic()
        return self._format(board)

    def read(self, timeout_s: float) -> Block | None:
        """The next samples; the very first ones wait until it is known how the board counts."""
        if self._session is None or self._board is None:
            raise SourceEndedError("The board is not open", "Open it first.")
        until = monotonic() + timeout_s
        while not self._ready:
            if not self._fetch(self._board):
                self._silent()
            left = until - monotonic()
            if self._ready or left <= 0.0:
                break
            sleep(min(_POLL_S, left))
        return self._ready.popleft() if self._ready else None

    def close(self) -> None:
        """Stop the board and release it."""
        session, self._session = self._session, None
        self._ready.clear()
        if session is None:
            return
        try:
            if session.is_prepared():
                session.release_session()
        except self._shim.BrainFlowError:
            return  # a board that went away cannot be told to stop

    def _fetch(self, board: Board) -> bool:
        """Take what the board has; False where it has nothing."""
        try:
            rows = self._session.get_board_data(self._most)
        except self._shim.BrainFlowError as error:
            self._ready.extend(self._losses.settle())
            if self._ready:
                return True  # what was kept back first; the next call fails again
            raise SourceLostError(
                f"The board {self._spec.what} went away ({_reason(error)})", "Check the board."
            ) from error
        n = rows.shape[1]
        if n == 0:
            return False
        self._heard = monotonic()
        stamps = self._heard + np.zeros(n) if board.stamp_row is None else rows[board.stamp_row]
        numbers = np.zeros(n) if board.package_row is None else rows[board.package_row]
        samples = np.ascontiguousarray(rows[list(board.rows)].T, dtype=np.float32)
        whole = np.nan_to_num(numbers, nan=-1.0).astype(np.int64)
        self._ready.extend(self._losses.feed(whole, stamps, samples))
        return True

    def _silent(self) -> None:
        silent_s = monotonic() - self._heard
        if silent_s > HOLD_S:
            self._ready.extend(self._losses.settle())
        if self._ready or silent_s <= LOST_AFTER_S:
            return
        if self._spec.what.lower() == "playback":
            raise SourceEndedError("The file is at its end", "Start it again.")
        raise SourceLostError(
            f"The board {self._spec.what} gives nothing for {silent_s:.1f} s",
            "Check its battery, its cable or the distance.",
        )

    def _format(self, board: Board) -> LiveFormat:
        notes = ["Microvolt as computed by BrainFlow from the nominal gain of the board"]
        if board.package_row is None:
            notes.append("The board numbers no packages: losses are found from time stamps")
        return LiveFormat(
            tuple(Channel(label) for label in board.labels),
            board.rate_hz,
            "float32",
            Device("", board.name, self._spec.get("serial_number"), f"BrainFlow {_version()}"),
            tuple(notes),
        )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("brainflow")
    except PackageNotFoundError:
        return ""


def _reason(error: Exception) -> str:
    """The name of the fault, as BrainFlow calls it: ``BOARD_NOT_READY_ERROR``."""
    return str(error).partition(" ")[0].partition(":")[0]


def _discover() -> tuple[FoundSource, ...]:
    library()
    return (FoundSource("brainflow:synthetic", "Synthetic board of BrainFlow", "for trying out"),)


def _make(spec: SourceSpec) -> LiveSource:
    if not spec.what:
        raise EmgviewError(
            "brainflow names no board", "Write it as brainflow:BOARD, for example brainflow:cyton."
        )
    return BrainflowSource(spec)


KIND = SourceKind(
    name="brainflow",
    title="Amplifier board (BrainFlow)",
    what="board",
    options=OPTIONS,
    discover=_discover,
    make=_make,
)
