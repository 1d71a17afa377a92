"""``emgview findings``: the grid, the clinician's entries and what the rules say of a study."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError


def findings_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview findings``."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--json", metavar="FILE", help="everything; - for the terminal")
    parser.add_argument(
        "--enter",
        action="append",
        default=[],
        metavar="ENTRY=VALUE",
        help="make an entry first, as progression=yes; an empty value takes it back",
    )
    parser.add_argument("--reader", default="", metavar="NAME", help="who enters")


def findings(args: argparse.Namespace) -> dict[str, Any]:
    """Make the entries asked for, then tell all as plain values.

    Raises
    ------
    EmgviewError
        If the study cannot be read or an entry is not allowed.
    """
    from emgview.session.examining import describe_findings

    return describe_findings(args.study, args.reader, [_entry(text) for text in args.enter])


def _entry(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise EmgviewError(f"{text!r} is no entry", "Write it as ENTRY=VALUE.")
    return name, value


def findings_text(args: argparse.Namespace, data: dict[str, Any]) -> str:
    """What is written: JSON where asked for, else words."""
    from emgview.findings.plain import text_of

    if args.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return text_of(data)
