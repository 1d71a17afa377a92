"""N1 to N3: roots, nerves, and territories that were decompressed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.values import (
    SUPPORTED,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import MuscleFacts
from emgview.findings.phrases import (
    Told,
    entry,
    names,
    say,
)
from emgview.findings.phrases import (
    nerve as nerve_name,
)
from emgview.findings.rule_table import RuleTable

Muscles = Sequence[MuscleVerdicts]
_LIMBS = ("cervical", "lumbosacral")
_ROOTS = tuple(
    [f"C{n}" for n in range(1, 9)]
    + [f"T{n}" for n in range(1, 13)]
    + [f"L{n}" for n in range(1, 6)]
    + [f"S{n}" for n in range(1, 6)]
)


def neighbours(root: str) -> tuple[str, ...]:
    """The roots above and below."""
    place = _ROOTS.index(root)
    return _ROOTS[max(0, place - 1) : place] + _ROOTS[place + 1 : place + 2]


def radiculopathy(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N1: changed muscles of one limb share a root and not one nerve."""
    changed = _changed_in_limb(muscles, table)
    if len(changed) < 2:
        return None
    where = names(m.facts for m in changed)
    against = _not_one_root(changed, muscles, table)
    shared = _shared_roots(changed)
    if entries.says("ncs_sensory", "abnormal"):
        against.append(say("sensory_abnormal"))
    if against:
        told = len({m.facts.region for m in changed}) == 1
        return not_supported(*against, told=told, muscles=where)
    root = _best_root(changed, shared)
    limb = _limb_of(changed, muscles)
    missing = _limb_missing(limb, changed, entries, table)
    missing += _neighbours_missing(root, limb, table)
    if missing:
        return insufficient(missing, (say("sharing", root=root),), muscles=where, root=root)
    return supported(say("sharing", root=root), muscles=where, root=root)


def _changed_in_limb(muscles: Muscles, table: RuleTable) -> list[MuscleVerdicts]:
    """Changed muscles of arms or legs, paraspinal ones apart."""
    spine = table.muscles["paraspinal_trunk"]
    return [
        m for m in muscles if m.is_changed and m.facts.region in _LIMBS and m.facts.trunk != spine
    ]


def _not_one_root(changed: Muscles, muscles: Muscles, table: RuleTable) -> list[Told]:
    """What refuses a single root."""
    found: list[Told] = []
    if len({m.facts.trunk for m in changed}) == 1:
        found.append(say("one_nerve", nerve=nerve_name(changed[0].facts.nerve)))
    if not _shared_roots(changed):
        found.append(say("no_shared_root"))
    sides = {m.facts.side for m in changed}
    regions = {m.facts.region for m in muscles if m.is_changed}
    if len(sides) > 1 and len(regions) > 1:
        found.append(say("sides_and_region"))
    elif len(sides) > 1:
        found.append(say("both_sides"))
    elif len(regions) > 1:
        found.append(say("other_region"))
    spine = table.muscles["paraspinal_trunk"]
    shared = _shared_roots(changed)
    elsewhere = [
        m.facts
        for m in muscles
        if m.is_changed and m.facts.trunk == spine and shared and not m.facts.roots & shared
    ]
    if elsewhere and len(regions) == 1:
        found.append(say("other_level", muscles=names(elsewhere)))
    return found


def _shared_roots(changed: Muscles) -> frozenset[str]:
    return frozenset.intersection(*(m.facts.roots for m in changed)) if changed else frozenset()


def _best_root(changed: Muscles, shared: Collection[str]) -> str:
    """The shared root that is the main one of most muscles; the upper one of equals."""
    votes = {root: sum(root in m.facts.principal for m in changed) for root in shared}
    return max(sorted(shared, key=_ROOTS.index), key=lambda root: votes[root])


def _limb_of(changed: Muscles, muscles: Muscles) -> list[MuscleVerdicts]:
    first = changed[0].facts
    return [m for m in muscles if (m.facts.region, m.facts.side) == (first.region, first.side)]


def _limb_missing(
    limb: Muscles, changed: Muscles, entries: Entries, table: RuleTable
) -> list[Told]:
    needed = int(table.limits["limb_muscles"])
    spine = table.muscles["paraspinal_trunk"]
    missing: list[Told] = []
    if len(limb) < needed:
        missing.append(say("limb_few", needed=needed, n=len(limb)))
    if not any(m.facts.trunk == spine for m in limb):
        missing.append(say("paraspinal"))
    weeks, least = entries.number("onset_weeks"), table.limits["onset_weeks"]
    if weeks is None:
        missing.append(entry("onset_weeks"))
    elif weeks < least:
        missing.append(say("weeks_few", needed=f"{least:g}", n=f"{weeks:g}"))
    surgery = entries.get("surgery")
    if surgery is None:
        missing.append(entry("surgery"))
    elif surgery == changed[0].facts.region:
        missing.append(say("after_surgery"))
    if entries.get("ncs_sensory") is None:
        missing.append(entry("ncs_sensory"))
    return missing


