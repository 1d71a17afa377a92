"""Commands for live sources: ``emgview sources`` tells what can be opened now."""

from __future__ import annotations

import argparse
from typing import Any


def sources_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``emgview sources``."""
    parser.add_argument("--json", default="", metavar="FILE", help="figures; - for the terminal")


def sources() -> dict[str, Any]:
    """Kinds of live sources with their options, what can be opened now, and what failed.

    Takes some seconds: each kind looks around.
    """
    from emgview.sources.live.registry import discover, failed_kinds

    kinds = [
        {
            "kind": kind.name,
            "title": kind.title,
            "what": kind.what,
            "options": [
                {"name": o.name, "help": o.help, "default": o.default} for o in kind.options
            ],
            "found": [{"source": f.text, "title": f.title, "detail": f.detail} for f in found],
            "problem": problem,
        }
        for kind, found, problem in discover()
    ]
    return {"kinds": kinds, "failed": list(failed_kinds())}


def sources_text(data: dict[str, Any]) -> str:
    """The same for a person, with the end of its last line."""
    lines = [line for kind in data["kinds"] for line in _kind_lines(kind)]
    lines += [f"Not loaded: {name}" for name in data["failed"]]
    return "\n".join(lines) + "\n"


def _kind_lines(kind: dict[str, Any]) -> list[str]:
    lines = [f"{kind['title']}: {kind['kind']}:{kind['what'].upper().replace(' ', '-')}"]
    lines += [f"  ?{o['name']}={o['default'] or '…'}  {o['help']}" for o in kind["options"]]
    lines += [_found_line(found) for found in kind["found"]]
    if kind["problem"]:
        lines.append(f"  {kind['problem']}")
    elif not kind["found"]:
        lines.append("  nothing found now")
    return [*lines, ""]


def _found_line(found: dict[str, str]) -> str:
    about = ", ".join(text for text in (found["title"], found["detail"]) if text)
    return f"  → {found['source']}  ({about})"
