"""Pictures: polarity, extremes, scale bars, marks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.model import SampleInterval
from emgview.report import TraceSpec, build_report, draw_figures
from emgview.report.figures import HEIGHT, WIDTH, column_extremes, draw_trace, nice_step

SVG = "{http://www.w3.org/2000/svg}"


def spec(n: int = 1000, **changes: Any) -> TraceSpec:
    made = TraceSpec(
        "t", "r", 0, SampleInterval(0, n), 10_000.0, "fib", "F", (), (), "caption", "alt",
        "filters 20 Hz to 10000 Hz",
    )  # fmt: skip
    return replace(made, **changes)


def lines(svg: bytes) -> list[np.ndarray[Any, Any]]:
    root = ET.fromstring(svg)
    return [
        np.array([[float(v) for v in pair.split(",")] for pair in line.attrib["points"].split()])
        for line in root.iter(f"{SVG}polyline")
    ]


def words(svg: bytes) -> list[str]:
    return [t.text or "" for t in ET.fromstring(svg).iter(f"{SVG}text")]


def pulse(n: int, at: int, height_uv: float) -> np.ndarray[Any, Any]:
    samples = np.zeros(n, np.float32)
    samples[at] = height_uv
    return samples


@pytest.mark.parametrize(("inverted", "sign"), [(False, 1), (True, -1)])
def test_negative_is_up(inverted: bool, sign: int) -> None:
    """SVG counts y downwards: a negative potential has the smaller y."""
    svg = draw_trace(spec(inverted=inverted), pulse(1000, 500, -100.0 * sign))
    (line,) = lines(svg)
    assert line[np.argmin(line[:, 1]), 0] == pytest.approx(300, abs=1)
    assert np.median(line[:, 1]) > line[:, 1].min() + 40
    assert "negative up" in words(svg)


@pytest.mark.parametrize("n", [1000, 50_000, 400_000])
def test_single_sample_peak_survives_any_length(n: int) -> None:
    (line,) = lines(draw_trace(spec(n), pulse(n, n // 3, 80.0)))
    assert line[:, 1].max() - np.median(line[:, 1]) > 40
    assert len(line) <= 2 * 1200 + 2


@given(st.integers(1, 3000), st.integers(0, 2**31))
def test_column_extremes_keep_both_extremes(n: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=n)
    points = column_extremes(y, 0.0, 600 / max(n - 1, 1))
    drawn = [v for _, v in points]
    assert (min(drawn), max(drawn)) == (y.min(), y.max())
    xs = [x for x, _ in points]
    assert xs == sorted(xs)
    assert 0 <= min(xs) <= max(xs) <= 600 + 1e-6


@pytest.mark.parametrize("height_uv", [0.0, 0.3, 7.0, 199.0, 201.0, 5_000.0, 250_000.0])
def test_nothing_leaves_the_picture(height_uv: float) -> None:
    samples = np.linspace(-height_uv, height_uv, 1000, dtype=np.float32)
    for line in lines(draw_trace(spec(), samples)):
        assert line[:, 0].min() >= 0
        assert line[:, 0].max() <= WIDTH
        assert line[:, 1].min() >= 33.9
        assert line[:, 1].max() <= HEIGHT


def test_amplitude_bar_has_the_length_it_says() -> None:
    svg = draw_trace(spec(), pulse(1000, 500, -100.0))
    bar = re.search(r'd="M 622 [\d.]+ v ([\d.]+)"', svg.decode())
    label = next(w for w in words(svg) if w.endswith("µV"))
    (line,) = lines(svg)
    uv_per_unit = 100.0 / (line[:, 1].max() - line[:, 1].min())
    assert bar is not None
    assert float(bar.group(1)) * uv_per_unit == pytest.approx(float(label.split()[0]), rel=0.01)


def test_time_bar_has_the_length_it_says() -> None:
    svg = draw_trace(spec(1001), pulse(1001, 500, -100.0))
    bar = re.search(r'd="M ([\d.]+) 152 H ([\d.]+)"', svg.decode())
    label = next(w for w in words(svg) if w.endswith(" ms"))
    assert bar is not None
    length_ms = (float(bar.group(2)) - float(bar.group(1))) / 600 * 100.1
    assert length_ms == pytest.approx(float(label.split()[0]), rel=0.01)


def test_large_amplitudes_are_in_millivolt() -> None:
    assert "5 mV" in words(draw_trace(spec(), pulse(1000, 5, 15_000.0)))


def test_quiet_rest_is_not_blown_up() -> None:
    noise = np.random.default_rng(1).normal(0, 3, 1000).astype(np.float32)
    assert "20 µV" in words(draw_trace(spec(kind="rest"), noise))


def test_marks_have_letter_and_filled_shape_at_their_place() -> None:
    svg = draw_trace(spec(1001, marks=(100, 900)), np.zeros(1001, np.float32))
    assert [w for w in words(svg) if w == "F"] == ["F", "F"]
    shapes = re.findall(r'<path d="M ([\d.]+) 22.00 L [^"]+Z" fill="#0b4f8a"', svg.decode())
    assert [float(x) for x in shapes] == [60.0, 540.0]


def test_shapes_differ_by_class() -> None:
    drawn = {
        re.findall(
            r'<path d="([^"]+)" fill="#0b4f8a"', draw_trace(s, np.zeros(1000, np.float32)).decode()
        )[0]
        for s in (spec(kind=k, marks=(500,)) for k in ("fib", "psw", "fp", "other"))
    }
    assert len(drawn) == 4


def test_letters_of_dense_marks_do_not_overlap() -> None:
    svg = draw_trace(spec(marks=tuple(range(0, 1000, 5))), np.zeros(1000, np.float32))
    root = ET.fromstring(svg)
    xs = [float(t.attrib["x"]) for t in root.iter(f"{SVG}text") if t.text == "F"]
    assert len(xs) > 20
    assert min(np.diff(xs)) >= 12


def test_lost_samples_break_the_line_and_are_named() -> None:
    samples = np.ones(1000, np.float32)
    samples[400:600] = np.nan
    svg = draw_trace(spec(), samples)
    first, second = lines(svg)
    assert first[:, 0].max() < 241
    assert second[:, 0].min() > 359
    assert "samples lost" in words(svg)
    assert b"nan" not in svg.lower()


def test_stretch_without_any_sample_can_be_drawn() -> None:
    svg = draw_trace(spec(), np.full(1000, np.nan, np.float32))
    assert lines(svg) == []
    assert "samples lost" in words(svg)


def test_enlarged_part_shows_the_same_samples() -> None:
    samples = pulse(1000, 500, -100.0)
    svg = draw_trace(spec(enlarged=SampleInterval(450, 550)), samples)
    whole, part = lines(svg)
    assert part[:, 0].min() == pytest.approx(460)
    assert part[:, 0].max() == pytest.approx(600)
    assert part[:, 1].min() == whole[:, 1].min()
    assert len([w for w in words(svg) if w.endswith(" ms")]) == 2


def test_settings_are_escaped() -> None:
    svg = draw_trace(spec(settings='<a> & "b"'), np.zeros(1000, np.float32))
    assert '<a> & "b"' in words(svg)


@pytest.mark.parametrize(
    ("value", "step"), [(1.0, 1.0), (1.01, 2.0), (2.0, 2.0), (4.9, 5.0), (5.1, 10.0), (0.03, 0.05)]
)
def test_steps_are_1_2_5(value: float, step: float) -> None:
    assert nice_step(value) == pytest.approx(step)


def test_same_samples_same_bytes(typical: Any) -> None:
    report = build_report(typical.source())
    assert draw_figures(report, typical.provide) == draw_figures(report, typical.provide)
