"""The report's content: numbers, citations, limitations, guards."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emgview.findings.rule_table import load_rule_table
from emgview.model import (
    Channel,
    ChannelRefusal,
    Gap,
    Label,
    LabelState,
    Origin,
    Patient,
    SampleInterval,
    Side,
)
from emgview.report import (
    Reader,
    Report,
    blocking_problems,
    build_report,
    canonical_json,
    sha256_hex,
    warnings_of,
)
from emgview.report.texts import load_report_texts
from emgview.report.words import load_words


def test_same_input_same_bytes(typical: Any) -> None:
    one, other = build_report(typical.source()), build_report(typical.source())
    assert one.json_bytes == other.json_bytes
    assert one.sha256 == sha256_hex(one.json_bytes)
    assert canonical_json(one.body) == one.json_bytes


def test_read_back_is_the_same_report(typical: Any) -> None:
    made = build_report(typical.source())
    read = Report.from_json(made.json_bytes)
    assert (read.body, read.sha256, read.id, read.version) == (
        made.body,
        made.sha256,
        made.id,
        1,
    )


def test_header_names_schema_versions_and_status(typical: Any) -> None:
    body = build_report(typical.source()).body
    assert body["schema"] == "emg-report/1"
    assert (body["version"], body["status"], body["relates_to"]) == (1, "draft", [])
    assert body["audit_anchor"] == {"seq": 17, "head": "cd" * 32}
    assert body["software"] == {"name": "emgview", "version": "0.1.0"}


def test_cells_hold_the_numbers_worked_out_by_hand(typical: Any) -> None:
    """82 potentials in 120 s of two sites; 2 in the 100 s less 4 s of voluntary activity."""
    first, second, third = build_report(typical.source()).body["muscles"]
    fib = first["findings"]["fib"]
    assert (fib["count"], fib["watched_s"], fib["rate_per_min"], fib["sites"]) == (82, 120, 41.0, 2)
    fp = second["findings"]["fp"]
    assert (fp["count"], fp["watched_s"], fp["rate_per_min"]) == (2, 96.0, 1.2)
    assert third["findings"]["fp"]["state"] == "not_assessable"
    assert first["recordings"] == [1, 2]


def test_every_muscle_has_every_column_and_no_cell_is_empty(typical: Any) -> None:
    body = build_report(typical.source()).body
    columns = {column["id"] for column in body["columns"]}
    for muscle in body["muscles"]:
        assert set(muscle["findings"]) == columns
        assert all(cell["text"] for cell in muscle["findings"].values())


def test_counts_can_be_recomputed_from_the_cited_labels(typical: Any) -> None:
    """The number in the table is the number of peaks of the labels it names."""
    body = build_report(typical.source()).body
    labels = {label["id"]: label for label in body["labels"]}
    checked = 0
    for muscle in body["muscles"]:
        for column in body["columns"]:
            cell = muscle["findings"][column["id"]]
            if cell["state"] != "observed":
                continue
            cited = [labels[item] for item in cell["items"]]
            peaks = sum(len(label["peak_samples"]) for label in cited)
            assert cell["count"] == (peaks if column["unit"] == "potentials" else len(cited))
            assert {label["decision"] for label in cited} <= {"confirmed", "edited", "added"}
            checked += 1
    assert checked == 4


def test_cited_label_leads_back_to_the_samples(typical: Any) -> None:
    body = build_report(typical.source()).body
    label = next(label for label in body["labels"] if label["decision"] == "edited")
    assert label["file_sha256"] == body["recordings"][1]["sha256"]
    assert label["start_sample"] < label["peak_samples"][0] < label["end_sample"]
    assert label["code"] == "fib"
    assert label["machine"]["proposed_code"] == "psw"
    assert (label["decided_by"], label["mdc"]) == ("Dr. A. Reader", "2:24416")


def test_rejected_labels_are_not_cited_but_counted(typical: Any) -> None:
    body = build_report(typical.source()).body
    assert "rejected" not in {label["decision"] for label in body["labels"]}
    assert body["machine_contribution"]["counts"]["rejected"] == 1


def test_fates_of_the_proposals_add_up(typical: Any) -> None:
    rec = typical.recordings[0].info.id
    typical.label(rec, "fib", [60.0], LabelState.PROPOSED)
    typical.label(rec, "artefact", [61.0], LabelState.CANNOT_TELL)
    machine = build_report(typical.source()).body["machine_contribution"]
    for counts in [machine["counts"], *(c["counts"] for c in machine["by_class"])]:
        fates = ("confirmed", "edited", "rejected", "cannot_tell", "unreviewed")
        assert counts["proposed"] == sum(counts[fate] for fate in fates)
    assert sum(run["counts"]["proposed"] for run in machine["runs"]) == 9
    assert sum(c["counts"]["proposed"] for c in machine["by_class"]) == 9


def test_own_label_of_the_reader_is_added(typical: Any) -> None:
    rec = typical.recordings[0].info.id
    typical.labels.append(
        Label(
            "own", rec, 0, SampleInterval(10, 500), (100,), "fib", Origin.READER,
            LabelState.CONFIRMED,
        )
    )  # fmt: skip
    body = build_report(typical.source()).body
    assert body["machine_contribution"]["counts"]["added"] == 1
    own = next(label for label in body["labels"] if label["id"] == "own")
    assert (own["decision"], own["machine"]) == ("added", None)


def test_decision_upon_an_earlier_run_is_counted_apart(typical: Any) -> None:
    rec = typical.recordings[0]
    run = replace(rec.run, proposals=())
    typical.recordings[0] = replace(rec, run=run)
    machine = build_report(typical.source()).body["machine_contribution"]
    assert machine["earlier_runs"]["confirmed"] == 1


def test_unreviewed_proposal_blocks_with_or_without_a_label(typical: Any) -> None:
    assert blocking_problems(build_report(typical.source())) == ()
    rec = typical.recordings[0].info.id
    item = typical.label(rec, "fib", [60.0], LabelState.PROPOSED)
    with_label = blocking_problems(build_report(typical.source()))
    typical.labels = [label for label in typical.labels if label.id != item]
    without = blocking_problems(build_report(typical.source()))
    assert with_label == without == ("1 proposal in the classes of the report not reviewed",)


@pytest.mark.parametrize(
    ("activity", "blocks"),
    [("fib", True), ("cannot_tell", True), ("eps", True), ("mup", True), ("art_mains", False)],
)
def test_what_feeds_a_cell_blocks(typical: Any, activity: str, blocks: bool) -> None:
    typical.label(typical.recordings[0].info.id, activity, [60.0], LabelState.PROPOSED)
    assert bool(blocking_problems(build_report(typical.source()))) is blocks


def test_missing_parts_warn_but_do_not_block(case: Any) -> None:
    case.recording("", Side.NOT_STATED)
    source = case.source(question="", conclusion=" ", reader=Reader(""))
    source = replace(source, study=replace(source.study, patient=type(source.study.patient)()))
    report = build_report(source)
    found = " | ".join(warnings_of(report))
    for word in ("muscle", "name", "conclusion", "question"):
        assert word in found
    (problem,) = blocking_problems(report)
    assert problem.startswith("two of name, identifier")


@pytest.mark.parametrize(
    ("patient", "blocks"),
    [
        (Patient("A. Canary"), True),
        (Patient("A. Canary", "  "), True),
        (Patient("A. Canary", "4711"), False),
        (Patient(identifier="4711", birth_date="1961-02-03"), False),
    ],
)
def test_two_things_must_identify_the_patient(typical: Any, patient: Patient, blocks: bool) -> None:
    assert bool(blocking_problems(build_report(typical.source(patient=patient)))) is blocks


def test_side_that_a_muscle_cannot_have_blocks(case: Any) -> None:
    case.recording("tib_ant", Side.MIDLINE)
    assert blocking_problems(build_report(case.source())) == (
        "Tibialis anterior cannot be midline",
    )


def test_word_of_interpretation_in_the_findings_blocks(typical: Any) -> None:
    report = build_report(typical.source())
    body = deepcopy(report.body)
    body["muscles"][0]["cautions"].append("chronic denervation")
    found = blocking_problems(Report.of(body))
    assert [word for word in ("denervation", "chronic") if any(word in p for p in found)] == [
        "denervation",
        "chronic",
    ]


def test_cell_that_says_nothing_blocks(typical: Any) -> None:
    body = deepcopy(build_report(typical.source()).body)
    del body["muscles"][0]["findings"]["fib"]
    assert "a cell says nothing" in blocking_problems(Report.of(body))[0]


def test_complete_report_has_no_warnings(typical: Any) -> None:
    entries = {"report_answers_question": "Yes: fibrillation potentials in two muscles."}
    assert warnings_of(build_report(typical.source(texts=entries))) == ()


def test_question_without_an_answer_warns(typical: Any) -> None:
    assert warnings_of(build_report(typical.source())) == ("the referral question is not answered",)


def test_choice_that_the_list_lacks_counts_as_not_stated(typical: Any) -> None:
    entries = {"report_category": "splendid", "report_certainty": "most_likely"}
    impression = build_report(typical.source(texts=entries)).body["impression"]
    assert (impression["category"], impression["certainty"]) == ("not_stated", "most_likely")


def test_limitations_always_say_offline_review(case: Any) -> None:
    assert any("Offline review" in line for line in build_report(case.source()).body["limitations"])


def test_standing_texts_are_neutral() -> None:
    """The words that findings may not use are not used by the report's own texts either."""
    texts = load_report_texts()
    standing = [*texts.limitation.values(), *texts.limitation_of_recording.values(), texts.notice]
    english = load_words()
    standing += [*english.words.values(), *english.state.values(), *english.outcome.values()]
    words = [w for w in load_rule_table().never if w not in ("confirmed",)]
    found = [(w, t) for w in words for t in standing if re.search(rf"\b{w}\b", t, re.IGNORECASE)]
    assert len(standing) > 50
    assert not found


