"""How well a run fits each class: products of soft memberships between 0 and 1.

Each function names one class and reads like its definition. The numbers are in the parameter
file; the pairs that get mixed up are parted here: fibrillation potential and end-plate spike by
first deflection and regularity, fibrillation potential and motor unit by duration, positive sharp
wave and ECG by the width of the first lobe, muscle and machine by the exactness of the period.
"""

from __future__ import annotations

import numpy as np

from emgview.detection.parameters import Parameters
from emgview.detection.pattern_parameters import Range
from emgview.detection.runs import Run


def inside(value: float, limits: Range, margin: float = 0.3) -> float:
    """1 between the limits, falling to 0 at ``margin`` times the limit beyond them."""
    low, high = limits
    if value < low:
        return max(0.0, 1 - (low - value) / max(margin * low, 1e-12))
    if value > high:
        return max(0.0, 1 - (value - high) / max(margin * high, 1e-12))
    return 1.0


def at_most(value: float, limit: float, margin: float = 0.6) -> float:
    """1 up to the limit, falling to 0 at ``1 + margin`` times the limit."""
    return inside(value, (0.0, limit), margin)


def at_least(value: float, limit: float, margin: float = 0.4) -> float:
    """1 from the limit, falling to 0 at ``1 - margin`` times the limit."""
    return inside(value, (limit, float("inf")), margin)


def fib(run: Run, p: Parameters, fs: float) -> float:
    """Short spike, positive first, regular, sustained.

    A train that is not positive first may be end-plate spikes: it must be regular all over.
    """
    r, w = run.rhythm, run.waveform
    if r is None:
        return 0.0
    first = {"positive": 1.0, "negative": 0.6}.get(w.first_deflection, 0.6)
    span_s = (run.times[-1] - run.times[0]) / fs
    return (
        first
        * inside(w.duration_ms, p.fib.duration_ms, 0.2)
        * inside(w.amplitude_uv, p.fib.amplitude_uv)
        * inside(r.rate_hz, p.fib.rate_hz, 1.0)
        * at_most(r.local_cv, p.fib.local_cv)
        * _steady(run, p)
        * inside(w.n_phases, p.fib.phases)
        * at_least(r.n, p.train.least_fib)
        * (0.6 + 0.4 * at_least(span_s, p.fib.least_s))
        * (1 - _sharp_wave_shape(run, p))
    )


def irregular_fib(run: Run, p: Parameters, fs: float) -> float:
    """The irregular kind: short spikes of one shape, positive first, that go on and on.

    Its variation is above that of will; end-plate spikes, positive first or not, have a share of
    very short intervals (Partanen 2013). What lies between is left without a name.
    """
    r, w, f = run.rhythm, run.waveform, p.fib
    if r is None or w.first_deflection != "positive":
        return 0.0
    return (
        f.free_score
        * inside(w.duration_ms, f.free_duration_ms, 0.1)
        * inside(w.amplitude_uv, f.amplitude_uv)
        * inside(r.rate_hz, f.free_rate_hz)
        * inside(r.local_cv, f.free_cv, 0.05)
        * at_least(_short_interval(run) / (r.median_s * fs), f.free_shortest)
        * at_most(r.short_share, f.free_short_share)
        * inside(w.n_phases, f.phases)
        * at_least(r.n, f.free_n)
        * at_least((run.times[-1] - run.times[0]) / fs, f.free_least_s)
    )


