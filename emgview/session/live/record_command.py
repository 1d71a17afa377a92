"""Use case of ``emgview record``: a source into a study, without a window."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from emgview.errors import EmgviewError, FileError
from emgview.model import Progress, Side
from emgview.session.live.acquisition import Happening
from emgview.session.live.exam import LiveExam, Needle
from emgview.session.live.finished import Finished
from emgview.session.live.recovery import must_recover, recover
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested
from emgview.session.live.taking_in import complete, discard_empty, enter
from emgview.session.study_folder import StudyFolder
from emgview.session.study_session import StudySession
from emgview.sources.live import make_source, parse_spec

_OPEN_S = 30.0
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class RecordedNow:
    """What a recording brought.

    Parameters
    ----------
    path : Path
    recording_id : str
    sampling_rate_hz : float
    channels : tuple of str
    samples : int
        Length of the recording, lost samples included.
    lost : int
    gaps : tuple of (start, lost)
    counts : dict
        Potentials of each class that was proposed; empty without the detector.
    happenings : tuple of str
    """

    path: Path
    recording_id: str
    sampling_rate_hz: float
    channels: tuple[str, ...]
    samples: int
    lost: int
    gaps: tuple[tuple[int, int], ...]
    counts: dict[str, int]
    happenings: tuple[str, ...]


class _Waiting:
    """Events of an exam, kept for the thread that waits."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.ready: queue.Queue[Finished] = queue.Queue()
        self._tell = tell

    def changed(self, state: LiveState) -> None:
        """Nobody asks."""

    def happened(self, happening: Happening) -> None:
        """A line for the person."""
        self._tell(happening.text)

    def suggested(self, suggested: Suggested) -> None:
        """Nobody asks."""

    def finished(self, finished: Finished) -> None:
        """Kept."""
        self.ready.put(finished)


def record(
    source: str,
    root: Path,
    seconds: float,
    *,
    detect: bool = False,
    needle: Needle | None = None,
    tell: Callable[[str], None] = lambda _text: None,
    progress: Progress | None = None,
) -> RecordedNow:
    """Record a source for so many seconds of its clock; the study is made where there is none.

    Ends earlier where the source ends. Interrupting it (Ctrl+C) closes the recording properly.

    Raises
    ------
    EmgviewError
        If the source cannot be opened or the study not written.
    """
    progress = progress or Progress()
    folder, waiting = StudyFolder(root), _Waiting(tell)
    make_source(parse_spec(source))  # a wrong text makes no study
    _prepare(folder, simulated=source.startswith("simulator:"))
    exam = LiveExam(source, folder, waiting, detect=detect, sound=False, ring_s=10.0)
    exam.place_needle(needle or Needle("", Side.NOT_STATED))
    try:
        exam.acquisition.hold()
        exam.start()
        if not exam.opened(_OPEN_S):
            raise EmgviewError(f"{source} did not open in {_OPEN_S:.0f} s", "Check the source.")
        exam.record()
        exam.acquisition.go()
        _wait(exam, seconds, progress)
        _let_it_judge(exam, waiting, progress)
    finally:
        exam.close()
    finished = waiting.ready.get_nowait()
    if discard_empty(finished):
        raise EmgviewError("Nothing came from the source", "Check its settings and its cable.")
    return _keep(folder, finished)


def _prepare(folder: StudyFolder, *, simulated: bool) -> None:
    if StudyFolder.is_study(folder.root):
        if must_recover(folder):
            recover(folder)
        return
    if folder.root.exists() and (not folder.root.is_dir() or any(folder.root.iterdir())):
        raise FileError(folder.root.name, "", "is not a study", "Choose a new folder.")
    folder.create(simulated=simulated)


def _wait(exam: LiveExam, seconds: float, progress: Progress) -> None:
    """Until so much of the source's clock has passed, or its time with a reserve."""
    recorder, wanted = exam.recorder, round(seconds * exam.rate_hz)
    began = monotonic()
    while recorder is not None and recorder.received < wanted:
        if exam.state in (LiveState.IDLE, LiveState.STOPPING):
            return
        if exam.state is LiveState.LOST and monotonic() - began > seconds:
            return
        progress.report(recorder.received / wanted, "Recording")
        sleep(_LOOK_S)


def _let_it_judge(exam: LiveExam, waiting: _Waiting, progress: Progress) -> None:
    """Close the recording and wait for a detector that is behind; nobody waits at a window here.

    Interrupted, the recording is whole all the same, and can be judged later.
    """
    if exam.recorder is None:
        return
    exam.stop_recording()
    while waiting.ready.empty():
        progress.report(1.0, "The detector judges what is left")
        sleep(_LOOK_S)


def _keep(folder: StudyFolder, finished: Finished) -> RecordedNow:
    entry = enter(folder, finished)
    with StudySession(folder, "acquisition", role="machine") as session:
        complete(session, finished)
        info = session.recording(entry.id).info
    counts: dict[str, int] = {}
    for proposal in finished.run.proposals if finished.run is not None else ():
        n = max(len(proposal.potentials), 1)
        counts[proposal.activity] = counts.get(proposal.activity, 0) + n
    return RecordedNow(
        path=finished.path,
        recording_id=entry.id,
        sampling_rate_hz=info.sampling_rate_hz,
        channels=tuple(channel.label for channel in info.channels),
        samples=info.n_samples,
        lost=sum(gap.lost for gap in info.gaps),
        gaps=tuple((gap.start, gap.lost) for gap in info.gaps),
        counts=counts,
        happenings=finished.happenings,
    )
