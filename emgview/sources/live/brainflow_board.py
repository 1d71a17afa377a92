"""Which board of BrainFlow is meant, and what is known of it."""

from __future__ import annotations

import importlib.resources
import sys
from dataclasses import dataclass
from typing import Any

from emgview.errors import EmgviewError, MissingExtraError
from emgview.sources.live.protocol import Option, SourceSpec

TEXT_PARAMETERS = {
    "serial_port": "Serial port of the board or its dongle",
    "mac_address": "Bluetooth address",
    "ip_address": "Address in the network",
    "ip_address_aux": "Second address",
    "ip_address_anc": "Third address",
    "other_info": "What the board needs besides",
    "serial_number": "Serial number",
    "file": "File (playback)",
    "file_aux": "Second file",
    "file_anc": "Third file",
}
NUMBER_PARAMETERS = {
    "ip_port": "Port in the network",
    "ip_port_aux": "Second port",
    "ip_port_anc": "Third port",
    "ip_protocol": "1: UDP, 2: TCP",
    "timeout": "Seconds to look for the board",
}
OPTIONS = (
    Option("channels", "all, or numbers such as 1,2,5", "all"),
    Option("master_board", "Board that made the data (playback and streaming)"),
    Option("loop", "yes: begin again at the end (playback)", "no"),
    *(Option(name, text) for name, text in (TEXT_PARAMETERS | NUMBER_PARAMETERS).items()),
)

_SPECIAL = {"playback": "PLAYBACK_FILE_BOARD", "streaming": "STREAMING_BOARD"}
_OF_OTHERS = tuple(_SPECIAL.values())


def library() -> Any:
    """The module of BrainFlow's boards, its own messages silenced.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        from brainflow import board_shim
    except (ImportError, OSError) as error:  # OSError: its library cannot be loaded
        raise MissingExtraError(
            "Boards need the package brainflow, which is not installed or cannot be loaded",
            "Install it with: pip install 'emgview[live]'.",
        ) from error
    if sys.version_info < (3, 12):
        # There the folder of a module cannot be asked for, and BrainFlow falls back on
        # pkg_resources, which newer setuptools lack: ask for its package, as 3.12 does.
        board_shim.files = lambda _module: importlib.resources.files("brainflow")
    board_shim.BoardShim.disable_board_logger()
    return board_shim


def session_of(shim: Any, board: Board) -> Any:
    """A session with a board; it is released by a call alone.

    BrainFlow's own object releases in its ``__del__`` whatever session is open to the same board.
    One that is collected late would end the session that was opened after it.
    """
    kept: dict[str, Any] = {"__del__": lambda _self: None}
    return type("Session", (shim.BoardShim,), kept)(board.number, board.parameters)


@dataclass(frozen=True, slots=True)
class Board:
    """A board and where its samples stand.

    Parameters
    ----------
    number : int
        What BrainFlow is asked to open.
    master : int
        The board that made the data; the same but for playback and streaming.
    name : str
    rate_hz : float
    rows : tuple of int
        Rows of the signal channels, as chosen.
    labels : tuple of str
    package_row, stamp_row : int or None
    parameters : object
        `BrainFlowInputParams` with the user's options.
    """

    number: int
    master: int
    name: str
    rate_hz: float
    rows: tuple[int, ...]
    labels: tuple[str, ...]
    package_row: int | None
    stamp_row: int | None
    parameters: Any


def choose(shim: Any, spec: SourceSpec) -> Board:
    """The board that a spec names.

    Raises
    ------
    EmgviewError
        If there is none of that name, it has no signal channels, or an option does not fit.
    """
    chosen = board_of(shim, spec.what)
    master = chosen
    if chosen.name in _OF_OTHERS:
        if not spec.get("master_board"):
            raise EmgviewError(
                f"brainflow: {spec.what} does not tell which board made the data",
                "Add master_board=…, for example master_board=cyton.",
            )
        master = board_of(shim, spec.get("master_board"))
    try:
        facts: dict[str, Any] = shim.BoardShim.get_board_descr(master.value)
    except shim.BrainFlowError as error:
        raise EmgviewError(f"{spec.what} has no description", "Choose another board.") from error
    rows, labels = _signals(shim, facts, master.value)
    picked = _picked(spec, len(rows))
    return Board(
        number=chosen.value,
        master=master.value,
        name=str(facts.get("name", spec.what)),
        rate_hz=float(facts["sampling_rate"]),
        rows=tuple(rows[i] for i in picked),
        labels=tuple(labels[i] for i in picked),
        package_row=facts.get("package_num_channel"),
        stamp_row=facts.get("timestamp_channel"),
        parameters=_parameters(shim, spec, master.value),
    )


def board_of(shim: Any, name: str) -> Any:
    """The board of that name, in the words of BrainFlow; ``cyton`` means ``CYTON_BOARD``.

    Raises
    ------
    EmgviewError
        If there is none.
    """
    boards = {board.name: board for board in shim.BoardIds if board.name != "NO_BOARD"}
    wanted = name.strip().replace("-", "_")
    full = _SPECIAL.get(wanted.lower(), wanted.upper())
    for board_name in (full, f"{full}_BOARD"):
        if board_name in boards:
            return boards[board_name]
    word = wanted.lower().partition("_")[0]
    short = sorted(board.removesuffix("_BOARD").lower() for board in boards)
    near = [board for board in short if word and word in board] or short
    raise EmgviewError(f"BrainFlow has no board {name!r}", f"Choose one of: {', '.join(near)}.")


def _signals(shim: Any, facts: dict[str, Any], number: int) -> tuple[list[int], list[str]]:
    """Rows and labels of the EMG channels, else of all channels of body signals."""
    emg: list[int] = facts.get("emg_channels") or []
    if emg:
        return emg, [f"EMG {n}" for n in range(1, len(emg) + 1)]
    try:
        rows: list[int] = shim.BoardShim.get_exg_channels(number)
    except shim.BrainFlowError:
        rows = []
    if not rows:
        raise EmgviewError(
            f"The board {facts.get('name', number)} has no signal channels", "Choose another one."
        )
    names = dict(
        zip(facts.get("eeg_channels", []), facts.get("eeg_names", "").split(","), strict=False)
    )
    return rows, [names.get(row) or f"ExG {n}" for n, row in enumerate(rows, 1)]


def _picked(spec: SourceSpec, count: int) -> list[int]:
    text = spec.get("channels", "all") or "all"
    if text == "all":
        return list(range(count))
    parts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in parts if part.isdecimal()]
    fit = len(numbers) == len(parts) == len(set(numbers)) and all(1 <= n <= count for n in numbers)
    if not fit:
        raise EmgviewError(
            f"brainflow: channels is {text}", f"Give all, or different numbers from 1 to {count}."
        )
    return [n - 1 for n in numbers]


def _parameters(shim: Any, spec: SourceSpec, master: int) -> Any:
    made = shim.BrainFlowInputParams()
    made.master_board = master if spec.get("master_board") else made.master_board
    for name in TEXT_PARAMETERS:
        setattr(made, name, spec.get(name))
    for name in NUMBER_PARAMETERS:
        if spec.get(name):
            setattr(made, name, round(spec.number(name, 0.0)))
    return made
