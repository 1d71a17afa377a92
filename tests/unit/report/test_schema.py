"""The record against its published schema, and every number of it recomputed by another path."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from emgview.model import load_vocabulary
from emgview.report import Report, build_report, draw_figures
from emgview.report.render import compile_pdf
from emgview.report.schema import load_schema, schema_problems


def test_report_fits_its_schema(typical: Any) -> None:
    assert schema_problems(build_report(typical.source()).body) == ()


def test_report_with_its_grid_fits_its_schema(typical: Any) -> None:
    body = build_report(typical.examined()).body
    assert schema_problems(body) == ()
    cells = [cell for row in body["examination"]["grid"] for cell in row["cells"].values()]
    assert {cell["state"] for cell in cells} >= {"observed", "not_examined", "not_assessable"}
    assert sum("original" in cell for cell in cells) == 2


@pytest.mark.parametrize("name", ["state", "text", "numbers"])
def test_fault_in_a_cell_of_the_grid_is_found(typical: Any, name: str) -> None:
    body = deepcopy(build_report(typical.examined()).body)
    body["examination"]["grid"][0]["cells"]["fib"].pop(name)
    assert schema_problems(body) != ()


def test_empty_report_fits_its_schema(case: Any) -> None:
    assert schema_problems(build_report(case.source()).body) == ()


_FAULTS: list[Callable[[dict[str, Any]], Any]] = [
    lambda b: b.pop("labels"),
    lambda b: b.update(extra=1),
    lambda b: b.update(status="signed"),
    lambda b: b.update(version=0),
    lambda b: b.update(version="1"),
    lambda b: b.update(created_at="yesterday"),
    lambda b: b["muscles"][0]["findings"]["fib"].update(count=-1),
    lambda b: b["muscles"][0]["findings"]["fib"].update(state="normal"),
    lambda b: b["muscles"][0]["findings"]["fib"].pop("watched_s"),
    lambda b: b["muscles"][0]["findings"].update(fib={"state": "absent", "text": "absent"}),
    lambda b: b["muscles"][0].update(side="left"),
    lambda b: b["labels"][0].update(decision="accepted"),
    lambda b: b["labels"][0]["machine"].update(model="x"),
    lambda b: b["audit_anchor"].update(head="abc"),
    lambda b: b["recordings"][0].update(sampling_rate_hz=0),
    lambda b: b["encounter"].update(simulated=1),
    lambda b: b["limitations"].append(""),
]


@pytest.mark.parametrize("fault", _FAULTS)
def test_seeded_fault_is_found(typical: Any, fault: Callable[[dict[str, Any]], Any]) -> None:
    body = deepcopy(build_report(typical.source()).body)
    fault(body)
    assert len(schema_problems(body)) == 1


def test_another_checker_agrees(typical: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    checker = jsonschema.Draft202012Validator(load_schema())
    body = build_report(typical.source()).body
    assert not list(checker.iter_errors(body))
    for fault in _FAULTS:
        broken = deepcopy(body)
        fault(broken)
        assert list(checker.iter_errors(broken))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_another_language_writes_the_same_bytes(typical: Any, tmp_path: Path) -> None:
    """ECMAScript's own numbers and key order are what RFC 8785 is made of."""
    program = """
    const c = v => Array.isArray(v) ? '[' + v.map(c).join(',') + ']'
      : v && typeof v === 'object'
      ? '{' + Object.keys(v).sort().map(k => JSON.stringify(k) + ':' + c(v[k])).join(',') + '}'
      : JSON.stringify(v);
    process.stdout.write(c(JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'))));
    """
    report = build_report(typical.source(conclusion="Grüße € ≥ \u2028"))
    file = tmp_path / "pretty.json"
    file.write_text(json.dumps(report.body, indent=2), encoding="utf-8")
    found = subprocess.run(["node", "-e", program, file], capture_output=True, check=True)
    assert found.stdout == report.json_bytes


def test_unknown_word_of_a_schema_is_an_error() -> None:
    with pytest.raises(ValueError, match="not known"):
        schema_problems("x", {"type": "string", "format": "date"})


# -- numbers of the PDF in the JSON ---------------------------------------------------------------


