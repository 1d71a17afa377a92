"""``emgview record`` and ``emgview repair``: a source into a study, and what a crash left."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError
from emgview.model import Progress, Side, load_muscles


def record_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview record``."""
    parser.add_argument(
        "--source",
        required=True,
        metavar="SOURCE",
        help="brainflow:NAME, lsl:NAME, replay:FILE, simulator:SCENARIO or audio:INDEX; "
        "see 'emgview sources'",
    )
    parser.add_argument("--seconds", type=_positive, required=True, metavar="N")
    parser.add_argument("--study", type=Path, required=True, metavar="DIR", help="made if absent")
    parser.add_argument("--detect", action="store_true", help="let the detector propose meanwhile")
    parser.add_argument("--muscle", default="", metavar="ID", help="muscle, e.g. tib_ant")
    parser.add_argument("--side", choices=["L", "R"], default="", help="side")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def record(args: argparse.Namespace, tell: Any, progress: Progress) -> dict[str, Any]:
    """Record, and give what it brought.

    Raises
    ------
    EmgviewError
        If the source cannot be opened, the study not written, or the muscle is unknown.
    """
    from emgview.session.live.exam import Needle
    from emgview.session.live.record_command import record as record_source

    if args.muscle and load_muscles().get(args.muscle) is None:
        raise EmgviewError(f"There is no muscle {args.muscle!r}", "Choose an id of the table.")
    done = record_source(
        args.source,
        args.study,
        args.seconds,
        detect=args.detect,
        needle=Needle(args.muscle, Side(args.side)),
        tell=tell,
        progress=progress,
    )
    return {
        "recording": str(done.path),
        "recording_id": done.recording_id,
        "sampling_rate_hz": done.sampling_rate_hz,
        "channels": list(done.channels),
        "samples": done.samples,
        "lost": done.lost,
        "gaps": [{"start": start, "lost": lost} for start, lost in done.gaps],
        "proposals": done.counts,
        "happenings": list(done.happenings),
    }


def record_text(data: dict[str, Any]) -> str:
    """The same for a person."""
    seconds = data["samples"] / data["sampling_rate_hz"]
    lines = [
        f"Recording: {data['recording']}",
        f"Length:    {data['samples']} samples ({seconds:.3f} s), "
        f"{len(data['channels'])} channels at {data['sampling_rate_hz']:g} Hz",
        f"Lost:      {data['lost']} samples in {len(data['gaps'])} gaps",
    ]
    lines += [f"Suggested: {n} × {name}" for name, n in sorted(data["proposals"].items())]
    return "\n".join(lines)


def repair_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview repair``."""
    parser.add_argument("path", type=Path, metavar="FILE", help="recording or study folder")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def repair(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Repair a recording, or all of a study.

    Raises
    ------
    FileError
        If there is nothing to repair, or it cannot be read or written.
    """
    from emgview.recording import repair as repair_file
    from emgview.session.live.recovery import recover
    from emgview.session.study_folder import StudyFolder

    if StudyFolder.is_study(args.path):
        return {"told": list(recover(StudyFolder(args.path), progress))}
    done = repair_file(args.path, progress)
    return {
        "told": [done.text],
        "recovered": done.recovered,
        "lost": done.lost,
        "samples": done.info.n_samples,
        "original": str(done.original),
    }


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value
