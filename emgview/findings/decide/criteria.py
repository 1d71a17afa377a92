"""C-…: sets of criteria, and X1, what asks for another reading. None gives a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emgview.findings.decide.muscle_rules import MuscleVerdicts
from emgview.findings.decide.region_rules import RegionVerdicts
from emgview.findings.decide.values import (
    NOT_SUPPORTED,
    SUPPORTED,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.entries import Entries
from emgview.findings.facts import REGIONS
from emgview.findings.phrases import (
    Phrase,
    Told,
    entry,
    entry_with_value,
    joined,
    say,
    titled,
)
from emgview.findings.phrases import (
    region as region_name,
)
from emgview.findings.phrases import (
    regions as all_regions,
)
from emgview.findings.rule_table import RuleTable
from emgview.model import Side

NCS = ("ncs_block", "ncs_velocity", "ncs_latency", "ncs_sensory", "ncs_decrement")
_NCS_NORMAL = {
    "ncs_block": "absent",
    "ncs_velocity": "normal",
    "ncs_latency": "normal",
    "ncs_sensory": "normal",
    "ncs_decrement": "none",
}
_SPINAL = ("cervical", "thoracic", "lumbosacral")


def ncs_normal(entries: Entries) -> bool | None:
    """Whether nerve conduction was entered as normal in all parts; None while a part is missing."""
    said = [entries.says(key, normal) for key, normal in _NCS_NORMAL.items()]
    if False in said:
        return False
    return None if None in said else True


def another_reading(
    muscles: Sequence[MuscleVerdicts], entries: Entries, table: RuleTable
) -> Verdict | None:
    """X1: nerve conduction, strength and myopathic patterns that speak against the criteria."""
    against: list[Told] = [
        entry_with_value(entries, key)
        for key, normal in _NCS_NORMAL.items()
        if entries.says(key, normal) is False
    ]
    against += [
        say("full_pattern_weak", muscle=titled(m.facts))
        for m in muscles
        if m.facts.weak and m.facts.interference == "full"
    ]
    myopathic = [titled(m.facts) for m in muscles if m.m4.outcome is SUPPORTED]
    if len(myopathic) >= table.limits["myopathic_muscles"]:
        against.append(say("myopathic_several", muscles=joined(myopathic)))
    if against:
        return not_supported(*against)
    missing = [entry(key) for key in NCS if entries.get(key) is None]
    return insufficient(missing) if missing else None


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinical side of the criteria: three-valued, by region and for the study."""

    upper: dict[str, bool | None]
    lower: dict[str, bool | None]
    progression: bool | None
    exclusion: bool | None
    other_cause: bool | None
    block: bool | None

    @property
    def upper_any(self) -> bool | None:
        """Upper motor neurone signs in any region; False only where all four are absent."""
        if True in self.upper.values():
            return True
        return False if all(v is False for v in self.upper.values()) else None


def clinic(entries: Entries) -> Clinic:
    """The clinical side out of the entries."""
    return Clinic(
        upper={r: entries.says(f"umn_{r}", "present") for r in REGIONS},
        lower={r: entries.says(f"lmn_{r}", "present") for r in REGIONS},
        progression=entries.says("progression", "yes"),
        exclusion=None if entries.says("exclusion", "open") else entries.says("exclusion", "done"),
        other_cause=entries.says("exclusion", "other_cause"),
        block=entries.says("ncs_block", "present"),
    )


def _against(said: Clinic, *, needs_upper: bool = True) -> list[Told]:
    """Clinical entries that refuse a set of criteria."""
    found: list[Told] = []
    if needs_upper and said.upper_any is False:
        found.append(say("no_umn"))
    if said.progression is False:
        found.append(say("no_progression"))
    if said.other_cause:
        found.append(say("other_cause"))
    return found


def _missing(said: Clinic) -> list[Told]:
    """Clinical entries that are not there."""
    found: list[Told] = []
    if said.upper_any is None:
        found.append(say("umn_by_region"))
    if said.progression is None:
        found.append(say("progression"))
    if said.exclusion is None:
        found.append(say("exclusion"))
    return found


def revised_el_escorial(regions: RegionVerdicts, said: Clinic, table: RuleTable) -> Verdict:
    """C-REEC: laboratory-supported, two regions by EMG with signs of the upper motor neurone."""
    k, needed = len(regions.met), int(table.limits["criteria_regions"])
    inputs = _met(regions)
    if k < needed and not regions.open:
        return not_supported(say("few_regions", needed=needed), k=k)
    against = _against(said)
    if against:
        return not_supported(*against, k=k)
    missing = _missing(said)
    if k < needed:
        missing.append(say("regions_open", regions=all_regions(regions.open)))
    return insufficient(missing, inputs, k=k) if missing else supported(*inputs, k=k)


