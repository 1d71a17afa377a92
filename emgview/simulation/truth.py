"""What really happens in a simulated recording."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model import SampleInterval


@dataclass(frozen=True, slots=True)
class TruePotential:
    """One discharge of one unit, as it was put into the recording.

    Parameters
    ----------
    activity : str
        Class id of the vocabulary.
    channel : int
    interval : SampleInterval
        Onset and offset: where the noise-free potential leaves and last reaches its baseline.
    peak_sample : int
        Largest deflection, of either sign, of the noise-free potential.
    amplitude_uv : float
        Peak to peak.
    snr : float
        Largest deflection through the RMS of the channel's baseline noise.
    unit : int
        Number of the fibre, motor unit or generator; unique in the recording.
    train : int or None
        Number of the train or contraction it belongs to; unique in the recording.
    phases : int
        Lobes between crossings of the baseline.
    linked : bool
        True for a satellite, locked to the potential of the same unit just before it.
    """

    activity: str
    channel: int
    interval: SampleInterval
    peak_sample: int
    amplitude_uv: float
    snr: float
    unit: int
    train: int | None
    phases: int
    linked: bool = False


@dataclass(frozen=True, slots=True)
class TrueStretch:
    """A stretch of activity that is not told apart potential by potential.

    Mains, movement, end-plate noise, insertional activity, the interference of many units.
    """

    activity: str
    channel: int
    interval: SampleInterval
