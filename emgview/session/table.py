"""Proposals as rows for other programs: the CSV and JSON of ``emgview detect``."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import msgspec

from emgview.model import DetectionRun, Proposal, RecordingInfo

COLUMNS = (
    "recording",
    "channel",
    "onset_s",
    "offset_s",
    "peak_s",
    "label",
    "score",
    "train_id",
)


def rows(title: str, fs: float, run: DetectionRun) -> Iterator[tuple[str, ...]]:
    """One row per potential; a train also has one of its own, with an empty ``peak_s``."""
    for proposal in run.proposals:
        if proposal.train_id is not None or not proposal.potentials:
            yield _row(title, fs, proposal, proposal.interval.start, proposal.interval.stop, None)
        for potential in proposal.potentials:
            interval = potential.interval
            yield _row(title, fs, proposal, interval.start, interval.stop, potential.peak_sample)


def _row(
    title: str, fs: float, proposal: Proposal, start: int, stop: int, peak: int | None
) -> tuple[str, ...]:
    return (
        title,
        str(proposal.channel),
        f"{start / fs:.6f}",
        f"{stop / fs:.6f}",
        "" if peak is None else f"{peak / fs:.6f}",
        proposal.activity,
        f"{proposal.score:.3f}",
        proposal.train_id or "",
    )


def write_csv(file: TextIO, runs: Iterable[tuple[str, RecordingInfo, DetectionRun]]) -> None:
    """Write all runs with a header line."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for title, info, run in runs:
        writer.writerows(rows(title, info.sampling_rate_hz, run))


def as_json(runs: Iterable[tuple[str, RecordingInfo, DetectionRun]]) -> dict[str, Any]:
    """All runs with evidence, for ``--json``; samples and seconds both."""
    return {
        "schema": "emgview-detections/1",
        "recordings": [_recording(title, info, run) for title, info, run in runs],
    }


def _recording(title: str, info: RecordingInfo, run: DetectionRun) -> dict[str, Any]:
    fs = info.sampling_rate_hz
    return {
        "recording": title,
        "sampling_rate_hz": fs,
        "channels": [channel.label for channel in info.channels],
        "detector": run.detector,
        "version": run.version,
        "parameters_sha256": run.parameters_hash,
        "examined_s": [[i.start / fs, i.stop / fs] for i in run.examined],
        "examined_channels": list(run.examined_channels),
        "remarks": [msgspec.to_builtins(remark) for remark in run.remarks],
        "proposals": [_proposal(proposal, fs) for proposal in run.proposals],
    }


def _proposal(proposal: Proposal, fs: float) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(proposal)
    data["onset_s"] = proposal.interval.start / fs
    data["offset_s"] = proposal.interval.stop / fs
    return data
