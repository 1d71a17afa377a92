"""Grades, cells, overrides and the numbers beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emgview.errors import EmgviewError
from emgview.findings import (
    CellState,
    Entries,
    FindingsMemo,
    Override,
    check_override,
    load_grid_table,
    make_grid,
)
from emgview.findings.grading import (
    TrainNumbers,
    fasciculation_grade,
    joint_grade,
    myotonia_grade,
    train_grade,
)
from emgview.findings.grid_cells import joint_train_grade
from emgview.findings.overrides import override_from
from emgview.findings.plain import plain_examination, text_of
from emgview.findings.statements import statements
from emgview.model import (
    Evidence,
    LabelState,
    MeasuredEffort,
    MeasuredUnit,
    Phase,
    PhaseMark,
    Proposal,
    SampleInterval,
    Side,
    StatedPattern,
    load_muscles,
)

LIMITS = load_grid_table().grade


@pytest.mark.parametrize(
    ("sites", "sustained", "tested", "share", "grade"),
    [
        (0, 0, 4, 0.0, "0"),
        (1, 0, 4, 0.9, "±"),
        (1, 1, 4, 0.9, "±"),
        (2, 2, 4, 0.9, "1+"),
        (3, 3, 4, 0.0999, "1+"),
        (3, 3, 4, 0.1, "2+"),
        (3, 3, 3, 0.1, "1+"),
        (3, 3, 4, 0.9, "2+"),
        (4, 4, 4, 0.4999, "2+"),
        (4, 4, 4, 0.5, "3+"),
        (4, 4, 4, 0.8999, "3+"),
        (4, 4, 4, 0.9, "4+"),
        (2, 2, 2, 1.0, "1+"),
    ],
)
def test_train_grades(sites: int, sustained: int, tested: int, share: float, grade: str) -> None:
    """Clinical specification 1.4: areas, then how much of the rest is filled."""
    assert train_grade(TrainNumbers(sites, sustained, tested, share), LIMITS) == grade


@pytest.mark.parametrize(
    ("rate", "sites", "tested", "grade"),
    [
        (1.99, 2, 4, "±"),
        (2.0, 2, 4, "1+"),
        (2.0, 1, 4, "±"),
        (9.99, 4, 4, "1+"),
        (10.0, 3, 4, "2+"),
        (10.0, 2, 4, "1+"),
        (15.0, 4, 4, "2+"),
        (15.01, 4, 4, "3+"),
        (15.01, 3, 4, "2+"),
        (60.0, 4, 4, "3+"),
        (60.01, 1, 4, "4+"),
    ],
)
def test_fasciculation_grades(rate: float, sites: int, tested: int, grade: str) -> None:
    assert fasciculation_grade(rate, sites, tested, LIMITS) == grade


def test_myotonia_and_joint_grades() -> None:
    grades = [myotonia_grade(s, 4, LIMITS) for s in (1, 2, 3, 4)]
    assert grades == ["1+", "1+", "2+", "3+"]
    assert joint_grade("±", "2+") == "2+"


def four_sites(study: Any, muscle: str = "tib_ant") -> list[str]:
    return [study.recording(muscle) for _ in range(4)]


def test_grid_has_twelve_columns_and_states_everything(study: Any) -> None:
    study.recording()
    (row,) = study.grid().rows
    assert len(row.cells) == 12
    assert all(cell.text for _, cell in row.cells)
    assert row.cell("fp").state is CellState.ABSENT
    assert row.cell("recruitment").state is CellState.NOT_EXAMINED


def test_fibrillation_is_graded_with_its_numbers(study: Any) -> None:
    recordings = four_sites(study)
    ids = [
        study.label(rec, "fib", 1, 21, peaks_s=[1 + i / 10 for i in range(200)])
        for rec in recordings[:3]
    ]
    cell = study.grid().rows[0].cell("fib")
    assert cell.value == "2+"
    assert cell.numbers["sustained_sites"] == 3
    assert cell.numbers["tested_sites"] == 4
    assert cell.numbers["share_of_rest"] == 0.15
    assert cell.numbers["rate_per_min"] == 90.0
    assert cell.item_ids == tuple(ids)
    assert "kept at 3 of 4 sites" in cell.text


def test_trains_of_both_kinds_are_scored_together(study: Any) -> None:
    recordings = four_sites(study)
    study.label(recordings[0], "fib", 1, 10)
    study.label(recordings[1], "psw", 1, 10)
    row = study.grid().rows[0]
    assert (row.cell("fib").value, row.cell("psw").value) == ("±", "±")
    assert joint_train_grade(row) == "1+"


def test_irregular_train_beside_end_plate_activity_is_not_kept(study: Any) -> None:
    """End-plate spikes are the main false fibrillation potentials."""
    times = [1.0, 1.02, 1.6, 1.65, 2.9, 2.93, 4.4, 4.45, 5.9]
    for with_spikes, grade in ((False, "1+"), (True, "±")):
        study.recordings.clear()
        study.labels.clear()
        for rec in four_sites(study):
            study.label(rec, "fib", 1, 6, peaks_s=times)
            if with_spikes:
                study.label(rec, "eps", 10, 11)
        assert study.grid().rows[0].cell("fib").value == grade


def test_few_sites_are_told_beside_the_grade(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fib", 1, 10)
    assert study.grid().rows[0].cell("fib").note == "from 1 of 4 sites"


def test_other_discharges_are_named(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "myotonic", 1, 2)
    study.label(rec, "crd", 5, 8)
    row = study.grid().rows[0]
    assert row.cell("other").value == "present"
    assert "myotonic discharge 1+: 1, longest 1 s" in row.cell("other").text
    assert set(row.discharges) == {"crd", "myotonic"}


def with_units(study: Any, n: int, amplitude: float, duration: float) -> None:
    """A recording with ``n`` measured voluntary potentials."""
    rec = study.recording(phases=(PhaseMark(SampleInterval(0, 200_000), Phase.SLIGHT),))
    made = []
    for k in range(n):
        item = study.label(rec, "mup", 0.5 * k, 0.5 * k + 0.1)
        where = study.labels[-1].interval
        evidence = Evidence("positive", duration, amplitude, 3)
        made.append(Proposal(item, rec, 0, where, (), "mup", 0.9, evidence, "d", "1", "00"))
    run = replace(study.recordings[-1].run, proposals=tuple(made))
    study.recordings[-1] = replace(study.recordings[-1], run=run)


@pytest.mark.parametrize(
    ("n", "amplitude", "duration", "expected"),
    [
        (20, 845.5, 11.2, ("normal", "normal", "")),
        (20, 845.6, 11.2, ("increased", "normal", "")),
        (20, 477.4, 11.3, ("decreased", "increased", "")),
        (19, 845.6, 11.2, ("increased", "normal", "limited sample")),
        (10, 845.6, 11.2, ("increased", "normal", "limited sample")),
        (9, 845.6, 11.2, ("", "", "")),
    ],
)
def test_motor_units_against_the_reference(
    study: Any, n: int, amplitude: float, duration: float, expected: tuple[str, str, str]
) -> None:
    with_units(study, n, amplitude, duration)
    row = study.grid().rows[0]
    cells = row.cell("amplitude"), row.cell("duration")
    assert (cells[0].value, cells[1].value, cells[0].note) == expected
    assert cells[0].numbers["n"] == n
    if not expected[0]:
        assert cells[0].state is CellState.NOT_ASSESSABLE


def test_muscle_without_reference_is_not_assessable(study: Any) -> None:
    with_units(study, 20, 900.0, 12.0)
    study.recordings[-1] = replace(study.recordings[-1], muscle="soleus")
    cell = study.grid().rows[0].cell("amplitude")
    assert cell.state is CellState.NOT_ASSESSABLE
    assert "no reference values" in cell.reason


def said(column: str, state: CellState, value: str = "", muscle: str = "tib_ant") -> Override:
    return Override(muscle, Side.RIGHT, column, state, value, "seen on the screen", "Dr. A")


def test_override_keeps_the_original_and_its_numbers(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fib", 1, 10)
    before = study.grid().rows[0].cell("fib")
    cell = study.grid(said("fib", CellState.OBSERVED, "3+")).rows[0].cell("fib")
    assert (cell.value, cell.original, cell.numbers) == ("3+", before, before.numbers)
    assert "changed by Dr. A: seen on the screen; found: ±" in cell.words
    assert cell.item_ids == before.item_ids


@pytest.mark.parametrize(
    ("column", "seconds", "state"),
    [
        ("fp", 89.9, CellState.NOT_ASSESSABLE),
        ("fp", 90.0, CellState.ABSENT),
        ("fib", 59.9, CellState.NOT_ASSESSABLE),
        ("fib", 60.0, CellState.ABSENT),
        ("other", 59.9, CellState.NOT_ASSESSABLE),
        ("other", 60.0, CellState.ABSENT),
    ],
)
def test_nobody_states_absence_in_too_little_rest(
    study: Any, column: str, seconds: float, state: CellState
) -> None:
    study.recording(seconds=seconds)
    cell = study.grid(said(column, CellState.ABSENT)).rows[0].cell(column)
    assert cell.state is state
    assert ("absence cannot be stated" in cell.note) is (state is not CellState.ABSENT)


def test_muscle_by_the_readers_word_alone_has_a_row(study: Any) -> None:
    study.recording()
    grid = study.grid(said("fp", CellState.OBSERVED, "1+", "gastroc_med"))
    row = grid.row("gastroc_med", Side.RIGHT)
    assert row is not None
    assert not row.recorded
    assert "by the reader's word alone" in row.cautions[0]
    assert row.cell("fib").state is CellState.NOT_EXAMINED


@pytest.mark.parametrize(
    "wanted",
    [
        said("fib", CellState.OBSERVED, "5+"),
        said("fib", CellState.OBSERVED, "0"),
        said("nothing", CellState.ABSENT),
        said("amplitude", CellState.ABSENT),
        said("fib", CellState.ABSENT, muscle=""),
        replace(said("fib", CellState.ABSENT), reason=" "),
    ],
)
def test_impossible_overrides_are_refused(wanted: Override) -> None:
    with pytest.raises(EmgviewError):
        check_override(wanted)


def test_override_survives_the_log() -> None:
    wanted = said("fib", CellState.OBSERVED, "2+")
    assert override_from(wanted.field, wanted.to_text()) == wanted
    assert override_from(wanted.field, "") is None


@pytest.mark.parametrize("region", ["cervical", "bulbar"])
def test_region_of_the_neck_muscles_is_a_setting(study: Any, region: str) -> None:
    study.recording("scm")
    study.recording("trapezius_upper")
    study.recording("deltoid")
    grid = study.grid(entries=Entries({"neck_region": region}))
    assert [row.region for row in grid.rows] == [region, region, "cervical"]
    assert [row.region for row in grid.table.rows] == [region, region, "cervical"]
    assert plain_examination(grid, Entries(), ())["neck_region"] == region


def test_muscle_table_has_what_the_rules_need() -> None:
    muscles = load_muscles().muscles
    assert len(muscles) == 99
    regions = [m.region for m in muscles]
    counts = {name: regions.count(name) for name in set(regions)}
    assert counts == {"bulbar": 14, "cervical": 45, "thoracic": 5, "lumbosacral": 35}
    assert {m.id for m in muscles if m.alternative_region} == {"scm", "trapezius_upper"}


def test_plain_values_spell_out_every_cell(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fp_complex", 1, 1.01, peaks_s=(1.0,))
    grid = study.grid(said("fib", CellState.OBSERVED, "1+"))
    plain = plain_examination(grid, Entries({"progression": "yes"}), statements(grid))
    (row,) = plain["grid"]
    assert {cell["state"] for cell in row["cells"].values()} <= {s.value for s in CellState}
    assert row["cells"]["fib"]["original"]["state"] == "absent"
    entered = {e["id"]: e for e in plain["entries"]}
    assert entered["progression"]["text"] == "yes"
    assert entered["wasting"] == {**entered["wasting"], "entered": False, "text": "not entered"}
    assert plain["fasciculation"]["weight"] == 0
    assert "Tibialis anterior, right" in text_of(plain)


def test_descriptors_stand_beside_published_groups_without_a_score(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fp_complex", 1, 1.01, peaks_s=(1.0,))
    study.label(rec, "fp_simple", 9, 9.01, peaks_s=(9.0,))
    grid = study.grid()
    found = {
        m["id"]: m for m in plain_examination(grid, Entries(), ())["fasciculation"]["measures"]
    }
    assert set(found) == {
        "rate_per_min",
        "cv",
        "complex_percent",
        "amplitude_uv",
        "duration_ms",
        "phases",
        "units",
        "constancy",
    }
    assert found["complex_percent"]["muscles"][0]["value"] == 50.0
    assert found["units"]["muscles"][0]["value"] is None, "not sorted into units: not known"
    assert all(m["published"] for m in found.values())


def test_memo_changes_no_result(study: Any) -> None:
    """Each change of a label, an override or an entry, with a memo kept and without one."""
    first, second = study.recording(), study.recording("fdi")
    study.label(first, "fib", 1, 10, peaks_s=(1.0, 2.0))
    study.label(second, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    memo = FindingsMemo()
    before = make_grid(study.recordings, study.labels, memo=memo)
    steps: list[Any] = [
        lambda: study.labels.__setitem__(0, replace(study.labels[0], state=LabelState.REJECTED)),
        lambda: study.label(first, "mup", 20, 50),
        lambda: study.label(second, "crd", 20, 22),
        lambda: study.labels.pop(),
        lambda: study.recording("tib_ant"),
        lambda: study.recordings.__setitem__(1, replace(study.recordings[1], muscle="scm")),
    ]
    for change in steps:
        change()
        for neck in ("cervical", "bulbar"):
            entries = Entries({"neck_region": neck})
            kept = make_grid(study.recordings, study.labels, (), entries, memo=memo)
            assert kept == make_grid(study.recordings, study.labels, (), entries)
        assert kept != before
        before = kept


# -- motor units that were taken apart, patterns in the reader's words ----------------------------


def measured(study: Any, units: list[MeasuredUnit], *patterns: StatedPattern) -> Any:
    """The row of a muscle of which that was measured and stated."""
    study.recording("tib_ant")
    effort = MeasuredEffort(tuple(units), patterns)
    study.recordings[-1] = replace(study.recordings[-1], effort=effort)
    return study.grid().rows[0]


def units(n: int, amplitude: float, duration: float | None, phases: int = 3) -> list[MeasuredUnit]:
    return [MeasuredUnit(f"1.{k + 1}", amplitude, duration, phases, 12.0) for k in range(n)]


@pytest.mark.parametrize(
    ("n", "amplitude", "duration", "expected"),
    [
        (9, 5000.0, 30.0, ("not assessable", "not assessable")),
        (10, 5000.0, 30.0, ("increased", "increased")),
        (20, 5000.0, 30.0, ("increased", "increased")),
        (20, 10.0, 2.0, ("decreased", "decreased")),
    ],
)
def test_accepted_units_are_the_sample_and_say_how_many_they_are(
    study: Any, n: int, amplitude: float, duration: float, expected: tuple[str, str]
) -> None:
    row = measured(study, units(n, amplitude, duration))
    cells = row.cell("amplitude"), row.cell("duration")
    assert tuple(cell.mark for cell in cells) == expected
    assert f"{n} " in cells[0].text
    assert cells[0].numbers["n"] == n
    assert cells[0].numbers["mean"] == amplitude
    assert cells[0].numbers["units"] == ", ".join(f"1.{k + 1}" for k in range(n))
    assert (cells[0].note == "limited sample") is (n == 10)
    if n >= 10:
        assert "motor units" in cells[0].text
        assert cells[0].numbers["reference"]
    assert row.sample.n == n


def test_units_are_never_mixed_with_single_potentials(study: Any) -> None:
    with_units(study, 25, 5000.0, 30.0)
    effort = MeasuredEffort(tuple(units(20, 10.0, 2.0)))
    study.recordings[-1] = replace(study.recordings[-1], effort=effort)
    row = study.grid().rows[0]
    assert row.cell("amplitude").value == "decreased"
    assert row.cell("amplitude").numbers["n"] == 20


def test_without_durations_only_the_duration_is_not_assessable(study: Any) -> None:
    row = measured(study, units(20, 5000.0, None))
    assert row.cell("amplitude").value == "increased"
    assert row.cell("duration").state is CellState.NOT_ASSESSABLE
    assert "do not allow" in row.cell("duration").reason


def test_polyphasic_units_and_jiggle(study: Any) -> None:
    row = measured(study, units(10, 500.0, 10.0, 5) + units(10, 500.0, 10.0, 4))
    assert row.cell("polyphasia").value == "increased"
    assert row.cell("polyphasia").numbers["percent"] == 50.0
    assert row.cell("stability").state is CellState.NOT_ASSESSABLE
    assert row.cell("stability").numbers["jiggle_percent"] == 12.0


def test_undecided_units_are_told_and_never_counted(study: Any) -> None:
    study.recording("tib_ant")
    effort = MeasuredEffort((), (), 7)
    study.recordings[-1] = replace(study.recordings[-1], effort=effort)
    row = study.grid().rows[0]
    for column in ("amplitude", "duration", "polyphasia"):
        assert row.cell(column).state is CellState.NOT_ASSESSABLE
        assert row.cell(column).numbers == {"undecided": 7}
    assert row.sample is None


def test_the_readers_words_on_a_pattern_fill_their_cells(study: Any) -> None:
    row = measured(study, [], StatedPattern("discrete", "early"), StatedPattern("discrete", ""))
    assert row.cell("interference").value == "discrete"
    assert row.cell("interference").numbers["stretches"] == 2
    assert row.cell("recruitment").value == "early"
    assert row.cell("amplitude").state is not CellState.OBSERVED


def test_words_that_differ_or_were_not_said_state_nothing(study: Any) -> None:
    row = measured(
        study, [], StatedPattern("discrete", "not stated"), StatedPattern("full", "not stated")
    )
    assert row.cell("interference").state is CellState.NOT_ASSESSABLE
    assert "differently" in row.cell("interference").reason
    assert row.cell("recruitment").state is CellState.NOT_EXAMINED
