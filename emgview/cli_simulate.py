"""``emgview simulate``: a scenario into a study with its truth, or the list of scenarios."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError
from emgview.model import Progress


def simulate_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview simulate``."""
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="see --list")
    parser.add_argument("--list", action="store_true", help="tell the scenarios")
    parser.add_argument("--study", type=Path, metavar="DIR", help="study folder, made if absent")
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="length; the scenario's own by default"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same bytes")
    parser.add_argument(
        "--fs", type=float, default=20_000.0, metavar="HZ", help="sampling rate, 20000 by default"
    )
    parser.add_argument(
        "--labels", action="store_true", help="put the truth into the review as labels, too"
    )
    parser.add_argument("--json", action="store_true", help="machine-readable")


def simulate(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Carry the command out; gives what it lists or left.

    Raises
    ------
    EmgviewError
        If an argument is missing or out of range, or the study cannot be written.
    """
    if args.list:
        return {"scenarios": _scenarios()}
    if args.scenario is None:
        raise EmgviewError("No scenario was given", "See 'emgview simulate --list'.")
    if args.study is None:
        raise EmgviewError("No study was given", "Say where: --study DIR.")
    from emgview.session.examples import label_truth
    from emgview.session.simulating import simulate_into
    from emgview.session.study_folder import StudyFolder
    from emgview.simulation import scenario

    wanted = scenario(args.scenario)
    done = simulate_into(args.study, wanted, args.seed, args.seconds, args.fs, progress)
    labels = label_truth(StudyFolder(args.study), done.simulation) if args.labels else 0
    return {
        "study": str(done.study),
        "recording": str(done.recording),
        "truth": str(done.truth),
        "scenario": wanted.id,
        "title": wanted.title,
        "look_for": wanted.look_for,
        "seed": args.seed,
        "seconds": done.simulation.info.duration_s,
        "sampling_rate_hz": done.simulation.info.sampling_rate_hz,
        "potentials": dict(Counter(one.activity for one in done.simulation.truth)),
        "stretches": dict(Counter(one.activity for one in done.simulation.stretches)),
        "labels": labels,
    }


def _scenarios() -> list[dict[str, Any]]:
    from emgview.simulation import scenarios

    return [
        {
            "id": one.id,
            "group": one.group,
            "title": one.title,
            "look_for": one.look_for,
            "seconds": one.seconds,
            "channels": one.channels,
        }
        for one in scenarios()
    ]


def simulate_text(data: dict[str, Any]) -> str:
    """The same for people."""
    if "scenarios" in data:
        rows = data["scenarios"]
        width = max(len(row["id"]) for row in rows)
        return "\n".join(f"{row['id']:{width}s}  {row['title']}" for row in rows)
    counts = {**data["stretches"], **data["potentials"]}
    shown = ", ".join(f"{n} {k}" for k, n in counts.items()) or "empty"
    lines = [
        f"Simulated recording: {data['title']}, {data['seconds']:g} s, seed {data['seed']}",
        f"Study:     {data['study']}",
        f"Recording: {data['recording']}",
        f"Truth:     {data['truth']} ({shown})",
    ]
    if data["labels"]:
        lines.append(f"Labels:    {data['labels']}")
    return "\n".join(lines)
