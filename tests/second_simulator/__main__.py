"""``python -m tests.second_simulator``: the judge on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.second_simulator.judging import chosen, judge_all
from tests.second_simulator.tables import as_json, report, row_line


def main(arguments: list[str] | None = None) -> int:
    """Judge the chosen recordings and print the tables; 2 where no recording fits."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.second_simulator",
        description="run the detector on the second simulator's recordings and count",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", metavar="GLOB", help="names or a level")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(arguments)
    scenarios = chosen(args.only)
    if not scenarios:
        sys.stderr.write(f"no recording is called {args.only!r}; try '*' or 'hard'\n")
        return 2
    rows = []
    for row in judge_all(scenarios, args.seed, args.workers):
        sys.stderr.write(f"{row_line(row)} ({row.seconds:.1f} s)\n")
        rows.append(row)
    sys.stdout.write(report(rows, args.seed) + "\n")
    if args.json:
        text = json.dumps(as_json(rows, args.seed), indent=1) + "\n"
        args.json.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