def _numbers(text: str) -> set[str]:
    """Numbers as printed, joined where a soft break stands in one."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"[\u200b\ufffe\u00ad]", "", text)))


def _all_values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _all_values(item)
    elif isinstance(value, list):
        yield str(len(value))
        for item in value:
            yield from _all_values(item)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, float):
        yield f"{value:g}"
        yield f"{value}"
    else:
        yield str(value)


def test_every_number_of_the_pdf_is_in_the_json(typical: Any) -> None:
    report = build_report(typical.source())
    with pypdfium2.PdfDocument(compile_pdf(report, ())) as document:
        n_pages = len(document)
        printed = "\n".join(page.get_textpage().get_text_range() for page in document)
    known = set().union(*(_numbers(text) for text in _all_values(report.body)))
    known |= _numbers(report.sha256) | _numbers(report.sha256[:16])
    known |= {str(n) for n in range(1, n_pages + 1)} | {"256"}  # page numbers, SHA-256
    short = [
        str(run["parameters_sha256"])[:16] for run in report.body["machine_contribution"]["runs"]
    ]
    short += [recording["sha256"][:16] for recording in report.body["recordings"]]
    known |= set().union(*(_numbers(text) for text in short))
    joined = json.dumps(report.body, ensure_ascii=False) + report.sha256
    missing = {n for n in _numbers(printed) - known if n not in joined}
    assert not missing


def test_a_number_that_is_not_in_the_json_would_be_found(typical: Any) -> None:
    report = build_report(typical.source())
    assert "987654.3" not in set().union(*(_numbers(t) for t in _all_values(report.body)))


# -- numbers of the JSON by another path ----------------------------------------------------------


def test_counts_and_rates_follow_from_labels_and_recordings(typical: Any) -> None:
    """Potential by potential and sample by sample, with no help of the findings."""
    body = build_report(typical.source()).body
    for row in body["muscles"]:
        recordings = {typical.recordings[n - 1].info.id for n in row["recordings"]}
        for column, cell in row["findings"].items():
            if cell["state"] == "observed":
                _check_cell(typical, recordings, column, cell)


def _check_cell(made: Any, recordings: set[str], column: str, cell: dict[str, Any]) -> None:
    counted = {c.id: c.counted_as for c in load_vocabulary().classes}
    labels = [
        label
        for label in made.labels
        if label.recording_id in recordings and label.counts and counted[label.activity] == column
    ]
    assert sorted(cell["items"]) == sorted(label.id for label in labels)
    if cell["unit"] == "potentials":
        assert cell["count"] == sum(len(label.peak_samples) for label in labels)
    assert cell["sites"] == len({label.recording_id for label in labels})
    if cell["rate_per_min"] is not None:
        rate = cell["count_in_rest"] * 60 / cell["watched_s"]
        assert cell["rate_per_min"] == pytest.approx(rate, abs=0.06, rel=0.01)


def test_lengths_follow_from_the_samples(typical: Any) -> None:
    report = build_report(typical.source())
    for row, made in zip(report.body["recordings"], typical.recordings, strict=True):
        samples = typical.samples[made.info.id]
        assert row["n_samples"] == len(samples)
        assert row["duration_s"] == int(len(samples) / row["sampling_rate_hz"] * 10 + 1e-6) / 10
    assert _rest_by_samples(typical) == {
        (row["muscle"], row["side"]): row["watched_rest_s"] for row in report.body["muscles"]
    }


def _rest_by_samples(made: Any) -> dict[tuple[str, str], float]:
    """Samples of each muscle that no label of voluntary or artefact classes covers, in tenths."""
    import numpy as np

    groups = {c.id: c.group for c in load_vocabulary().classes}
    seconds: dict[tuple[str, str], float] = {}
    for recording in made.recordings:
        rest = np.ones(recording.info.n_samples, dtype=bool)
        for label in made.labels:
            taken = label.state.value in ("confirmed", "edited", "proposed", "cannot_tell")
            if label.recording_id == recording.info.id and taken and groups[label.activity] in (
                "voluntary", "artefact", "undecided",
            ):  # fmt: skip
                rest[label.interval.start : label.interval.stop] = False
        key = (recording.muscle, recording.side.value)
        seconds[key] = seconds.get(key, 0.0) + rest.sum() / recording.info.sampling_rate_hz
    return {key: int(value * 10 + 1e-6) / 10 for key, value in seconds.items()}


def test_figures_hold_the_marked_samples(typical: Any) -> None:
    report: Report = build_report(typical.source())
    labels = {label["id"]: label for label in report.body["labels"]}
    assert draw_figures(report, typical.provide)
    for figure in report.body["figures"]:
        peaks = {p for item in figure["items"] for p in labels[item]["peak_samples"]}
        inside = {p for p in peaks if figure["start_sample"] <= p < figure["end_sample"]}
        assert set(figure["marks"]) == inside