def test_limitations_name_what_was_wrong_with_recordings(case: Any) -> None:
    slow = ChannelRefusal(0, "sampled at 4000 Hz, under 10000 Hz", refused=False)
    case.recording(remarks=(slow,), notes=("gain taken from the file",))
    case.recording(remarks=(slow, ChannelRefusal(0, "1 Hz")))
    case.recording("", examined=False)
    info = replace(
        case.recordings[0].info, gaps=(Gap(100, 2000),), channels=(Channel("no filters"),)
    )
    case.recordings[0] = replace(case.recordings[0], info=info)
    lines = build_report(case.source(limitations="Reader's own.\n\nAnother.")).body["limitations"]
    for expected in (
        "Recordings 1, 2: sampled at 4000 Hz, under 10000 Hz",
        "Recording 1: gain taken from the file",
        "Recording 1: 1 gap(s), 0.1 s of samples lost.",
        "Recording 1: the acquisition filters are not known.",
        "Recording 2: channel 1 was not examined: 1 Hz",
        "Recording 3: the muscle was not stated.",
        "Recording 3: no detector was run, so no time counts as watched.",
        "Reader's own.",
        "Another.",
    ):
        assert expected in lines


def test_simulated_study_says_so_first(case: Any) -> None:
    source = case.source()
    source = replace(source, study=replace(source.study, simulated=True))
    body = build_report(source).body
    assert "simulated" in body["limitations"][0]
    assert body["encounter"]["simulated"] is True


