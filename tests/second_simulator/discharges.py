"""Discharges as parts of a scenario: each maker gives a function that draws on a canvas.

``snr`` names a range of the largest deflection over the noise rms; the amplitude is then kept
inside the published range of the class, so that a quiet recording is not made absurd.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.second_simulator import rhythms, shapes
from tests.second_simulator.canvas import Canvas
from tests.second_simulator.rhythms import Span
from tests.second_simulator.shapes import Shape
from tests.second_simulator.truth import Floats

Part = Callable[[Canvas], None]
SNR: dict[str, Span] = {
    "large": (30.0, 100.0), "easy": (12.0, 25.0), "medium": (6.0, 10.0), "hard": (3.2, 5.0),
}  # fmt: skip
# Published peak-to-peak ranges, uV (waveforms.csv). Sharp waves: S3 gives 100-400, K up to 1 mV;
# the lower end is halved here, so that some are seen from afar.
FIB_UV, PSW_UV = (20.0, 1000.0), (50.0, 1000.0)
FIB_MS, PSW_MS = (1.0, 5.0), (10.0, 100.0)
UNIT_UV, CRD_UV, MYOTONIC_UV = (100.0, 2000.0), (100.0, 1000.0), (10.0, 1000.0)


def _sized(canvas: Canvas, shape: Shape, snr: str, limits: Span) -> Shape:
    """The shape brought to the asked size over the noise, behind the recording's filters."""
    wanted = canvas.rng.uniform(*SNR[snr]) * canvas.at.noise_uv
    sized = shape.scaled(wanted / canvas.recorded(shape).peak_uv)
    total = float(np.ptp(sized.uv))
    return sized.scaled(float(np.clip(total, *limits)) / total)


def _span(canvas: Canvas, span: Span | None) -> Span:
    return span or (0.02 * canvas.at.seconds, 0.98 * canvas.at.seconds)


def _lasting(canvas: Canvas, maker: Callable[[], Shape], limits_ms: Span) -> Shape:
    """A shape whose length as recorded, filters included, lies in the published range.

    Raises
    ------
    RuntimeError
        If 300 draws give none.
    """
    for _ in range(300):
        shape = maker()
        if limits_ms[0] <= canvas.recorded(shape).duration_ms <= limits_ms[1]:
            return shape
    raise RuntimeError(f"no shape lasts {limits_ms} ms behind these filters; widen the range")


def fibs(
    rate_hz: Span, snr: str, *, span: Span | None = None, channel: int = 0, cv: float = 0.04,
    kind: str = "regular", negative_first: bool = False,
) -> Part:  # fmt: skip
    """A train of fibrillation potentials; ``kind``: regular, slowing or irregular (S1, S5)."""

    def draw(canvas: Canvas) -> None:
        rng, rate = canvas.rng, canvas.rng.uniform(*rate_hz)
        shape = _lasting(
            canvas,
            lambda: shapes.fibrillation(rng, 100.0, rng.uniform(1.2, 4.5), negative_first),
            FIB_MS,
        )
        at = _span(canvas, span)
        if kind == "slowing":
            times = rhythms.slowing(rng, at, rate, cv)
        elif kind == "irregular":
            times = rhythms.irregular(rng, at, rate, rng.uniform(0.3, 0.45), 0.04)
        else:
            times = rhythms.regular(rng, at, rate, cv)
        shape = _sized(canvas, shape, snr, FIB_UV)
        detail = "negative first" if negative_first else kind
        canvas.add("fib", shape, times, channel=channel, detail=detail)

    return draw


def sharp_waves(
    rate_hz: Span, snr: str, *, span: Span | None = None, channel: int = 0, cv: float = 0.04,
    length_ms: Span = (10.0, 30.0),
) -> Part:  # fmt: skip
    """A train of positive sharp waves (S1, S3)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        shape = _lasting(
            canvas, lambda: shapes.positive_sharp_wave(rng, 100.0, rng.uniform(*length_ms)), PSW_MS
        )
        times = rhythms.regular(rng, _span(canvas, span), rng.uniform(*rate_hz), cv)
        canvas.add("psw", _sized(canvas, shape, snr, PSW_UV), times, channel=channel)

    return draw


def fasciculations(
    per_min: float, snr: str, *, channel: int = 0, shape_kind: str = "simple",
    pair_part: float = 0.0, also: int | None = None,
) -> Part:  # fmt: skip
    """One focus: a unit that fires at random, simple, complex or in pairs (S27, S28, S33).

    ``also``: a second channel that sees the same unit smaller and in another shape.
    """

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        if shape_kind == "complex":
            unit = shapes.motor_unit(rng, 400.0, (9.0, 25.0), (5, 10))
        else:
            unit = shapes.motor_unit(rng, 300.0, (5.0, 18.0))
        unit = _sized(canvas, unit, snr, (80.0, 2000.0))
        drawn: Sequence[Shape] = [unit]
        if shape_kind == "complex":
            drawn = shapes.variants(rng, unit, 6, 0.15)
        margin = 0.5
        times = rhythms.random(rng, (margin, canvas.at.seconds - margin), per_min / 60.0, 0.26)
        if pair_part:
            times = rhythms.pairs(rng, times, rng.uniform(0.012, 0.09), pair_part)
        detail = "double" if pair_part else shape_kind
        canvas.add("fp", drawn, times, channel=channel, detail=detail)
        if also is not None:
            far = shapes.motor_unit(rng, 100.0, (7.0, 18.0))
            far = _sized(canvas, far, "medium", (50.0, 1000.0))
            canvas.add("fp", far, times, channel=also, detail=detail)

    return draw


def myokymia(
    snr: str, *, size: Span = (3, 12), burst_hz: Span = (0.4, 3.0), channel: int = 0,
    span: Span | None = None,
) -> Part:  # fmt: skip
    """Semi-rhythmic bursts of one unit, each burst an event (S15, S16, K)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        unit = _sized(canvas, shapes.motor_unit(rng, 300.0, (5.0, 13.0)), snr, UNIT_UV)
        rate, cv = rng.uniform(*burst_hz), rng.uniform(0.08, 0.22)
        groups = rhythms.bursts(rng, _span(canvas, span), rate, cv, size, (20, 60))
        for times in groups:
            canvas.add("myokymic", unit, times, channel=channel)

    return draw


