"""Times of discharges, in seconds; every maker gives a sorted array inside ``start, stop``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.second_simulator.truth import Floats

Span = tuple[float, float]
Generator = np.random.Generator


def regular(rng: Generator, span: Span, rate_hz: float, cv: float, drift: float = 0.15) -> Floats:
    """A pacemaker with Gaussian local jitter and a slow drift of the rate (S1; CV <= 0.1, I).

    ``drift`` is the largest relative change of the interval, half as a ramp and half as a wave
    of 15-40 s.
    """
    ramp, wave = drift * rng.uniform(-0.5, 0.5), drift * rng.uniform(0.0, 0.5)
    period, phase = rng.uniform(15.0, 40.0), rng.uniform(0, 2 * np.pi)
    times, now = [], span[0] + rng.random() / rate_hz
    while now < span[1]:
        times.append(now)
        part = (now - span[0]) / (span[1] - span[0])
        slow = 1 + ramp * (2 * part - 1) + wave * np.sin(2 * np.pi * now / period + phase)
        now += slow * max(0.2, 1 + cv * rng.standard_normal()) / rate_hz
    return np.array(times)


def slowing(rng: Generator, span: Span, rate_hz: float, cv: float) -> Floats:
    """Regular, but the last third slows to a third of the rate and stops (S1)."""
    times, now = [], span[0]
    while now < span[1]:
        times.append(now)
        part = max(0.0, ((now - span[0]) / (span[1] - span[0]) - 0.66) / 0.34)
        now += (1 + 2 * part) * max(0.2, 1 + cv * rng.standard_normal()) / rate_hz
    return np.array(times)


def irregular(rng: Generator, span: Span, rate_hz: float, cv: float, least_s: float) -> Floats:
    """Gamma intervals above a least one: irregular fibrillations, end-plate spikes (S5)."""
    mean = 1 / rate_hz - least_s
    shape = (mean / (cv / rate_hz)) ** 2
    n = round(2 * (span[1] - span[0]) * rate_hz) + 20
    times = span[0] + np.cumsum(least_s + rng.gamma(shape, mean / shape, n))
    return times[times < span[1]]


def random(rng: Generator, span: Span, rate_hz: float, dead_s: float = 0.02) -> Floats:
    """Poisson with a dead time: fasciculations (S28), pops, end-plate noise."""
    n = round(2 * (span[1] - span[0]) * rate_hz) + 20
    gap = max(1 / rate_hz - dead_s, 0.1 / rate_hz)
    times = span[0] + np.cumsum(dead_s + rng.exponential(gap, n))
    return times[times < span[1]]


def endplate(rng: Generator, span: Span, rate_hz: float, bursts: bool) -> Floats:
    """Irregular intervals whose mean grows over the train; or bursts of 50-100 Hz (S5, K)."""
    times, now = [], span[0]
    while now < span[1]:
        times.append(now)
        part = (now - span[0]) / (span[1] - span[0])
        if bursts and rng.random() < 0.7:
            now += rng.uniform(0.010, 0.020)
        else:
            now += 0.006 + rng.gamma(1.3, (1 + part) / (1.3 * rate_hz))
    return np.array(times)


def bursts(
    rng: Generator, span: Span, burst_hz: float, burst_cv: float, size: Span, inside_hz: Span
) -> list[Floats]:
    """Groups of one unit parted by silence: myokymic discharges (S15, S16, K).

    Inside a burst the intervals vary by 8 % and widen a little; between the last and the next
    first there are at least 150 ms.
    """
    inside = 1 / rng.uniform(*inside_hz)
    found, now = [], span[0] + rng.random() / burst_hz
    while now < span[1]:
        n = int(rng.integers(round(size[0]), round(size[1]) + 1))
        steps = inside * (1 + 0.08 * rng.standard_normal(n)) * np.linspace(0.95, 1.15, n)
        burst = now + np.concatenate(([0.0], np.cumsum(np.clip(steps[:-1], 0.008, 0.07))))
        if burst[-1] >= span[1]:
            break
        found.append(burst)
        interval = max(0.3, 1 + burst_cv * rng.standard_normal()) / burst_hz
        now = max(now + interval, burst[-1] + 0.15)
    return found


def multiplets(rng: Generator, span: Span, rate_hz: float, largest: int) -> list[Floats]:
    """Doublets to multiplets, 2-20 ms apart with widening gaps, at random times (S13, S14, K)."""
    found = []
    for time in random(rng, span, rate_hz, 0.3):
        n = int(rng.integers(2, largest + 1))
        steps = rng.uniform(0.004, 0.010) * np.cumprod(rng.uniform(1.0, 1.25, n - 1))
        found.append(time + np.concatenate(([0.0], np.cumsum(np.minimum(steps, 0.020)))))
    return [burst for burst in found if burst[-1] < span[1]]


def pairs(rng: Generator, times: Floats, gap_s: float, part: float) -> Floats:
    """Some discharges are followed by a second after a nearly fixed gap (S33)."""
    chosen = times[rng.random(times.size) < part]
    return np.sort(np.concatenate((times, chosen + gap_s * (1 + 0.05 * rng.standard_normal(
        chosen.size)))))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sized:
    """Times with a factor of size for each."""

    times: Floats
    sizes: Floats


def neuromyotonic(rng: Generator, start: float, length_s: float) -> Sized:
    """150-300 Hz, gaps lengthen slowly, amplitude falls (S13-S15)."""
    first, last = rng.uniform(200.0, 290.0), rng.uniform(150.0, 190.0)
    sizes_end = rng.uniform(0.3, 0.6)
    times, now = [], start
    while now < start + length_s:
        times.append(now)
        rate = first + (last - first) * (now - start) / length_s
        now += (1 + 0.03 * rng.standard_normal()) / rate
    found = np.array(times)
    return Sized(found, 1 + (sizes_end - 1) * (found - start) / length_s)


def myotonic(rng: Generator, start: float, length_s: float) -> Sized:
    """Rate (20-80 Hz) and amplitude both wax and wane, smoothly (S8)."""
    low, high = rng.uniform(20.0, 28.0), rng.uniform(50.0, 80.0)
    top_rate, top_size = rng.uniform(0.2, 0.5, 2)
    small = rng.uniform(0.25, 0.45)

    def bump(part: float, top: float) -> float:
        warped = 0.5 * part / top if part < top else 0.5 + 0.5 * (part - top) / (1 - top)
        return float(np.sin(np.pi * warped) ** 1.5)

    times, sizes, now = [], [], start
    while now < start + length_s:
        part = (now - start) / length_s
        times.append(now)
        sizes.append(small + (1 - small) * bump(part, top_size))
        rate = low + (high - low) * bump(part, top_rate)
        now += (1 + 0.02 * rng.standard_normal()) / rate
    return Sized(np.array(times), np.array(sizes))


def voluntary(
    rng: Generator, n_units: int, drive: Floats, step_s: float, cv: float, gain: float = 12.0
) -> list[Floats]:
    """Units recruited by a drive of 0-1: renewal with Gaussian intervals, CV 0.1-0.3 (S45, K).

    A unit starts at 6-8 Hz (onset interval 132 +- 32 ms, S39) when the drive passes its
    threshold and rises to at most 28 Hz. The first unit's threshold is low.
    """
    thresholds = np.concatenate(([0.05], np.sort(rng.uniform(0.12, 0.9, n_units - 1))))
    found = []
    for threshold in thresholds:
        onset_hz = rng.uniform(6.0, 8.0)
        times, now = [], rng.random() * 0.1
        while now < drive.size * step_s:
            over = drive[min(int(now / step_s), drive.size - 1)] - threshold
            if over <= 0:
                now += 0.01 + 0.02 * rng.random()
                continue
            times.append(now)
            rate = min(onset_hz + gain * over, 28.0)
            now += max(0.35, 1 + cv * rng.standard_normal()) / rate
        found.append(np.array(times))
    return found


def by_will(
    rng: Generator, seconds: float, spans: list[Span], level: float, step_s: float = 0.02
) -> Floats:
    """A drive that rises within 0.3-1 s at each span, wavers by 10 %, and falls again."""
    t = np.arange(0.0, seconds, step_s)
    drive = np.zeros_like(t)
    for start, stop in spans:
        rise = rng.uniform(0.3, 1.0)
        ramp = np.clip(np.minimum((t - start) / rise, (stop - t) / rise), 0.0, 1.0)
        drive = np.maximum(drive, level * ramp)
    waver = 1 + 0.1 * np.sin(2 * np.pi * t / rng.uniform(1.5, 4.0) + rng.uniform(0, 6))
    return drive * waver
