"""Text blocks of a laboratory: blanks, conditions, loops, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emgview.errors import EmgviewError, FileError
from emgview.report import build_report
from emgview.report.macros import expand, load_blocks, read_blocks

BODY: dict[str, Any] = {
    "columns": [{"id": "fib", "title": "Fibrillation potentials"}],
    "muscles": [
        {"name": "A", "n": 2, "findings": {"fib": {"state": "observed", "text": "observed: 2"}}},
        {"name": "B", "n": 0, "findings": {"fib": {"state": "absent", "text": "absent (60 s)"}}},
    ],
    "technical": {"temperature": "", "rate": 0.25, "needle": "not_stated"},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", "plain"),
        ("{technical.rate} Hz", "0.25 Hz"),
        ("{for m in muscles}{m.name}={m.n};{end}", "A=2;B=0"),
        ("{for m in muscles}{if m.n}{m.name}{else}-{end}{end}", "A-"),
        ("{for m in muscles}{if m.findings.fib.state == absent}{m.name}{end}{end}", "B"),
        ("{for m in muscles}{if m.name != A}{m.name}{end}{end}", "B"),
        ("{if technical.temperature}warm{else}not stated{end}", "not stated"),
        ("{if technical.needle}x{end}", ""),
        ("{for m in muscles}{for c in m.observed}{m.name}: {c.title}{end}{end}",
         "A: fibrillation potentials"),
        ("{if none_observed}none{else}some{end}", "some"),
    ],
)  # fmt: skip
def test_block_is_expanded(text: str, found: str) -> None:
    assert expand(text, BODY) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{if muscles}x", "no {end}"),
        ("x{end}", "without its beginning"),
        ("{for m in muscles}x{else}y{end}", "no {end}"),
        ("{import os}", "not understood"),
        ("{muscles.__class__}", "has no"),
        ("{patient.name}", "has no"),
        ("{for x in technical}{end}", "no list"),
    ],
)
def test_fault_is_named(text: str, says: str) -> None:
    with pytest.raises(EmgviewError, match=says):
        expand(text, BODY)


def test_block_that_grows_beyond_all_measure_is_stopped() -> None:
    text = "{for a in muscles}" * 16 + "x" * 10 + "{end}" * 16
    with pytest.raises(EmgviewError, match="more than"):
        expand(text, BODY)


def test_all_shipped_blocks_can_be_expanded(typical: Any, case: Any) -> None:
    for made in (typical, case):
        body = build_report(made.source()).body
        assert all(isinstance(expand(b.text, body), str) for b in load_blocks().values())


def test_summary_names_observed_and_says_when_there_is_nothing(typical: Any, case: Any) -> None:
    summary = build_report(typical.source()).body["summary"]["text"]
    assert summary.startswith(
        "Fibrillation potentials, in 1 of the muscles: Tibialis anterior right\n"
    )
    assert "Deltoid" not in summary
    case.recording(seconds=100)
    assert "No potentials" in build_report(case.source()).body["summary"]["text"]


def test_own_file_takes_the_place_and_a_faulty_one_names_the_block(tmp_path: Path) -> None:
    file = tmp_path / "blocks.toml"
    file.write_text('version = "x"\n[[block]]\nid = "a"\ntitle = "A"\ntext = "{if x}"\n')
    with pytest.raises(FileError, match="block a"):
        read_blocks(file)
    file.write_text("nothing", encoding="utf-8")
    with pytest.raises(FileError, match="no text blocks"):
        read_blocks(file)