def multiplets(snr: str, *, rate_hz: float = 0.6, largest: int = 4, channel: int = 0) -> Part:
    """Doublets, triplets, multiplets at random times (S13, S14)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        unit = shapes.motor_unit(rng, 300.0, (3.0, 8.0))
        unit = _sized(canvas, unit, snr, UNIT_UV)
        for times in rhythms.multiplets(rng, _span(canvas, None), rate_hz, largest):
            canvas.add("multiplet", unit, times, channel=channel)

    return draw


def neuromyotonia(starts_s: Sequence[float], snr: str, *, channel: int = 0) -> Part:
    """Trains of 0.4-2.5 s with falling amplitude (S13-S15)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        for start in starts_s:
            unit = shapes.motor_unit(rng, 300.0, (2.0, 5.0), (2, 3))
            unit = _sized(canvas, unit, snr, UNIT_UV)
            run = rhythms.neuromyotonic(rng, start, rng.uniform(0.4, 2.5))
            canvas.add("neuromyotonic", unit, run.times, sizes=run.sizes, channel=channel)

    return draw


def _drawn(
    rng: np.random.Generator,
    maker: Callable[[np.random.Generator, float, float], Shape],
    lengths_ms: Span,
) -> Shape:
    return maker(rng, 100.0, rng.uniform(*lengths_ms))


def myotonia(starts_s: Sequence[float], snr: str, *, wave: bool = False, channel: int = 0) -> Part:
    """Waxing and waning discharges of 2-6 s; spikes or positive waves (S8)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        for start in starts_s:
            maker, lengths, limits = (
                (shapes.positive_sharp_wave, (6.0, 18.0), (5.0, 20.0))
                if wave
                else (shapes.fibrillation, (1.5, 4.5), FIB_MS)
            )
            fibre = _lasting(canvas, partial(_drawn, rng, maker, lengths), limits)
            fibre = _sized(canvas, fibre, snr, MYOTONIC_UV)
            run = rhythms.myotonic(rng, start, rng.uniform(2.0, 6.0))
            canvas.add(
                "myotonic", fibre, run.times, sizes=run.sizes, channel=channel,
                detail="wave" if wave else "spike",
            )  # fmt: skip

    return draw


def repetitive(
    spans: Sequence[Span], snr: str, *, rate_hz: Span = (8.0, 45.0), blocking: bool = False,
    channel: int = 0,
) -> Part:  # fmt: skip
    """Complex repetitive discharges: abrupt, uniform, polyphasic (S9-S12).

    Each further span is the same machine with another complex or rate: an abrupt change.
    """

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        for span in spans:
            rate = rng.uniform(*rate_hz)
            length = min(rng.uniform(6.0, 40.0), 700.0 / rate)
            shape, blocked = shapes.complex_of_fibres(rng, 300.0, length, int(rng.integers(4, 13)))
            sized = _sized(canvas, shape, snr, CRD_UV)
            factor = float(np.ptp(sized.uv) / np.ptp(shape.uv))
            drawn = [sized, sized, sized, blocked.scaled(factor)] if blocking else [sized]
            cv = rng.uniform(0.004, 0.02)
            times = rhythms.regular(rng, span, rate, cv, 0.02)
            canvas.add("crd", drawn, times, channel=channel, jitter=0.01)

    return draw


@dataclass(frozen=True, slots=True)
class Effort:
    """When and how strongly a person contracts."""

    spans: tuple[Span, ...]
    level: float
    n_units: int


def voluntary(
    effort: Effort, snr: str, *, channel: int = 0, satellites: bool = False,
    kind: tuple[Span, tuple[int, int]] = ((6.0, 14.0), (2, 4)),
) -> Part:  # fmt: skip
    """Units switched on and off by will, with recruitment (S39, S45)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        drive = rhythms.by_will(rng, canvas.at.seconds, list(effort.spans), effort.level)
        cv = rng.uniform(0.1, 0.2)
        for times in rhythms.voluntary(rng, effort.n_units, drive, 0.02, cv):
            if times.size < 3:
                continue
            unit = _sized(canvas, shapes.motor_unit(rng, 400.0, *kind), snr, (100.0, 3000.0))
            canvas.add("mup", unit, times, channel=channel, jitter=0.04)
            if satellites:
                _satellite(canvas, times, unit, channel)

    return draw


