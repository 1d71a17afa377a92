"""``emgview mup`` and ``emgview ipa``: motor units and interference pattern in numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from emgview.model import ImportHints, Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of both commands."""
    parser.add_argument("path", type=Path, help="study folder or file of any kind")
    parser.add_argument("--channel", type=int, metavar="N", help="from 0; all by default")
    parser.add_argument("--start", type=float, metavar="S", help="from this second")
    parser.add_argument("--stop", type=float, metavar="S", help="to this second")
    parser.add_argument("--json", metavar="FILE", help="all numbers; - for the terminal")


def mup(args: argparse.Namespace, hints: ImportHints, progress: Progress) -> dict[str, Any]:
    """Carry ``emgview mup`` out.

    Raises
    ------
    EmgviewError
        If the path cannot be read, or does not hold the stretch.
    """
    from emgview.session.quantifying import Wanted, mup_path

    return mup_path(args.path, hints, Wanted(args.channel, args.start, args.stop), progress)


def mup_text(data: dict[str, Any]) -> str:
    """The same for people."""
    if data["refused"]:
        return f"The stretch {data['refused']}."
    lines = []
    for part in data["stretches"]:
        if part["refused"]:
            lines.append(f"Channel {part['channel']}: not analysed: {part['refused']}")
        if part["why_no_duration"]:
            lines.append(f"Channel {part['channel']}: no durations: {part['why_no_duration']}")
        lines += [f"Channel {part['channel']}: {remark}" for remark in part["remarks"]]
    lines.append("unit      n  rate Hz  amplitude µV  duration ms  phases  turns  accepted")
    lines += [_row(unit) for unit in data["units"]]
    lines.append(f"{sum(u['accepted'] for u in data['units'])} unit(s) accepted")
    lines += [line for sample in data["samples"] for line in _sample_lines(sample)]
    return "\n".join(lines)


def _sample_lines(sample: dict[str, Any]) -> list[str]:
    """The units of one muscle against its reference values."""
    head = f"{sample['muscle'] or 'Muscle not stated'}: {sample['n']} units ({sample['sample']})"
    if sample["refused"]:
        return [f"{head}: not compared: {sample['refused']}"]
    lines = [f"{head}, reference {sample['reference']}"]
    for one in sample["measures"]:
        if one["mean"] is None:
            continue
        lines.append(
            f"  {one['measure']:14s} mean {one['mean']:g}, z {one['z']:+.1f}, limits "
            f"{one['low']:g} to {one['high']:g}, outliers {one['outliers_low']} low, "
            f"{one['outliers_high']} high: {one['verdict']}"
        )
    return lines


def _row(unit: dict[str, Any]) -> str:
    why = "yes" if unit["accepted"] else f"no: {'; '.join(unit['rejected_because'])}"
    return (
        f"{unit['id']:6s} {unit['n']:4d} {_number(unit['rate_hz'], 8, 1)} "
        f"{_number(unit['amplitude_uv'], 13, 0)} {_number(unit['duration_ms'], 12, 1)} "
        f"{unit['phases']:7d} {unit['turns']:6d}  {why}"
    )


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}s}" if value is None else f"{value:{width}.{digits}f}"


def ipa(args: argparse.Namespace, hints: ImportHints, progress: Progress) -> dict[str, Any]:
    """Carry ``emgview ipa`` out.

    Raises
    ------
    EmgviewError
        If the path cannot be read, or does not hold the stretch.
    """
    from emgview.session.quantifying import Wanted, ipa_path

    return ipa_path(args.path, hints, Wanted(args.channel, args.start, args.stop), progress)


def ipa_text(data: dict[str, Any]) -> str:
    """The same for people."""
    lines = []
    for part in data["stretches"]:
        lines.append(f"{part['recording']}, channel {part['channel']}")
        if part["refused"]:
            lines.append(f"  not analysed: {part['refused']}")
            continue
        lines += [f"  {remark}" for remark in part["remarks"]]
        for name, unit in _PATTERN_ROWS:
            value = part[name]
            shown = "-" if value is None else f"{value:g}"
            lines.append(f"  {name.replace('_', ' '):28s} {shown} {unit}".rstrip())
        lines.append(f"  fullness: {part['fullness'] or 'not stated'}")
        lines.append(f"  recruitment: {part['recruitment']['words']}")
    return "\n".join(lines)


_PATTERN_ROWS = (
    ("turns_per_s", ""),
    ("amplitude_per_turn_uv", "µV"),
    ("peak_ratio", ""),
    ("activity_percent", "%"),
    ("envelope_uv", "µV"),
    ("small_segments_per_s", ""),
    ("outside_cloud_percent", "%"),
)
