"""What keeps a report from being signed, and what its author should know before."""

from __future__ import annotations

from emgview.report.content import Report


def blocking_problems(report: Report) -> tuple[str, ...]:
    """Reasons for which the report cannot be signed; empty when it can.

    Every label that the report cites must have been looked at. What else is missing does not
    block: see :func:`warnings_of`.
    """
    unreviewed = sum(label["decision"] == "unreviewed" for label in report.body["labels"])
    if not unreviewed:
        return ()
    noun = "proposal" if unreviewed == 1 else "proposals"
    return (f"{unreviewed} {noun} in the classes of the report not reviewed",)


def warnings_of(report: Report) -> tuple[str, ...]:
    """What is missing but does not keep the report from being signed."""
    body = report.body
    patient = body["patient"]
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
    if not any(patient[field].strip() for field in ("name", "identifier", "second_identifier")):
        found.append("the patient is not identified")
    if not body["referral"]["question"].strip():
        found.append("the referral question is missing")
    found += [
        f"recording {recording['number']}: the recording has no hash"
        for recording in body["recordings"]
        if not recording["sha256"]
    ]
    return tuple(found)
