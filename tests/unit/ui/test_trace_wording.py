"""What the trace view writes, and what it measures. Without Qt."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from emgview.model import SampleInterval
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.traces.geometry import HEADER_PX, Geometry
from emgview.ui.traces.measuring import measure, typical_deflections, value_at
from emgview.ui.traces.viewport import Viewport
from emgview.ui.traces.wording import (
    clock_text,
    elapsed_text,
    filter_text,
    gap_text,
    sensitivity_text,
    sweep_text,
    zone_text,
)

STARTED = datetime(2026, 11, 3, 10, 12, 30, tzinfo=timezone(timedelta(hours=1)))


def test_scales_are_stated_in_the_units_of_the_field() -> None:
    assert sweep_text(10) == "10 ms/div"
    assert sweep_text(2000) == "2 s/div"
    assert sensitivity_text(50) == "50 µV/div"
    assert sensitivity_text(2000) == "2 mV/div"


@pytest.mark.parametrize(
    ("seconds", "step", "text"),
    [
        (0.015, 0.015, "0:00.015"),  # once 0:00.02: a step of 15 ms needs three digits
        (3.9, 0.1, "0:03.9"),
        (59.9999, 0.1, "1:00.0"),
        (3600.0, 5.0, "1:00:00"),
        (75.0, 60.123, "1:15"),
    ],
)
def test_elapsed_time_has_the_digits_that_its_step_needs(
    seconds: float, step: float, text: str
) -> None:
    assert elapsed_text(seconds, step) == text


def test_clock_time_is_rounded_not_cut() -> None:
    """0.3 s is 299 999.99… µs as a float: it was shown as .299."""
    assert clock_text(STARTED, 0.3, 0.001) == "10:12:30.300"
    assert clock_text(STARTED, 29.99999, 0.1) == "10:13:00.0"


def test_the_zone_of_the_clock_is_stated() -> None:
    assert zone_text(STARTED) == "UTC+01:00"
    assert zone_text(STARTED.astimezone(timezone.utc)) == "UTC"  # noqa: UP017


def test_filters_of_the_acquisition_are_stated_as_far_as_known() -> None:
    assert filter_text(10, 10_000) == "as recorded, 10 Hz – 10 kHz"
    assert filter_text(None, 500) == "as recorded, ? – 500 Hz"
    assert filter_text(None, None) == "as recorded, filters not stated"


def test_a_gap_says_how_long_it_is() -> None:
    assert gap_text(3000, 20_000) == "gap 150 ms"
    assert gap_text(50_000, 20_000) == "gap 2.5 s"


def answer(samples: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> TraceAnswer:
    window = SampleInterval(100, 100 + len(samples))
    request = TraceRequest(1, "r", window, 1000, (0, 2))
    return TraceAnswer(request, samples, None, None, filtered=False)


def wave() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    samples = np.zeros((1000, 2), dtype=np.float32)
    samples[500, 1], samples[510, 1] = -120, 80
    return samples


def test_a_stretch_measures_length_and_peak_to_peak() -> None:
    found = measure(answer(wave()), 1, SampleInterval(590, 620), 10_000)
    assert found.seconds == pytest.approx(0.003)
    assert found.peak_to_peak_uv == pytest.approx(200)
    assert found.text() == "Δt 3.00 ms   333 Hz   200 µV p-p"


def test_columns_measure_the_same_as_samples() -> None:
    whole = answer(wave())
    low = wave().reshape(100, 10, 2)
    request = TraceRequest(1, "r", whole.request.interval, 100, (0, 2))
    columns = TraceAnswer(request, None, low.min(axis=1), low.max(axis=1), filtered=False)
    stretch = SampleInterval(590, 620)
    assert measure(columns, 1, stretch, 1e4) == measure(whole, 1, stretch, 1e4)


def test_no_amplitude_is_measured_where_there_is_no_data() -> None:
    nothing = np.full((50, 2), np.nan, dtype=np.float32)
    assert measure(answer(nothing), 0, SampleInterval(110, 120), 1e4).peak_to_peak_uv is None
    assert measure(answer(wave()), 0, SampleInterval(0, 50), 1e4).peak_to_peak_uv is None


def test_the_value_under_the_pointer_is_that_of_its_channel() -> None:
    shown = answer(wave())
    assert value_at(shown, 2, 600) == -120
    assert value_at(shown, 0, 600) == 0
    assert value_at(shown, 1, 600) is None
    assert value_at(shown, 2, 99) is None


def test_typical_deflections_do_not_follow_one_artefact() -> None:
    samples = np.full((1000, 2), 40, dtype=np.float32)
    samples[7] = 1e6
    samples[:, 1] = np.nan
    assert typical_deflections(answer(samples)) == (40.0, None)


@pytest.mark.parametrize("n_lanes", [1, 4, 32, 64])
@pytest.mark.parametrize("height", [200, 900])
def test_marks_stay_in_their_lane(n_lanes: int, height: int) -> None:
    """Rows of marks once hung into the lanes below."""
    g = Geometry(1600, height, n_lanes)
    assert g.mark_rows >= 1
    assert g.mark_rows == 1 or g.mark_rows * g.mark_row_px <= g.lane_height / 2


def test_places_and_samples_agree() -> None:
    g, v = Geometry(1712, 900, 1), Viewport(20_000, 10**6, 5000, 10.0, (50.0,))
    assert g.sample_at(g.x_of(5777, v), v) == 5777
    assert g.x_of(5000, v) == g.plot_left
    assert g.lane_at(HEADER_PX - 1) is None
    assert g.lane_at(g.plot_bottom + 1) is None


def test_ten_divisions_of_50_uv_fill_the_height_of_one_lane() -> None:
    g = Geometry(1600, 854, 1)
    lane = g.lane(0, 50.0, inverted=False)
    assert lane.pixels_per_uv * 500 == pytest.approx(lane.height)
