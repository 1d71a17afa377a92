"""Outcomes of the rules, and the words that they may not use."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from emgview.findings import CellState, Outcome, Override, Statement, statements, told
from emgview.findings.rule_table import load_rule_table, wording_problems
from emgview.model import ChannelRefusal, LabelState, Side
from emgview.resource_files import resource


def by_rule(study: Any) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for statement in study.said():
        found.setdefault(statement.rule_id, []).append(statement)
    return found


def thoracic_muscle() -> str:
    from emgview.model import load_muscles

    return next(m.id for m in load_muscles().muscles if m.region == "thoracic")


def four_regions(study: Any, seconds: float = 100) -> list[str]:
    muscles = ["frontalis", "deltoid", thoracic_muscle(), "tib_ant"]
    return [study.recording(muscle, seconds=seconds) for muscle in muscles]


def test_empty_study_makes_no_statement(study: Any) -> None:
    assert study.said() == ()


@pytest.mark.parametrize(
    ("seconds", "sites", "outcome"),
    [
        (60, 2, Outcome.SUPPORTED),
        (59.9, 2, Outcome.INSUFFICIENT),
        (60, 1, Outcome.INSUFFICIENT),
        (0.0, 2, Outcome.INSUFFICIENT),
    ],
)
def test_m0_needs_time_and_sites(study: Any, seconds: float, sites: int, outcome: Outcome) -> None:
    for _ in range(sites):
        study.recording(seconds=max(seconds / sites, 0.001))
    assert by_rule(study)["M0"][0].outcome is outcome


@pytest.mark.parametrize(
    ("artefact_s", "outcome"), [(20, Outcome.SUPPORTED), (20.1, Outcome.INSUFFICIENT)]
)
def test_m0_bears_a_fifth_of_artefacts(study: Any, artefact_s: float, outcome: Outcome) -> None:
    first = study.recording(seconds=50)
    study.recording(seconds=50)
    study.label(first, "artefact", 0, artefact_s)
    assert by_rule(study)["M0"][0].outcome is outcome


def test_m1_needs_sustained_trains_at_two_sites(study: Any) -> None:
    first, second = study.recording(), study.recording()
    study.label(first, "fib", 1, 4.1)
    assert by_rule(study)["M1"][0].outcome is Outcome.INSUFFICIENT
    study.label(second, "psw", 1, 3.9)
    assert by_rule(study)["M1"][0].outcome is Outcome.INSUFFICIENT
    study.label(second, "psw", 10, 13.1)
    assert by_rule(study)["M1"][0].outcome is Outcome.SUPPORTED


def test_m1_is_not_supported_only_with_enough_rest(study: Any) -> None:
    study.recording(seconds=80)
    assert by_rule(study)["M1"][0].outcome is Outcome.INSUFFICIENT
    study.recording(seconds=10)
    assert by_rule(study)["M1"][0].outcome is Outcome.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("seconds", "n", "outcome"),
    [
        (5, 1, Outcome.SUPPORTED),
        (90, 0, Outcome.NOT_SUPPORTED),
        (89.9, 0, Outcome.INSUFFICIENT),
    ],
)
def test_m2_by_count_and_seconds(study: Any, seconds: float, n: int, outcome: Outcome) -> None:
    rec = study.recording(seconds=seconds)
    for _ in range(n):
        study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    assert by_rule(study)["M2"][0].outcome is outcome


def test_motor_unit_change_is_never_claimed(study: Any) -> None:
    study.recording()
    assert [s.outcome for s in by_rule(study)["M3"]] == [Outcome.INSUFFICIENT]


NORMAL_UNITS = (("amplitude", "normal"), ("duration", "normal"), ("recruitment", "normal"))


def judged_normal(muscles: list[str]) -> list[Override]:
    """The reader's word that motor unit potentials and recruitment are normal."""
    return [
        Override(m, Side.RIGHT, column, CellState.OBSERVED, value, "seen during the examination")
        for m in muscles
        for column, value in NORMAL_UNITS
    ]


def adequate(study: Any) -> tuple[str, list[Override]]:
    """Two sites in muscles of four regions, and normal motor units; the last recording."""
    muscles = ["frontalis", "deltoid", "rectus_abd", "tib_ant"]
    recordings = [study.recording(m) for m in muscles for _ in range(2)]
    return recordings[-1], judged_normal(muscles)


def test_fasciculation_alone_in_an_adequate_study_is_insufficient(study: Any) -> None:
    rec, normal = adequate(study)
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    found = {s.rule_id: s for s in statements(study.grid(*normal))}
    assert "F2" not in found
    alone = found["F1"]
    assert alone.outcome is Outcome.INSUFFICIENT
    assert "insufficient to support motor neurone disease" in alone.text
    assert "does not exclude it" in alone.text
    assert "Tibialis anterior, right" in alone.text
    assert "in 4 muscles of 4 regions (rest at least 200 s each)" in alone.text


def test_motor_units_that_nobody_judged_make_it_f2(study: Any) -> None:
    """The first version said F1 while motor unit potentials had not been looked at."""
    rec, _ = adequate(study)
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    (alone,) = by_rule(study)["F2"]
    assert "neurogenic motor unit change not assessed" in alone.text


