"""What keeps a report from being signed, and what its author should know before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emgview.findings.rule_table import load_rule_table
from emgview.model import load_muscles
from emgview.report.content import Report

_IDENTIFIERS = ("name", "identifier", "second_identifier", "birth_date")
_NEEDED_IDENTIFIERS = 2
_STATES = ("observed", "absent", "not_examined", "not_assessable")


def blocking_problems(report: Report) -> tuple[str, ...]:
    """Reasons for which the report cannot be signed; empty when it can.

    Every label that the report cites must have been looked at, two things must identify the
    patient, every cell must say one of the four things, the side must fit the muscle, findings
    use neutral words. What else is missing does not block: see :func:`warnings_of`.
    """
    body = report.body
    return (
        *_unreviewed(body),
        *_identification(body),
        *_rows(body),
        *_sides(body),
        *_words(body),
        *(() if body["limitations"] else ("the limitations are not stated",)),
    )


def _unreviewed(body: dict[str, Any]) -> Iterator[str]:
    unreviewed = sum(label["decision"] == "unreviewed" for label in body["labels"])
    if unreviewed:
        noun = "proposal" if unreviewed == 1 else "proposals"
        yield f"{unreviewed} {noun} in the classes of the report not reviewed"


def _identification(body: dict[str, Any]) -> Iterator[str]:
    stated = sum(bool(body["patient"][field].strip()) for field in _IDENTIFIERS)
    if stated < _NEEDED_IDENTIFIERS:
        yield "two of name, identifier, second identifier and date of birth are needed"


def _rows(body: dict[str, Any]) -> Iterator[str]:
    columns = {column["id"] for column in body["columns"]}
    for row in body["muscles"]:
        cells = row["findings"]
        if set(cells) != columns or any(cell["state"] not in _STATES for cell in cells.values()):
            yield f"{row['name']}: a cell says nothing"


def _sides(body: dict[str, Any]) -> Iterator[str]:
    for row in body["muscles"]:
        muscle = load_muscles().get(row["muscle"])
        fitting = ("L", "R", "") if muscle is None or muscle.sided else ("M", "")
        if row["side"] not in fitting:
            yield f"{row['name']} cannot be {row['side_name']}"


def _words(body: dict[str, Any]) -> Iterator[str]:
    """Words of interpretation in the findings (§3.5 of the wording rules)."""
    never = load_rule_table(str(body["language"])).never_in_findings
    texts = [cell["text"] for row in body["muscles"] for cell in row["findings"].values()]
    texts += [caution for row in body["muscles"] for caution in row["cautions"]]
    for word in never:
        pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        if any(pattern.search(text) for text in texts):
            yield f"the findings say {word!r}, a word of interpretation"


def warnings_of(report: Report) -> tuple[str, ...]:
    """What is missing but does not keep the report from being signed."""
    body = report.body
    found = [
        f"recording {recording['number']}: the muscle is not stated"
        for recording in body["recordings"]
        if not recording["muscle"]
    ]
    if not body["muscles"]:
        found.append("no recording is in the report")
    if not body["performers"][0]["name"].strip():
        found.append("the reader's name is missing")
    if not body["conclusion"]["text"].strip():
        found.append("the conclusion is missing")
    if not body["referral"]["question"].strip():
        found.append("the referral question is missing")
    elif not body["impression"]["answers_question"].strip():
        found.append("the referral question is not answered")
    found += [
        f"recording {recording['number']}: the recording has no hash"
        for recording in body["recordings"]
        if not recording["sha256"]
    ]
    return tuple(found)
