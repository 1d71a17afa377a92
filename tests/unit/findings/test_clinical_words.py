"""Words of the findings: every language is held against the tables that hold the English."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import emgview.findings.decide
from emgview.detection.parameters import load_parameters
from emgview.detection.refusals import channel_remark, rail_refusal
from emgview.errors import FileError
from emgview.findings import load_entry_table
from emgview.findings.clinical_words import load_clinical_words, templates
from emgview.findings.decide import decide
from emgview.findings.grid_table import load_grid_table
from emgview.findings.rule_table import load_rule_table, wording_problems
from emgview.model import Channel, RecordingInfo, load_muscles, load_vocabulary
from emgview.resource_files import resource
from tests.unit.findings.rule_cases import CASES, study

OTHER = ("de", "fr")


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", OTHER)
def test_each_rule_has_its_title_and_sentences_with_their_blanks(language: str) -> None:
    english, words = load_rule_table(), load_clinical_words(language)
    assert set(words.rule) == set(english.rules)
    for rule_id, rule in english.rules.items():
        own = words.rule[rule_id]
        assert set(own) == {"title", *rule.texts}, rule_id
        for outcome, text in rule.texts.items():
            assert blanks(own[outcome]) == blanks(text), (rule_id, outcome)
            assert own[outcome] != text, (rule_id, outcome)


@pytest.mark.parametrize("language", OTHER)
def test_each_phrase_is_there_with_its_blanks(language: str) -> None:
    english, words = load_rule_table(), load_clinical_words(language)
    assert set(words.phrase) == set(english.phrases)
    for key, text in english.phrases.items():
        assert blanks(words.phrase[key]) == blanks(text), key
    for name, table in english.words.items():
        assert set(words.words[name]) == set(table)


@pytest.mark.parametrize("language", OTHER)
def test_each_reason_note_and_caution_is_there(language: str) -> None:
    words = load_clinical_words(language)
    english = templates()
    assert set(words.grid_text) == set(english)
    for key, text in english.items():
        optional = {"bursts", "proposals", "potentials"}  # singular and plural of an English word
        assert blanks(words.grid_text[key]) | optional == blanks(text) | optional, key


@pytest.mark.parametrize("language", OTHER)
def test_each_name_is_there(language: str) -> None:
    words, muscles = load_clinical_words(language), load_muscles().muscles
    assert set(words.nerve) >= {m.nerve for m in muscles} | {m.nerve_trunk for m in muscles}
    assert set(words.nerve) >= set(load_rule_table().territories)
    english = r"paraspinal|hand\)|foot\)|tongue|palate\)|First|xternal|upper|head|Diaphragm"
    assert set(words.muscle) >= {m.id for m in muscles if re.search(english, m.name)}
    assert set(words.activity) >= {c.id for c in load_vocabulary().classes}
    assert set(words.region) == {"bulbar", "cervical", "thoracic", "lumbosacral"}
    assert set(words.grid_column) == {c.id for c in load_grid_table().column}
    values = {v for c in load_grid_table().column for v in c.values if re.match("[a-z]", v)}
    assert set(words.grid_value) >= values - {"absent"}
    assert set(words.finding_entry) == {e.id for e in load_entry_table().entry}
    choices = {w for e in load_entry_table().entry for _, w in e.choices}
    assert set(words.finding_choice) == choices


@lru_cache
def english_only(language: str) -> frozenset[str]:
    """Small words of the English sentences that the other language does not have."""
    rules, own = load_rule_table(), load_clinical_words(language)
    english = (
        *rules.phrases.values(),
        *(t for r in rules.rules.values() for t in r.texts.values()),
    )
    theirs = (*own.phrase.values(), *(t for r in own.rule.values() for t in r.values()))
    names = [muscle.name for muscle in load_muscles().muscles]
    return frozenset(_small_words(*english) - _small_words(*theirs, *names))


def _small_words(*texts: str) -> set[str]:
    return set(re.findall(r"\b[a-z]{3,}\b", re.sub(r"\{\w+\}", "", " ".join(texts))))


@pytest.mark.parametrize("language", OTHER)
def test_all_cases_speak_the_language_and_say_the_same(language: str) -> None:
    """Outcomes are those of the English, sentences are filled, neutral and without English."""
    table, english = load_rule_table(language), load_rule_table()
    reached = set()
    for _, _, muscles, entries, _ in CASES[::2]:
        facts = study(muscles, {k: v for k, v in entries.items() if v})
        mine, theirs = decide(facts, table), decide(facts, english)
        assert [(s.rule_id, s.outcome, s.told) for s in mine] == [
            (s.rule_id, s.outcome, s.told) for s in theirs
        ]
        for said in mine:
            whole = " ".join((said.title, said.text, *said.inputs, *said.missing))
            reached.add((said.rule_id, said.outcome))
            assert not re.search(r"[{}]", whole), whole
            assert not wording_problems(f"{said.title} {said.text}", table.never), said.text
            assert not english_only(language) & _small_words(whole), whole
    assert len(reached) > 80


@pytest.mark.parametrize("language", OTHER)
def test_lint_of_the_language_finds_what_it_forbids(language: str) -> None:
    """The lint of each language is the English one and more, and it is not blind."""
    table, english = load_rule_table(language), load_rule_table()
    for use in ("never", "never_in_conclusion", "never_in_findings"):
        own, theirs = getattr(table, use), getattr(english, use)
        assert set(theirs) - set(own) <= set(table.language.lint.get("apart", ()))
        assert len(own) > len(theirs)
        for word in own:
            assert word in wording_problems(f"Text, {word}, text.", own)


@pytest.mark.parametrize(
    ("language", "conclusion", "word"),
    [("de", "Damit ist eine ALS gesichert: Denervierungspotentiale.", "Denervierungspotentiale"),
     ("fr", "Le diagnostic de SLA est retenu.", "diagnostic de")],
)  # fmt: skip
def test_guard_reads_the_conclusion_in_its_language(
    language: str, conclusion: str, word: str
) -> None:
    facts = study(CASES[0][2], {})
    found = decide(replace(facts, conclusion=conclusion), load_rule_table(language))
    (guard,) = [s for s in found if s.rule_id == "T1"]
    assert word in guard.text


def test_rules_hold_no_words_of_their_own() -> None:
    """Sentences once stood in the rules: a laboratory could not change them, nor be translated."""
    folder = Path(emgview.findings.decide.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(n.value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in docs:
                continue
            text = node.value
            if isinstance(text, str):
                steps = {"highly increased", "single unit", ", ", "; ", " "}  # values of the grid
                assert " " not in text or text in steps, (path.name, node.lineno, text)


@pytest.mark.parametrize("language", OTHER)
def test_remarks_of_the_detector_are_translated(language: str) -> None:
    """Each remark on a channel fits a template; its words are told in the other language."""
    words, p = load_clinical_words(language), load_parameters(resource("detection/parameters.toml"))

    class Rails:
        stands_still = False

        def share(self) -> float:
            return 0.5

    class Still(Rails):
        stands_still = True

    def remark(fs: float, **changes: Any) -> str:
        channel = replace(Channel("A", 0.1, 0.0, "uV", 20.0, 10_000.0, "concentric"), **changes)
        found = channel_remark(0, RecordingInfo("r", fs, 1000, (channel,)), p)
        assert found is not None
        return found.reason

    remarks = [
        remark(20_000.0, unit="V/s"),
        remark(p.gate.refuse_below_hz / 2),
        remark((p.gate.refuse_below_hz + p.gate.warn_below_hz) / 2, electrode="surface"),
        remark(50_000.0, electrode="surface"),
        remark(50_000.0, low_pass_hz=p.gate.fibre_low_pass_hz / 2),
        remark(50_000.0, high_pass_hz=p.gate.tail_high_pass_hz * 2),
    ]
    for rails in (Rails(), Still()):
        refusal = rail_refusal(0, "A", rails, p)  # type: ignore[arg-type]
        assert refusal is not None
        remarks.append(refusal.reason)
    for text in remarks:
        told = words.reason(text)
        assert told != text
        assert told.startswith("A: ")
        assert not re.search(r"\b(the|of|sampled|recorded|potentials|with)\b", told), told


def test_words_of_the_reader_stay_as_they_are() -> None:
    for text in ("patient moved; tip unstable", "pain: stopped early", "half asleep"):
        assert load_clinical_words("de").reason(text) == text


def test_unknown_language_is_named() -> None:
    with pytest.raises(FileError, match="missing"):
        load_clinical_words("xx")
