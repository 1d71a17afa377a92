"""Extracellular potential of one muscle fibre.

Membrane potential after Rosenfalck 1969 (Acta Physiol Scand Suppl 321): ``96 z**3 exp(-z)`` mV
above rest, ``z`` in mm behind the front, optionally stretched. The fibre is a line of current in
an anisotropic volume conductor (Andreassen & Rosenfalck 1981: along 0.33, across 0.063 S/m). It
is excited at its end-plate, carries one front each way, and ends sealed at both tendons, so that
onset at the end-plate (negative first) and extinction at the tendon come of themselves.

Deviations: the core of the concentric needle is a short line along the fibre, its cannula a
second, farther line recorded with the other sign; amplitudes are relative, each unit is scaled
afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEP_MM = 0.05
_FRONT_MM = 22.0  # the membrane potential has come back to rest behind it
_ANISOTROPY = 0.33 / 0.063
_CORE_MM = 0.3  # half the core's extent along the fibre, bevel included
_CANNULA_MM = 6.0


@dataclass(frozen=True, slots=True)
class Fibre:
    """Place and speed of one fibre, seen from the electrode.

    Parameters
    ----------
    distance_mm : float
        From the end-plate to the electrode, along the fibre.
    depth_mm : float
        From the fibre to the electrode, across.
    tendon_mm : float
        From the end-plate to either tendon.
    velocity_m_s : float
    delay_ms : float
        Of the terminal nerve branch.
    extent : float
        Length of the depolarised zone against Rosenfalck's.
    """

    distance_mm: float
    depth_mm: float
    tendon_mm: float
    velocity_m_s: float
    delay_ms: float = 0.0
    extent: float = 1.0


def fibre_potential(fibre: Fibre, times_ms: Array) -> Array:
    """Potential at the electrode against the cannula, in relative units.

    Parameters
    ----------
    fibre : Fibre
    times_ms : ndarray, (n,)
        Since the firing of the nerve branch.

    Returns
    -------
    ndarray, (n,)
        Positive = the electrode is positive against the cannula.
    """
    along = np.arange(0.0, fibre.tendon_mm, _STEP_MM) + _STEP_MM / 2
    travelled = np.arange(0.0, fibre.tendon_mm + _FRONT_MM, _STEP_MM)
    behind = np.arange(0.0, _FRONT_MM, _STEP_MM)
    at, depth = fibre.distance_mm, fibre.depth_mm
    sources = _weight(along - at, depth) + _weight(along + at, depth)
    fronts = _convolve(_curvature(behind, fibre.extent), sources, len(travelled)) * _STEP_MM
    start = 2.0 * _slope(travelled, fibre.extent) * float(_weight(np.array([at]), depth)[0])
    ends = np.array([fibre.tendon_mm - at, fibre.tendon_mm + at])
    stop = _slope(travelled - fibre.tendon_mm, fibre.extent) * float(_weight(ends, depth).sum())
    wave = fronts - start + stop
    place = (times_ms - fibre.delay_ms) * fibre.velocity_m_s
    found = np.interp(place, travelled, wave, left=0.0, right=0.0)
    return np.asarray(found, dtype=np.float64)


def _slope(z_mm: Array, extent: float) -> Array:
    """First derivative of the membrane potential along the fibre; zero before the front."""
    z = np.maximum(z_mm, 0.0) / extent
    return np.asarray(96.0 / extent * np.exp(-z) * z**2 * (3.0 - z))


def _curvature(z_mm: Array, extent: float) -> Array:
    """Second derivative behind the front: proportional to the membrane current."""
    z = z_mm / extent
    return np.asarray(96.0 / extent**2 * np.exp(-z) * z * (6.0 - 6.0 * z + z**2))


def _weight(along_mm: Array, depth_mm: float) -> Array:
    """Share of a point current in what core minus cannula record."""
    core = _line(along_mm, depth_mm, _CORE_MM)
    return core - _line(along_mm, depth_mm + _CANNULA_MM / 2, _CANNULA_MM)


def _line(along_mm: Array, depth_mm: float, half_mm: float) -> Array:
    """Mean of 1/distance over a line of ``2 * half_mm``: the integral in closed form."""
    across = np.sqrt(_ANISOTROPY) * depth_mm
    upper = np.arcsinh((along_mm + half_mm) / across)
    lower = np.arcsinh((along_mm - half_mm) / across)
    return np.asarray((upper - lower) / (2.0 * half_mm))


def _convolve(first: Array, second: Array, length: int) -> Array:
    size = 1 << (len(first) + len(second)).bit_length()
    product = np.fft.rfft(first, size) * np.fft.rfft(second, size)
    return np.fft.irfft(product, size)[:length]