def _satellite(canvas: Canvas, times: Floats, unit: Shape, channel: int) -> None:
    """A spike locked to its unit after a flat pause; its truth counts as the unit's (S46)."""
    rng = canvas.rng
    late = 1e-3 * (unit.duration_ms + rng.uniform(4.0, 12.0))
    spike = shapes.fibrillation(rng, rng.uniform(40.0, 200.0), rng.uniform(1.0, 3.0))
    fired = times[rng.random(times.size) < 0.95]
    locked = fired + late + 4e-5 * rng.standard_normal(fired.size)
    canvas.add("mup", spike, locked, channel=channel, detail="satellite")


def cramp(span: Span, snr: str, *, channel: int = 0) -> Part:
    """Units that join step by step at 6-25 Hz with CV 0.45, and sputter out (S26)."""

    def draw(canvas: Canvas) -> None:
        rng, length = canvas.rng, span[1] - span[0]
        n_units = int(rng.integers(6, 13))
        peaks, first, last = [], span[1], span[0]
        for n in range(n_units):
            unit = _sized(canvas, shapes.motor_unit(rng, 400.0, (5.0, 14.0)), snr, UNIT_UV)
            start = span[0] + 0.35 * length * n / n_units
            stop = span[1] - rng.uniform(0.0, 0.35) * length
            stop = span[1] if n == 0 else stop
            times = rhythms.irregular(rng, (start, stop), rng.uniform(8.0, 22.0), 0.45, 0.012)
            event = canvas.add("cramp", unit, times, channel=channel)
            if event is not None:
                canvas.events.pop()
                first, last = min(first, times[0]), max(last, times[-1])
                peaks.append(event)
        if peaks:
            canvas.stretch("cramp", first, last + 0.01, channel, f"{n_units} units")

    return draw


def endplate_noise(amplitude_uv: Span, rate_hz: float, *, span: Span | None = None,
                   channel: int = 0) -> Part:  # fmt: skip
    """Dense negative waves, Poisson, of several sources (S2, K)."""

    def draw(canvas: Canvas) -> None:
        rng, at = canvas.rng, _span(canvas, span)
        for _ in range(6):
            wave = shapes.endplate_noise_wave(rng, rng.uniform(*amplitude_uv))
            times = rhythms.random(rng, at, rate_hz / 6, 0.002)
            sizes = rng.uniform(0.5, 1.2, times.size)
            if canvas.add("epn", wave, times, sizes=sizes, channel=channel) is not None:
                canvas.events.pop()
        canvas.stretch("epn", *at, channel, "noise")

    return draw


def endplate_spikes(
    rate_hz: Span, *, bursts: bool = False, positive: bool = False, span: Span | None = None,
    channel: int = 0, snr: str = "easy",
) -> Part:  # fmt: skip
    """Irregular spikes, negative first (S2, S5), or turned positive (S6)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        shape = shapes.endplate_spike(rng, 200.0, positive)
        shape = _sized(canvas, shape, snr, (50.0, 300.0))
        times = rhythms.endplate(rng, _span(canvas, span), rng.uniform(*rate_hz), bursts)
        detail = "positive" if positive else "bursts" if bursts else ""
        canvas.add("eps", shape, times, channel=channel, jitter=0.08, detail=detail)

    return draw


def metronome(rate_hz: Span, snr: str, *, channel: int = 0) -> Part:
    """Spontaneous continuous single unit: 1.3-18 Hz, CV 3.5 % (S20)."""

    def draw(canvas: Canvas) -> None:
        rng = canvas.rng
        unit = _sized(canvas, shapes.motor_unit(rng, 300.0, (6.0, 14.0)), snr, UNIT_UV)
        times = rhythms.regular(rng, _span(canvas, None), rng.uniform(*rate_hz), 0.035, 0.05)
        canvas.add("scmusd", unit, times, channel=channel)

    return draw


def unclear(per_min: float, *, channel: int = 0) -> Part:
    """Small single spikes without rhythm, all different: nobody can tell; all is ignorable."""

    def draw(canvas: Canvas) -> None:
        rng, at = canvas.rng, _span(canvas, None)
        for time in rhythms.random(rng, at, per_min / 60.0):
            shape = shapes.fibrillation(rng, 100.0, rng.uniform(1, 6), rng.random() < 0.5)
            shape = _sized(canvas, shape, "hard", (10.0, 200.0))
            if canvas.add("fib", shape, np.array([time]), channel=channel) is not None:
                canvas.events.pop()
        canvas.stretch("cannot_tell", 0.0, canvas.at.seconds, channel, "single small spikes")

    return draw
