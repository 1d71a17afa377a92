"""``emgview bench``: measure what a reader waits for, on recordings that it makes itself."""

from __future__ import annotations

import argparse
import json
from typing import Any

from emgview.errors import EmgviewError
from emgview.model import Progress

KINDS = ("scroll", "open", "pyramid", "live", "review")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "kind", choices=KINDS, help="steps, opening, overview, live recording, review"
    )
    parser.add_argument("--channels", type=int, default=32, metavar="N")
    parser.add_argument("--rate", type=float, default=10_000.0, metavar="HZ")
    parser.add_argument("--minutes", type=float, default=30.0, metavar="MIN")
    parser.add_argument(
        "--labels", type=int, default=0, metavar="N", help="proposals over the recording (scroll)"
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="S", help="length of the recording (live)"
    )
    parser.add_argument("--trains", type=int, default=2000, metavar="N", help="trains (review)")
    parser.add_argument(
        "--potentials", type=int, default=100_000, metavar="N", help="in all trains (review)"
    )
    parser.add_argument("--json", default="-", metavar="FILE", help="figures; - for the terminal")


def measure(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Make the recording where it is not there yet, and measure.

    Raises
    ------
    EmgviewError
        For sizes that make no recording.
    """
    if args.channels < 1 or args.rate <= 0 or args.minutes * 60 * args.rate < 2:
        raise EmgviewError(
            f"{args.channels} channels, {args.rate:g} Hz, {args.minutes:g} min make no recording",
            "All three must be above 0.",
        )
    if args.kind == "live":
        return _bench_live(args)
    if args.kind == "review":
        return _bench_review(args, progress)
    from emgview.session.bench_data import bench_recording

    if args.kind == "pyramid":
        from emgview.session.bench_pyramid import bench_pyramid

        return _with_facts(args, bench_pyramid(args.channels, args.rate, args.minutes, progress))
    from emgview.app import make_bench_application

    recording = bench_recording(args.channels, args.rate, args.minutes, progress)
    make_bench_application()
    from emgview.ui import bench

    if args.kind == "scroll":
        figures = bench.bench_scroll(recording, args.labels)
    else:
        figures = bench.bench_open(recording)
    return _with_facts(args, figures)


def _bench_live(args: argparse.Namespace) -> dict[str, Any]:
    from emgview.app import make_bench_application

    make_bench_application()
    from emgview.ui.live.bench import bench_live

    figures = bench_live(args.channels, args.rate, args.seconds)
    facts = {"bench": "live", "channels": args.channels, "rate_hz": args.rate}
    return {**facts, "seconds": args.seconds, **figures}


def _bench_review(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from emgview.app import make_bench_application

    make_bench_application()
    from emgview.ui.bench_review import bench_review

    figures = bench_review(args.trains, args.potentials, progress=progress)
    return {"bench": "review", **figures}


def _with_facts(args: argparse.Namespace, figures: dict[str, Any]) -> dict[str, Any]:
    """The figures with what they were measured on."""
    return {
        "bench": args.kind,
        "channels": args.channels,
        "rate_hz": args.rate,
        "minutes": args.minutes,
        "labels": args.labels,
        **figures,
    }


def as_text(figures: dict[str, Any]) -> str:
    """The figures as JSON."""
    return json.dumps(figures, indent=1) + "\n"
