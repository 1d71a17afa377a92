"""Recordings whose program is really killed, at random moments: all that was flushed is there."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from emgview.errors import FileError
from emgview.model import SampleInterval
from emgview.recording import RecordingReader, needs_repair, read_journal, repair, validate
from emgview.recording.journal import ALIVE_MS

SCRIPT = Path(__file__).with_name("killed_writer.py")
KILLS = 50


def record_and_kill(path: Path, seed: int) -> int:
    """Start a recorder, kill it at a random moment; gives the samples that it had been given."""
    random.seed(seed)
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(path), str(seed)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        first = child.stdout.read(8)
        assert len(first) == 8
        time.sleep(random.uniform(0.0, 0.4))
        child.kill()
        data = first + child.stdout.read()
    whole = len(data) // 8 * 8
    return int(struct.unpack_from("<q", data, whole - 8)[0])


def check_killed(path: Path, seed: int) -> None:
    given = record_and_kill(path, seed)
    journal = read_journal(path)
    assert journal is not None
    assert given <= journal.received <= given + 1300  # one block may not have been told
    found = repair(path, left=True)
    assert found.recovered >= journal.flushed
    assert found.lost == journal.received - found.recovered
    assert validate(path) == ()
    assert found.original.exists()
    assert str(found.lost) in found.text or "nothing was lost" in found.text
    with RecordingReader.open(path) as reader:
        info = reader.info
        assert reader.closed
        assert info.n_samples == journal.received
        if found.lost:
            assert info.gaps[-1].interval.stop == journal.received
        rows = reader.read(SampleInterval(0, info.n_samples))
        lost = reader.gap_rows(info.whole)
    numbers = np.arange(info.n_samples, dtype=np.int32)
    np.testing.assert_array_equal(rows[~lost, 0], numbers[~lost])
    np.testing.assert_array_equal(rows[~lost, 1], -numbers[~lost])
    assert any("Repaired" in note for note in info.notes)


@pytest.mark.timeout(300)
def test_fifty_killed_recorders_leave_all_that_was_flushed(tmp_path: Path) -> None:
    def one(seed: int) -> None:
        check_killed(tmp_path / f"{seed:03d}.h5", seed)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(KILLS)))


def test_a_file_that_grows_is_not_repaired(tmp_path: Path) -> None:
    path = tmp_path / "grows.h5"
    record_and_kill(path, 1)
    journal = read_journal(path)
    assert journal is not None
    assert journal.age_ms < ALIVE_MS
    assert not needs_repair(path)
    with pytest.raises(FileError, match="being recorded just now"):
        repair(path)


def test_a_repaired_file_is_finished_and_its_original_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "once.h5"
    record_and_kill(path, 2)
    repair(path, left=True)
    assert not needs_repair(path)
    with pytest.raises(FileError, match="finished recording"):
        repair(path, left=True)


def test_without_a_journal_the_loss_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "bare.h5"
    record_and_kill(path, 3)
    path.with_name("bare.h5.journal").unlink()
    assert not needs_repair(path)  # an import may be at work
    os.utime(path, (1_000, 1_000))
    assert needs_repair(path)
    found = repair(path)
    assert found.lost is None
    assert "not known" in found.text
