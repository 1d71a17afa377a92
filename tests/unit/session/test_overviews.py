"""Overviews that are found, made, damaged, and made anew, through the open study."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from emgview.model import Channel, Chunk, RecordingInfo, SampleInterval
from emgview.recording import RecordingIdentity, RecordingReader, RecordingWriter, column_edges
from emgview.recording import overview as columns_module
from emgview.session import overviews
from emgview.session.importing import refer_to
from emgview.session.overviews import OverviewNotice, OverviewState
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession, changed_files
from emgview.session.traces import TraceAnswer, TraceRequest

_N = 700_000
_SPIKE = 654_321
_LIMIT = 5000  # portions; a build needs a few


def _bare(path: Path) -> Path:
    """A recording of another program: no overview; two channels, a gap, one spike."""
    rows = np.random.default_rng(4).integers(-500, 500, (_N, 2)).astype(np.int16)
    rows[_SPIKE, 1] = 20_000
    info = RecordingInfo("r1", 1e4, 0, (Channel("a"), Channel("b", -0.5)))
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(rows[:300_000], 0))
        writer.append(Chunk(rows[310_000:], 310_000, 10_000))
    with h5py.File(path, "r+") as file:
        del file["overview"]
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return _bare(tmp_path / "001.h5")


@pytest.fixture(autouse=True)
def small_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Small recordings behave as large ones do; the cache folder is one of the test."""
    monkeypatch.setattr(columns_module, "MOST_VALUES_WITHOUT_BLOCKS", 20_000)
    monkeypatch.setattr(overviews, "cache_folder", lambda: tmp_path / "cache" / "overviews")


Open = Callable[[], StudySession]


