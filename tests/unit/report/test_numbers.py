"""Every number of the report by another path: masks of samples, not intervals and items.

The program works with intervals and their unions; here each sample of a recording is a True or
False, and the numbers are sums. Nothing of ``emgview.findings`` but its limits is used.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from emgview.findings import make_grid
from emgview.model import Gap, LabelState, Phase, PhaseMark, SampleInterval, Side
from emgview.report import build_report, draw_figures
from emgview.report.render import compile_pdf
from emgview.report.words import LANGUAGES
from emgview.resource_files import resource

FS = 2_000
COLUMN_OF = {"fib": "fib", "psw": "psw", "fp_simple": "fp", "crd": "other", "eps": "endplate"}
ABOUT_REST = ("fib", "psw", "fp", "other", "endplate")
KINDS = ("fib", "fib", "psw", "fp_simple", "crd", "mup", "artefact", "cannot_tell", "eps")
GIVEN = (LabelState.CONFIRMED, LabelState.EDITED)


def random_study(made: Any, seed: int) -> Any:
    """Two muscles with three sites each; labels of all classes and states, gaps, phases."""
    rng = np.random.default_rng(seed)
    for muscle, side in (("tib_ant", Side.RIGHT), ("deltoid", Side.LEFT)):
        for site in range(3):
            rec = made.recording(muscle, side, seconds=int(rng.integers(40, 70)), fs=FS)
            place = len(made.recordings) - 1
            n = made.recordings[place].info.n_samples
            at = int(rng.integers(1000, n - 3000))
            mark = PhaseMark(SampleInterval(0, 1500), Phase.INSERTION, site=1)
            info = replace(made.recordings[place].info, gaps=(Gap(at, 700),), phases=(mark,))
            made.recordings[place] = replace(made.recordings[place], info=info)
            for _ in range(int(rng.integers(6, 12))):
                kind = str(rng.choice(KINDS))
                start = float(rng.uniform(1, n / FS - 8))
                length = float(rng.uniform(0.2, 5.0))
                peaks = np.arange(start, start + length, float(rng.uniform(0.08, 0.2)))
                state = rng.choice([*GIVEN, *GIVEN, LabelState.REJECTED])
                if kind == "cannot_tell":
                    state = LabelState.CANNOT_TELL
                made.label(rec, kind, list(peaks), state)
                if kind == "artefact":  # a stretch, as a reader marks one
                    made.labels[-1] = replace(made.labels[-1], peak_samples=())
            del site
    return made


class ByMask:
    """One recording as masks."""

    def __init__(self, recording: Any, labels: list[Any]) -> None:
        n = recording.info.n_samples
        self.labels = [x for x in labels if x.recording_id == recording.info.id]
        self.examined = np.zeros(n, np.bool_)
        for part in recording.run.examined:
            self.examined[part.start : part.stop] = True
        for gap in recording.info.gaps:
            self.examined[gap.start : gap.start + gap.lost] = False
        self.rest = self.examined.copy()
        self.artefact = np.zeros(n, np.bool_)
        self.blank = np.zeros(n, np.bool_)
        for mark in recording.info.phases:
            self.rest[mark.interval.start : mark.interval.stop] = False
        for label in self.labels:
            where = slice(label.interval.start, label.interval.stop)
            if label.state is LabelState.REJECTED:
                continue
            if label.activity in ("mup", "artefact", "cannot_tell"):
                self.rest[where] = False
            if label.activity == "artefact":
                self.artefact[where] = True
                self.blank[where] |= not label.peak_samples and label.state in GIVEN

    def given(self, activity: str) -> list[Any]:
        """Labels a reader stands behind, less the potentials in blanks."""
        found = []
        for label in self.labels:
            if label.activity != activity or label.state not in GIVEN:
                continue
            kept = tuple(p for p in label.peak_samples if not self.blank[p])
            if kept:
                found.append(replace(label, peak_samples=kept))
        return found


def tenth(seconds: float) -> float:
    return math.floor(seconds * 10 + 1e-6) / 10


def seconds(masks: list[NDArray[np.bool_]]) -> float:
    return sum(int(mask.sum()) for mask in masks) / FS


@pytest.mark.parametrize("seed", range(4))
def test_every_number_of_findings_and_grid_by_masks(
    make_case: Callable[[], Any], seed: int
) -> None:
    made = random_study(make_case(), seed)
    grid = make_grid(made.recordings, made.labels)
    body = build_report(made.source(grid=grid)).body
    limits = tomllib.loads(resource("clinical/grid.toml").read_text(encoding="utf-8"))["grade"]
    seen = 0
    for row, shown in zip(body["muscles"], body["examination"]["grid"], strict=True):
        parts = [
            ByMask(r, made.labels)
            for r in made.recordings
            if (r.muscle, r.side.value) == (row["muscle"], row["side"])
        ]
        rest_s = seconds([p.rest for p in parts])
        examined_s = seconds([p.examined for p in parts])
        assert row["watched_rest_s"] == shown["watched_rest_s"] == tenth(rest_s)
        assert row["examined_s"] == tenth(examined_s)
        assert row["sites"] == shown["sites"] == len(parts)
        artefact_s = seconds([p.artefact & p.examined for p in parts])
        assert row["artefact_share"] == pytest.approx(artefact_s / examined_s, abs=6e-4)
        for activity, column in COLUMN_OF.items():
            seen += _check(row, shown, parts, activity, column, rest_s, limits)
    assert seen > 5


def _check(
    row: Any, shown: Any, parts: list[ByMask], activity: str, column: str, rest_s: float,
    limits: dict[str, Any],
) -> int:  # fmt: skip
    """One cell, and the cell of the grid, against the masks."""
    cell = row["findings"][column]
    given = [(p, label) for p in parts for label in p.given(activity)]
    if not given:
        assert cell["state"] != "observed"
        return 0
    units = column in ("fib", "psw", "fp")
    count = sum(len(x.peak_samples) if units else 1 for _, x in given)
    assert cell["count"] == count
    if units:
        in_rest = sum(int(p.rest[list(x.peak_samples)].sum()) for p, x in given)
        assert cell["count_in_rest"] == in_rest
        assert cell["rate_per_min"] == pytest.approx(60 * in_rest / rest_s, abs=0.051)
    assert cell["watched_s"] == tenth(rest_s)
    assert cell["sites"] == sum(bool(p.given(activity)) for p in parts)
    assert sorted(cell["items"]) == sorted(x.id for _, x in given)
    if column in shown["cells"]:
        numbers = shown["cells"][column]["numbers"]
        for name in ("count", "count_in_rest", "watched_s", "rate_per_min", "sites"):
            assert numbers[name] == cell[name], name
    if column in ("fib", "psw"):
        _check_train(shown["cells"][column], parts, activity, rest_s, limits)
    return 1


def _check_train(
    cell: Any, parts: list[ByMask], activity: str, rest_s: float, limits: dict[str, Any]
) -> None:
    """Sites with a kept train, the part of the rest under trains, and the grade of both."""
    kept, covered = 0, 0
    for part in parts:
        own = part.given(activity)
        # Made evenly spaced: end-plate activity at the site takes none of them away.
        long_ones = [x for x in own if len(x.interval) / FS > limits["train_s"]]
        kept += bool(long_ones)
        mask = np.zeros_like(part.rest)
        for label in own:
            mask[label.interval.start : label.interval.stop] = True
        covered += int((mask & part.rest).sum())
    numbers = cell["numbers"]
    share = min(1.0, covered / FS / rest_s)
    assert numbers["sustained_sites"] == kept
    assert numbers["tested_sites"] == len(parts)
    assert numbers["share_of_rest"] == pytest.approx(share, abs=6e-4)
    assert len(parts) < limits["sites_tested"]
    assert cell["value"] == ("±" if kept < limits["sites_1"] else "1+")


def test_masks_notice_a_wrong_number(make_case: Callable[[], Any]) -> None:
    """The other path is no mirror: one number that is off by one is found."""
    made = random_study(make_case(), 1)
    grid = make_grid(made.recordings, made.labels)
    body = build_report(made.source(grid=grid)).body
    limits = tomllib.loads(resource("clinical/grid.toml").read_text(encoding="utf-8"))["grade"]
    row, shown = body["muscles"][0], body["examination"]["grid"][0]
    where = (row["muscle"], row["side"])
    parts = [ByMask(r, made.labels) for r in made.recordings if (r.muscle, r.side.value) == where]
    rest_s = seconds([p.rest for p in parts])
    wrong = json.loads(json.dumps(row))
    observed = [(a, c) for a, c in COLUMN_OF.items() if row["findings"][c]["state"] == "observed"]
    assert observed
    for activity, column in observed:
        assert _check(row, shown, parts, activity, column, rest_s, limits) == 1
        wrong["findings"][column]["count"] += 1
        with pytest.raises(AssertionError):
            _check(wrong, shown, parts, activity, column, rest_s, limits)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, bool) or value is None:
        return
    else:
        yield f"{value:g}" if isinstance(value, float) else str(value)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_pdf_is_a_number_of_the_json(typical: Any, language: str) -> None:
    """As whole numbers, in all of the document, pictures included."""
    report = build_report(typical.examined(language=language))
    figures = draw_figures(report, typical.provide)
    pictures = " ".join(figure.svg.decode("utf-8") for figure in figures)
    with pypdfium2.PdfDocument(compile_pdf(report, figures)) as pdf:
        pages = len(pdf)
        printed = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    printed = re.sub(r"[\u200b\ufffe\u00ad]", "", printed)
    texts = (re.sub(r"(:\d\d)\.\d{3}", r"\1 ", text) for text in _strings(report.body))
    known = set().union(*(_numbers(text) for text in texts))  # times are printed to the second
    words = resource(f"report/words/{language}.toml").read_text(encoding="utf-8")
    known |= _numbers(words[words.index("[words]") :])  # what stands in the template's own words
    known |= {str(n) for n in range(1, pages + 1)}
    long_ones = re.findall(r"[0-9a-f-]{12,}", " ".join(_strings(report.body)) + report.sha256)
    for text in sorted(long_ones, key=len, reverse=True):
        for length in (len(text), 64, 16):
            printed = printed.replace(text[:length], " ")
    bars = _numbers(" ".join(re.findall(r">(\d+ (?:µV|mV|ms|s))<", pictures)))
    assert sorted(_numbers(printed) - known - bars) == []
    assert {"82", "41", "2", "1.2", "96", "120", "17"} <= _numbers(printed)
