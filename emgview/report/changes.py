"""What differs between two versions of a report, in terms of what a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PRIVATE = ("patient",)
"""That it changed is told, not from what: a withdrawn name must not live on in the new version."""
_ABSENT = "not in the report"
_LIMITATION = "limitation: "


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    """Differences as ``{"what", "before", "after", "kind"}``; kind is added, removed or changed."""
    old, new = dict(_readable(before)), dict(_readable(after))
    found = []
    for what in [*old, *(key for key in new if key not in old)]:
        if old.get(what) == new.get(what):
            continue
        found.append(
            {
                "what": _LIMITATION.strip(": ") if what.startswith(_LIMITATION) else what,
                "before": old.get(what, _ABSENT),
                "after": new.get(what, _ABSENT),
                "kind": "added" if not old.get(what) else "changed" if what in new else "removed",
            }
        )
    for part in _PRIVATE:
        if before[part] != after[part]:
            found.append(
                {"what": part, "before": "not shown", "after": "see above", "kind": "changed"}
            )
    return found


def _readable(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and text of all that a person reads: findings, statements, words of the reader."""
    yield "referral question", body["referral"]["question"]
    yield "conclusion", body["conclusion"]["text"]
    for part in ("impression", "clinical", "technical"):
        for key, value in body.get(part, {}).items():
            yield f"{part}: {key.replace('_', ' ')}", value
    titles = {column["id"]: column["title"] for column in body["columns"]}
    for row in body["muscles"]:
        where = f"{row['name']}, {row['side_name']}"
        yield f"{where}: rest watched", f"{row['watched_rest_s']:g} s"
        for column, cell in row["findings"].items():
            yield f"{where}: {titles.get(column, column)}", cell["text"]
    yield from _examined(body.get("examination"), set(titles))
    for statement in body["statements"]:
        where = f"{statement['rule']} {statement['subject']}".strip()
        yield f"statement {where}", f"{statement['outcome'].replace('_', ' ')}: {statement['text']}"
    for audit in body["machine_contribution"].get("audits", ()):
        shares = [(key, audit[key]) for key in ("missed", "false_alarms")]
        told = [f"{key.replace('_', ' ')} {s['windows']} of {s['of']}" for key, s in shares]
        yield f"blinded audit of recording {audit['recording']}", ", ".join(told)
    for limitation in body["limitations"]:
        yield f"{_LIMITATION}{limitation}", limitation


def _examined(examination: dict[str, Any] | None, told: set[str]) -> Iterator[tuple[str, str]]:
    """What the grid says beyond the columns that were told, what the reader changed, entries."""
    if examination is None:
        return
    titles = {column["id"]: column["title"] for column in examination["columns"]}
    for row in examination["grid"]:
        for column, cell in row["cells"].items():
            where = f"{row['name']}, {row['side_name']}: {titles[column]}"
            if "override" in cell:
                reason = cell["override"]["reason"]
                yield f"{where} (changed by the reader)", f"{cell['shown']} ({reason})"
            elif column not in told:
                yield where, cell["shown"]
    for entry in examination["entries"]:
        if entry["entered"]:
            yield entry["shown_title"], entry["shown"]
