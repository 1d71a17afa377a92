"""Two fibres of one shape: an irregular unit that falls into regular trains is parted.

Fibres near the needle can give potentials that differ by little more than their size. Taken as one
unit, their interleaved regular trains look irregular, and the most telling sign is lost. A unit
without a rhythm is cut in two along size or its main components of shape; the cut stands only if
trains with a rhythm come out of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.chains import regular_chains
from emgview.detection.parameters import Parameters
from emgview.detection.products import product, scatter
from emgview.detection.templates import Unit
from emgview.signal.rhythm import rhythm, split_at_pauses

Float = NDArray[np.float64]

_DEEPEST = 3


def split_units(units: list[Unit], fs: float, p: Parameters) -> list[Unit]:
    """All units, those without a rhythm parted where that gives them one."""
    found: list[Unit] = []
    for unit in units:
        found += _split(unit, fs, p, 0)
    return sorted(found, key=lambda unit: unit.times[0])


def _split(unit: Unit, fs: float, p: Parameters, depth: int) -> list[Unit]:
    """By shape where that gives a rhythm, else by rhythm alone."""
    n = len(unit.times)
    if depth >= _DEEPEST or n < 2 * p.split.least:
        return [unit]
    whole = _regular_share(np.asarray(unit.times), fs, p)
    if whole > p.split.enough:
        return [unit]
    best: tuple[float, NDArray[np.bool_]] | None = None
    for feature in _features(unit):
        mask = feature > _valley(feature)
        if min(mask.sum(), n - mask.sum()) < p.split.least:
            continue
        share = _mean_share(unit, mask, fs, p)
        if best is None or share > best[0]:
            best = (share, mask)
    if best is None or best[0] < whole + p.split.gain:
        return _by_rhythm(unit, fs, p)
    parts = [_part(unit, best[1]), _part(unit, ~best[1])]
    return [piece for part in parts for piece in _split(part, fs, p, depth + 1)]


def _by_rhythm(unit: Unit, fs: float, p: Parameters) -> list[Unit]:
    """Trains that keep their period, and the rest.

    Where most discharges of the shape keep no period, a few that seem to are chance: end-plate
    spikes are dense enough for that.
    """
    parts = []
    rest = np.ones(len(unit.times), dtype=bool)
    for chain in regular_chains(np.asarray(unit.times) / fs, p):
        mask = np.zeros(len(unit.times), dtype=bool)
        mask[chain] = True
        rest &= ~mask
        parts.append(_part(unit, mask))
    if not parts or rest.mean() > 1 - p.chain.least_share:
        return [unit]
    return [*parts, _part(unit, rest)] if rest.any() else parts


def _mean_share(unit: Unit, mask: NDArray[np.bool_], fs: float, p: Parameters) -> float:
    times = np.asarray(unit.times)
    a, b = times[mask], times[~mask]
    total = len(a) * _regular_share(a, fs, p) + len(b) * _regular_share(b, fs, p)
    return total / len(times)


def _regular_share(times: NDArray[np.int64], fs: float, p: Parameters) -> float:
    """Part of the discharges that lie in runs with a rhythm."""
    regular = 0
    for part in split_at_pauses(times / fs, p.train.pause_factor, p.train.pause_least_s):
        found = rhythm(times[part] / fs)
        if found is not None and found.n >= 5 and found.local_cv <= p.split.local_cv:
            regular += found.n
    return regular / max(len(times), 1)


def _features(unit: Unit) -> list[Float]:
    """Size and the first two components of shape of each discharge, aligned to the template."""
    length = len(unit.shape)
    inside = np.flatnonzero(unit.support)
    if not len(inside):
        return []
    shapes = np.empty((len(unit.events), len(inside)))
    for row, event in zip(shapes, unit.events, strict=True):
        place = int(np.argmax(np.correlate(event.shape, unit.shape, "valid")))
        row[:] = event.shape[place : place + length][inside]
    size = product(shapes, unit.shape[inside, np.newaxis].astype(np.float64))[:, 0]
    size /= float(unit.shape @ unit.shape)
    shapes -= shapes.mean(axis=0)
    return [size, *_components(shapes).T]


def _components(rows: Float) -> Float:
    """Rows along their two directions of greatest variance, (n_rows, 2), of either sign.

    By the smaller of the two square matrices: few discharges or few samples.
    """
    from scipy.linalg import eigh

    few = len(rows) < rows.shape[1]
    matrix = scatter(rows.T if few else rows)
    n = len(matrix)
    values, vectors = eigh(matrix, subset_by_index=(max(n - 2, 0), n - 1), driver="evr")
    if few:
        return np.asarray(vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0)))
    return product(rows, vectors[:, ::-1])


def _valley(values: Float) -> float:
    """Threshold of greatest variance between two groups (Otsu 1979)."""
    ordered = np.sort(values)
    n = len(ordered)
    k = np.arange(1, n)
    below = np.cumsum(ordered)[:-1] / k
    above = (ordered.sum() - np.cumsum(ordered)[:-1]) / (n - k)
    between = k * (n - k) * (above - below) ** 2
    cut = int(np.argmax(between))
    return float((ordered[cut] + ordered[cut + 1]) / 2)


def _part(unit: Unit, mask: NDArray[np.bool_]) -> Unit:
    chosen = np.flatnonzero(mask)
    events = [unit.events[i] for i in chosen]
    length = len(unit.shape)
    middle = (len(events[0].shape) - length) // 2
    shape = np.mean([e.shape[middle : middle + length] for e in events], axis=0)
    times = [unit.times[i] for i in chosen]
    return Unit(shape.astype(np.float32), unit.support, events, times, parent=unit.relatives)