def test_fasciculation_alone_in_a_small_study_names_what_is_missing(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    found = by_rule(study)
    assert "F1" not in found
    (alone,) = found["F2"]
    assert alone.outcome is Outcome.INSUFFICIENT
    for region in ("bulbar", "cervical", "thoracic"):
        assert region in alone.text


def test_short_rest_in_one_of_the_regions_makes_it_f2(study: Any) -> None:
    recordings = four_regions(study)
    study.recording("orb_oculi", Side.LEFT, seconds=89)
    study.label(recordings[0], "fp_simple", 1, 1.01, peaks_s=(1.0,))
    (alone,) = by_rule(study)["F2"]
    assert "less than 90 s of rest in" in alone.text


def test_unreviewed_fibrillation_makes_it_f2(study: Any) -> None:
    recordings = four_regions(study)
    study.label(recordings[0], "fp_simple", 1, 1.01, peaks_s=(1.0,))
    study.label(recordings[1], "fib", 1, 4, LabelState.PROPOSED)
    (alone,) = by_rule(study)["F2"]
    assert "Deltoid (middle), right" in alone.text


@pytest.mark.parametrize("activity", ["fib", "psw"])
def test_pattern_does_not_hold_beside_fibrillation(study: Any, activity: str) -> None:
    recordings = four_regions(study)
    study.label(recordings[0], "fp_simple", 1, 1.01, peaks_s=(1.0,))
    study.label(recordings[1], activity, 1, 4)
    assert not {"F1", "F2"} & set(by_rule(study))


def test_no_study_makes_fasciculation_alone_supported_or_excluded(new_study: Any) -> None:
    """All combinations of time, regions, decisions and speed: F1 and F2 stay insufficient."""
    states = (LabelState.CONFIRMED, LabelState.PROPOSED, LabelState.REJECTED, None)
    seen = set()
    options = itertools.product((30, 100), (False, True), states, states)
    for seconds, all_regions, fp, fib in options:
        study = new_study()
        rec = study.recording(seconds=seconds)
        normal: list[Override] = []
        if all_regions:
            rec, normal = adequate(study)
        if fp is not None:
            study.label(rec, "fp_simple", 1, 1.01, fp, peaks_s=(1.0,))
        if fib is not None:
            study.label(rec, "fib", 5, 9, fib)
        for statement in statements(study.grid(*normal)):
            if statement.rule_id in ("F1", "F2"):
                seen.add(statement.rule_id)
                assert statement.outcome is Outcome.INSUFFICIENT
    assert seen == {"F1", "F2"}


def test_data_file_holds_no_other_outcome_for_f1_and_f2() -> None:
    rules = load_rule_table().rules
    assert rules["F1"].outcomes == rules["F2"].outcomes == ("insufficient",)


def test_lint_finds_seeded_words() -> None:
    """Negative control: the check below is able to fail."""
    for text in (
        "Diagnosis of something",
        "denervation potentials",
        "ALS confirmed",
        "benign motor neuron disease",
        "always brainstem",
        "an old lesion",
        "disease was ruled out",
        "no MND",
        "benign, no follow-up",
        "magnesium in the diet",
    ):
        assert wording_problems(text), text
    assert not wording_problems("at the threshold, false, also")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for name, value in data.items():
            if name != "lint":
                yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


@pytest.mark.parametrize("name", ["rules", "findings", "grid", "entries", "fasciculation_groups"])
def test_texts_of_the_data_files_are_neutral(name: str) -> None:
    data = tomllib.loads(resource(f"clinical/{name}.toml").read_text(encoding="utf-8"))
    texts = list(_texts(data))
    assert len(texts) > 10
    assert {t: wording_problems(t) for t in texts if wording_problems(t)} == {}


def test_statements_and_cautions_are_neutral(study: Any) -> None:
    rec = study.recording(remarks=(ChannelRefusal(0, "sampled at 4000 Hz", refused=False),))
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    study.label(rec, "cannot_tell", 5, 6)
    table = study.table()
    texts = [s.text for s in study.said()] + list(table.rows[0].cautions)
    assert len(texts) > 5
    assert not [t for t in texts if wording_problems(t)]
    assert not [t for t in texts if "{" in t]


def test_region_watched_too_short_is_named_as_missing(study: Any) -> None:
    recordings = four_regions(study, seconds=89.9)
    study.recording("orb_oculi", Side.LEFT, seconds=90)
    study.label(recordings[0], "fp_simple", 1, 1.01, peaks_s=(1.0,))
    (alone,) = by_rule(study)["F2"]
    assert "watched too short: cervical, thoracic, lumbosacral region" in alone.text


def test_report_has_one_row_for_each_muscle(study: Any) -> None:
    """Statements once came rule by rule, and the report made a row of each."""
    for muscle in ("tib_ant", "fdi", "biceps"):
        rec = study.recording(muscle)
        study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    changed = Override("fdi", Side.RIGHT, "amplitude", CellState.OBSERVED, "increased", "seen")
    found = told(statements(study.grid(changed)))
    subjects = [s.subject for s in found if s.subject]
    assert [name for name, _ in itertools.groupby(subjects)] == sorted(
        set(subjects), key=subjects.index
    )
    by = {name: [s.rule_id for s in found if s.subject == name] for name in subjects}
    assert set(map(tuple, by.values())) == {("M0", "M1", "M2", "M3")}
    (met,) = [s for s in found if s.rule_id == "M6"]
    assert met.subject == ""
    assert met.text.startswith("First dorsal interosseous (hand), right:")
