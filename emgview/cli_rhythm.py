"""``emgview rhythm``: rhythm of every train, and what comes back at each site of a muscle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from emgview.model import load_vocabulary


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--json", metavar="FILE", help="all numbers; - for the terminal")


def rhythm(args: argparse.Namespace) -> dict[str, Any]:
    """Carry ``emgview rhythm`` out.

    Raises
    ------
    EmgviewError
        If the study cannot be read.
    """
    from emgview.session.rhythm_command import describe_rhythm

    return describe_rhythm(args.study)


def rhythm_text(data: dict[str, Any]) -> str:
    """The same for people."""
    lines: list[str] = []
    for recording in data["recordings"]:
        units = ", ".join(map(str, recording["units"]))
        lines.append(f"Recording {recording['number']}, {recording['title']}")
        lines.append(f"  units in each {recording['window_s']:g} s: {units}")
        lines += [f"  {_train(train)}" for train in recording["trains"]]
    for muscle in data["muscles"]:
        lines += _muscle(muscle)
    return "\n".join(lines)


def _train(train: dict[str, Any]) -> str:
    rate = "–" if train["rate_hz"] is None else f"{train['rate_hz']:.2f} Hz"
    cv = "–" if train["local_cv"] is None else f"{100 * train['local_cv']:.1f} %"
    bursts = f", {train['bursts']} bursts" if train["bursts"] else ""
    return (
        f"{_term(train['activity'])}: {train['n']} potentials, rate {rate}, variation {cv}"
        f"{bursts}, {train['doubles']} doubles"
    )


def _muscle(muscle: dict[str, Any]) -> list[str]:
    sites, again, shapes = muscle["sites"], muscle["classes_again"], muscle["shapes_again"]
    side = f" ({muscle['side']})" if muscle["side"] else ""
    lines = [f"{muscle['name']}{side}: {len(sites)} site(s)"]
    if len(sites) < 2:
        return [*lines, "  nothing to compare with"]
    within, between = muscle["within"], muscle["between"]
    lines.append(f"  classes at two sites or more: {again['n']} of {again['of']}")
    lines.append(f"  shapes at two sites or more: {shapes['n']} of {shapes['of']}")
    lines.append(
        f"  pairs of trains alike: between sites {between['alike']} of {between['of']}, "
        f"within a site {within['alike']} of {within['of']}"
    )
    lines.append(f"  sites: {', '.join(site['name'] for site in sites)}")
    for row in (*muscle["classes"], *(s for s in muscle["shapes"] if s["found_at"] > 1)):
        shape = f", shape {row['shape']}" if row["shape"] else ""
        counts = " / ".join(map(str, row["items"]))
        lines.append(
            f"  {_term(row['activity'])}{shape}: at {row['found_at']} of {row['of_sites']} sites, "
            f"items {counts}"
        )
    return lines


def _term(activity: str) -> str:
    known = load_vocabulary().get(activity)
    return known.term if known else activity
