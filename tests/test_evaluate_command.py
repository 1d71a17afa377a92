"""``emgview evaluate``: text, JSON and Markdown, progress, Ctrl+C; the whole suite if asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emgview.cli import main
from emgview.session.evaluating import evaluate_suite
from emgview.session.evaluation_tables import START, STOP

ROOT = Path(__file__).resolve().parents[1]
SUITE = """
version = "emgview-suite/1"
title = "Two recordings"

[[recording]]
scenario = "fibrillation"
seconds = 6
seed = 5
rate_hz = 10000
level = "easy"
part = "final"

[[recording]]
scenario = "mains"
seconds = 4
seed = 6
rate_hz = 10000
level = "easy"
part = "tuning"
silent = "artefact"
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("EMGVIEW_SETTINGS", str(tmp_path / "settings.json"))
    path = tmp_path / "suite.toml"
    path.write_text(SUITE, encoding="utf-8")
    return str(path)


def test_json_is_one_object_and_progress_goes_elsewhere(
    suite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--suite", suite, "--json"]) == 0
    told = capsys.readouterr()
    figures = json.loads(told.out)
    assert figures["version"] == "emgview-figures/1"
    assert figures["suite"]["recordings"] == 1
    assert "1 of 1 recordings" in told.err


def test_text_names_the_part_and_the_classes(
    suite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--suite", suite, "--part", "tuning"]) == 0
    told = capsys.readouterr().out
    assert "tuning part: 1 recordings" in told
    assert "artefact" in told


def test_a_page_gets_the_tables_between_its_markers(
    suite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{START}\n{STOP}\n\nEnd.\n", encoding="utf-8")
    assert main(["evaluate", "--suite", suite, "--page", str(page)]) == 0
    once = page.read_text(encoding="utf-8")
    assert "| class |" in once
    assert once.startswith("# Page")
    assert once.endswith("End.\n")


def test_a_page_without_markers_is_told_before_the_work(
    suite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n", encoding="utf-8")
    assert main(["evaluate", "--suite", suite, "--page", str(page)]) == 1
    told = capsys.readouterr().err
    assert "page.md" in told
    assert "recordings" not in told


def test_the_guide_has_a_place_for_figures() -> None:
    text = (ROOT / "resources" / "guide" / "detector.md").read_text(encoding="utf-8")
    assert text.index(START) < text.index(STOP)
    assert "simulation only" in text


# A shell lets what it starts in the background ignore Ctrl+C; here it must not.
_HEEDING_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("emgview", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="there Ctrl+C cannot be sent to one process")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_it_at_once_in_one_line(jobs: str) -> None:
    """Not the traceback of each process, and no process left behind."""
    running = subprocess.Popen(
        [sys.executable, "-c", _HEEDING_CTRL_C, "evaluate", "--jobs", jobs],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if running.stderr is None:
            pytest.fail("no stderr")
        assert "0 of" in running.stderr.readline()
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "emgview: interrupted"
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", ["tuning", "final"])
def test_the_whole_suite_reaches_its_floors(part: str) -> None:
    """Floors of what was reached on simulation; they say nothing of patients."""
    figures = evaluate_suite("default", part, jobs=2)
    classes, presence = figures["classes"], figures["presence"]
    assert classes["psw"]["sensitivity"] >= 0.5
    assert classes["mup"]["sensitivity"] >= 0.5
    assert presence["fib"]["sensitivity"] >= 0.6
    assert presence["fib"]["specificity"] >= 0.7
    assert presence["psw"]["specificity"] >= 0.7
    assert figures["alarms"]["per_minute"] <= 4.0
