"""Use case of ``emgview evaluate``: the detector against truth, over a suite of recordings.

``evaluate_suite`` gives one table; ``--json`` prints it. Its keys:

``version``
    ``emgview-figures/1``.
``detector``
    ``name``, ``version``, ``parameters_sha256``.
``suite``
    ``title``, ``part``, ``recordings``, ``signal_s`` (all channels together), ``levels`` (number
    of recordings of each).
``classes``
    For each coarse class: ``matched_by`` (``peak`` or ``time``), ``recordings`` that hold it,
    ``events``, ``found``, ``said``, ``right``, ``sensitivity`` (found / events), ``ppv`` (right /
    said), ``f1``, and ``…_interval`` of the three, [low, high], by bootstrap over recordings; null
    where the figure is defined in fewer than two recordings, or alike in all. An event is a
    potential, or what is told as one stretch; of discharges (``time``) the stretch.
``levels``
    The same without intervals, for each level and class.
``bands``
    For each class a list of ``from``, ``to`` (signal-to-noise ratio; null: open), ``events``,
    ``found``, ``sensitivity``.
``confusion``, ``discharge_confusion``, ``fine``
    ``{true: {said: count}}``: of potentials; of discharges and stretches; of the fine names of
    matched potentials. ``nothing`` is the row of what was said where nothing is, ``missed`` the
    column of what nothing was said of. Potentials that lie in a true stretch of their class and
    match none stand in no row.
``alarms``
    Spontaneous activity that was said in recordings marked silent: ``recordings``,
    ``recordings_with`` any, ``minutes``, ``alarms`` (proposals), ``per_minute``, ``potentials`` in
    them, ``classes``; the same for each of ``kinds``.
``presence``
    For each class, in channels: ``present``, ``found``, ``absent``, ``silent``, ``sensitivity``,
    ``specificity`` and their intervals.
``overlap``
    Discharges and stretches of each class: counts as in ``classes``; ``true_s``, ``said_s``,
    ``both_s``; ``covered`` (both / true), ``within`` (both / said), ``overlap`` (both / either).
``measures``
    For each class: ``trains``; ``rate`` and ``amplitude`` with the relative ``bias`` (median),
    ``error`` (median without sign), ``error_90`` (90th percentile).
``scores``
    ``all`` and ``classes``: ``items``, ``expected_error``, ``bins`` (``from``, ``to``, ``items``,
    ``mean_score``, ``right``); ``map``: for ``all`` and each class with enough proposals the
    monotone map of scores to the part that is right, fitted on this part; ``mapped``: the first two
    again after the map of another evaluation, where one was given.
``recordings``
    ``name``, ``level``, ``silent``, ``alarms``, ``classes`` of each recording.
``timing``
    ``detect_s``, ``detect_cpu_s``, and the same ``per_signal_s``. All else is the same in each run,
    whatever the number of processes.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview.detection import NAME, VERSION, default_parameters
from emgview.detection.evaluation import (
    Judged,
    Truth,
    alarms,
    counted,
    default_rules,
    figures,
    judge,
    mapped_scores,
    tally_table,
)
from emgview.detection.evaluation.judging import is_spontaneous
from emgview.errors import EmgviewError, FileError
from emgview.model import DetectionRun, ImportHints, Progress
from emgview.recording import RecordingReader, is_native
from emgview.session.detecting import Chunked, detect_in
from emgview.session.evaluation_suite import Suite, SuiteEntry, load_suite
from emgview.session.evaluation_truth import truth_in_file, truth_of

FIGURES_VERSION = "emgview-figures/1"
_LEVELS = ("easy", "medium", "hard")
_ASK_S = 0.3  # how often a waiting evaluation asks whether it is still wanted


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One recording of the suite: its counts, and the seconds that detection took."""

    entry: SuiteEntry
    judged: Judged
    detect_s: float
    detect_cpu_s: float


