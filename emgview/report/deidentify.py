"""A copy of a record for research: made anew from an allow-list, dates shifted, no signature.

What is not on the list is not taken. Free text of persons is left out as a whole, for no list of
words finds every name. Afterwards all bytes are searched for what the study knows of the patient
and of persons: whatever is found stops the export.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emgview.errors import EmgviewError
from emgview.findings import load_entry_table
from emgview.report.entries import load_entries

SCHEMA = "emg-deidentified/1"
_MOST_SHIFT_DAYS = 365
_SHORTEST_SEARCHED = 3
_LONGEST_PLAIN_LABEL = 5
"""Labels of channels up to here, as ``EMG`` or ``CH12``, name nobody."""
_PLAIN_CELL = ("state", "count", "count_in_rest", "watched_s", "rate_per_min", "sites", "unit")
_PLAIN_MUSCLE = (
    "muscle", "side", "roots", "region", "sites", "examined_s", "watched_rest_s", "artefact_share",
)  # fmt: skip
_PLAIN_RECORDING = ("number", "muscle", "side", "duration_s", "n_samples", "sampling_rate_hz")
_PLAIN_LABEL = ("channel", "start_sample", "end_sample", "peak_samples", "code", "mdc", "origin")
_PLAIN_CHANNEL = ("unit", "gain_uv", "filter_low_hz", "filter_high_hz", "inverted")
_CHOICES = ("category", "pattern", "chronicity", "certainty")
_SEXES = ("male", "female", "other", "unknown", "m", "f")


@dataclass(frozen=True, slots=True)
class Secret:
    """Key of the laboratory from which identifiers and the shift of dates are made.

    With it the same patient gets the same shift in every export; without it nobody can undo it.
    """

    key: bytes

    def pseudonym(self, kind: str, value: str) -> str:
        """Sixteen hexadecimal digits that stand for a value; keyed, as values are guessable."""
        text = f"{kind}\0{value}".encode()
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:16]

    def shift(self, patient: str) -> timedelta:
        """Days to the past, 1 to 365, the same for all dates of a patient."""
        number = int(self.pseudonym("shift", patient), 16)
        return timedelta(days=1 + number % _MOST_SHIFT_DAYS)


def deidentified(body: Mapping[str, Any], secret: Secret) -> dict[str, Any]:
    """The record's copy (``emg-deidentified/1``): numbers, codes and shifted dates alone.

    Raises
    ------
    EmgviewError
        If a value of the allow-list is not of the plain kind it must be: nothing is guessed.
    """
    patient = body["patient"]
    who = patient["identifier"] or patient["second_identifier"] or patient["name"]
    if not who.strip():
        raise EmgviewError(
            "The patient is not identified, so dates cannot be shifted alike in every export",
            "State who the patient is, then export.",
        )
    shift = secret.shift(who)
    ids = {r["id"]: secret.pseudonym("recording", r["id"]) for r in body["recordings"]}
    found = {
        "schema": SCHEMA,
        "case": secret.pseudonym("case", who),
        "study": secret.pseudonym("study", body["encounter"]["study_id"]),
        "dates": "shifted",
        "sex": _sex(patient["sex"]),
        "age_at_recording": _age(patient["birth_date"], body["encounter"]["recorded_at"]),
        "recorded_at": _shifted(body["encounter"]["recorded_at"], shift),
        "simulated": bool(body["encounter"]["simulated"]),
        "recordings": [_recording(r, ids, shift) for r in body["recordings"]],
        "muscles": [_muscle(row) for row in body["muscles"]],
        "labels": [_label(label, ids) for label in body["labels"]],
        "counts": dict(body["machine_contribution"]["counts"]),
        "statements": [{"rule": s["rule"], "outcome": s["outcome"]} for s in body["statements"]],
        "impression": {k: body["impression"][k] for k in _CHOICES if k in body["impression"]},
        "software": dict(body["software"]),
    }
    _refuse_free_text(found)
    return found


def _recording(row: Mapping[str, Any], ids: Mapping[str, str], shift: timedelta) -> dict[str, Any]:
    return {
        **_take(row, _PLAIN_RECORDING),
        "id": ids[row["id"]],
        "started_at": _shifted(row["started_at"], shift),
        "channels": [_take(channel, _PLAIN_CHANNEL) for channel in row["channels"]],
    }


def _muscle(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {
        key: {name: cell[name] for name in _PLAIN_CELL if name in cell}
        for key, cell in row["findings"].items()
    }
    return {**_take(row, _PLAIN_MUSCLE), "findings": cells}


def _label(label: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    machine = label["machine"]
    return {
        **_take(label, _PLAIN_LABEL),
        "recording": ids[label["recording_id"]],
        "decision": label["decision"],
        "machine": machine and _take(machine, ("score", "proposed_code", "version")),
    }


def _take(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _sex(text: str) -> str:
    return text.strip().lower() if text.strip().lower() in _SEXES else "not stated"


def _age(birth: str, recorded: str) -> str:
    """Full years; above 89 one class, as so few live to be of them."""
    dates = [re.match(r"(\d{4})-(\d\d)-(\d\d)", text) for text in (birth, recorded)]
    if not all(dates):
        return "not stated"
    (by, bm, bd), (ry, rm, rd) = ((int(g) for g in d.groups()) for d in dates if d is not None)
    years = ry - by - ((rm, rd) < (bm, bd))
    return "90 or older" if years > 89 else str(years) if years >= 0 else "not stated"


def _shifted(text: str, shift: timedelta) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise EmgviewError("A date of the study cannot be read", "Correct it.") from error
    return (moment - shift).isoformat(timespec="seconds")


_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_.:/+ -]{0,64}")


def _refuse_free_text(value: Any) -> None:
    """A text that is no code, number or date does not belong into the copy."""
    for text in texts_of(value):
        if not _PLAIN_TEXT.fullmatch(text):
            raise EmgviewError(
                "The copy would hold free text", "Correct ids and codes of the study's tables."
            )


def texts_of(value: Any) -> Iterator[str]:
    """All texts of a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def identifying_texts(body: Mapping[str, Any]) -> frozenset[str]:
    """What must not be found in a copy: persons, identifiers, dates, free text, names of files."""
    found = set(texts_of(list(body["patient"].values())))
    found -= {body["patient"]["sex"]}
    found |= {p["name"] for p in body["performers"]} | {p["credential"] for p in body["performers"]}
    found |= {label["decided_by"] for label in body["labels"]}
    found |= {body["conclusion"]["text"], body["referral"]["question"]}
    free = {k: v for k, v in body["impression"].items() if k not in _CHOICES}
    found |= {*free.values(), *body["clinical"].values(), *body["technical"].values()}
    found -= _closed_choices()
    found |= {body["encounter"]["study_id"], body["report_id"], body["report_set_id"]}
    found |= {body["laboratory"]["name"], body["laboratory"]["address"]}
    for recording in body["recordings"]:
        found |= {recording["id"], recording["sha256"], recording["started_at"][:10]}
        found |= {recording["origin"]["name"], recording["origin"]["sha256"]}
        found |= {recording["device"]["serial"], *recording["notes"]}
        found |= {
            channel["label"] for channel in recording["channels"] if len(channel["label"]) > 5
        }
    found |= {body["encounter"]["recorded_at"][:10], body["created_at"][:10]}
    words = {word for text in (body["patient"]["name"],) for word in re.split(r"[\s,;]+", text)}
    return frozenset(t.strip() for t in found | words if len(t.strip()) >= _SHORTEST_SEARCHED)


