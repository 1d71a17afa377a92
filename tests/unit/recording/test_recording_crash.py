"""What was flushed survives a killed writer, and is there for others while the file grows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emgview.model import Gap, Phase, SampleInterval
from emgview.recording import RecordingReader, RecordingWriter, column_edges, is_native, validate

_WRITER = """
import sys
from pathlib import Path
import numpy as np
from emgview.model import Channel, Chunk, Phase, PhaseMark, RecordingInfo, SampleInterval
from emgview.recording import RecordingWriter

info = RecordingInfo("x", 1e4, 0, (Channel("a"), Channel("b")))
writer = RecordingWriter.create(Path(sys.argv[1]), info, np.int16)
position = 0
for line in sys.stdin:
    lost = int(line)
    position += lost
    ramp = np.arange(position, position + 400) % 30_000
    writer.append(Chunk(np.stack((ramp, -ramp), axis=1).astype(np.int16), position, lost))
    position += 400
    writer.mark(PhaseMark(SampleInterval(position - 400, position), Phase.REST))
    writer.flush()
    print(position, flush=True)
"""


class WritingProcess:
    """A second process that appends 400 samples each time it is told to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def append(self, lost: int = 0) -> int:
        """Length of the recording after one more chunk."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the process has no pipes")
        stdin.write(f"{lost}\n")
        stdin.flush()
        return int(stdout.readline())

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.communicate(timeout=30)


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[WritingProcess]:
    process = WritingProcess(tmp_path / "growing.h5")
    yield process
    process.kill()


def _check_ramp(reader: RecordingReader, n_samples: int) -> None:
    rows = reader.read(SampleInterval(0, n_samples))
    np.testing.assert_array_equal(rows[:, 0], np.arange(n_samples) % 30_000)
    np.testing.assert_array_equal(rows[:, 1], -rows[:, 0])


def test_another_process_reads_while_the_file_grows(writing: WritingProcess) -> None:
    for _ in range(3):
        writing.append()
    with RecordingReader.open(writing.path) as reader:
        assert not reader.closed
        assert reader.info.n_samples == 1200
        for _ in range(30):
            writing.append()
        assert reader.info.n_samples == 1200
        assert reader.refresh().n_samples == 13_200
        _check_ramp(reader, 13_200)
        assert reader.info.phases[-1].phase is Phase.REST
        low, high = reader.overview(reader.info.whole, 33)
        edges = column_edges(reader.info.whole, 33)
        np.testing.assert_array_equal(low[:, 0], edges[:-1])
        np.testing.assert_array_equal(high[:, 0], edges[1:] - 1)


def test_what_was_flushed_survives_a_killed_writer(writing: WritingProcess) -> None:
    for _ in range(25):
        writing.append()
    writing.append(lost=200)
    writing.kill()
    assert is_native(writing.path)
    with RecordingReader.open(writing.path) as reader:
        assert not reader.closed
        assert reader.info.n_samples == 10_600
        assert reader.info.gaps == (Gap(10_000, 200),)
        _check_ramp(reader, 10_000)
        _low, high = reader.overview(reader.info.whole, 53)
        assert np.nanmax(high) == 10_599
        assert np.isnan(reader.overview(SampleInterval(10_000, 10_200), 1)[0]).all()
    assert [problem.code for problem in validate(writing.path)] == ["not-closed"]


def test_a_killed_recording_can_be_copied_to_a_finished_one(writing: WritingProcess) -> None:
    for lost in (0, 100, 0):
        writing.append(lost)
    writing.kill()
    target = writing.path.with_name("repaired.h5")
    with (
        RecordingReader.open(writing.path) as source,
        RecordingWriter.create(target, source.info, source.dtype) as writer,
    ):
        for chunk in source.chunks(300):
            writer.append(chunk)
        whole = source.read(source.info.whole)
    assert validate(target) == ()
    with RecordingReader.open(target) as copy:
        assert copy.closed
        np.testing.assert_array_equal(copy.read(copy.info.whole), whole)


def test_a_killed_recording_without_any_overview_is_still_drawn(tmp_path: Path) -> None:
    """Blocks wait in memory between flushes; a long unflushed stretch must not block the view."""
    path = tmp_path / "a.h5"
    writer_of = (
        "import sys, os\nfrom pathlib import Path\nimport numpy as np\n"
        "from emgview.model import *\nfrom emgview.recording import *\n"
        "w = RecordingWriter.create(Path(sys.argv[1]), "
        "RecordingInfo('x', 1e4, 0, (Channel('a'),)), np.int16)\n"
        "w.append(Chunk(np.arange(5000, dtype=np.int16)[:, None], 0))\n"
        "w.flush()\nos._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", writer_of, str(path)], timeout=60, check=False)
    with RecordingReader.open(path) as reader:
        low, high = reader.overview(reader.info.whole, 2)
    np.testing.assert_array_equal(low[:, 0], [0, 2048])
    np.testing.assert_array_equal(high[:, 0], [2047, 4999])


def test_a_growing_file_can_be_polled_often(writing: WritingProcess) -> None:
    """A refresh through a second handle made the first one fail on chunks that came since."""
    writing.append()
    with RecordingReader.open(writing.path) as reader:
        for _ in range(50):
            n_samples = writing.append()
            assert reader.refresh().n_samples == n_samples
            _check_ramp(reader, n_samples)
            reader.overview(reader.info.whole, 10)
