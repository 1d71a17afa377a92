"""M0 to M6: rules about one muscle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emgview.findings.decide.values import (
    INSUFFICIENT,
    NOT_SUPPORTED,
    SUPPORTED,
    Outcome,
    Verdict,
    insufficient,
    not_supported,
    supported,
)
from emgview.findings.facts import MuscleFacts
from emgview.findings.rule_table import RuleTable
from emgview.findings.table import floor_tenth, seconds_text, sites_text

_NOT_ENLARGED = ("normal", "decreased")


@dataclass(frozen=True, slots=True)
class MuscleVerdicts:
    """All rules of one muscle."""

    facts: MuscleFacts
    m0: Verdict
    m1: Verdict
    m2: Verdict
    m3: Verdict
    m4: Verdict
    m5: Verdict
    m6: Verdict

    @property
    def items(self) -> Iterator[tuple[str, Verdict]]:
        """Row ids with verdicts, in order."""
        for n in range(7):
            yield f"M{n}", getattr(self, f"m{n}")

    @property
    def trains(self) -> Outcome:
        """M1 as M5 and M6 count it: not in a muscle with the myopathic pattern."""
        return NOT_SUPPORTED if self.m4.outcome is SUPPORTED else self.m1.outcome

    @property
    def neurogenic(self) -> Outcome:
        """M3."""
        return self.m3.outcome

    @property
    def is_changed(self) -> bool:
        """Any sign that a root or nerve lesion could leave."""
        return (
            self.m1.outcome is SUPPORTED
            or self.m2.outcome is SUPPORTED
            or self.neurogenic is SUPPORTED
            or self.facts.has("myokymic")
        )

    @property
    def is_normal(self) -> bool:
        """Everything of that known, and none of it there."""
        return not self.is_changed and all(
            v.outcome is NOT_SUPPORTED for v in (self.m1, self.m2, self.m3)
        )


def judge_muscle(muscle: MuscleFacts, table: RuleTable) -> MuscleVerdicts:
    """All rules of one muscle, each on those before it."""
    m0 = rest_watched(muscle, table)
    m1 = trains(muscle, m0, table)
    m2 = fasciculation(muscle, table)
    m3 = neurogenic_change(muscle, table)
    m4 = myopathic_pattern(muscle, table)
    m5 = lmn_el_escorial(m1, m3, m4)
    m6 = lmn_awaji(m1, m2, m3, m4)
    return MuscleVerdicts(muscle, m0, m1, m2, m3, m4, m5, m6)


def rest_watched(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M0: seconds, sites and artefacts of the watched rest."""
    limits, missing = table.limits, []
    needed_s, needed_sites = limits["rest_s"], int(limits["rest_sites"])
    rest, sites = seconds_text(muscle.rest_s), sites_text(muscle.sites)
    if floor_tenth(muscle.rest_s) < needed_s:
        missing.append(f"{seconds_text(needed_s)} s of watched rest")
    if muscle.sites < needed_sites:
        missing.append(f"rest watched at {needed_sites} sites")
    if muscle.artefact_share > limits["artefact_share"]:
        missing.append(f"less artefact than {muscle.artefact_share:.0%} of the time")
    inputs = (f"{rest} s of watched rest", sites, f"{muscle.artefact_share:.0%} artefact")
    if missing:
        return insufficient(missing, inputs, rest=rest, sites=sites)
    full = int(limits["grade_sites"])
    more = table.rules["M0"].texts["grade"].format(needed=full) if muscle.sites < full else ""
    return supported(*inputs, rest=rest, sites=sites, grade=more)


def trains(muscle: MuscleFacts, m0: Verdict, table: RuleTable) -> Verdict:
    """M1: fibrillation potentials or positive sharp waves, sustained at several sites."""
    rest = seconds_text(muscle.rest_s)
    if muscle.trains:
        inputs = (f"grade {muscle.trains_grade}",)
        if muscle.trains_grade in ("±", ""):
            needed = int(table.limits["sustained_sites"])
            why = f"trains kept at {needed} sites; they were kept at {muscle.sustained}"
            return insufficient([why], inputs)
        return supported(*inputs, grade=muscle.trains_grade)
    if muscle.trains is False and m0.outcome is SUPPORTED:
        return not_supported("fibrillation potentials and positive sharp waves absent", rest=rest)
    missing = [f"needed: {why}" for why in m0.missing]
    if muscle.trains is None:
        missing += [muscle.why[c] for c in ("fib", "psw") if c in muscle.why]
    return insufficient(missing or ["they were not examined"])


