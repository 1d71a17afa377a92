"""A1 to A5: the face, and fasciculation that keeps to one place."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    NOT_SUPPORTED,
    SUPPORTED,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import REGIONS, MuscleFacts
from emgview.findings.phrases import (
    Phrase,
    Told,
    entered,
    entry,
    names,
    region,
    say,
    titled,
)
from emgview.findings.rule_table import RuleTable
from emgview.model import Side

Muscles = Sequence[MuscleVerdicts]
_SIDES = {Side.LEFT: "side_left", Side.RIGHT: "side_right"}


def facial(muscles: Muscles, table: RuleTable) -> list[MuscleVerdicts]:
    """Muscles of the facial nerve."""
    return [m for m in muscles if m.facts.trunk == table.muscles["face_trunk"]]


def facial_myokymia(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """A1: rhythmic discharges of one side of the face, not changed by will."""
    found = [m.facts for m in facial(muscles, table) if m.facts.has("myokymic")]
    if not found:
        return None
    where = names(found)
    numbers = [facts.discharges["myokymic"] for facts in found]
    against = _not_myokymia(found, entries, table)
    if against:
        return not_supported(*against, muscles=where)
    n, needed = sum(x.bursts for x in numbers), int(table.limits["face_discharges"])
    missing: list[Told] = []
    if n < needed:
        missing.append(say("discharges_few", needed=needed, n=n))
    if len(found) < 2:
        missing.append(say("second_muscle"))
    sides = {facts.side for facts in found}
    if len(sides) > 1:
        missing.append(say("one_side"))
    if all(x.cv is None for x in numbers):
        missing.append(say("rhythm_discharges"))
    for key in ("face_changed", "face_synchrony"):
        if entries.get(key) is None:
            missing.append(entry(key))
    if missing:
        return insufficient(missing, muscles=where)
    side = say(_SIDES.get(sides.pop(), "side_unknown"))
    return supported(say("discharges", n=n), side, side=side, muscles=where)


def _not_myokymia(found: Sequence[MuscleFacts], entries: Entries, table: RuleTable) -> list[Told]:
    limits = table.limits
    against: list[Told] = []
    if entries.says("face_changed", "yes"):
        against.append(say("changed_by_will"))
    if entries.says("face_synchrony", "synchronous"):
        against.append(say("synchronous"))
    for facts in found:
        numbers = facts.discharges["myokymic"]
        if numbers.cv is not None and numbers.cv > limits["face_cv"]:
            against.append(say("irregular", muscle=titled(facts), cv=f"{numbers.cv:.2f}"))
        rate = numbers.rate_hz
        low, high = limits["face_rate_low_hz"], limits["face_rate_high_hz"]
        if rate is not None and not low <= rate <= high:
            against.append(
                say(
                    "rate_outside",
                    rate=f"{rate:.1f}",
                    muscle=titled(facts),
                    low=f"{low:g}",
                    high=f"{high:g}",
                )
            )
    return against


def hemifacial_spasm(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """A2: synchronous bursts in two branches of one side."""
    found = [m.facts for m in facial(muscles, table) if m.facts.has("hfs")]
    if not found:
        return None
    where = names(found)
    against: list[Told] = []
    if entries.says("face_synchrony", "asynchronous"):
        against.append(say("asynchronous"))
    if len({facts.side for facts in found}) > 1:
        against.append(say("on_both_sides"))
    if entries.says("synkinesis", "no"):
        against.append(say("no_synkinesis"))
    if against:
        return not_supported(*against, muscles=where)
    missing: list[Told] = []
    if len({facts.nerve for facts in found}) < 2:
        missing.append(say("second_branch"))
    for key in ("face_synchrony", "lateral_spread"):
        if entries.get(key) is None:
            missing.append(entry(key))
    if missing:
        return insufficient(missing, muscles=where)
    return supported(say("synchronous_two"), muscles=where)


def post_paralytic(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """A3: earlier facial palsy, neurogenic change and synkinesis."""
    face = facial(muscles, table)
    changed = [
        m.facts
        for m in face
        if m.neurogenic is SUPPORTED or m.m2.outcome is SUPPORTED or m.facts.has("hfs")
    ]
    palsy = entries.get("facial_palsy")
    if not changed and palsy in (None, "none"):
        return None
    if palsy == "none":
        return not_supported(say("no_palsy"))
    where: Told = names(changed) if changed else say("none_so_far")
    missing: list[Told] = []
    if palsy is None:
        missing.append(entry("facial_palsy"))
    if not any(m.neurogenic is SUPPORTED for m in face):
        missing.append(say("neurogenic_face"))
    if not entries.says("synkinesis", "yes"):
        missing.append(say("synkinesis"))
    if missing:
        return insufficient(missing, muscles=where, told=palsy is not None)
    return supported(say("palsy", side=entered(entries, "facial_palsy")), muscles=where)


def isolated_twitching(
    muscles: Muscles, entries: Entries, table: RuleTable, elsewhere: Sequence[Told]
) -> Verdict | None:
    """A4: fasciculation in the eyelid or calf only.

    Parameters
    ----------
    elsewhere : sequence of Term
        Titles of A1, A2, A3 as far as they are supported.
    """
    found = [m for m in muscles if m.m2.outcome is SUPPORTED]
    ids = {m.facts.muscle for m in found}
    groups = table.muscles["healthy_twitching"]
    if not found or not any(ids <= set(group) for group in groups):
        return None
    where = names(m.facts for m in found)
    against = list(elsewhere)
    for m in muscles:
        if m.neurogenic is SUPPORTED:
            against.append(say("neurogenic_in", muscle=titled(m.facts)))
        if m.facts.trains or m.facts.discharges:
            against.append(say("other_activity_in", muscle=titled(m.facts)))
    if entries.says("face_weakness", "yes"):
        against.append(say("face_weak"))
    if against:
        return not_supported(*against)
    missing: list[Told] = []
    if any(m.facts.fasciculation is None or m.facts.fasciculation.cv is None for m in found):
        missing.append(say("rhythm_potentials"))
    if any(m.neurogenic is not NOT_SUPPORTED for m in found):
        missing.append(say("mups_of_muscle"))
    if ids & {"orb_oculi"} and entries.get("face_weakness") is None:
        missing.append(entry("face_weakness"))
    return insufficient(missing, muscles=where) if missing else supported(where, muscles=where)


def localised(muscles: Muscles, table: RuleTable) -> Verdict | None:
    """A5: fasciculation in the neck, around the mouth or in one limb only."""
    found = [m.facts for m in muscles if m.m2.outcome is SUPPORTED]
    if not found:
        return None
    healthy = table.muscles["healthy_twitching"]
    changed = [m.facts for m in muscles if m.neurogenic is SUPPORTED]
    if not changed and any({f.muscle for f in found} <= set(group) for group in healthy):
        return None
    places = {_place(facts, table) for facts in (*found, *changed)}
    where = names(found)
    if len(places) > 1 or None in places:
        return not_supported(say("more_places"), told=False, muscles=where)
    place = places.pop() or say("more_places")
    examined = {m.facts.region for m in muscles if m.m2.outcome in (SUPPORTED, NOT_SUPPORTED)}
    missing = [say("region", region=region(r)) for r in REGIONS if r not in examined]
    if missing:
        return insufficient(missing, place=place, muscles=where)
    return supported(where, place=place, muscles=where)


def _place(facts: MuscleFacts, table: RuleTable) -> Phrase | None:
    """The place of a muscle that A5 knows; None for others."""
    if facts.muscle in table.muscles["neck"]:
        return say("neck")
    if facts.muscle in table.muscles["perioral"]:
        return say("mouth")
    side = _SIDES.get(facts.side, "")
    if facts.trunk == table.muscles["paraspinal_trunk"] or facts.segment in ("axial", "cranial"):
        return None
    limb = {"cervical": "arm", "lumbosacral": "leg"}.get(facts.region)
    return say(f"{limb}_{side}") if side and limb else None