def test_score_that_is_not_finite_is_refused(typical: Any) -> None:
    from emgview.errors import EmgviewError

    source = typical.source()
    rec = source.recordings[0]
    bad = replace(rec.run.proposals[0], score=float(np.nan))
    broken = replace(rec, run=replace(rec.run, proposals=(bad, *rec.run.proposals[1:])))
    with pytest.raises(EmgviewError, match="score"):
        build_report(replace(source, recordings=(broken, *source.recordings[1:])))


def test_pictures_show_each_observed_class_and_rest(typical: Any) -> None:
    body = build_report(typical.source()).body
    assert [figure["kind"] for figure in body["figures"]] == ["fib", "psw", "fp", "mup", "rest"]
    labels = {label["id"]: label for label in body["labels"]}
    for figure in body["figures"]:
        inside = range(figure["start_sample"], figure["end_sample"])
        assert all(mark in inside for mark in figure["marks"])
        peaks = {p for item in figure["items"] for p in labels[item]["peak_samples"]}
        assert set(figure["marks"]) <= peaks
        assert figure["alt"]
        assert figure["caption"]


def test_picture_at_the_edge_stays_inside_the_recording(case: Any) -> None:
    rec = case.recording(seconds=0.3)
    case.label(rec, "fib", [0.002])
    (figure,) = build_report(case.source()).body["figures"]
    assert (figure["start_sample"], figure["end_sample"]) == (0, 6000)
