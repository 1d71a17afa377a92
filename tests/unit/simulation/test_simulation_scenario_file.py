"""The scenario file is data: what is wrong in it is named, never guessed."""

from __future__ import annotations

import pytest

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.simulation import scenario
from emgview.simulation.scenario import parse_scenarios

NAME = "mine.toml"


@pytest.fixture
def text() -> str:
    return resource("simulation/scenarios.toml").read_text(encoding="utf-8")


def test_shipped_file_is_read(text: str) -> None:
    file = parse_scenarios(text, NAME)
    assert file.version == "emgview-scenarios/1"
    assert len(file.scenarios) >= 15


def test_component_takes_what_it_does_not_name_from_the_defaults() -> None:
    part = scenario("fibrillation").components[0]
    assert part.number("units") == 3.0
    assert part.range("duration_ms") == (1.0, 5.0)
    assert part.stop_s == float("inf")


def test_channel_all_means_every_channel() -> None:
    assert scenario("mains").components[0].channel is None
    assert scenario("fibrillation").components[0].channel == 0


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('kind = "movement"', 'kind = "levitation"', "levitation"),
        ("units = 3, on_s = 12", "unit = 3, on_s = 12", "no parameter unit"),
        ("gain_uv = 0.1", "gain = 0.1", "gain"),
        ('phase = "insertion"', 'phase = "party"', "party"),
        ('side = "R"', 'side = "Q"', "Q"),
        ('id = "pops"', 'id = "mains"', "used twice"),
        ('title = "Quiet muscle at rest"', "", "title"),
        ("[chain]", "[chain", NAME),
    ],
)
def test_wrong_file_is_refused_by_name(text: str, old: str, new: str, named: str) -> None:
    assert old in text
    with pytest.raises(FileError, match=named) as caught:
        parse_scenarios(text.replace(old, new), NAME)
    assert caught.value.file == NAME
    assert "\n" not in str(caught.value)


def test_every_clinical_number_has_an_evidence_mark(text: str) -> None:
    """Durations, amplitudes, rates and CVs of the muscle's classes say where they come from."""
    muscle = text[text.index("[defaults.fibrillation]") : text.index("[defaults.interference]")]
    clinical = ("amplitude_uv", "duration_ms", "rate_hz", "cv", "phases")
    rows = [line for line in muscle.splitlines() if line.startswith(clinical)]
    assert len(rows) >= 18
    assert [row for row in rows if not any(mark in row for mark in ("[S", "[K", "[I"))] == []