def refuse_leaks(files: Mapping[str, Any], searched: frozenset[str]) -> None:
    """Search names and all texts of the files for what identifies; case and accents do not matter.

    A name that is also a word of the tables (a patient called Long, a muscle's long head) is found
    as well: the copy is then refused rather than guessed about.

    Parameters
    ----------
    files : mapping
        JSON value by file name.

    Raises
    ------
    EmgviewError
        If anything is found; the error does not repeat it.
    """
    needles = {_folded(text) for text in searched}
    for name, value in files.items():
        text = _folded("\n".join([name, *_values_of(value)]))
        for needle in needles:
            if re.search(rf"(?<![0-9a-z]){re.escape(needle)}(?![0-9a-z])", text):
                raise EmgviewError(
                    f"The copy was not made: a text of {len(needle)} characters that may identify "
                    "someone was found in it",
                    "Look for names of persons in the tables of the study.",
                )


def _closed_choices() -> set[str]:
    """Words of closed lists: they are the program's own and tell of nobody."""
    entered = {words for field in load_entry_table().entry for _, words in field.choices}
    return entered | {choice for entry in load_entries() for choice in entry.choices}


def _values_of(value: Any) -> Iterator[str]:
    """All texts of a JSON value but its keys, which are the program's own words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _values_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _values_of(item)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()
