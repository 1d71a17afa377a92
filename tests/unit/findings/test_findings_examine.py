"""Cells, counts and watched rest."""

from __future__ import annotations

from typing import Any

import pytest

from emgview.findings import (
    Absent,
    NotAssessable,
    NotExamined,
    Observed,
    cell_text,
    load_findings_rules,
)
from emgview.model import (
    ChannelRefusal,
    Gap,
    LabelState,
    Phase,
    PhaseMark,
    SampleInterval,
    Side,
)

SPONTANEOUS = ("fib", "psw", "fp", "other", "endplate")


def test_nothing_in_enough_rest_is_absent(study: Any) -> None:
    study.recording(seconds=95)
    row = study.table().rows[0]
    assert [row.cell(c) for c in SPONTANEOUS] == [Absent(95.0)] * 5
    assert row.cell("mup") == NotExamined()
    assert (row.watched_rest_s, row.examined_s, row.sites) == (95.0, 95.0, 1)


@pytest.mark.parametrize(
    ("column", "seconds", "absent"),
    [
        ("fib", 59.9999, False),
        ("fib", 60.0, True),
        ("psw", 59.9, False),
        ("psw", 60.0, True),
        ("other", 59.9, False),
        ("other", 60.0, True),
        ("fp", 60.0, False),
        ("fp", 89.9999, False),
        ("fp", 90.0, True),
    ],
)
def test_absence_needs_watched_rest(study: Any, column: str, seconds: float, absent: bool) -> None:
    study.recording(seconds=seconds)
    cell = study.table().rows[0].cell(column)
    assert isinstance(cell, Absent) is absent
    assert isinstance(cell, NotAssessable) is not absent


def test_reason_tells_seconds_watched_and_needed(study: Any) -> None:
    study.recording(seconds=34)
    cell = study.table().rows[0].cell("fp")
    assert cell == NotAssessable("only 34 s of rest were watched, 90 s are needed")
    assert cell_text(cell).startswith("not assessable: only 34 s")


def test_seconds_are_cut_never_rounded_up(study: Any) -> None:
    """89.96 s was once printed as the 90 s that were asked for."""
    study.recording(seconds=89.96)
    assert study.table().rows[0].cell("fp").reason.startswith("only 89.9 s")


def test_without_a_run_nothing_is_examined(study: Any) -> None:
    study.recording(run=False)
    row = study.table().rows[0]
    assert all(cell == NotExamined() for _, cell in row.cells)
    assert (row.sites, row.watched_rest_s) == (0, 0.0)


def test_label_without_a_run_is_observed_without_a_rate(study: Any) -> None:
    rec = study.recording(run=False)
    study.label(rec, "fib", 1, 2)
    row = study.table().rows[0]
    cell = row.cell("fib")
    assert (cell.count, cell.rate_per_min, cell.watched_s) == (1, None, 0.0)
    assert "no rest watched" in cell_text(cell)
    assert row.cell("psw") == NotExamined()


def test_refused_channel_is_not_assessable_with_the_reason(study: Any) -> None:
    study.recording(remarks=(ChannelRefusal(0, "EMG: sampled at 1 Hz"),))
    row = study.table().rows[0]
    assert all(cell == NotAssessable("EMG: sampled at 1 Hz") for _, cell in row.cells)
    assert row.watched_rest_s == 0
    assert any("channel 1 was not examined" in caution for caution in row.cautions)


def test_warning_of_the_detector_is_a_caution_on_the_row(study: Any) -> None:
    study.recording(remarks=(ChannelRefusal(0, "sampled at 4000 Hz", refused=False),))
    row = study.table().rows[0]
    assert "sampled at 4000 Hz" in row.cautions
    assert isinstance(row.cell("fp"), Absent)


def test_absence_of_short_potentials_is_not_stated_of_slow_samples(study: Any) -> None:
    study.recording(seconds=100, fs=4_000)
    row = study.table().rows[0]
    for column in ("fib", "psw"):
        assert row.cell(column) == NotAssessable("sampled at 4000 Hz, under 10000 Hz")
    assert isinstance(row.cell("fp"), Absent)


def test_counts_potentials_of_confirmed_and_edited_labels_only(study: Any) -> None:
    rec = study.recording(seconds=60)
    kept = study.label(rec, "fib", 1, 2, peaks_s=(1.1, 1.3, 1.5))
    edited = study.label(rec, "fib", 5, 6, LabelState.EDITED, peaks_s=(5.1, 5.2))
    study.label(rec, "fib", 8, 9, LabelState.REJECTED, peaks_s=(8.1,))
    cell = study.table().rows[0].cell("fib")
    assert cell == Observed(5, 5, 60.0, 5.0, 1, (kept, edited))


