"""Labels come back from each format as they went out; and from a file into a study."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emgview.cli import main
from emgview.errors import FileError
from emgview.model import (
    Channel,
    Chunk,
    LabelState,
    Origin,
    RecordingInfo,
    SampleInterval,
    load_vocabulary,
)
from emgview.recording import RecordingWriter
from emgview.session.exchange.labels import (
    facts_of,
    import_labels,
    labels_to_write,
    read_labels,
    write_labels,
)
from emgview.session.exchange.rows import FileLabel, RecordingFacts, RecordingLabels
from emgview.session.importing import refer_to
from emgview.session.intents import AddLabel, Confirm, Reject, Undo
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession

CLASSES = [known.id for known in load_vocabulary().classes]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)
RATES = st.sampled_from([256.0, 1000.0, 4807.69, 10_000.0, 44_100.0, 48_000.0, 200_000.0])


@st.composite
def recordings(draw: st.DrawFn) -> RecordingLabels:
    """One recording of any rate and length, with labels anywhere in it."""
    n = draw(st.integers(10, 10**9))
    n_channels = draw(st.integers(1, 5))
    facts = RecordingFacts(
        draw(st.sampled_from(["rec-1", "82d3f539-f38f-5637"])),
        "001",
        draw(RATES),
        n,
        tuple(draw(NAMES) for _ in range(n_channels)),
    )
    labels = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, n - 1))
        stop = draw(st.integers(start + 1, min(n, start + 10**6)))
        peaks = draw(st.sets(st.integers(start, stop - 1), max_size=5))
        labels.append(
            FileLabel(
                facts.id,
                draw(st.integers(0, n_channels - 1)),
                SampleInterval(start, stop),
                tuple(sorted(peaks)),
                draw(st.sampled_from(CLASSES)),
                draw(st.sampled_from(list(LabelState))),
            )
        )
    return RecordingLabels(facts, tuple(labels))


def key(label: FileLabel) -> tuple[object, ...]:
    return (label.interval, label.channel, label.activity, label.state, label.peaks)


@pytest.mark.parametrize("kind", ["csv", "edf", "bids"])
@pytest.mark.parametrize("names", [("1", "2", "0"), ("", "0"), ("1", "1")])
def test_channels_that_are_called_by_numbers_keep_their_labels(
    tmp_path: Path, kind: str, names: tuple[str, ...]
) -> None:
    """A label of the second channel came back in the first, which was called ``1``."""
    facts = RecordingFacts("rec-1", "001", 1000.0, 1000, names)
    where = SampleInterval(10, 20)
    labels = tuple(
        FileLabel("rec-1", n, where, (), "fib", LabelState.CONFIRMED) for n in range(len(names))
    )
    out = tmp_path / ("labels.csv" if kind == "csv" else "labels")
    path = write_labels([RecordingLabels(facts, labels)], out, kind)[0]
    found, remarks = read_labels(path, {"rec-1": facts})
    assert remarks == []
    assert sorted(label.channel or 0 for label in found) == list(range(len(names)))


@pytest.mark.parametrize("kind", ["csv", "edf", "bids"])
@given(recording=recordings())
@settings(max_examples=120, deadline=None)
def test_what_goes_out_comes_back(kind: str, recording: RecordingLabels) -> None:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / ("labels.csv" if kind == "csv" else "labels")
        written = write_labels([recording], out, kind)
        if kind == "edf" and not recording.labels:
            assert written == []
            return
        path = written[0]
        facts = recording.facts
        found, remarks = read_labels(path, {facts.id: facts})
    assert remarks == []
    assert sorted(map(repr, map(key, found))) == sorted(map(repr, map(key, recording.labels)))
    assert {label.recording for label in found} <= {facts.id}


@given(recording=recordings())
@settings(max_examples=40, deadline=None)
def test_another_reader_of_edf_finds_the_same_annotations(recording: RecordingLabels) -> None:
    assume(recording.labels)
    with tempfile.TemporaryDirectory() as place:
        (path,) = write_labels([recording], Path(place), "edf")
        found = edfio.read_edf(path)
    fs = recording.facts.fs
    stretches = {
        (round(a.onset * fs), round((a.duration or 0) * fs), a.text.split(" ")[0])
        for a in found.annotations
        if a.duration is not None
    }
    assert stretches == {
        (label.interval.start, len(label.interval), label.activity) for label in recording.labels
    }
    peaks = [round(a.onset * fs) for a in found.annotations if a.duration is None]
    assert sorted(peaks) == sorted(p for label in recording.labels for p in label.peaks)
    assert (found.patient.name, found.patient.code) == ("X", "X")


# -- into a study --------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path: Path) -> Iterator[StudySession]:
    path = tmp_path / "two.h5"
    channels = (Channel("EMG 1"), Channel("EMG 2"))
    info = RecordingInfo("rec-1", 10_000.0, 0, channels, None)
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(np.zeros((20_000, 2), np.int16), 0, 0))
        writer.close()
    folder = StudyFolder(tmp_path / "Study.emg")
    refer_to(path, folder)
    opened = StudySession(folder, "R. Secret-Name")
    yield opened
    opened.close()


CSV = """\
onset,duration,trial_type,channel
0.5,0.1,fib,EMG 2
0.7,0,psw,0
0.9,0.1,no such class,0
1.95,0.1,fib,0
1.2,0.1,Fibrillation potential,7
1.3,x,fib,1
"""


def test_labels_of_another_program_come_in_open_to_decision(
    session: StudySession, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text(CSV)
    done = import_labels(session, path)
    assert (done.added, done.known, done.rejected, len(done.remarks)) == (2, 0, 0, 4)
    first, second = session.items()
    assert (first.interval, first.channel, first.activity) == (SampleInterval(5000, 6000), 1, "fib")
    assert (second.interval, second.peak_samples) == (SampleInterval(7000, 7001), (7000,))
    for label in (first, second):
        assert (label.origin, label.state) == (Origin.IMPORT, LabelState.PROPOSED)
        assert label.decided_by == ""
    assert session.undo_text() == "Import 2 labels"

    session.apply(Confirm((first.id,)))
    session.apply(Reject((second.id,)))
    assert [item.state for item in session.items()] == [LabelState.CONFIRMED, LabelState.REJECTED]
    assert session.findings()[0].item_ids == {first.id}
    for _ in range(3):
        session.apply(Undo())
    assert session.items() == ()
    assert import_labels(session, path).added == 2  # after undo they may come again


@pytest.mark.parametrize("kind", ["csv", "edf", "bids"])
def test_out_and_in_again_adds_nothing_and_names_nobody(
    session: StudySession, tmp_path: Path, kind: str
) -> None:
    source = tmp_path / "other.csv"
    source.write_text(CSV)
    import_labels(session, source)
    items = session.items()
    session.apply(Confirm((items[0].id,)))
    assert sum(len(r.labels) for r in labels_to_write(session)) == 1
    rows = labels_to_write(session, undecided=True)
    out = tmp_path / ("out.csv" if kind == "csv" else "out")
    written = write_labels(rows, out, kind)
    for path in written:
        content = path.read_bytes()
        assert b"Secret" not in content
        assert b"2026" not in content
    before = session.store.head()
    done = import_labels(session, written[0])
    assert (done.added, done.known) == (0, 2)
    assert session.store.head() == before


def test_rejected_labels_are_left_out(session: StudySession, tmp_path: Path) -> None:
    facts = facts_of(session)["rec-1"]
    labels = tuple(
        FileLabel("rec-1", 0, SampleInterval(10 * n, 10 * n + 5), (), "fib", state)
        for n, state in enumerate(LabelState, start=1)
    )
    (path,) = write_labels([RecordingLabels(facts, labels)], tmp_path / "all.csv", "csv")
    done = import_labels(session, path)
    assert (done.added, done.rejected) == (4, 1)
    assert {item.state for item in session.items()} == {LabelState.PROPOSED}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"one,two\n1,2\n", "no onset"),
        ("a.csv", b"\xff\xfe\x00", "text"),
        ("a.edf", b"0       nothing", "EDF"),
        ("a.csv", b"recording,onset,label\nother,1,fib\n", "not clear"),
    ],
)
def test_a_file_that_is_none_is_told(
    session: StudySession, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    before = session.store.head()
    with pytest.raises(FileError, match=words):
        import_labels(session, path)
    assert session.store.head() == before


@pytest.mark.parametrize("kind", ["csv", "edf", "bids"])
def test_labels_go_by_command_line_into_another_study_of_the_same_data(
    session: StudySession, tmp_path: Path, kind: str
) -> None:
    """Its recording has another id there: ``--recording`` was asked for, and did nothing."""
    key = session.recordings[0].entry.id
    for start in (1_000, 5_000):
        place = SampleInterval(start, start + 300)
        session.apply(AddLabel(key, 1, place, "fib", (start + 20, start + 200)))
    session.close()
    other = StudyFolder(tmp_path / "Other.emg")
    assert main(["import", str(tmp_path / "two.h5"), "--study", str(other.root)]) == 0
    out = tmp_path / "out"
    export = ["labels", "export", str(session.folder.root), "--format", kind, "--out", str(out)]
    assert main(export) == 0
    parts = [out] if out.is_file() else [p for p in out.iterdir() if p.suffix != ".json"]
    into = ["labels", "import", str(other.root), *map(str, parts)]
    assert main([*into, "--recording", "no such"]) == 1
    assert main([*into, "--recording", "two"]) == 0
    with StudySession(other, "R") as opened:
        assert opened.recordings[0].entry.id != key
        found = [(i.channel, i.interval, i.peak_samples, i.activity) for i in opened.items()]
        assert found == [
            (1, SampleInterval(s, s + 300), (s + 20, s + 200), "fib") for s in (1_000, 5_000)
        ]
        assert {(i.state, i.origin) for i in opened.items()} == {
            (LabelState.PROPOSED, Origin.IMPORT)
        }


def test_a_file_of_several_unknown_recordings_is_refused_whatever_is_meant(
    session: StudySession, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("recording,onset,label\nx,1,fib\ny,1,fib\n", encoding="utf-8")
    with pytest.raises(FileError, match="not clear"):
        import_labels(session, path, "rec-1", meant=True)
    path.write_text("recording,onset,label,channel\nx,1,fib,0\n", encoding="utf-8")
    with pytest.raises(FileError, match="not clear"):
        import_labels(session, path, "rec-1")
    assert len(import_labels(session, path, "rec-1", meant=True).change.items) == 1
