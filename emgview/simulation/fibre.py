"""Extracellular potential of one muscle fibre.

Membrane potential after Rosenfalck 1969 (Acta Physiol Scand Suppl 321): ``96 z**3 exp(-z)`` mV
above rest, ``z`` in mm behind the front, optionally stretched. The fibre is a line of current in
an anisotropic volume conductor (Andreassen & Rosenfalck 1981: along 0.33, across 0.063 S/m). It
is excited at its end-plate, carries one front each way, and ends sealed at both tendons, so that
onset at the end-plate (negative first) and extinction at the tendon come of themselves.

Thick fibres conduct faster: ``3.7 + 0.05 (d - 55)`` m/s for a diameter of d micrometres, and their
current grows with the cross-section (Nandedkar & Stalberg 1983, Med Biol Eng Comput 21:158).

Deviations: the core of a needle is a short line along the fibre, a cannula a second, farther line
recorded with the other sign, a surface electrode a longer line; amplitudes are relative, each unit
is scaled afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emgview.simulation.electrode import CONCENTRIC, Electrode

Array = NDArray[np.float64]

_STEP_MM = 0.05
_FRONT_MM = 22.0  # the membrane potential has come back to rest behind it
_ANISOTROPY = 0.33 / 0.063
_USUAL_UM, _USUAL_M_S, _SLOPE = 55.0, 3.7, 0.05  # the law of diameter and velocity
_LEAST_M_S = 1.2


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


def velocity_m_s(diameter_um: float) -> float:
    """Conduction velocity of a fibre of that diameter."""
    return max(_USUAL_M_S + _SLOPE * (diameter_um - _USUAL_UM), _LEAST_M_S)


def strength(diameter_um: float) -> float:
    """Size of a fibre's current against one of the usual diameter."""
    return (diameter_um / _USUAL_UM) ** 2


def fibre_potential(fibre: Fibre, times_ms: Array, electrode: Electrode = CONCENTRIC) -> Array:
    """Potential at the electrode against its reference, in relative units.

    Parameters
    ----------
    fibre : Fibre
    times_ms : ndarray, (n,)
        Since the firing of the nerve branch.
    electrode : Electrode

    Returns
    -------
    ndarray, (n,)
        Positive = the electrode is positive against its reference.
    """
    wave = _potential(fibre, times_ms, electrode)
    if electrode.gap_mm:
        second = replace(fibre, distance_mm=fibre.distance_mm + electrode.gap_mm)
        wave = wave - _potential(second, times_ms, electrode)
    return wave


def _potential(fibre: Fibre, times_ms: Array, electrode: Electrode) -> Array:
    """Potential at one recording surface."""
    along = np.arange(0.0, fibre.tendon_mm, _STEP_MM) + _STEP_MM / 2
    travelled = np.arange(0.0, fibre.tendon_mm + _FRONT_MM, _STEP_MM)
    behind = np.arange(0.0, _FRONT_MM, _STEP_MM)
    at, depth = fibre.distance_mm, fibre.depth_mm + electrode.cover_mm
    sources = _weight(along - at, depth, electrode) + _weight(along + at, depth, electrode)
    fronts = _convolve(_curvature(behind, fibre.extent), sources, len(travelled)) * _STEP_MM
    start = (
        2.0 * _slope(travelled, fibre.extent) * float(_weight(np.array([at]), depth, electrode)[0])
    )
    ends = np.array([fibre.tendon_mm - at, fibre.tendon_mm + at])
    reached = float(_weight(ends, depth, electrode).sum())
    stop = _slope(travelled - fibre.tendon_mm, fibre.extent) * reached
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


def _weight(along_mm: Array, depth_mm: float, electrode: Electrode) -> Array:
    """Share of a point current in what core minus reference record."""
    core = _line(along_mm, depth_mm, electrode.core_mm)
    if not electrode.cannula_mm:
        return core
    return core - _line(along_mm, depth_mm + electrode.cannula_mm / 2, electrode.cannula_mm)


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
