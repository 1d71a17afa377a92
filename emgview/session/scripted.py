"""Use case: decisions from a script, logged as such.

The CSV has the columns ``item`` or ``recording,channel,peak_s``, and ``decision`` (``confirm``,
``reject``, ``cannot_tell`` or a class id), optionally ``reason``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from emgview.errors import FileError
from emgview.model import Label, LabelState, load_vocabulary
from emgview.session.intents import CannotTell, Confirm, Intent, Reject, Relabel
from emgview.session.study_session import StudySession

_REASON = "scripted"
_SIMPLE: dict[str, type[Confirm] | type[Reject] | type[CannotTell]] = {
    "confirm": Confirm,
    "reject": Reject,
    "cannot_tell": CannotTell,
}


def confirm_all(session: StudySession) -> int:
    """Confirm every open proposal but the undecided class; the log says it was a script.

    Items of the class *cannot tell* stay *cannot tell*: nobody looked at them.
    """
    open_items = [item for item in session.items() if item.state is LabelState.PROPOSED]
    named = tuple(i.id for i in open_items if i.activity != "cannot_tell")
    unnamed = tuple(i.id for i in open_items if i.activity == "cannot_tell")
    if named:
        session.apply(Confirm(named, f"{_REASON}: confirm all"))
    if unnamed:
        session.apply(CannotTell(unnamed, f"{_REASON}: confirm all"))
    return len(open_items)


def apply_file(session: StudySession, path: Path) -> int:
    """Apply a CSV of decisions; all of it is checked before anything is changed.

    Raises
    ------
    FileError
        Naming the line that cannot be understood.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(path.name, "", "cannot be read as text", "Give a CSV file.") from error
    rows = list(csv.DictReader(text.splitlines()))
    intents = [_intent(row, n, path, session) for n, row in enumerate(rows, start=2)]
    for intent in intents:
        session.apply(intent)
    return len(intents)


def _intent(row: dict[str, str], line: int, path: Path, session: StudySession) -> Intent:
    item = _item(row, line, path, session)
    decision = (row.get("decision") or "").strip()
    reason = f"{_REASON}: {row.get('reason') or path.name}"
    if decision in _SIMPLE:
        return _SIMPLE[decision]((item.id,), reason)
    if load_vocabulary().get(decision) is not None:
        return Relabel((item.id,), decision, reason)
    raise FileError(
        path.name,
        f"line {line}",
        f"decision {decision!r} is not known",
        "Allowed: confirm, reject, cannot_tell or a class id.",
    )


def _item(row: dict[str, str], line: int, path: Path, session: StudySession) -> Label:
    wanted = (row.get("item") or "").strip()
    found = next((i for i in session.items() if wanted and i.id == wanted), None)
    found = found or _at_time(row, session)
    if found is None:
        raise FileError(
            path.name, f"line {line}", "names no item of this study", "See 'emgview detect'."
        )
    return found


def _at_time(row: dict[str, str], session: StudySession) -> Label | None:
    """The item that has a potential at (recording title, channel, peak_s), to a millisecond."""
    try:
        peak_s, channel = float(row["peak_s"]), int(row["channel"])
    except (KeyError, TypeError, ValueError):
        return None
    for recording in session.recordings:
        if row.get("recording") not in (recording.entry.title, recording.entry.id):
            continue
        fs = recording.info.sampling_rate_hz
        for item in session.items(recording.entry.id):
            near = any(abs(p / fs - peak_s) <= 0.001 for p in item.peak_samples)
            if item.channel == channel and near:
                return item
    return None