def evaluate_suite(
    name: str = "default",
    part: str = "final",
    jobs: int = 1,
    progress: Progress | None = None,
    score_map: Path | None = None,
) -> dict[str, Any]:
    """Figures of one part of a suite; keys above.

    Parameters
    ----------
    name : str
        ``default``, or a file (:mod:`.evaluation_suite`).
    part : str
        ``tuning`` or ``final``.
    jobs : int
        Processes.
    score_map : Path, optional
        Figures of an earlier evaluation, whose ``map`` is tried on the scores.

    Raises
    ------
    EmgviewError
        If the suite or one of its recordings cannot be used.
    CancelledError
        If the figures are no longer wanted.
    """
    suite, folder = load_suite(name)
    maps = None if score_map is None else read_maps(score_map)
    done = evaluate_entries(suite.of(part), folder, jobs, progress)
    made = tables(suite, part, done)
    if maps is not None:
        judged = [one.judged for one in done]
        made["scores"]["mapped"] = mapped_scores(judged, maps, default_rules())
    return made


def read_maps(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Maps of scores out of the figures of an earlier evaluation.

    Raises
    ------
    FileError
        If the file cannot be read or holds none.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["scores"]["map"]
        return {name: [(float(x), float(y)) for x, y in points] for name, points in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        found = "holds no map of scores"
        raise FileError(path.name, "", found, "Name a file of 'evaluate --json'.") from error


def evaluate_entries(
    entries: Sequence[SuiteEntry], folder: Path, jobs: int = 1, progress: Progress | None = None
) -> list[Evaluated]:
    """Counts of each recording in the order of the suite; see :func:`evaluate_suite`."""
    if not entries:
        raise EmgviewError("The suite holds no recording of this part", "Choose another part.")
    if jobs < 1:
        raise EmgviewError(f"{jobs} processes", "At least 1 is needed.")
    progress, done = progress or Progress(), []
    one_by_one = _here(entries, folder, progress)
    many = min(jobs, len(entries))
    for found in one_by_one if many == 1 else _in_processes(entries, folder, many, progress):
        done.append(found)
        progress.report(len(done) / len(entries), f"{len(done)} of {len(entries)} recordings")
    return done


def _here(entries: Sequence[SuiteEntry], folder: Path, progress: Progress) -> Iterator[Evaluated]:
    n = len(entries)
    for k, entry in enumerate(entries):

        def told(fraction: float, text: str, k: int = k) -> None:
            del text
            progress.report((k + fraction) / n, f"{k} of {n} recordings")

        yield evaluate_entry(entry, folder, Progress(told))


def _in_processes(
    entries: Sequence[SuiteEntry], folder: Path, jobs: int, progress: Progress
) -> Iterator[Evaluated]:
    """The same from other processes; leaving early ends them."""
    context = multiprocessing.get_context("spawn")  # alike on every system, and no shared threads
    with context.Pool(jobs, _leave_interrupts) as pool:
        results = [pool.apply_async(_evaluate_far, (entry, folder)) for entry in entries]
        for n, result in enumerate(results):
            while not result.ready():
                result.wait(_ASK_S)
                progress.report(n / len(entries), f"{n} of {len(entries)} recordings")
            found = result.get()
            if isinstance(found, _Refused):
                raise EmgviewError(found.found, found.remedy)
            yield found
        pool.close()
        pool.join()


@dataclass(frozen=True, slots=True)
class _Refused:
    """An error on its way from another process: not all of its kinds come through as they are."""

    found: str
    remedy: str


def _evaluate_far(entry: SuiteEntry, folder: Path) -> Evaluated | _Refused:
    try:
        return evaluate_entry(entry, folder)
    except EmgviewError as error:
        return _Refused(error.found, error.remedy)


def _leave_interrupts() -> None:
    """Ctrl+C is for the first process, which then ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def evaluate_entry(entry: SuiteEntry, folder: Path, progress: Progress | None = None) -> Evaluated:
    """Detect in one recording and compare with its truth.

    Raises
    ------
    EmgviewError
        If the recording cannot be made or read, or a silent one is not.
    """
    with ExitStack() as stack:
        recording, truth = _opened(entry, folder, stack)
        began, cpu = time.perf_counter(), time.process_time()
        run = detect_in(recording, progress=progress)
        took, cpu_took = time.perf_counter() - began, time.process_time() - cpu
    _check_silence(entry, truth)
    return Evaluated(entry, _judged(truth, run), took, cpu_took)


def _opened(entry: SuiteEntry, folder: Path, stack: ExitStack) -> tuple[Chunked, Truth]:
    if entry.scenario:
        from emgview.simulation import simulate

        made = simulate(
            entry.scenario, seconds=entry.seconds or None, seed=entry.seed, fs=entry.rate_hz
        )
        return made, truth_of(made)
    path = folder / entry.file
    recording = _recording(path, stack)
    return recording, truth_in_file(folder / entry.truth, path, recording.info)


def _recording(path: Path, stack: ExitStack) -> Chunked:
    if is_native(path):
        return stack.enter_context(RecordingReader.open(path))
    from emgview.sources import open_file

    found = open_file(path, ImportHints())
    if len(found) != 1:
        raise EmgviewError(
            f"{path.name} holds {len(found)} recordings", "Import it, and name one of the study."
        )
    return found[0]


def _judged(truth: Truth, run: DetectionRun) -> Judged:
    return judge(truth, run.proposals, default_rules())


def _check_silence(entry: SuiteEntry, truth: Truth) -> None:
    there = sorted(name for name in truth.classes() if is_spontaneous(name))
    if entry.silent and there:
        raise EmgviewError(
            f"{entry.name} is called silent and holds {', '.join(there)}",
            "Take 'silent' out of this recording of the suite.",
        )


def tables(suite: Suite, part: str, done: Sequence[Evaluated]) -> dict[str, Any]:
    """All figures of recordings that were evaluated; keys above."""
    judged = [one.judged for one in done]
    silent = [(one.entry.silent, one.judged) for one in done if one.entry.silent]
    return {
        "version": FIGURES_VERSION,
        "detector": {
            "name": NAME,
            "version": VERSION,
            "parameters_sha256": default_parameters().sha256(),
        },
        "suite": _suite(suite, part, done),
        **figures(judged, default_rules()),
        "levels": {level: _level(done, level) for level in _LEVELS},
        "alarms": alarms(silent),
        "recordings": [_one(one) for one in done],
        "timing": _timing(done),
    }


def _suite(suite: Suite, part: str, done: Sequence[Evaluated]) -> dict[str, Any]:
    return {
        "title": suite.title,
        "part": part,
        "recordings": len(done),
        "signal_s": round(sum(one.judged.watched_s for one in done), 3),
        "levels": {level: sum(one.entry.level == level for one in done) for level in _LEVELS},
    }


def _level(done: Sequence[Evaluated], level: str) -> dict[str, Any]:
    rows = counted(one.judged for one in done if one.entry.level == level)
    return {name: tally_table(tally) for name, tally in rows.items()}


def _one(one: Evaluated) -> dict[str, Any]:
    return {
        "name": one.entry.name,
        "level": one.entry.level,
        "silent": one.entry.silent,
        "alarms": one.judged.alarms.total(),
        "classes": {name: tally_table(t) for name, t in counted([one.judged]).items()},
    }


def _timing(done: Sequence[Evaluated]) -> dict[str, Any]:
    signal_s = sum(one.judged.watched_s for one in done)
    wall, cpu = sum(one.detect_s for one in done), sum(one.detect_cpu_s for one in done)
    return {
        "detect_s": round(wall, 3),
        "detect_cpu_s": round(cpu, 3),
        "per_signal_s": round(wall / signal_s, 5),
        "cpu_per_signal_s": round(cpu / signal_s, 5),
    }
