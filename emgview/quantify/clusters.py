"""Spikes that stand out, and groups of alike ones.

The group with most members within reach of one spike is taken first, then the next among the rest:
superpositions are alike to nothing and stay out. (Lost: one leader after the other as in the
detector, where a superposition that comes first founds a unit; average linkage, which joins two
units of one shape and somewhat different size.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emgview.detection.products import product
from emgview.quantify.band import Band
from emgview.quantify.parameters import Decomposition
from emgview.quantify.peaks import peak_places, running_max

Float = NDArray[np.float64]
Places = NDArray[np.float64]


def spike_places(band: Band, p: Decomposition, left: Float | None = None) -> Places:
    """Places of spikes between the samples, in order; of what is left of the band, if given.

    What is left of a discharge differs from noise by the changes of the unit from one discharge to
    the next: there a spike must be larger.
    """
    values = np.abs(band.samples if left is None else left)
    least: Float | float = p.spikes.threshold_sigma * band.sigma
    if left is not None:
        taken = running_max(np.abs(band.samples - left), band.n_samples(p.spikes.change_ms))
        least = least + p.spikes.change_fraction * taken
    found = peak_places(values, least, band.n_samples(p.spikes.apart_ms))
    if len(found) > p.spikes.greatest_number:
        found = np.sort(found[np.argsort(values[found])[-p.spikes.greatest_number :]])
    return np.asarray(found + _vertex(values, found), dtype=np.float64)


def _vertex(values: Float, at: NDArray[np.intp]) -> Float:
    """Offset of the top of the parabola through three samples, within half a sample."""
    left, mid, right = values[at - 1], values[at], values[at + 1]
    bend = left - 2 * mid + right
    offset = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1), 0.0)
    return np.clip(offset, -0.5, 0.5)


def windows_at(samples: Float, places: Places, before: int, after: int) -> Float:
    """Windows around places between samples, (n_places, before + after + 1).

    Shifted by the Fourier transform of a wider window; zero outside of the signal.
    """
    if not len(places):
        return np.empty((0, before + after + 1))
    margin = 8
    whole = np.floor(places).astype(np.intp)
    offsets = np.arange(-before - margin, after + margin + 1)
    index = whole[:, np.newaxis] + offsets
    inside = (index >= 0) & (index < len(samples))
    windows = np.where(inside, samples[np.clip(index, 0, len(samples) - 1)], 0.0)
    moved = shifted(windows, places - whole)
    return moved[:, margin:-margin]


def shifted(rows: Float, earlier: Float) -> Float:
    """Each row moved earlier by a part of a sample, (n_rows, n); a straight line joins the ends."""
    n = rows.shape[1]
    line = rows[:, :1] + (rows[:, -1:] - rows[:, :1]) * np.linspace(0, 1, n)
    turn = np.exp(2j * np.pi * np.fft.rfftfreq(n)[np.newaxis] * earlier[:, np.newaxis])
    if n % 2 == 0:
        turn[:, -1] = turn[:, -1].real
    moved = np.fft.irfft(np.fft.rfft(rows - line, axis=1) * turn, n, axis=1)
    step = (rows[:, -1:] - rows[:, :1]) / max(n - 1, 1)
    return np.asarray(moved + line + step * earlier[:, np.newaxis], dtype=np.float64)


def alike_groups(
    band: Band, places: Places, p: Decomposition, samples: Float | None = None
) -> list[NDArray[np.intp]]:
    """Indices of the spikes of each group, largest spikes first."""
    values = band.samples if samples is None else samples
    before, after = band.n_samples(p.cluster.before_ms), band.n_samples(p.cluster.after_ms)
    rows = windows_at(values, places, before, after)
    if len(rows) < p.cluster.least:
        return []
    near = _near(rows, band.sigma, p)
    groups: list[NDArray[np.intp]] = []
    free = np.ones(len(rows), dtype=bool)
    for _ in range(p.cluster.most_units):
        counts = (near & free).sum(axis=1) * free
        seed = int(np.argmax(counts))
        if counts[seed] < p.cluster.least:
            break
        members = np.flatnonzero(near[seed] & free)
        members = _regrown(rows, members, free, band.sigma, p)
        free[members] = False
        free[seed] = False
        if len(members) >= p.cluster.least:
            groups.append(members)
    return sorted(groups, key=lambda g: -float(np.abs(np.median(rows[g], axis=0)).max()))


def _near(rows: Float, sigma: float, p: Decomposition) -> NDArray[np.bool_]:
    """Whether two spikes differ by no more than noise and a part of their energy."""
    energy = np.einsum("ij,ij->i", rows, rows)
    distance = product(rows, np.ascontiguousarray(-2 * rows.T))
    distance += energy[:, np.newaxis]
    distance += energy
    smaller = np.minimum(energy[:, np.newaxis], energy)
    noise = p.cluster.noise_factor * sigma**2 * rows.shape[1]
    return np.asarray(distance < noise + p.cluster.shape_fraction * smaller)


def _regrown(
    rows: Float,
    members: NDArray[np.intp],
    free: NDArray[np.bool_],
    sigma: float,
    p: Decomposition,
) -> NDArray[np.intp]:
    """All free spikes near the middle of the first ones."""
    middle = np.median(rows[members], axis=0)
    distance = np.einsum("ij,ij->i", rows - middle, rows - middle)
    noise = p.cluster.noise_factor / 2 * sigma**2 * rows.shape[1]
    limit = noise + p.cluster.shape_fraction * float(middle @ middle)
    return np.flatnonzero(free & (distance < limit))
