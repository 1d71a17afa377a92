"""Carries out intents about motor units and patterns: each is one row of the log, one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from emgview.errors import PolicyError
from emgview.model.kept_units import KeptUnits
from emgview.review import SetField
from emgview.session.intents import ChangeSet
from emgview.session.unit_intents import (
    DecideUnit,
    JoinUnits,
    KeepPattern,
    KeepUnits,
    MoveMarkers,
    SplitUnit,
    StatePattern,
    UnitIntent,
)
from emgview.session.unit_keys import (
    Found,
    KeptStretch,
    PatternSaid,
    Said,
    StretchKey,
    UnitSaid,
    kept_stretches,
)

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

FULLNESS = ("full", "slightly reduced", "intermediate", "discrete", "none")


def apply_unit_intent(session: StudySession, intent: UnitIntent) -> ChangeSet:
    """Carry out what a person wants.

    Raises
    ------
    PolicyError
        If there is no such stretch or unit; nothing was changed.
    """
    match intent:
        case KeepUnits(key, found):
            _check_stretch(session, key)
            return _set(session, key, "units", Found("Find motor units", found))
        case DecideUnit(key, unit, accepted):
            word = {True: "Accept", False: "Reject", None: "Take back decision on"}[accepted]
            return _say(session, key, unit, f"{word} unit {unit}", accepted=accepted)
        case MoveMarkers(key, unit, onset, offset):
            word = "Markers as found" if onset is None and offset is None else "Move markers"
            did = f"{word}: unit {unit}"
            return _say(session, key, unit, did, onset_us=onset, offset_us=offset)
        case JoinUnits(key, first, second, shift):
            fs = session.recording(key.recording_id).info.sampling_rate_hz
            units = _found(session, key, first, second).joined(first, second, shift, fs)
            return _set(session, key, "units", Found(f"Join units {first} and {second}", units))
        case SplitUnit(key, unit, part):
            units = _found(session, key, unit).split(unit, part)
            return _set(session, key, "units", Found(f"Split unit {unit}", units))
        case KeepPattern(key):
            _check_stretch(session, key)
            kept = _kept(session, key)
            said = kept.pattern if kept is not None and kept.pattern else PatternSaid()
            said = msgspec.structs.replace(said, did="Analyse interference pattern")
            return _set(session, key, "pattern", said)
        case StatePattern():
            return _state_pattern(session, intent)


def stretches(session: StudySession) -> tuple[KeptStretch, ...]:
    """All stretches that were analysed. On the I/O thread."""
    return kept_stretches(session.store.fields())


def _state_pattern(session: StudySession, intent: StatePattern) -> ChangeSet:
    from emgview.quantify.recruitment import WORDS  # loaded when wanted

    allowed = {"", *FULLNESS}, {"", *WORDS}
    if intent.fullness not in allowed[0] or intent.recruitment not in allowed[1]:
        raise PolicyError("There is no such word for a pattern", "Choose one of the list.")
    _check_stretch(session, intent.stretch)
    said = PatternSaid("State interference pattern", intent.fullness, intent.recruitment)
    return _set(session, intent.stretch, "pattern", said)


def _kept(session: StudySession, key: StretchKey) -> KeptStretch | None:
    return next((one for one in stretches(session) if one.key == key), None)


def _found(session: StudySession, key: StretchKey, *units: int) -> KeptUnits:
    """The units of a stretch, all of these among them."""
    kept = _kept(session, key)
    known = {one.id for one in kept.found.trains} if kept and kept.found else set()
    if kept is None or kept.found is None or not known.issuperset(units):
        raise PolicyError("This unit is not there any more", "Choose another one of the list.")
    return kept.found


def _say(
    session: StudySession, key: StretchKey, unit: int, did: str, **changes: bool | int | None
) -> ChangeSet:
    _found(session, key, unit)
    kept = _kept(session, key)
    said = Said() if kept is None else kept.said
    now: UnitSaid = msgspec.structs.replace(said.of(unit), **changes)
    units = {number: one for number, one in said.units.items() if number != unit}
    if now != UnitSaid():
        units[unit] = now
    if units == said.units:
        return _unchanged(session)
    return _set(session, key, "said", Said(did, dict(sorted(units.items()))))


def _unchanged(session: StudySession) -> ChangeSet:
    return ChangeSet(frozenset(), frozenset(), "Nothing changed", session.store.head().seq)


def _set(session: StudySession, key: StretchKey, name: str, value: msgspec.Struct) -> ChangeSet:
    text = msgspec.json.encode(value).decode()
    done = session.store.apply(SetField(key.field(name), text), session.actor)
    return ChangeSet(
        frozenset(), frozenset({"units", "findings", "history"}), done.message, done.seq
    )


def _check_stretch(session: StudySession, key: StretchKey) -> None:
    info = session.recording(key.recording_id).info
    inside = info.whole.intersection(key.interval)
    if inside != key.interval or key.channel not in range(len(info.channels)):
        raise PolicyError("The stretch lies outside the recording", "Mark it on the trace.")
