"""Every cause and statement of the source article has its answer."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emgview.findings import Entries, Statement
from emgview.findings.decide import decide
from emgview.findings.rule_table import load_rule_table, wording_problems
from emgview.model import load_muscles
from emgview.resource_files import resource
from tests.unit.findings.rule_cases import (
    CASES,
    FACE_OK,
    FP_ONLY,
    TWO,
    discharge,
    face,
    four,
    study,
)

SHARED = Path(__file__).parents[4] / "shared" / "clinical"


@cache
def rows() -> tuple[dict[str, str], ...]:
    text = resource("clinical/checklist.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(csv.DictReader(lines))


@cache
def reached() -> dict[str, tuple[str, ...]]:
    """Sentences that the table of cases reaches, by rule."""
    found: dict[str, list[str]] = {}
    for _, _, muscles, entries, _ in CASES:
        for statement in decide(study(muscles, {k: v for k, v in entries.items() if v})):
            found.setdefault(statement.rule_id, []).append(statement.text)
    found["T1"] = ["reads all of the others"]
    return {rule: tuple(texts) for rule, texts in found.items()}


@pytest.mark.parametrize("row", rows(), ids=[row["id"] for row in rows()])
def test_row_is_reachable(row: dict[str, str]) -> None:
    rules = row["rules"].split()
    assert rules
    for rule in rules:
        assert reached().get(rule), rule
    tagged = {rule.id for rule in load_rule_table().rules.values() if row["id"] in rule.seed}
    assert tagged == set(rules), "the rules name the row, and the row its rules"


def test_checklist_is_complete() -> None:
    ids = [row["id"] for row in rows()]
    causes = ["C1", "C1a", "C1b", "C1c", *(f"C{n}" for n in range(2, 12))]
    assert ids == [*causes, *(f"E{n}" for n in range(1, 27))]


def of(rule: str, *muscles: Any, **entries: str) -> Statement:
    return next(s for s in decide(study(muscles, entries)) if s.rule_id == rule)


def test_facial_myokymia_names_the_alternatives() -> None:
    """E15: the article says brainstem each time, and itself lists other causes."""
    text = of("A1", *face("orb_oculi", "orb_oris", **discharge("myokymic")), **FACE_OK).text
    assert (
        "Brainstem lesion to be considered; facial nerve lesion and polyradiculoneuropathy are "
        "alternatives." in text
    )
    for other in ("hemifacial spasm", "myorhythmia", "seizure", "benign fasciculation"):
        assert other in text, "E25"


def test_numbers_of_fasciculation_have_no_weight() -> None:
    """E10: shown, and said to weigh nothing; and indeed no outcome but F4's own depends on them."""
    assert "no weight in any result" in of("F4", *FP_ONLY).text
    said = []
    for entry in ("same", "other"):
        found = decide(study(FP_ONLY, {"repeat_study": entry}))
        said.append([(s.rule_id, s.outcome) for s in found])
    assert said[0] == said[1]


def test_cholinesterase_inhibitors_with_the_reading_of_the_source() -> None:
    """C9: the source reads otherwise, and both are shown."""
    text = of("H1", *FP_ONLY, exposure="cholinesterase_inhibitor").text
    assert "cholinesterase inhibitors (the seed's text reads 'anticholinergics')" in text
    assert "penicillin" in of("H1", *FP_ONLY, exposure="penicillin").text


def test_silence_of_a_relaxed_muscle_has_its_exceptions() -> None:
    """E19: not at the end-plate, not in the first seconds."""
    text = of("M0", *four()).text
    assert "end-plates" in text
    assert "first seconds after needle movement" in text


def test_fasciculation_as_the_only_symptom_is_followed_up() -> None:
    """E20: it can be the earliest sign."""
    for entries in ({}, {"weakness": "no"}, {"weakness": "yes"}):
        assert "follow-up" in of("F3", *FP_ONLY, **entries).text


def test_emg_supports_and_does_not_decide() -> None:
    """E7: the criteria are clinical and EMG."""
    entries = {"progression": "yes", "exclusion": "done", "umn_cervical": "present"}
    for rule in ("C-REEC", "C-GC"):
        text = of(rule, *TWO, **entries).text
        assert "EMG supports" in text, rule
    entries["umn_lumbosacral"] = "present"
    assert "EMG supports" in of("C-AWAJI", *TWO, **entries).text


def test_what_is_never_shown() -> None:
    """C2 and E24: no sentence that any case reaches holds these words."""
    texts = [text for all_texts in reached().values() for text in all_texts]
    assert len(texts) > 3000
    words = ("benign motor neuron disease", "benign motor neurone disease", "magnesium")
    assert not [t for t in texts if wording_problems(t, words)]
    assert not [t for t in texts if "prognosis" in t], "E6"


def test_myokymia_tells_the_wave_from_the_discharge() -> None:
    """E2, E26, E17: what is seen on the skin and what the needle records are two things."""
    assert "one unit" in of("N4", *four(tib_ant=discharge("myokymic"))).text
    assert "visible twitch is not required" in of("M2", *FP_ONLY[4:5]).text
    bursts = face("orb_oculi", "orb_oris", **discharge("hfs"))
    text = of("A2", *bursts, face_synchrony="synchronous", lateral_spread="yes").text
    assert "between them" in text


def shared(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.is_file():
        pytest.skip("the specification is not beside this checkout")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_rules_are_those_of_the_specification() -> None:
    wanted = {row["id"]: row for row in shared("decision_rules.csv")}
    rules = load_rule_table().rules
    assert set(rules) == set(wanted)
    assert {r.id: r.level for r in rules.values()} == {k: row["level"] for k, row in wanted.items()}


def test_checklist_is_that_of_the_specification() -> None:
    assert {r["id"] for r in shared("seed_checklist.csv")} == {r["id"] for r in rows()}


def test_muscles_are_those_of_the_specification() -> None:
    table = load_muscles()
    for row in shared("muscles.csv"):
        muscle = table.get(row["id"])
        assert muscle is not None, row["id"]
        assert (muscle.region, muscle.nerve_trunk) == (row["region"], row["nerve_trunk"])
        assert " ".join(muscle.roots) == row["roots_list"]
        assert muscle.principal_root == row["principal_root"]


def test_entries_that_rules_ask_for_are_in_the_table() -> None:
    """An entry of another name would raise; this one is the negative control."""
    with pytest.raises(KeyError):
        Entries().get("umn_everywhere")
