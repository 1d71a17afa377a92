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
from emgview.findings.phrases import Phrase, Told, joined, reason, say, value
from emgview.findings.rule_table import RuleTable
from emgview.findings.table import floor_tenth, seconds_text

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
    limits = table.limits
    missing: list[Told] = []
    needed_s, needed_sites = limits["rest_s"], int(limits["rest_sites"])
    rest = seconds_text(muscle.rest_s)
    sites = say("site") if muscle.sites == 1 else say("sites", n=muscle.sites)
    artefact = f"{muscle.artefact_share:.0%}"
    if floor_tenth(muscle.rest_s) < needed_s:
        missing.append(say("rest", s=seconds_text(needed_s)))
    if muscle.sites < needed_sites:
        missing.append(say("rest_at", n=needed_sites))
    if muscle.artefact_share > limits["artefact_share"]:
        missing.append(say("less_artefact", share=artefact))
    inputs = (say("rest", s=rest), sites, say("artefact", share=artefact))
    if missing:
        return insufficient(missing, inputs, rest=rest, sites=sites)
    full = int(limits["grade_sites"])
    more: Told = say("grade_sites", needed=full) if muscle.sites < full else ""
    return supported(*inputs, rest=rest, sites=sites, grade=more)


def trains(muscle: MuscleFacts, m0: Verdict, table: RuleTable) -> Verdict:
    """M1: fibrillation potentials or positive sharp waves, sustained at several sites."""
    rest = seconds_text(muscle.rest_s)
    if muscle.trains:
        inputs = (say("grade", grade=muscle.trains_grade),)
        if muscle.trains_grade in ("±", ""):
            needed = int(table.limits["sustained_sites"])
            why = say("kept", needed=needed, n=muscle.sustained)
            return insufficient([why], inputs)
        return supported(*inputs, grade=muscle.trains_grade)
    if muscle.trains is False and m0.outcome is SUPPORTED:
        return not_supported(say("trains_absent"), rest=rest)
    missing: list[Told] = [say("needed", what=why) for why in m0.missing]
    if muscle.trains is None:
        missing += [reason(muscle.why[c]) for c in ("fib", "psw") if c in muscle.why]
    return insufficient(missing or [say("they_not_examined")])