def _short_interval(run: Run) -> float:
    """Samples that one interval in fifty is shorter than: one chance event is no short interval."""
    return float(np.sort(np.diff(run.times))[len(run.times) // 50])


def _steady(run: Run, p: Parameters) -> float:
    """Whether most intervals keep the beat, not only half of them."""
    if run.rhythm is None:
        return 1.0
    if run.waveform.first_deflection == "positive":
        return at_least(run.rhythm.on_beat, p.fib.on_beat)
    short = at_most(run.rhythm.short_share, p.fib.negative_short, 1.0)
    return short * at_least(run.rhythm.on_beat, p.fib.negative_on_beat, 0.2)


def psw(run: Run, p: Parameters, fs: float) -> float:
    """Sharp positive lobe, then a long low negative one; regular."""
    del fs
    r, w = run.rhythm, run.waveform
    if r is None:
        return 0.0
    return (
        _sharp_wave_shape(run, p)
        * inside(w.amplitude_uv, p.psw.amplitude_uv)
        * inside(r.rate_hz, p.psw.rate_hz)
        * at_most(r.local_cv, p.psw.local_cv)
        * at_least(r.n, p.train.least_fib)
    )


def _sharp_wave_shape(run: Run, p: Parameters) -> float:
    w = run.waveform
    if w.first_deflection != "positive" or w.peak_uv <= 0:
        return 0.0
    return (
        at_least(w.tail_ratio, p.psw.tail_ratio)
        * at_most(w.main_width_ms, p.psw.main_width_ms)
        * inside(w.duration_ms, p.psw.duration_ms, 0.4)
    )


def mup(run: Run, p: Parameters, fs: float) -> float:
    """Motor unit shape and rate, not quite regular."""
    del fs
    r, w = run.rhythm, run.waveform
    if r is None:
        return 0.0
    return (
        inside(w.duration_ms, p.mup.duration_ms)
        * inside(r.rate_hz, p.mup.rate_hz)
        * inside(r.local_cv, p.mup.local_cv, 0.5)
        * at_least(r.n, p.train.least_mup)
        * (1 - _sharp_wave_shape(run, p))
    )


def eps(run: Run, p: Parameters, fs: float) -> float:
    """Short spike, negative first, irregular."""
    del fs
    r, w = run.rhythm, run.waveform
    if r is None or w.first_deflection != "negative":
        return 0.0
    return (
        inside(w.duration_ms, p.eps.duration_ms, 0.2)
        * at_least(r.local_cv, p.eps.local_cv)
        * at_most(r.shortest_s, p.eps.shortest_s)
        * at_least(run.snr, p.eps.least_snr)
        * inside(r.rate_hz, p.eps.rate_hz)
        * at_least(r.n, p.train.least_mup)
    )


def machine(run: Run, p: Parameters, fs: float) -> float:
    """Exact period, as no muscle keeps it."""
    r = run.rhythm
    if r is None:
        return 0.0
    # the grid of samples alone gives this variation
    grid = 0.41 / (r.median_s * fs)
    return at_most(r.local_cv, p.machine.local_cv + grid) * at_least(r.n, p.train.least_machine)


def ecg(run: Run, p: Parameters, fs: float) -> float:
    """About one a second, slow flanks, long."""
    del fs
    r, w = run.rhythm, run.waveform
    if r is None:
        return 0.0
    return (
        inside(r.rate_hz, p.ecg.rate_hz, 0.1)
        * inside(r.local_cv, p.ecg.local_cv)
        * at_least(w.main_width_ms, p.ecg.main_width_ms)
        * inside(w.duration_ms, p.ecg.duration_ms)
        * at_least(r.n, p.train.least_mup)
    )


def single_unit(run: Run, p: Parameters, fs: float) -> float:
    """Motor unit shape, as regular as no will keeps it, for long.

    Rate and variation are those of a fibre: the duration must be clearly more (Posa 2020).
    """
    r, w = run.rhythm, run.waveform
    if r is None:
        return 0.0
    return (
        inside(w.duration_ms, p.regular_unit.duration_ms, 0.1)
        * inside(w.amplitude_uv, p.regular_unit.amplitude_uv)
        * inside(r.rate_hz, p.regular_unit.rate_hz)
        * at_most(r.local_cv, p.regular_unit.local_cv, 0.3)
        * at_least(r.on_beat, p.regular_unit.on_beat, 0.2)
        * at_least((run.times[-1] - run.times[0]) / fs, p.regular_unit.least_s)
        * at_least(r.n, p.regular_unit.least_n)
        * inside(w.n_phases, p.regular_unit.phases)
        * (1 - _sharp_wave_shape(run, p))
    )


SCORES = {
    "fib": fib,
    "psw": psw,
    "mup": mup,
    "eps": eps,
    "scmusd": single_unit,
    "art_stim": machine,
    "art_ecg": ecg,
}


def class_scores(run: Run, p: Parameters, fs: float) -> dict[str, float]:
    """Score of every class for a run; an exact period overrules all others."""
    scores = {name: score(run, p, fs) for name, score in SCORES.items()}
    scores["fib"] = max(scores["fib"], irregular_fib(run, p, fs))
    for name in ("fib", "psw", "mup", "eps", "scmusd"):
        scores[name] *= 1 - scores["art_stim"]
    for name in ("psw", "mup", "scmusd"):
        scores[name] *= 1 - scores["art_ecg"]
    return scores
