"""Suites and their evaluation: what is read, what is refused, the same figures each time."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from emgview.errors import CancelledError, EmgviewError, FileError
from emgview.model import Progress
from emgview.session.evaluating import evaluate_suite
from emgview.session.evaluation_suite import SuiteEntry, load_suite
from emgview.session.evaluation_tables import START, STOP, as_markdown, as_text, put_between_markers
from emgview.session.evaluation_truth import truth_of
from emgview.session.simulating import simulate_into
from emgview.simulation import scenario, simulate

HANDFUL = """
version = "emgview-suite/1"
title = "A handful"
"""
ROWS = (
    ("fibrillation", 5, 21, "easy", ""),
    ("positive_sharp_waves", 8, 22, "medium", ""),
    ("pops", 4, 23, "hard", "artefact"),
)


def row(scenario_id: str, seconds: float, seed: int, level: str, silent: str = "") -> str:
    return (
        f'[[recording]]\nscenario = "{scenario_id}"\nseconds = {seconds}\nseed = {seed}\n'
        f'rate_hz = 10000\nlevel = "{level}"\npart = "final"\nsilent = "{silent}"\n'
    )


def write(folder: Path, *rows: str, head: str = HANDFUL) -> str:
    path = folder / "suite.toml"
    path.write_text(head + "\n".join(rows), encoding="utf-8")
    return str(path)


def timeless(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if name != "timing"}


@pytest.fixture(scope="module")
def handful(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    suite = write(tmp_path_factory.mktemp("suite"), *(row(*r) for r in ROWS))
    return suite, evaluate_suite(suite)


# -- the shipped suite -----------------------------------------------------------------------------


def test_the_shipped_suite_is_large_and_has_all_levels() -> None:
    suite, _ = load_suite("default")
    assert len(suite.recording) >= 60
    assert len(suite.of("final")) >= 60
    for part in ("tuning", "final"):
        assert len(suite.of(part)) >= 30
    assert set(Counter(entry.level for entry in suite.of("final"))) == {"easy", "medium", "hard"}
    assert {e.silent for e in suite.of("final")} >= {"rest", "end-plate", "voluntary", "artefact"}


def test_tuning_and_final_share_neither_scenario_nor_seed() -> None:
    """What the detector was tuned on must not tell how good it is."""
    suite, _ = load_suite("default")
    tuning, final = suite.of("tuning"), suite.of("final")
    assert not {e.scenario for e in tuning} & {e.scenario for e in final}
    assert not {e.seed for e in tuning} & {e.seed for e in final}
    assert len({e.seed for e in suite.recording}) == len(suite.recording)


def test_every_scenario_of_the_shipped_suite_exists() -> None:
    suite, _ = load_suite("default")
    assert all(scenario(entry.scenario) for entry in suite.recording)


# -- figures of a handful --------------------------------------------------------------------------


def test_a_handful_gives_all_figures(handful: tuple[str, dict[str, Any]]) -> None:
    _, figures = handful
    assert set(figures) == {
        "version", "detector", "suite", "classes", "levels", "bands", "fine", "confusion",
        "discharge_confusion", "alarms", "presence", "overlap", "measures", "scores",
        "recordings", "timing",
    }  # fmt: skip
    assert figures["suite"]["recordings"] == 3
    assert figures["suite"]["signal_s"] == 17.0
    assert figures["classes"]["fib"]["events"] == len(
        simulate("fibrillation", seconds=5, seed=21, fs=10_000.0).truth
    )
    assert figures["classes"]["psw"]["sensitivity"] > 0.5
    assert figures["alarms"]["kinds"]["artefact"]["minutes"] == 0.06667
    assert figures["timing"]["cpu_per_signal_s"] > 0
    json.dumps(figures, allow_nan=False)


def test_processes_give_the_same_figures(handful: tuple[str, dict[str, Any]]) -> None:
    suite, figures = handful
    assert timeless(evaluate_suite(suite, jobs=2)) == timeless(figures)


def test_text_and_markdown_show_the_figures(handful: tuple[str, dict[str, Any]]) -> None:
    _, figures = handful
    text, page = as_text(figures), as_markdown(figures)
    assert "  fib " in text
    assert "| Fibrillation potential |" in page
    for shown in (text, page):
        assert "A handful" in shown
    assert "| class | matched by |" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows
    assert all(line.endswith("|") for line in rows)


def test_figures_go_between_the_markers_of_a_page() -> None:
    page = f"before\n{START}\nold\n{STOP}\nafter\n"
    assert put_between_markers(page, "new\n", "page.md") == (
        f"before\n{START}\n\nnew\n\n{STOP}\nafter\n"
    )
    with pytest.raises(FileError, match=r"page\.md"):
        put_between_markers(f"{STOP}{START}", "new", "page.md")


def test_cancel_ends_it_with_and_without_processes(tmp_path: Path) -> None:
    suite = write(tmp_path, *(row(*r) for r in ROWS))
    for jobs in (1, 2):
        with pytest.raises(CancelledError):
            evaluate_suite(suite, jobs=jobs, progress=_Wanted(2))


class _Wanted(Progress):
    """Wanted for so many reports, then no more."""

    def __init__(self, reports: int) -> None:
        super().__init__(cancelled=self._spent)
        self._left = reports

    def _spent(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_the_map_of_an_earlier_evaluation_is_tried(
    handful: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    suite = write(tmp_path, row(*ROWS[1]))
    earlier = tmp_path / "tuning.json"
    earlier.write_text('{"scores": {"map": {"all": [[0.0, 0.25], [1.0, 0.25]]}}}', "utf-8")
    scores = evaluate_suite(suite, score_map=earlier)["scores"]
    assert scores["mapped"]["all"]["items"] == scores["all"]["items"] > 0
    assert [b["mean_score"] for b in scores["mapped"]["all"]["bins"]] == [0.25]
    assert "mapped" not in handful[1]["scores"]


def test_a_file_without_a_map_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileError, match=r"other\.json"):
        evaluate_suite(write(tmp_path, row(*ROWS[1])), score_map=tmp_path / "other.json")


# -- recordings of files ---------------------------------------------------------------------------


def test_a_recorded_file_with_its_truth_is_judged_as_its_simulation(tmp_path: Path) -> None:
    """So recordings of another simulator, or of a reader, can be judged."""
    simulate_into(tmp_path / "S.emg", scenario("positive_sharp_waves"), 22, 8.0, 10_000.0)
    entry = (
        '[[recording]]\nfile = "S.emg/recordings/001.h5"\ntruth = "S.emg/truth.json"\n'
        'level = "medium"\npart = "final"\n'
    )
    of_file = evaluate_suite(write(tmp_path, entry))
    made = evaluate_suite(write(tmp_path, row(*ROWS[1])))
    for key in ("classes", "confusion", "presence", "scores", "overlap"):
        assert of_file[key] == made[key]
    assert of_file["recordings"][0]["name"] == "S.emg/recordings/001.h5"


def test_a_reader_need_tell_no_more_than_class_channel_and_peak(tmp_path: Path) -> None:
    simulate_into(tmp_path / "S.emg", scenario("positive_sharp_waves"), 22, 8.0, 10_000.0)
    told = json.loads((tmp_path / "S.emg" / "truth.json").read_text(encoding="utf-8"))
    short = [
        {key: one[key] for key in ("activity", "channel", "peak")}
        for one in told["recordings"][0]["potentials"]
    ]
    (tmp_path / "reader.json").write_text(
        json.dumps({"recordings": [{"potentials": short}]}), encoding="utf-8"
    )
    entry = (
        '[[recording]]\nfile = "S.emg/recordings/001.h5"\ntruth = "reader.json"\n'
        'level = "medium"\npart = "final"\n'
    )
    figures = evaluate_suite(write(tmp_path, entry))
    assert figures["classes"]["psw"]["events"] == len(short)
    assert figures["bands"] == {}


@pytest.mark.parametrize(
    ("truth", "said"),
    [("{", "cannot be read"), ('{"recordings": []}', "does not tell of 001.h5"), ("{}", "missing")],
)
def test_a_truth_that_cannot_be_used_is_named(tmp_path: Path, truth: str, said: str) -> None:
    simulate_into(tmp_path / "S.emg", scenario("mains"), 1, 1.0, 10_000.0)
    (tmp_path / "bad.json").write_text(truth, encoding="utf-8")
    entry = (
        '[[recording]]\nfile = "S.emg/recordings/001.h5"\ntruth = "bad.json"\n'
        'level = "easy"\npart = "final"\n'
    )
    with pytest.raises(FileError, match=said) as caught:
        evaluate_suite(write(tmp_path, entry))
    assert "bad.json" in str(caught.value)


def test_an_error_in_another_process_is_told_and_ends_it(tmp_path: Path) -> None:
    """An error of a file did not survive the way between processes, and the evaluation hung."""
    simulate_into(tmp_path / "S.emg", scenario("mains"), 1, 1.0, 10_000.0)
    entry = (
        '[[recording]]\nfile = "S.emg/recordings/001.h5"\ntruth = "none.json"\n'
        'level = "easy"\npart = "final"\n'
    )
    suite = write(tmp_path, entry, row("mains", 1, 1, "easy"))
    with pytest.raises(EmgviewError, match=r"none\.json"):
        evaluate_suite(suite, jobs=2)


# -- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('[[recording]]\nscenario = "mains"\npart = "final"\n', "level"),
        ('[[recording]]\nscenario = "mains"\nlevel = "easy"\npart = "test"\n', "part"),
        (row("mains", 1, 1, "easy") + "colour = 1\n", "colour"),
        ('[[recording]]\nlevel = "easy"\npart = "final"\n', "not one source"),
        ('[[recording]]\nfile = "x.h5"\nlevel = "easy"\npart = "final"\n', "lacks file or truth"),
        (row("mains", 1, 1, "easy") * 2, "twice"),
        ("[[recording", "suite.toml"),
    ],
)
def test_a_suite_of_another_form_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(FileError, match=said):
        load_suite(write(tmp_path, rows))


def test_another_version_and_a_missing_suite_are_refused(tmp_path: Path) -> None:
    head = 'version = "emgview-suite/9"\ntitle = ""\n'
    with pytest.raises(FileError, match="emgview-suite/1"):
        load_suite(write(tmp_path, row(*ROWS[0]), head=head))
    with pytest.raises(FileError, match="none"):
        load_suite(str(tmp_path / "none.toml"))


def test_a_silent_recording_with_spontaneous_activity_is_refused(tmp_path: Path) -> None:
    """It would count right proposals as false alarms."""
    suite = write(tmp_path, row("fibrillation", 4, 21, "easy", "rest"))
    with pytest.raises(EmgviewError, match="called silent and holds fib"):
        evaluate_suite(suite)


def test_an_empty_part_and_no_process_are_refused(tmp_path: Path) -> None:
    suite = write(tmp_path, row("mains", 1, 1, "easy"))
    with pytest.raises(EmgviewError, match="no recording of this part"):
        evaluate_suite(suite, "tuning")
    with pytest.raises(EmgviewError, match="0 processes"):
        evaluate_suite(suite, jobs=0)


def test_linked_potentials_of_a_simulation_are_satellites() -> None:
    made = simulate("voluntary_satellites", seconds=5, seed=1)
    truth = truth_of(made)
    linked = sum(one.linked for one in made.truth)
    assert linked
    assert Counter(p.activity for p in truth.potentials)["satellite"] == linked


def test_a_name_tells_scenario_seed_and_rate() -> None:
    entry = SuiteEntry(level="easy", part="final", scenario="mains", seed=3)
    assert entry.name == "mains/3/20000"