def test_simple_and_complex_fasciculations_count_together(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    study.label(rec, "fp_complex", 2, 2.01, peaks_s=(2.0,))
    study.label(rec, "fp", 3, 3.01, peaks_s=(3.0,))
    assert study.table().rows[0].cell("fp").count == 3


def test_discharges_count_once_however_many_potentials(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "crd", 1, 2, peaks_s=tuple(1 + i / 50 for i in range(50)))
    assert study.table().rows[0].cell("other").count == 1


def test_rate_is_of_potentials_in_watched_rest(study: Any) -> None:
    """A potential inside voluntary activity that only the detector saw counts, not for the rate."""
    rec = study.recording(seconds=120)
    study.label(rec, "mup", 60, 120, LabelState.PROPOSED)
    study.label(rec, "fp_simple", 10, 10.01, peaks_s=(10.0,))
    study.label(rec, "fp_simple", 70, 70.01, peaks_s=(70.0,))
    cell = study.table().rows[0].cell("fp")
    assert (cell.count, cell.count_in_rest, cell.watched_s, cell.rate_per_min) == (2, 1, 60.0, 1.0)
    assert "1 of them in watched rest" in cell_text(cell)


@pytest.mark.parametrize("activity", ["mup", "artefact", "art_move"])
def test_stretches_that_a_reader_marked_are_out_of_every_count(study: Any, activity: str) -> None:
    """One potential lies outside of it and counts; where none is left nothing is called absent."""
    rec = study.recording(seconds=120)
    study.label(rec, activity, 60, 120)
    study.label(rec, "fp_simple", 10, 10.01, peaks_s=(10.0,))
    study.label(rec, "fp_simple", 70, 70.01, peaks_s=(70.0,))
    study.label(rec, "fib", 80, 82, peaks_s=(80.5, 81.0, 81.5))
    cell = study.table().rows[0].cell("fp")
    assert (cell.count, cell.count_in_rest, cell.watched_s) == (1, 1, 60.0)
    left = study.table().rows[0].cell("fib")
    assert cell_text(left).startswith("not assessable: 1 item(s) lie only in stretches")


@pytest.mark.parametrize("activity", ["mup", "mup_neuro", "artefact", "art_mains", "insertional"])
@pytest.mark.parametrize(
    "state", [LabelState.CONFIRMED, LabelState.EDITED, LabelState.PROPOSED, LabelState.CANNOT_TELL]
)
def test_what_is_not_rest_is_not_watched(study: Any, activity: str, state: LabelState) -> None:
    rec = study.recording(seconds=100)
    study.label(rec, activity, 20, 50, state)
    assert study.table().rows[0].watched_rest_s == 70.0


def test_rejected_artefact_gives_its_time_back(study: Any) -> None:
    rec = study.recording(seconds=100)
    study.label(rec, "artefact", 20, 50, LabelState.REJECTED)
    assert study.table().rows[0].watched_rest_s == 100.0


def test_proposal_without_any_label_takes_its_time_away(study: Any) -> None:
    rec = study.recording(seconds=100)
    study.proposal(rec, "mup", 0, 30)
    assert study.table().rows[0].watched_rest_s == 70.0


def test_overlapping_disturbances_are_taken_away_once(study: Any) -> None:
    rec = study.recording(seconds=100)
    study.label(rec, "mup", 10, 30)
    study.label(rec, "artefact", 20, 40)
    row = study.table().rows[0]
    assert row.watched_rest_s == 70.0
    assert row.artefact_share == 0.2


def test_time_outside_of_the_examined_is_not_watched(study: Any) -> None:
    study.recording(seconds=100, examined=((0, 40), (60, 500)))
    row = study.table().rows[0]
    assert (row.examined_s, row.watched_rest_s) == (80.0, 80.0)


def test_gaps_and_phases_of_effort_are_not_watched(study: Any) -> None:
    study.recording(
        seconds=100,
        gaps=(Gap(0, 50_000),),
        phases=(
            PhaseMark(SampleInterval(100_000, 200_000), Phase.SLIGHT),
            PhaseMark(SampleInterval(300_000, 400_000), Phase.REST, site=2),
            PhaseMark(SampleInterval(900_000, 1_000_000), Phase.INSERTION),
        ),
    )
    row = study.table().rows[0]
    assert (row.examined_s, row.watched_rest_s, row.sites) == (95.0, 75.0, 2)
    assert isinstance(row.cell("mup"), NotAssessable)


def test_disturbance_on_a_refused_channel_does_not_matter(study: Any) -> None:
    rec = study.recording(seconds=100, n_channels=2, remarks=(ChannelRefusal(1, "1 Hz"),))
    study.label(rec, "artefact", 0, 60, channel=1)
    assert study.table().rows[0].watched_rest_s == 100.0


@pytest.mark.parametrize("column", SPONTANEOUS)
def test_unreviewed_proposals_forbid_absence(study: Any, column: str) -> None:
    rec = study.recording()
    activity = {"fp": "fp_complex", "other": "crd", "endplate": "eps"}.get(column, column)
    for i in range(3):
        study.label(rec, activity, i, i + 0.1, LabelState.PROPOSED)
    row = study.table().rows[0]
    assert row.cell(column) == NotAssessable("3 proposals not reviewed", 3)
    others = [c for c in SPONTANEOUS if c != column]
    assert all(isinstance(row.cell(c), Absent) for c in others)


def test_unreviewed_beside_confirmed_is_said_in_the_cell(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fib", 1, 2)
    study.proposal(rec, "fib", 5, 6)
    cell = study.table().rows[0].cell("fib")
    assert (cell.count, cell.unreviewed) == (1, 1)
    assert cell_text(cell).endswith("1 not reviewed")


def test_undetermined_proposal_forbids_absence_of_everything(study: Any) -> None:
    rec = study.recording()
    study.proposal(rec, "cannot_tell", 5, 6)
    row = study.table().rows[0]
    for column in SPONTANEOUS:
        assert row.cell(column) == NotAssessable("1 undetermined proposal not reviewed", 1)


def test_undecided_item_forbids_absence_and_its_time_is_not_watched(study: Any) -> None:
    rec = study.recording(seconds=100)
    study.label(rec, "fib", 10, 20, LabelState.CANNOT_TELL)
    row = study.table().rows[0]
    assert isinstance(row.cell("fib"), NotAssessable)
    assert row.cell("psw") == Absent(90.0)
    assert any("could not be classified" in caution for caution in row.cautions)


def test_class_unknown_to_the_vocabulary_is_undetermined(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "from_a_newer_version", 10, 20, LabelState.PROPOSED)
    assert isinstance(study.table().rows[0].cell("fib"), NotAssessable)


def test_sites_of_one_muscle_make_one_row(study: Any) -> None:
    first = study.recording(seconds=40)
    second = study.recording(seconds=55)
    study.recording(side=Side.LEFT, seconds=10)
    study.label(first, "fib", 1, 2)
    study.label(second, "fib", 1, 2)
    table = study.table()
    assert [(r.side, r.sites) for r in table.rows] == [(Side.RIGHT, 2), (Side.LEFT, 1)]
    assert table.rows[0].cell("fib").sites == 2
    assert table.rows[0].watched_rest_s == 95.0
    assert table.rows[0].cell("fp") == Absent(95.0)


@pytest.mark.parametrize(("muscle", "side"), [("", Side.RIGHT), ("tib_ant", Side.NOT_STATED)])
def test_unknown_muscles_are_never_added_up(study: Any, muscle: str, side: Side) -> None:
    """Three recordings of 40 s of who knows what are not 120 s of one muscle."""
    for _ in range(3):
        study.recording(muscle, side, seconds=40)
    table = study.table()
    assert [row.watched_rest_s for row in table.rows] == [40.0] * 3
    assert all("not stated" in row.cautions[0] for row in table.rows)


def test_row_knows_nerve_roots_and_region(study: Any) -> None:
    study.recording()
    study.recording("")
    stated, unstated = study.table().rows
    assert (stated.name, stated.region) == ("Tibialis anterior", "lumbosacral")
    assert stated.roots == ("L4", "L5")
    assert (unstated.name, unstated.nerve) == ("muscle not stated", "")


def test_end_plate_activity_beside_fibrillation_is_a_caution(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fib", 1, 2)
    assert study.table().rows[0].cautions == ()
    study.label(rec, "eps", 1, 2)
    assert "end-plate activity is present" in study.table().rows[0].cautions[0]


def test_labels_of_other_recordings_are_left_alone(study: Any) -> None:
    study.recording()
    study.label("another study", "fib", 1, 2)
    table = study.table()
    assert table.item_ids == frozenset()
    assert table.rows[0].cell("fib") == Absent(100.0)


def test_no_recordings_no_rows(study: Any) -> None:
    assert study.table().rows == ()


def test_every_limit_names_its_source() -> None:
    rules = load_findings_rules()
    assert all(column.source for column in rules.columns)
    assert {c.id: c.rest_needed_s for c in rules.columns}["fp"] == 90.0


@pytest.mark.parametrize("activity", ["artefact", "mup"])
def test_potentials_in_stretches_the_reader_took_out_are_named(study: Any, activity: str) -> None:
    """They were once dropped from the count without a word beside the number that was left."""
    rec = study.recording()
    study.label(rec, "fib", 10, 20, peaks_s=[11.0, 12.0, 18.0])
    study.label(rec, "fp_simple", 18.4, 18.5, peaks_s=[18.45])
    (before,) = study.table().rows
    assert before.cautions == ()
    study.label(rec, activity, 17, 19)
    (row,) = study.table().rows
    assert row.cell("fib").count == 2
    (caution,) = row.cautions
    assert caution.startswith("2 potentials of the reader lie in stretches")
    assert caution.endswith("are not counted")
    assert study.grid().rows[0].cautions == row.cautions, "shown in the window, too"
