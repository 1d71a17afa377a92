"""``emgview evaluate``: the detector against truth, as text, JSON or Markdown."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from emgview.errors import FileError
from emgview.model import Progress


def evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview evaluate``."""
    parser.add_argument(
        "--suite", default="default", metavar="FILE", help="a TOML file; the shipped one by default"
    )
    parser.add_argument(
        "--part", choices=["tuning", "final"], default="final", help="final by default"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, 1 by default")
    parser.add_argument(
        "--score-map", type=Path, metavar="FILE", help="try the map of scores of an earlier --json"
    )
    parser.add_argument(
        "--quantify",
        action="store_true",
        help="motor units against simulated truth in place of the detector; "
        "with --suite normals 50 normal muscles",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true", help="one JSON object with all figures")
    what.add_argument("--markdown", action="store_true", help="the tables of the guide")
    what.add_argument(
        "--page", type=Path, metavar="FILE.md", help="put the tables between the page's markers"
    )


def evaluate(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Carry the command out; gives all figures.

    Raises
    ------
    EmgviewError
        If the suite or a recording cannot be used.
    """
    if args.quantify:
        from emgview.session.evaluating_quantify import evaluate_quantify

        return evaluate_quantify(args.suite, progress)
    if args.page is not None:
        _with_figures(args.page, "")  # a page without markers is told before the work
    from emgview.session.evaluating import evaluate_suite

    return evaluate_suite(args.suite, args.part, args.jobs, progress, args.score_map)


def evaluate_text(args: argparse.Namespace, figures: dict[str, Any]) -> str:
    """What is printed; writes the page where one was named."""
    from emgview.session.evaluation_tables import as_markdown, as_text

    if args.quantify and not args.json:
        from emgview.session.evaluating_quantify import as_text as quantify_text

        return quantify_text(figures)
    if args.json:
        return json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if args.markdown:
        return as_markdown(figures)
    if args.page is not None:
        text = _with_figures(args.page, as_markdown(figures))
        try:
            args.page.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FileError(args.page.name, "", "cannot be written", "Check the disk.") from error
        return f"Figures: {args.page}\n"
    return as_text(figures)


def _with_figures(page: Path, figures: str) -> str:
    from emgview.session.evaluation_tables import put_between_markers

    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(page.name, "", "cannot be read", "Name a Markdown page.") from error
    return put_between_markers(text, figures, page.name)
