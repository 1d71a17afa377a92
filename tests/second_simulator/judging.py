"""Makes a recording, lets the product's detector judge it, and matches."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from multiprocessing import get_context
from pathlib import Path

from emgview.model import Channel, Chunk, ImportHints, RecordingInfo
from emgview.model.activity import load_vocabulary
from emgview.recording import RecordingWriter
from emgview.session.detect_command import detect_path
from tests.second_simulator.matching import Found
from tests.second_simulator.scenarios import SCENARIOS, Scenario, make
from tests.second_simulator.scoring import Row, judged
from tests.second_simulator.truth import Made


def write(made: Made, path: Path) -> None:
    """The recording as a file of the product, its polarity, unit and filters stated."""
    channels = tuple(
        Channel(
            f"needle {n + 1}", gain_uv=made.lsb_uv, high_pass_hz=made.high_pass_hz,
            low_pass_hz=made.low_pass_hz, electrode="concentric", inverted=made.inverted,
        )
        for n in range(made.samples.shape[1])
    )  # fmt: skip
    identity = str(uuid.uuid5(uuid.NAMESPACE_OID, f"second {made.name} {made.fs}"))
    info = RecordingInfo(identity, made.fs, 0, channels)
    with RecordingWriter.create(path, info, "int16") as writer:
        writer.append(Chunk(made.samples, 0))


def detect(path: Path) -> tuple[list[Found], tuple[str, ...]]:
    """What ``emgview detect`` proposes for a file, in the coarse classes, and its remarks."""
    vocabulary = load_vocabulary()
    found, remarks = [], []
    for _, _, run in detect_path(path, ImportHints()):
        remarks += [remark.reason for remark in run.remarks]
        for p in run.proposals:
            known = vocabulary.get(p.activity)
            kind = known.counted_as if known else p.activity
            found.append(
                Found(kind, p.channel, p.interval.start, p.interval.stop, tuple(p.peak_samples))
            )
    return found, tuple(remarks)


def judge(scenario: Scenario, seed: int) -> Row:
    """Make, write, detect, match: one recording."""
    made = make(scenario, seed)
    with tempfile.TemporaryDirectory(prefix="second-simulator-") as folder:
        path = Path(folder) / f"{made.name}.h5"
        write(made, path)
        begun = time.perf_counter()
        found, remarks = detect(path)
        spent = time.perf_counter() - begun
    return judged(made, found, remarks, spent)


def chosen(pattern: str) -> tuple[Scenario, ...]:
    """Scenarios whose name or level fits a pattern of the shell; ``*`` for all."""
    return tuple(
        s for s in SCENARIOS if fnmatchcase(s.name, pattern) or fnmatchcase(s.level, pattern)
    )


def judge_all(scenarios: Sequence[Scenario], seed: int, workers: int) -> Iterator[Row]:
    """Rows in the order of the list, as they are ready."""
    if workers <= 1:
        for scenario in scenarios:
            yield judge(scenario, seed)
        return
    names = [scenario.name for scenario in scenarios]  # its parts are closures: not for pickle
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_judge_named, names, [seed] * len(names))


def _judge_named(name: str, seed: int) -> Row:
    return judge(next(s for s in SCENARIOS if s.name == name), seed)