def _met(regions: RegionVerdicts) -> tuple[Told, ...]:
    return tuple(say("region_meets", region=region_name(r)) for r in regions.met)


def lower_by_region(regions: RegionVerdicts, said: Clinic) -> dict[str, bool | None]:
    """Lower motor neurone evidence by region, clinical or by EMG; None where not known."""
    found: dict[str, bool | None] = {}
    for region in REGIONS:
        by_emg = regions.outcome(region)
        if by_emg is SUPPORTED or said.lower[region]:
            found[region] = True
        elif by_emg is NOT_SUPPORTED and said.lower[region] is False:
            found[region] = False
        else:
            found[region] = None
    return found


def awaji(regions: RegionVerdicts, said: Clinic) -> Verdict:
    """C-AWAJI: category by regions with signs of both neurones; EMG counts like the clinic."""
    k, inputs = len(regions.met), _met(regions)
    lower = lower_by_region(regions, said)
    if not regions.open and not k and True not in lower.values():
        return not_supported(say("no_region_meets"), k=k)
    against = _against(said, needs_upper=False)
    if against:
        return not_supported(*against, k=k)
    missing = _missing(said)
    if said.block:
        missing.append(say("block_entered"))
    category = awaji_category(said.upper, lower)
    if not category and not missing and (None in said.upper.values() or None in lower.values()):
        missing.append(say("both_in_all"))
    if missing:
        return insufficient(missing, inputs, k=k)
    if not category:
        return not_supported(say("no_category"), k=k)
    return supported(*inputs, category=say(f"category_{category}"), k=k)


def awaji_category(upper: dict[str, bool | None], lower: dict[str, bool | None]) -> str:
    """Definite, probable, possible, or nothing; only what is known counts."""
    both = [r for r in REGIONS if upper[r] and lower[r]]
    spinal = [r for r in both if r in _SPINAL]
    if len(spinal) == 3 or ("bulbar" in both and len(spinal) >= 2):
        return "definite"
    place = {region: n for n, region in enumerate(REGIONS)}
    ups = [place[r] for r in REGIONS if upper[r]]
    downs = [place[r] for r in REGIONS if lower[r]]
    if len(both) >= 2 and min(ups) < max(downs):
        return "probable"
    lower_above = bool(ups) and bool(downs) and min(downs) < max(ups)
    return "possible" if both or len(ups) >= 2 or lower_above else ""


def gold_coast(regions: RegionVerdicts, said: Clinic) -> Verdict:
    """C-GC: progression, exclusion, and both neurones in one region or the lower in two."""
    lower = lower_by_region(regions, said)
    where = [r for r, is_so in lower.items() if is_so]
    words = say("met_in", regions=all_regions(regions.met)) if regions.met else say("met_nowhere")
    if not regions.open and not where:
        return not_supported(say("no_lmn"))
    against = _against(said, needs_upper=False)
    if against:
        return not_supported(*against)
    missing = _missing(said)
    both = [r for r in where if said.upper[r]]
    if not both and len(where) < 2:
        missing.append(_one_region(where, said))
    if missing:
        return insufficient(missing, _met(regions), regions=words)
    return supported(*_met(regions), regions=all_regions(where))


def _one_region(where: list[str], said: Clinic) -> Phrase:
    if not where:
        return say("lmn_somewhere")
    if said.upper_any:
        return say("both_in_one", region=region_name(where[0]))
    return say("umn_or_second", region=region_name(where[0]))


def lower_alone(
    regions: RegionVerdicts, said: Clinic, muscles: Sequence[MuscleVerdicts], table: RuleTable
) -> Verdict | None:
    """C-LMN: lower motor neurone evidence in two regions, upper motor neurone signs absent."""
    if len(regions.met) < table.limits["criteria_regions"] or said.upper_any:
        return None
    where = all_regions(regions.met)
    if said.upper_any is None:
        missing = [say("umn_of", region=region_name(r)) for r, v in said.upper.items() if v is None]
        return insufficient(missing, _met(regions), regions=where)
    return supported(*_met(regions), regions=where, symmetry=symmetry(muscles))


def symmetry(muscles: Sequence[MuscleVerdicts]) -> Phrase:
    """Muscles that meet M6 on the right and on the left, in words."""
    of_side = {
        side: sum(m.m6.outcome is SUPPORTED for m in muscles if m.facts.side is side)
        for side in (Side.RIGHT, Side.LEFT)
    }
    return say("symmetry", right=of_side[Side.RIGHT], left=of_side[Side.LEFT])
