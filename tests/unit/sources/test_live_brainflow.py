"""BrainFlow end to end: its synthetic, playback and streaming boards are real boards to it."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.sources.live import (
    Block,
    LiveSource,
    SourceEndedError,
    SourceSpec,
    make_source,
    parse_spec,
)
from emgview.sources.live.brainflow_board import library

pytest.importorskip("brainflow")
shim: Any = library()  # as the program loads it

FS = 250
WAIT_S = 15.0
PACKAGES, FIRST = 0, 1  # rows of the synthetic board


def until_the_end(source: LiveSource) -> list[Block]:
    blocks: list[Block] = []
    began = time.monotonic()
    while time.monotonic() - began < WAIT_S:
        try:
            block = source.read(0.2)
        except SourceEndedError:
            return blocks
        if block is not None:
            blocks.append(block)
    raise AssertionError("the playback did not end")


def joined(blocks: list[Block]) -> NDArray[Any]:
    return np.concatenate([block.samples for block in blocks])


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Lines of a file that BrainFlow wrote: some 700 packages of the synthetic board."""
    path = tmp_path_factory.mktemp("brainflow") / "synthetic.csv"
    shim.BoardShim.disable_board_logger()
    board = shim.BoardShim(shim.BoardIds.SYNTHETIC_BOARD.value, shim.BrainFlowInputParams())
    board.prepare_session()
    board.start_stream(45_000, f"file://{path}:w")
    time.sleep(2.8)
    board.stop_stream()
    board.release_session()
    return path.read_text(encoding="utf-8").splitlines()


def played(folder: Path, lines: list[str]) -> list[Block]:
    path = folder / "played.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    spec = SourceSpec("brainflow", "playback", (("file", str(path)), ("master_board", "synthetic")))
    source = make_source(spec)
    source.open()
    try:
        return until_the_end(source)
    finally:
        source.close()


def column(lines: list[str], row: int) -> NDArray[np.float64]:
    return np.array([float(line.split("\t")[row]) for line in lines])


def test_playback_gives_the_file(rows: list[str], tmp_path: Path) -> None:
    """Every sample of every channel, none lost, and its end is an end, not a loss."""
    lines = rows[:400]
    blocks = played(tmp_path, lines)
    samples = joined(blocks)
    assert samples.dtype == np.float32
    for channel in (0, 15):
        expected = column(lines, FIRST + channel).astype(np.float32)
        assert np.array_equal(samples[:, channel], expected[: len(samples)])
    assert len(samples) == len(lines)
    assert [b.lost_before for b in blocks if b.lost_before != 0] == []


@pytest.mark.parametrize("lost", [1, 40, 300])
def test_lost_packages_are_told(rows: list[str], tmp_path: Path, lost: int) -> None:
    """Packages that a radio lost: to the sample, also where the counter went round (300 > 256)."""
    lines = rows[:200] + rows[200 + lost : 600]
    blocks = played(tmp_path, lines)
    gaps = [b for b in blocks if b.lost_before]
    assert sum(b.lost_before or 0 for b in gaps) == lost
    at = column(rows[200 + lost : 201 + lost], FIRST).astype(np.float32)[0]
    assert gaps[0].samples[0, 0] == at


def test_channels_are_chosen(rows: list[str]) -> None:
    source = make_source(parse_spec("brainflow:synthetic?channels=3,1"))
    live = source.open()
    block = None
    while block is None:
        block = source.read(0.5)
    source.close()
    assert [channel.label for channel in live.channels] == ["EMG 3", "EMG 1"]
    assert block.samples.shape[1] == 2


def test_a_stream_of_another_program(tmp_path: Path) -> None:
    """A board that streams to the network, received by the streaming board."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shim.BoardShim.disable_board_logger()
    board = shim.BoardShim(shim.BoardIds.SYNTHETIC_BOARD.value, shim.BrainFlowInputParams())
    board.prepare_session()
    board.start_stream(45_000, f"streaming_board://225.1.1.1:{port}")
    source = make_source(
        parse_spec(
            f"brainflow:streaming?ip_address=225.1.1.1&ip_port={port}&master_board=synthetic"
        )
    )
    live = source.open()
    end, came, lost = time.monotonic() + 3.0, 0, 0
    while time.monotonic() < end:
        block = source.read(0.2)
        if block is not None:
            came, lost = came + len(block.samples), lost + (block.lost_before or 0)
    source.close()
    board.release_session()
    assert live.sampling_rate_hz == FS
    assert came == pytest.approx(3 * FS, rel=0.15)
    assert lost == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("brainflow:", "names no board"),
        ("brainflow:cyt", "cyton_daisy"),
        ("brainflow:playback?file=x.csv", "which board made the data"),
        ("brainflow:playback?file=none.csv&master_board=synthetic", "does not open"),
        ("brainflow:synthetic?channels=0", "from 1 to 16"),
        ("brainflow:synthetic?channels=1,x", "from 1 to 16"),
        ("brainflow:streaming?master_board=synthetic&ip_port=many", "Give a positive number"),
        ("brainflow:emotibit", "no signal channels"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(text: str, words: str) -> None:
    with pytest.raises(EmgviewError, match=words):
        make_source(parse_spec(text)).open()


def test_a_board_that_is_not_there() -> None:
    """A real board without its dongle: an error, and the next opening is not spoilt by it."""
    with pytest.raises(EmgviewError, match="does not open"):
        make_source(parse_spec("brainflow:cyton?serial_port=none")).open()
    source = make_source(parse_spec("brainflow:synthetic"))
    source.open()
    source.close()


def test_every_board_of_brainflow_is_known() -> None:
    """Each board has a description that gives channels, or is refused in plain words."""
    from emgview.sources.live.brainflow_board import choose, library

    refused = {}
    for board in shim.BoardIds:
        if board.value < 0:
            continue
        try:
            chosen = choose(library(), SourceSpec("brainflow", board.name.lower()))
        except EmgviewError as error:
            refused[board.name] = str(error)
            continue
        assert chosen.rows
        assert len(chosen.rows) == len(chosen.labels) == len(set(chosen.labels))
        assert chosen.rate_hz > 0
    assert all("Choose another" in text for text in refused.values())
    assert len(refused) < 8


def test_an_old_session_does_not_end_the_new_one() -> None:
    """BrainFlow's object of a closed session, collected late, released the session after it."""
    first = make_source(parse_spec("brainflow:synthetic"))
    first.open()
    old: Any = first._session  # type: ignore[attr-defined]
    first.close()
    second = make_source(parse_spec("brainflow:synthetic"))
    second.open()
    del old
    end = time.monotonic() + WAIT_S
    while second.read(0.2) is None:
        assert time.monotonic() < end
    second.close()
