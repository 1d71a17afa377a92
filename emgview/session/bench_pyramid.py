"""Measures the overview: how fast it is made, and what a window of columns costs to read.

Each figure stands beside a reference of the same run, so that runs on different machines compare:
numpy's minimum and maximum of every channel over 100 000 rows of all channels.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from emgview.model import Progress, SampleInterval
from emgview.recording import (
    OverviewBuild,
    RecordingReader,
    Sidecar,
    SidecarWriter,
    holds_true_extremes,
    identity_of,
)
from emgview.session.bench_data import bench_recording
from emgview.session.process_memory import peak_rss_mb

WINDOWS_S = (0.1, 1.0, 3.0, 10.0, 20.0, 60.0, 120.0, 600.0)
COLUMNS = 1920

_REFERENCE_ROWS = 100_000
_BUILDS = 3

Case = dict[str, Any]


def bench_pyramid(
    channels: int, rate_hz: float, minutes: float, progress: Progress | None = None
) -> dict[str, Any]:
    """Building and reading of the overview of a recording of that size.

    Returns
    -------
    dict
        ``cases`` (``build``, ``adopt``, then ``read_<window>`` for pages that were not read before
        and ``again_<window>`` for the same page), each with median, 95th percentile and maximum in
        ms, the reference of the same run and the ratio to it; ``msamples_per_s`` of building by
        the clock, ``msamples_per_cpu_s`` by one core's time; ``peak_rss_mb``.

    Raises
    ------
    FileError
        If there is no room for the recording.
    """
    path = bench_recording(channels, rate_hz, minutes, progress)
    with RecordingReader.open(path) as reader:
        built = _build_figures(reader)
        cases = built.pop("cases")
        duration = reader.info.n_samples / rate_hz
        for seconds in (*(s for s in WINDOWS_S if s < duration), duration):
            name = "all" if seconds == duration else f"{seconds:g}s"
            cases += _read_cases(reader, name, round(seconds * rate_hz))
        reference = _reference_ms(reader)
    return {
        "cases": [_with_reference(case, reference) for case in cases],
        **built,
        "peak_rss_mb": peak_rss_mb(),
    }


def _build_figures(reader: RecordingReader) -> dict[str, Any]:
    """Make the overview a few times, as it is made for a file without one, and find it again."""
    values = reader.info.n_samples * len(reader.info.channels)
    identity = identity_of(reader)
    wall, cpu, adopt = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bench.h5.overview"
        for _ in range(_BUILDS):
            begin, begin_cpu = perf_counter(), thread_time()
            sink = SidecarWriter(place, identity)
            build = OverviewBuild(reader, sink)
            while build.step():
                pass
            sink.finish(build.content_sha256)
            sink.close()
            wall.append(perf_counter() - begin)
            cpu.append(thread_time() - begin_cpu)
        for _ in range(5):
            begin = perf_counter()
            sidecar = Sidecar.open(place, identity_of(reader))
            holds_true_extremes(reader, sidecar)
            sidecar.close()
            adopt.append(perf_counter() - begin)
    return {
        "cases": [_case("build", wall), _case("adopt", adopt)],
        "msamples_per_s": round(values / float(np.median(wall)) / 1e6, 1),
        "msamples_per_cpu_s": round(values / float(np.median(cpu)) / 1e6, 1),
    }


def _read_cases(reader: RecordingReader, name: str, length: int, rounds: int = 20) -> list[Case]:
    """Pages one after another, and one page again and again."""
    free = max(reader.info.n_samples - length, 0)

    def page(n: int) -> float:
        start = n * length % (free + 1)
        return _seconds(lambda: reader.columns(SampleInterval(start, start + length), COLUMNS))

    page(0)
    fresh = [page(n) for n in range(1, rounds + 1)]
    again = [page(rounds) for _ in range(rounds)]
    return [_case(f"read_{name}", fresh), _case(f"again_{name}", again)]


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def _reference_ms(reader: RecordingReader) -> float:
    """Median time of the reference."""
    shape = (_REFERENCE_ROWS, len(reader.info.channels))
    rows = np.random.default_rng(3).integers(-3000, 3000, shape).astype(reader.dtype)
    times = [_seconds(lambda: (rows.min(axis=0), rows.max(axis=0))) for _ in range(15)]
    return 1000 * float(np.median(times))


def _case(name: str, seconds: list[float]) -> Case:
    middle, late, most = (1000 * float(x) for x in np.percentile(seconds, (50, 95, 100)))
    return {
        "name": name,
        "n": len(seconds),
        "median_ms": round(middle, 2),
        "p95_ms": round(late, 2),
        "max_ms": round(most, 2),
    }


def _with_reference(case: Case, reference: float) -> Case:
    ratio = round(float(case["median_ms"]) / reference, 3)
    return {**case, "reference_ms": round(reference, 2), "ratio": ratio}