def _neighbours_missing(root: str, limb: Muscles, table: RuleTable) -> list[Told]:
    """A normal muscle of the root above and one of the root below, as far as the limb has them."""
    missing: list[Told] = []
    in_limb = {r for m in limb for r in m.facts.roots}
    for other in neighbours(root):
        known = _limb_has(other, limb)
        if not known:
            continue
        normal = any(
            m.is_normal and other in m.facts.roots and root not in m.facts.roots for m in limb
        ) or any(m.is_normal and other in m.facts.principal for m in limb)
        if not normal:
            examined = say("examined" if other in in_limb else "not_examined")
            missing.append(say("normal_of_root", root=other, examined=examined))
    del table
    return missing


def _limb_has(root: str, limb: Muscles) -> bool:
    """Whether a limb has muscles of a root at all."""
    region = limb[0].facts.region
    place = _ROOTS.index(root)
    low, high = ("C5", "T1") if region == "cervical" else ("L2", "S2")
    return _ROOTS.index(low) <= place <= _ROOTS.index(high)


def single_nerve(muscles: Muscles, entries: Entries, table: RuleTable) -> Verdict | None:
    """N2: all changed muscles lie in one nerve or cord, and the rest of their roots is normal."""
    changed = [m for m in muscles if m.is_changed and m.facts.region in _LIMBS]
    spine = table.muscles["paraspinal_trunk"]
    if not changed:
        return None
    where = names(m.facts for m in changed)
    nerve = _one_nerve([m.facts for m in changed], table)
    against: list[Told] = []
    if any(m.facts.trunk == spine for m in changed):
        against.append(say("paraspinal_changed"))
    elif not nerve:
        against.append(say("more_nerves"))
    if len({m.facts.side for m in changed}) > 1:
        against.append(say("both_sides"))
    if any(m.is_changed and m.facts.region not in _LIMBS for m in muscles):
        against.append(say("other_region"))
    if entries.says("ncs_sensory", "normal"):
        against.append(say("sensory_is_normal"))
    if against:
        regions = {m.facts.region for m in changed}
        told = len(changed) > 1 and len(regions) == 1
        return not_supported(*against, told=told, muscles=where)
    place = nerve_name(nerve)
    missing = _nerve_missing(changed, muscles, nerve, entries, table)
    if missing:
        told = len(changed) > 1
        return insufficient(missing, (place,), told=told, nerve=place, muscles=where)
    return supported(place, nerve=place, muscles=where)


def _one_nerve(changed: Sequence[MuscleFacts], table: RuleTable) -> str:
    """The nerve, or the smallest cord, that all of them lie in; empty for none."""
    trunks = {facts.trunk for facts in changed}
    if len(trunks) == 1:
        return changed[0].trunk
    fitting = [n for n, members in table.territories.items() if trunks <= set(members)]
    return min(fitting, key=lambda n: len(table.territories[n]), default="")


def _nerve_missing(
    changed: Muscles, muscles: Muscles, nerve: str, entries: Entries, table: RuleTable
) -> list[Told]:
    spine = table.muscles["paraspinal_trunk"]
    members = set(table.territories.get(nerve, (nerve,)))
    limb = _limb_of(changed, muscles)
    roots = frozenset().union(*(m.facts.roots for m in changed))
    missing: list[Told] = []
    if len(changed) < 2:
        missing.append(say("second_of_nerve"))
    if not any(
        m.is_normal and m.facts.trunk not in {*members, spine} and m.facts.roots & roots
        for m in limb
    ):
        missing.append(say("normal_other_nerve"))
    if not any(m.is_normal and m.facts.trunk == spine for m in limb):
        missing.append(say("normal_paraspinal"))
    if entries.get("ncs_sensory") is None:
        missing.append(entry("ncs_sensory"))
    return missing


def after_decompression(muscles: Muscles, entries: Entries) -> Verdict | None:
    """N3: fasciculation, myokymia or cramp within what was decompressed."""
    found = [
        m.facts
        for m in muscles
        if m.facts.region in _LIMBS
        and (m.m2.outcome is SUPPORTED or m.facts.has("myokymic", "cramp"))
    ]
    root = entries.get("decompressed_root")
    if not found or (root or "").lower() == "none":
        return None
    if root is None:
        return insufficient([entry("decompressed_root")], told=False)
    wanted = root.strip()
    outside = [f for f in found if wanted.upper() not in f.roots and wanted.lower() != f.trunk]
    if outside:
        return not_supported(names(outside))
    return supported(say("decompressed", root=wanted), root=wanted, muscles=names(found))
