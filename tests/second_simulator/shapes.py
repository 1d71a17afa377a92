"""Waveforms of single potentials as fine-grained arrays.

Every maker gives a :class:`Shape`: microvolts on a grid of ``FINE_HZ``. The families were chosen
to differ from a line source: sums of Gaussians, Gabor functions, derivatives of gamma functions,
and sums of delayed single-fibre spikes. Sizes and lengths: waveforms.csv, tags in each docstring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.second_simulator.truth import Floats

FINE_HZ = 240_000.0
_VISIBLE = 0.05  # part of peak to peak from which a deflection counts as seen


@dataclass(frozen=True, slots=True)
class Shape:
    """``uv`` at FINE_HZ, baseline at both ends."""

    uv: Floats

    @property
    def peak(self) -> int:
        """Index of the largest deflection."""
        return int(np.argmax(np.abs(self.uv)))

    @property
    def peak_uv(self) -> float:
        """Size of the largest deflection."""
        return float(np.abs(self.uv).max())

    @property
    def span(self) -> tuple[int, int]:
        """First and last visible index (5 % of peak to peak)."""
        seen = np.flatnonzero(np.abs(self.uv) > _VISIBLE * np.ptp(self.uv))
        return int(seen[0]), int(seen[-1])

    @property
    def duration_ms(self) -> float:
        """Visible length."""
        first, last = self.span
        return 1e3 * (last - first) / FINE_HZ

    @property
    def phases(self) -> int:
        """Visible excursions to one side of the baseline."""
        signs = np.sign(self.uv[np.abs(self.uv) > _VISIBLE * np.ptp(self.uv)])
        return 1 + int(np.count_nonzero(np.diff(signs)))

    @property
    def first_sign(self) -> int:
        """Side of the first visible deflection: 1 positive, -1 negative."""
        return int(np.sign(self.uv[self.span[0]]))

    def scaled(self, factor: float) -> Shape:
        """The same shape, larger or smaller."""
        return Shape(self.uv * factor)


def fitted(
    function: Callable[[Floats], Floats],
    support: tuple[float, float],
    duration_ms: float,
    amplitude_uv: float,
) -> Shape:
    """A function of unitless time brought to a visible length and a peak-to-peak size."""
    coarse = np.linspace(*support, 4001)
    values = function(coarse)
    seen = np.flatnonzero(np.abs(values) > _VISIBLE * np.ptp(values))
    unit_ms = duration_ms / (coarse[seen[-1]] - coarse[seen[0]])
    n = max(8, round((support[1] - support[0]) * unit_ms * 1e-3 * FINE_HZ))
    uv = function(np.linspace(*support, n))
    return Shape(uv * amplitude_uv / np.ptp(uv))


def _gauss(t: Floats, centre: float, width: float) -> Floats:
    bell: Floats = np.exp(-0.5 * ((t - centre) / width) ** 2)
    return bell


def fibrillation(
    rng: np.random.Generator, amplitude_uv: float, duration_ms: float, negative_first: bool = False
) -> Shape:
    """A spike of 2-3 phases, positive first, 1-5 ms (S1, S2); negative first at its origin."""
    family = rng.integers(3)
    first, last = rng.uniform(0.3, 0.9), rng.uniform(0.05, 0.5)
    skew, phase = rng.uniform(0.7, 1.6), rng.uniform(-0.6, 0.2)

    def gaussians(t: Floats) -> Floats:
        return (
            first * _gauss(t, -1.3, 0.6) - _gauss(t, 0.0, 0.5) + last * _gauss(t, 1.5, 0.8 * skew)
        )

    def gabor(t: Floats) -> Floats:
        return -np.cos(1.9 * t + phase) * _gauss(t, 0.0, 1.0)

    def gamma_slope(t: Floats) -> Floats:
        safe = np.maximum(t, 0.0)
        middle = 8.0 + 1.2 * (skew - 0.7)
        lobes: Floats = safe**2 * (12.0 - middle * safe + safe**2) * np.exp(-safe)
        return lobes

    if negative_first:
        return fitted(
            lambda t: -_gauss(t, 0, 0.5) + first * _gauss(t, 1.4, 0.8), (-4, 7),
            duration_ms, amplitude_uv,
        )  # fmt: skip
    support = ((-5.0, 8.0), (-5.0, 5.0), (-0.5, 25.0))[family]
    return fitted((gaussians, gabor, gamma_slope)[family], support, duration_ms, amplitude_uv)


def positive_sharp_wave(rng: np.random.Generator, amplitude_uv: float, duration_ms: float) -> Shape:
    """Steep positive deflection (< 5 ms), then a long low negative one (S1, S3, K)."""
    power, fast = rng.uniform(1.2, 2.5), rng.uniform(0.35, 0.6)
    slow, depth = rng.uniform(2.2, 4.0), rng.uniform(0.12, 0.35)

    def wave(t: Floats) -> Floats:
        safe = np.maximum(t, 0.0)
        steep = (safe / fast) ** power * np.exp(power * (1 - safe / fast))
        tail = (safe / slow) ** 2 * np.exp(2 * (1 - safe / slow))
        return steep - depth * tail

    return fitted(wave, (-0.5, 30.0), duration_ms, amplitude_uv)


def endplate_spike(rng: np.random.Generator, amplitude_uv: float, positive: bool) -> Shape:
    """Biphasic, negative first, 2-4 ms (S2, K); ``positive``: turned by a shifted tip (S6)."""
    after, width = rng.uniform(0.25, 0.7), rng.uniform(0.6, 1.1)
    duration = rng.uniform(2.0, 4.0)
    if positive:
        return fitted(
            lambda t: _gauss(t, 0, 0.45) - 0.4 * after * _gauss(t, 1.7, width), (-4, 7),
            duration, amplitude_uv,
        )  # fmt: skip
    return fitted(
        lambda t: -_gauss(t, 0, 0.45) + after * _gauss(t, 1.5, width), (-4, 7),
        duration, amplitude_uv,
    )  # fmt: skip


def endplate_noise_wave(rng: np.random.Generator, amplitude_uv: float) -> Shape:
    """Monophasic negative, 0.5-2 ms, 10-50 uV (S2, K)."""
    rise = rng.uniform(0.3, 0.6)
    return fitted(
        lambda t: -np.where(t < 0, _gauss(t, 0, rise), np.exp(-np.maximum(t, 0))), (-3, 8),
        rng.uniform(0.5, 2.0), amplitude_uv,
    )  # fmt: skip


def _fibre_spike(t_ms: Floats, width_ms: float) -> Floats:
    """A single-fibre spike: a skewed + - + of Hermite type."""
    u = t_ms / width_ms
    return -(1 - 0.85 * u**2 + 0.25 * u) * np.exp(-0.5 * u**2)


def _of_fibres(
    rng: np.random.Generator, n: int, spread_ms: float, slow: float, width_ms: tuple[float, float]
) -> Floats:
    t = np.arange(-60.0, 60.0, 1e3 / FINE_HZ)
    uv = np.zeros_like(t)
    for delay in rng.normal(0.0, spread_ms, n):
        width = rng.uniform(*width_ms)
        uv += rng.lognormal(0.0, 0.6) * _fibre_spike(t - delay, width)
    far = max(spread_ms, 0.4)
    uv += slow * np.abs(uv).max() * (
        0.5 * _gauss(t, -1.6 * far, 1.1 * far) + 0.35 * _gauss(t, 2.4 * far, 1.6 * far)
    )  # fmt: skip
    return uv


def _cut(uv: Floats) -> Floats:
    """The stretch that is not baseline (0.2 % of peak to peak), with a soft start and end."""
    seen = np.flatnonzero(np.abs(uv) > 0.002 * np.ptp(uv))
    return uv[max(0, seen[0] - 24) : seen[-1] + 24]


def motor_unit(
    rng: np.random.Generator,
    amplitude_uv: float,
    duration_ms: tuple[float, float] = (6.0, 14.0),
    phases: tuple[int, int] = (2, 4),
) -> Shape:
    """A sum of delayed fibre spikes whose length and phases lie in the given ranges (S27, S40).

    Raises
    ------
    RuntimeError
        If 600 draws give none.
    """
    for _ in range(600):
        spread = rng.uniform(0.08, 0.22) * rng.uniform(*duration_ms)
        many = phases[0] > 4
        widths = (0.2, 0.4) if many else (0.3, 0.9)
        n = int(rng.integers(5, 12) if many else rng.integers(4, 25))
        uv = _of_fibres(rng, n, spread, 0.1 if many else rng.uniform(0.1, 0.5), widths)
        shape = Shape(_cut(uv * amplitude_uv / np.ptp(uv)))
        if (
            duration_ms[0] <= shape.duration_ms <= duration_ms[1]
            and phases[0] <= shape.phases <= phases[1]
        ):
            return shape
    raise RuntimeError(f"no unit of {duration_ms} ms and {phases} phases; widen the ranges")


def variants(rng: np.random.Generator, shape: Shape, n: int, part: float) -> tuple[Shape, ...]:
    """The shape with a small late component moved or missing (jitter, blocking; S50, S12)."""
    found = []
    width = rng.uniform(0.2, 0.4)
    middle = shape.span[0] + int(rng.uniform(0.35, 0.8) * (shape.span[1] - shape.span[0]))
    t_ms = (np.arange(shape.uv.size, dtype=np.float64) - middle) * (1e3 / FINE_HZ)
    for _ in range(n):
        shift_ms = float(rng.normal(0.0, 0.25))
        size = 0.0 if rng.random() < 0.25 else part * float(np.ptp(shape.uv))
        found.append(Shape(shape.uv + size * _fibre_spike(t_ms - shift_ms, float(width))))
    return tuple(found)


def complex_of_fibres(
    rng: np.random.Generator, amplitude_uv: float, duration_ms: float, n: int
) -> tuple[Shape, Shape]:
    """A serrated complex of ``n`` spikes (S12) and the same with one spike blocked."""
    t = np.arange(-3.0, duration_ms + 3.0, 1e3 / FINE_HZ)
    inner = duration_ms - 1.6
    delays = 0.8 + inner * np.sort(np.append(rng.random(n - 2), (0.0, 1.0)))
    spikes = [
        rng.lognormal(0.0, 0.5) * rng.choice((1.0, -1.0), p=(0.75, 0.25))
        * _fibre_spike(t - delay, rng.uniform(0.25, 0.5))
        for delay in delays
    ]  # fmt: skip
    whole = np.sum(spikes, axis=0)
    factor = amplitude_uv / np.ptp(whole)
    return Shape(whole * factor), Shape((whole - spikes[int(rng.integers(n))]) * factor)


def heart_wave(rng: np.random.Generator, amplitude_uv: float) -> Shape:
    """P, QRS and T seen from a muscle: 20-100 ms of QRS (K)."""
    qrs = rng.uniform(20.0, 60.0)
    t = np.arange(-300.0, 450.0, 1e3 / FINE_HZ)
    sign = rng.choice((1.0, -1.0))
    uv = (
        0.1 * _gauss(t, -160, 22) - 0.15 * _gauss(t, -0.3 * qrs, 0.1 * qrs)
        + _gauss(t, 0, 0.12 * qrs) - rng.uniform(0.1, 0.5) * _gauss(t, 0.35 * qrs, 0.12 * qrs)
        + 0.2 * _gauss(t, 260, 40)
    )  # fmt: skip
    return Shape(sign * uv * amplitude_uv / np.ptp(uv))


def pop(rng: np.random.Generator, amplitude_uv: float) -> Shape:
    """A step (< 0.2 ms), then a one-sided decay with 5-100 ms (K)."""
    decay = rng.uniform(5.0, 60.0)
    t = np.arange(0.0, 8 * decay, 1e3 / FINE_HZ)
    uv = (1 - np.exp(-t / 0.04)) * np.exp(-t / decay)
    return Shape(rng.choice((1.0, -1.0)) * amplitude_uv * uv)


def pulse(width_ms: float, amplitude_uv: float, biphasic: bool, recover_ms: float = 0.0) -> Shape:
    """A rectangular pulse of a machine, with an exponential afterwave if asked."""
    t = np.arange(-0.1, 3 * width_ms + 6 * recover_ms, 1e3 / FINE_HZ)
    uv = ((t >= 0) & (t < width_ms)).astype(float)
    if biphasic:
        uv -= ((t >= width_ms) & (t < 2 * width_ms)).astype(float)
    if recover_ms:
        uv -= np.where(t >= width_ms, 0.15 * np.exp(-(t - width_ms) / recover_ms), 0.0)
    return Shape(uv * amplitude_uv)