def fasciculation(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M2: fasciculation potentials reviewed by a reader."""
    rest = seconds_text(muscle.rest_s)
    if muscle.fp:
        numbers = muscle.fasciculation
        percent = numbers.complex_percent if numbers else None
        share = "% complex not known" if percent is None else f"{percent:.0f} % complex"
        rate = numbers.rate_per_min if numbers else None
        per_min = "no rate" if rate is None else f"{rate:.1f} per min in {rest} s"
        count = f"{numbers.n} potentials" if numbers else "present"
        return supported(count, per_min, share, count=count, rate=per_min, complex=share)
    needed = table.limits["fasciculation_rest_s"]
    if muscle.fp is False and floor_tenth(muscle.rest_s) >= needed:
        return not_supported(f"none in {rest} s of watched rest", rest=rest)
    if muscle.fp is False:
        return insufficient([f"{seconds_text(needed)} s of watched rest; {rest} s were watched"])
    return insufficient([muscle.why.get("fp", "they were not examined")])


def neurogenic_change(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M3: motor unit potentials enlarged or prolonged, by sample or by the reader's judgement.

    Reduced recruitment alone is not enough: a block or an acute loss also reduces it.
    """
    limits = table.limits
    least, needed = int(limits["mups_least"]), int(limits["mups_needed"])
    inputs = _mup_inputs(muscle)
    if not muscle.judged and muscle.sample < least:
        why = f"{needed} motor unit potentials, or the reader's word; {muscle.sample} were measured"
        return insufficient([why], inputs)
    many = muscle.sample >= needed and (muscle.outliers or 0) > limits["outliers_most"]
    change = [
        word
        for word, is_so in (
            ("enlarged", muscle.amplitude == "increased"),
            ("prolonged", muscle.duration == "increased"),
            ("enlarged or prolonged in single potentials", many),
        )
        if is_so
    ]
    if change:
        texts, note = table.rules["M3"].texts, ""
        if not muscle.judged and muscle.sample < needed:
            note += texts["limited"].format(n=muscle.sample)
        if muscle.stability == "unstable":
            note += texts["unstable"]
        return supported(*inputs, change=" and ".join(change), note=note)
    missing = []
    if muscle.amplitude not in _NOT_ENLARGED:
        missing.append("amplitude of motor unit potentials")
    if muscle.duration not in _NOT_ENLARGED:
        missing.append("duration of motor unit potentials")
    if not muscle.judged and muscle.sample < needed:
        missing.append(f"{needed} motor unit potentials; {muscle.sample} were measured")
    if not muscle.recruitment:
        missing.append("recruitment")
    elif muscle.recruitment not in ("normal", "early"):
        missing.append(f"another reason for recruitment: {muscle.recruitment}")
    return insufficient(missing, inputs) if missing else not_supported(*inputs)


def _mup_inputs(muscle: MuscleFacts) -> tuple[str, ...]:
    known = [
        f"{name} {value}"
        for name, value in (
            ("amplitude", muscle.amplitude),
            ("duration", muscle.duration),
            ("polyphasia", muscle.polyphasia),
            ("stability", muscle.stability),
            ("recruitment", muscle.recruitment),
        )
        if value
    ]
    if muscle.sample:
        known.append(f"{muscle.sample} motor unit potentials measured")
    if muscle.judged:
        known.append("by the reader's judgement")
    return tuple(known)


def myopathic_pattern(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M4: short or small motor unit potentials and early recruitment."""
    needed = int(table.limits["mups_needed"])
    inputs = _mup_inputs(muscle)
    if not muscle.judged and muscle.sample < needed:
        why = f"{needed} motor unit potentials; {muscle.sample} were measured"
        return insufficient([why], inputs, told=False)
    small = "decreased" in (muscle.amplitude, muscle.duration)
    if small and muscle.recruitment == "early":
        return supported(*inputs)
    if small:
        why = "early recruitment" if muscle.recruitment else "recruitment"
        return insufficient([why], inputs, told=True)
    if muscle.amplitude and muscle.duration:
        return not_supported(*inputs, told=False)
    return insufficient(["amplitude and duration of motor unit potentials"], inputs, told=False)


def lmn_el_escorial(m1: Verdict, m3: Verdict, m4: Verdict) -> Verdict:
    """M5: fibrillation potentials or positive sharp waves, and chronic neurogenic change."""
    active = NOT_SUPPORTED if m4.outcome is SUPPORTED else m1.outcome
    if active is SUPPORTED and m3.outcome is SUPPORTED:
        return supported("M1 supported", "M3 supported")
    against = []
    if active is NOT_SUPPORTED:
        against.append(_no_trains(m4))
    if m3.outcome is NOT_SUPPORTED:
        against.append("no neurogenic motor unit change")
    if against:
        return not_supported(*against, told=False)
    return insufficient(_unknown(("M1", m1), ("M3", m3)), told=False)


def lmn_awaji(m1: Verdict, m2: Verdict, m3: Verdict, m4: Verdict) -> Verdict:
    """M6: chronic neurogenic change with fibrillation or fasciculation in the same muscle."""
    active = NOT_SUPPORTED if m4.outcome is SUPPORTED else m1.outcome
    if m3.outcome is SUPPORTED and SUPPORTED in (active, m2.outcome):
        found = []
        if active is SUPPORTED:
            found.append("fibrillation potentials / positive sharp waves")
        if m2.outcome is SUPPORTED:
            found.append("fasciculation potentials")
        with_ = " and ".join(found)
        blanks: dict[str, Any] = {"with": with_}
        return supported("M3 supported", with_, **blanks)
    if m3.outcome is NOT_SUPPORTED:
        return not_supported("no neurogenic motor unit change", told=False)
    if active is NOT_SUPPORTED and m2.outcome is NOT_SUPPORTED:
        return not_supported(_no_trains(m4), "no fasciculation potentials", told=False)
    return insufficient(_unknown(("M1", m1), ("M2", m2), ("M3", m3)), told=False)


def _no_trains(m4: Verdict) -> str:
    if m4.outcome is SUPPORTED:
        return "fibrillation potentials of a muscle with the myopathic pattern are not counted"
    return "no fibrillation potentials or positive sharp waves"


def _unknown(*verdicts: tuple[str, Verdict]) -> list[str]:
    """What the open ones of these rules miss."""
    return [
        f"{rule}: {why}" for rule, v in verdicts if v.outcome is INSUFFICIENT for why in v.missing
    ]