def fasciculation(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M2: fasciculation potentials reviewed by a reader."""
    rest = seconds_text(muscle.rest_s)
    if muscle.fp:
        numbers = muscle.fasciculation
        percent = numbers.complex_percent if numbers else None
        share = (
            say("complex_unknown")
            if percent is None
            else say("complex_share", percent=f"{percent:.0f}")
        )
        rate = numbers.rate_per_min if numbers else None
        per_min = say("no_rate") if rate is None else say("rate", rate=f"{rate:.1f}", s=rest)
        count = say("potentials", n=numbers.n) if numbers else say("present")
        return supported(count, per_min, share, count=count, rate=per_min, complex=share)
    needed = table.limits["fasciculation_rest_s"]
    if muscle.fp is False and floor_tenth(muscle.rest_s) >= needed:
        return not_supported(say("none_in_rest", s=rest), rest=rest)
    if muscle.fp is False:
        return insufficient([say("rest_watched", needed=seconds_text(needed), s=rest)])
    return insufficient(
        [reason(muscle.why["fp"]) if "fp" in muscle.why else say("they_not_examined")]
    )


def neurogenic_change(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M3: motor unit potentials enlarged or prolonged, by sample or by the reader's judgement.

    Reduced recruitment alone is not enough: a block or an acute loss also reduces it.
    """
    limits = table.limits
    least, needed = int(limits["mups_least"]), int(limits["mups_needed"])
    inputs = _mup_inputs(muscle)
    if not muscle.judged and muscle.sample < least:
        why = say("mups_or_word", needed=needed, n=muscle.sample)
        return insufficient([why], inputs)
    many = muscle.sample >= needed and (muscle.outliers or 0) > limits["outliers_most"]
    change = [
        say(word)
        for word, is_so in (
            ("enlarged", muscle.amplitude == "increased"),
            ("prolonged", muscle.duration == "increased"),
            ("single_outliers", many),
        )
        if is_so
    ]
    if change:
        note: list[Told] = []
        if not muscle.judged and muscle.sample < needed:
            note.append(say("limited", n=muscle.sample))
        if muscle.stability == "unstable":
            note.append(say("unstable"))
        return supported(*inputs, change=joined(change, "and"), note=joined(note, ""))
    missing: list[Told] = []
    if muscle.amplitude not in _NOT_ENLARGED:
        missing.append(say("mup_amplitude"))
    if muscle.duration not in _NOT_ENLARGED:
        missing.append(say("mup_duration"))
    if not muscle.judged and muscle.sample < needed:
        missing.append(say("mups", needed=needed, n=muscle.sample))
    if not muscle.recruitment:
        missing.append(say("recruitment"))
    elif muscle.recruitment not in ("normal", "early"):
        missing.append(say("recruitment_reason", value=value(muscle.recruitment)))
    return insufficient(missing, inputs) if missing else not_supported(*inputs)


def _mup_inputs(muscle: MuscleFacts) -> tuple[Told, ...]:
    known: list[Told] = [
        say("measure", what=say(name), value=value(step))
        for name, step in (
            ("amplitude", muscle.amplitude),
            ("duration", muscle.duration),
            ("polyphasia", muscle.polyphasia),
            ("stability", muscle.stability),
            ("recruitment", muscle.recruitment),
        )
        if step
    ]
    if muscle.sample:
        known.append(say("mups_measured", n=muscle.sample))
    if muscle.judged:
        known.append(say("by_reader"))
    return tuple(known)


def myopathic_pattern(muscle: MuscleFacts, table: RuleTable) -> Verdict:
    """M4: short or small motor unit potentials and early recruitment."""
    needed = int(table.limits["mups_needed"])
    inputs = _mup_inputs(muscle)
    if not muscle.judged and muscle.sample < needed:
        why = say("mups", needed=needed, n=muscle.sample)
        return insufficient([why], inputs, told=False)
    small = "decreased" in (muscle.amplitude, muscle.duration)
    if small and muscle.recruitment == "early":
        return supported(*inputs)
    if small:
        why = say("early_recruitment" if muscle.recruitment else "recruitment")
        return insufficient([why], inputs, told=True)
    if muscle.amplitude and muscle.duration:
        return not_supported(*inputs, told=False)
    return insufficient([say("mup_size")], inputs, told=False)


def lmn_el_escorial(m1: Verdict, m3: Verdict, m4: Verdict) -> Verdict:
    """M5: fibrillation potentials or positive sharp waves, and chronic neurogenic change."""
    active = NOT_SUPPORTED if m4.outcome is SUPPORTED else m1.outcome
    if active is SUPPORTED and m3.outcome is SUPPORTED:
        return supported(say("supported", rule="M1"), say("supported", rule="M3"))
    against: list[Told] = []
    if active is NOT_SUPPORTED:
        against.append(_no_trains(m4))
    if m3.outcome is NOT_SUPPORTED:
        against.append(say("no_neurogenic"))
    if against:
        return not_supported(*against, told=False)
    return insufficient(_unknown(("M1", m1), ("M3", m3)), told=False)


def lmn_awaji(m1: Verdict, m2: Verdict, m3: Verdict, m4: Verdict) -> Verdict:
    """M6: chronic neurogenic change with fibrillation or fasciculation in the same muscle."""
    active = NOT_SUPPORTED if m4.outcome is SUPPORTED else m1.outcome
    if m3.outcome is SUPPORTED and SUPPORTED in (active, m2.outcome):
        found = []
        if active is SUPPORTED:
            found.append(say("trains"))
        if m2.outcome is SUPPORTED:
            found.append(say("fp"))
        with_ = joined(found, "and")
        blanks: dict[str, Any] = {"with": with_}
        return supported(say("supported", rule="M3"), with_, **blanks)
    if m3.outcome is NOT_SUPPORTED:
        return not_supported(say("no_neurogenic"), told=False)
    if active is NOT_SUPPORTED and m2.outcome is NOT_SUPPORTED:
        return not_supported(_no_trains(m4), say("no_fp"), told=False)
    return insufficient(_unknown(("M1", m1), ("M2", m2), ("M3", m3)), told=False)


def _no_trains(m4: Verdict) -> Phrase:
    if m4.outcome is SUPPORTED:
        return say("trains_not_counted")
    return say("no_trains")


def _unknown(*verdicts: tuple[str, Verdict]) -> list[Phrase]:
    """What the open ones of these rules miss."""
    return [
        say("pair", one=rule, other=why)
        for rule, v in verdicts
        if v.outcome is INSUFFICIENT
        for why in v.missing
    ]
