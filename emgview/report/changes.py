"""What differs between two versions of a report, in terms of what a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emgview.report.entries import load_entries
from emgview.report.words import Words, load_words

_PRIVATE = ("patient",)
"""That it changed is told, not from what: a withdrawn name must not live on in the new version."""
_LIMITATION = "limitation: "


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    """Differences as ``{"what", "before", "after", "kind"}``; kind is added, removed or changed."""
    words = load_words(str(after.get("language", "en")))
    w = words.words
    old, new = dict(_readable(before, words)), dict(_readable(after, words))
    found = []
    for what in [*old, *(key for key in new if key not in old)]:
        if old.get(what) == new.get(what):
            continue
        found.append(
            {
                "what": w["changed_limitation"] if what.startswith(_LIMITATION) else what,
                "before": old.get(what, w["changed_removed"]),
                "after": new.get(what, w["changed_removed"]),
                "kind": "added" if not old.get(what) else "changed" if what in new else "removed",
            }
        )
    for part in _PRIVATE:
        if before[part] != after[part]:
            found.append(
                {
                    "what": w[f"changed_{part}"],
                    "before": w["changed_hidden"],
                    "after": w["changed_see"],
                    "kind": "changed",
                }
            )
    return found


def _readable(body: dict[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """Name and text of all that a person reads: findings, statements, words of the reader."""
    w, entries = words.words, {entry.id: entry.title for entry in load_entries()}
    yield w["changed_referral"], body["referral"]["question"]
    yield w["changed_conclusion"], body["conclusion"]["text"]
    for part in ("impression", "clinical", "technical"):
        for key, value in body.get(part, {}).items():
            if key not in entries:
                continue  # told with the entries of the findings
            yield words.entry.get(key, entries.get(key, key)), value
    titles = {column["id"]: column["title"] for column in body["columns"]}
    for row in body["muscles"]:
        where = f"{row['name']}, {row['side_name']}"
        yield f"{where}: {w['changed_rest']}", f"{row['watched_rest_s']:g} s"
        for column, cell in row["findings"].items():
            yield f"{where}: {titles.get(column, column)}", cell["text"]
    yield from _examined(body.get("examination"), set(titles), w)
    for statement in body["statements"]:
        where = f"{statement['rule']} {statement['subject']}".strip()
        outcome = words.outcome.get(statement["outcome"], statement["outcome"])
        yield f"{w['changed_statement']} {where}", f"{outcome}: {statement['text']}"
    for audit in body["machine_contribution"].get("audits", ()):
        missed, alarms = audit["missed"], audit["false_alarms"]
        shares = w["changed_audit_shares"].format(
            missed=missed["windows"],
            without=missed["of"],
            alarms=alarms["windows"],
            given=alarms["of"],
        )
        yield f"{w['changed_audit']} {audit['recording']}", shares
    for limitation in body["limitations"]:
        yield f"{_LIMITATION}{limitation}", limitation


def _examined(
    examination: dict[str, Any] | None, told: set[str], w: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What the grid says beyond the columns that were told, what the reader changed, entries."""
    if examination is None:
        return
    titles = {column["id"]: column["title"] for column in examination["columns"]}
    for row in examination["grid"]:
        for column, cell in row["cells"].items():
            where = f"{row['name']}, {row['side_name']}: {titles[column]}"
            if "override" in cell:
                reason = cell["override"]["reason"]
                yield f"{where} ({w['changed_by_reader']})", f"{cell['shown']} ({reason})"
            elif column not in told:
                yield where, cell["shown"]
    for entry in examination["entries"]:
        if entry["entered"]:
            yield entry["shown_title"], entry["shown"]