@pytest.fixture
def open_study(path: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens the study around the recording; a second one reads only."""
    folder = StudyFolder(tmp_path / "001.emg")
    refer_to(path, folder)
    sessions: list[StudySession] = []

    def make() -> StudySession:
        sessions.append(StudySession(folder, "Dr. W"))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def _ask(session: StudySession, n_columns: int = 300) -> TraceAnswer:
    """The whole recording, as the view asks for it; what is lacking is begun."""
    request = TraceRequest(1, "r1", SampleInterval(0, _N), n_columns, (0, 1))
    answer = session.trace(request)
    session.upkeep.answered(answer)
    return answer


def _work(session: StudySession) -> list[OverviewNotice]:
    """All that can wait, to its end."""
    told: list[OverviewNotice] = []
    for _ in range(_LIMIT):
        more, notice = session.upkeep.step()
        told += [notice] if notice is not None else []
        if not more:
            return told
    raise AssertionError("upkeep does not come to an end")


def _is_true(session: StudySession) -> bool:
    """Whether every column of the whole holds what the samples say."""
    answer = _ask(session)
    samples = session.reader("r1").read_uv(SampleInterval(0, _N))
    edges = column_edges(SampleInterval(0, _N), 300)
    assert answer.known_until is None
    assert answer.minimum is not None
    assert answer.maximum is not None
    with np.errstate(invalid="ignore"):
        for k in range(300):
            part = samples[edges[k] : edges[k + 1]]
            part = part[~np.isnan(part[:, 0])]
            if len(part) and not (
                np.array_equal(answer.minimum[k], part.min(axis=0))
                and np.array_equal(answer.maximum[k], part.max(axis=0))
            ):
                return False
    return True


def test_narrow_windows_are_there_before_the_overview(open_study: Open) -> None:
    session = open_study()
    request = TraceRequest(1, "r1", SampleInterval(_SPIKE - 500, _SPIKE + 500), 100, (0, 1))
    answer = session.trace(request)
    assert answer.known_until is None
    assert answer.minimum is not None
    assert np.nanmin(answer.minimum[:, 1]) == -10_000


def test_wide_windows_show_what_is_ready_and_become_whole(open_study: Open, path: Path) -> None:
    session = open_study()
    answer = _ask(session)
    assert answer.known_until == 0
    assert answer.minimum is not None
    assert np.isnan(answer.minimum).all()
    session.upkeep.step()
    known = _ask(session).known_until
    assert known is not None
    assert 0 < known < _N
    assert _work(session)[-1].state is OverviewState.READY
    assert _is_true(session)
    assert path.with_name("001.h5.overview").exists()


def test_the_next_opening_finds_it(open_study: Open) -> None:
    session = open_study()
    _ask(session)
    _work(session)
    session.close()
    again = open_study()
    assert _ask(again).known_until is None
    assert _is_true(again)


@pytest.mark.parametrize("place", ["header", "blocks", "cut", "empty", "other version"])
def test_a_damaged_overview_is_made_anew(open_study: Open, path: Path, place: str) -> None:
    session = open_study()
    _ask(session)
    _work(session)
    session.close()
    sidecar = path.with_name("001.h5.overview")
    data = bytearray(sidecar.read_bytes())
    damaged: dict[str, bytes] = {
        "header": bytes(data[:40] + b"x" + data[41:]),
        "blocks": bytes(data[:4200] + bytes(len(data) - 4300) + data[-100:]),
        "cut": bytes(data[:-5]),
        "empty": b"",
        "other version": bytes(data[:16] + b"\x09" + data[17:]),
    }
    sidecar.write_bytes(damaged[place])
    again = open_study()
    _ask(again)
    _work(again)
    assert _is_true(again)
    assert sidecar.read_bytes() == bytes(data)


def test_blocks_that_turn_bad_while_open_are_never_shown(open_study: Open, path: Path) -> None:
    """The disk goes bad under a page of the overview that was not read yet."""
    session = open_study()
    _ask(session)
    _work(session)
    session.close()
    again = open_study()
    assert _ask(again).known_until is None
    sidecar = path.with_name("001.h5.overview")
    data = bytearray(sidecar.read_bytes())
    data[4096:-200] = bytes(len(data) - 4296)
    with sidecar.open("r+b") as file:
        file.write(data)
    narrow = TraceRequest(1, "r1", SampleInterval(0, _N // 2), 900, (0, 1))
    answer = again.trace(narrow)  # other blocks than those of the whole
    again.upkeep.answered(answer)
    if answer.known_until is not None:
        _work(again)
    assert _is_true(again)


def test_the_overview_of_changed_samples_is_made_anew(open_study: Open, path: Path) -> None:
    session = open_study()
    _ask(session)
    _work(session)
    session.close()
    with h5py.File(path, "r+") as file:
        file["samples"][:5000, 0] = 12_345
    again = open_study()
    assert _ask(again).known_until is not None
    told = _work(again)
    assert _is_true(again)
    assert "not those" in told[-1].remark  # the hash that the file states does not fit


def test_a_stale_overview_in_the_file_is_not_used(tmp_path: Path, open_study: Open) -> None:
    path = tmp_path / "002.h5"
    rows = np.random.default_rng(4).integers(-500, 500, (_N, 2)).astype(np.int16)
    info = RecordingInfo("r2", 1e4, 0, (Channel("a"), Channel("b")))
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(rows, 0))
    with h5py.File(path, "r+") as file:
        file["samples"][...] = rows // 2
    folder = StudyFolder(tmp_path / "002.emg")
    refer_to(path, folder)
    with StudySession(folder, "Dr. W") as session:
        request = TraceRequest(1, "r2", SampleInterval(0, _N), 300, (0, 1))
        session.upkeep.answered(session.trace(request))
        _work(session)
        answer = session.trace(request)
    assert answer.maximum is not None
    assert np.nanmax(answer.maximum) < 250
    del open_study


def test_where_the_folder_takes_nothing_the_cache_folder_does(
    open_study: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places(of: Path, identity: RecordingIdentity) -> Iterator[Path]:
        yield of / "no folder" / "001.h5.overview"
        yield overviews.cache_folder() / f"{identity.fingerprint[:32]}.overview"

    session = open_study()
    session.upkeep._places = places
    _ask(session)
    _work(session)
    assert _is_true(session)
    assert not path.with_name("001.h5.overview").exists()
    assert len(list(overviews.cache_folder().iterdir())) == 1
    session.close()
    again = open_study()
    assert _ask(again).known_until is None
    del monkeypatch


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights bind no administrator")
def test_a_read_only_folder_is_left_alone(open_study: Open, path: Path) -> None:
    session = open_study()
    path.parent.chmod(0o500)
    try:
        _ask(session)
        _work(session)
        assert _is_true(session)
        assert not path.with_name("001.h5.overview").exists()
    finally:
        path.parent.chmod(0o700)


def test_where_nothing_can_be_written_memory_is_bounded(
    open_study: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overviews, "MOST_MEMORY_BYTES", 20_000)
    session = open_study()
    session.upkeep._places = lambda _path, _identity: iter(())
    _ask(session)
    _work(session)
    assert _is_true(session)


def test_a_nearly_full_disk_is_not_filled(
    open_study: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decisions must still fit: 64 MB are left alone."""
    free = overviews._RESERVE_BYTES + 1000

    class Usage:
        pass

    usage = Usage()
    usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr(overviews.shutil, "disk_usage", lambda _path: usage)  # type: ignore[attr-defined]
    session = open_study()
    _ask(session)
    _work(session)
    assert _is_true(session)
    assert not list(path.parent.glob("*.overview*"))


_FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
sys.path.insert(0, {root!r})
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.session.traces import TraceRequest
from emgview.model import SampleInterval
from emgview.recording import overview
from emgview.session import overviews
overview.MOST_VALUES_WITHOUT_BLOCKS = 20_000
overviews.cache_folder = lambda: Path({cache!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
session = StudySession(StudyFolder(Path({study!r})), "Dr. W")
request = TraceRequest(1, "r1", SampleInterval(0, {n}), 300, (0, 1))
session.upkeep.answered(session.trace(request))
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
for _ in range(5000):
    more, notice = session.upkeep.step()
    if notice is not None and notice.state == "ready":
        break
answer = session.trace(request)
print(answer.known_until, np.nanmin(answer.minimum[:, 1]))
session.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_fills_up_while_it_is_written(
    path: Path, tmp_path: Path, open_study: Open
) -> None:
    """Really: the system refuses the bytes. Memory serves then, and nothing half is left."""
    open_study().close()
    script = _FULL.format(
        root=str(Path(__file__).parents[3]),
        cache=str(tmp_path / "full"),
        study=str(tmp_path / "001.emg"),
        n=_N,
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "None"
    assert float(done.stdout.split()[-1]) == -10_000.0
    assert not list(path.parent.glob("*.overview*"))
    assert not list((tmp_path / "full").glob("*"))


def test_stopping_keeps_what_is_made_and_it_can_go_on(open_study: Open) -> None:
    session = open_study()
    _ask(session)
    session.upkeep.step()
    notice = session.upkeep.stop()
    assert notice is not None
    assert notice.state is OverviewState.STOPPED
    known = _ask(session).known_until
    assert known
    _work(session)
    assert _ask(session).known_until == known
    session.upkeep.make("r1")
    _work(session)
    assert _is_true(session)


def test_two_windows_on_one_study_make_it_side_by_side(open_study: Open, path: Path) -> None:
    first, second = open_study(), open_study()
    assert second.state.value != "open"
    _ask(first)
    _ask(second)
    for _ in range(_LIMIT):
        more = [session.upkeep.step()[0] for session in (first, second)]
        if not any(more):
            break
    assert _is_true(first)
    assert _is_true(second)
    names = sorted(p.name for p in path.parent.iterdir() if "overview" in p.name)
    assert names == ["001.h5.overview"]


def test_closing_while_it_is_made_leaves_nothing_half(open_study: Open, path: Path) -> None:
    session = open_study()
    _ask(session)
    session.upkeep.step()
    session.close()
    assert not list(path.parent.glob("*overview*"))


def test_leftovers_of_a_crash_are_removed_after_a_day(open_study: Open, path: Path) -> None:
    old = path.with_name("001.h5.overview.0a1b2c3d.part")
    new = path.with_name("001.h5.overview.4a1b2c3d.part")
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (1, 1))
    session = open_study()
    _ask(session)
    assert not old.exists()
    assert new.exists()


def test_the_cache_folder_is_bounded(tmp_path: Path) -> None:
    for n in range(6):
        place = tmp_path / f"{n}.overview"
        place.write_bytes(bytes(100))
        os.utime(place, (n, n))
    overviews._prune(tmp_path, 350)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{n}.overview" for n in (3, 4, 5)]


def test_the_hash_of_a_new_study_is_worked_out_behind_the_traces(
    open_study: Open, path: Path, tmp_path: Path
) -> None:
    """It took a second per gigabyte before the first trace."""
    from emgview.recording import file_sha256

    session = open_study()
    folder = StudyFolder(tmp_path / "001.emg")
    assert folder.read().recordings[0].sha256 == ""
    _ask(session)
    _work(session)
    assert folder.read().recordings[0].sha256 == file_sha256(path)
    assert changed_files(session) == ()


def test_a_report_knows_the_hash_even_if_upkeep_had_no_time(
    open_study: Open, path: Path, tmp_path: Path
) -> None:
    session = open_study()
    assert changed_files(session) == ()
    assert StudyFolder(tmp_path / "001.emg").read().recordings[0].sha256
    with path.open("ab") as file:
        file.write(b"more")
    assert changed_files(session) == ("001",)


def test_the_next_page_is_made_ready_while_the_reader_looks(open_study: Open) -> None:
    session = open_study()
    reader = session.reader("r1")
    page = 300 * 40
    read: list[int] = []
    original = RecordingReader.read

    def counted(self: RecordingReader, interval: SampleInterval, *more: object) -> object:
        read.append(len(interval))
        return original(self, interval, *more)  # type: ignore[arg-type]

    for n in range(2):
        request = TraceRequest(n, "r1", SampleInterval(n * page, (n + 1) * page), 300, (0, 1))
        session.upkeep.answered(session.trace(request))
    _work(session)
    RecordingReader.read = counted  # type: ignore[assignment]
    try:
        request = TraceRequest(3, "r1", SampleInterval(2 * page, 3 * page), 300, (0, 1))
        session.trace(request)
    finally:
        RecordingReader.read = original  # type: ignore[method-assign]
    assert read == []
    assert reader is session.reader("r1")


def test_going_on_nearer_or_farther_is_made_ready_too(open_study: Open) -> None:
    session = open_study()
    prepared: list[SampleInterval] = []
    original = RecordingReader.prepare

    def noted(self: RecordingReader, interval: SampleInterval, n_columns: int) -> bool:
        prepared.append(interval)
        return original(self, interval, n_columns)

    RecordingReader.prepare = noted  # type: ignore[method-assign]
    try:
        for window in ((4000, 8000), (5000, 7000)):
            request = TraceRequest(0, "r1", SampleInterval(*window), 300, (0, 1))
            session.upkeep.answered(session.trace(request))
        session.upkeep.step()
    finally:
        RecordingReader.prepare = original  # type: ignore[method-assign]
    assert prepared == [SampleInterval(5500, 6500)]
