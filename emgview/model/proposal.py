"""What the machine proposes. Immutable once made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emgview.model.interval import SampleInterval


@dataclass(frozen=True, slots=True)
class Potential:
    """One discharge: where it lies and how far it stands out.

    ``peak_sample`` is the sample of largest deflection from the baseline; ``score`` in 0…1.
    """

    interval: SampleInterval
    peak_sample: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Measured values behind a proposal; None where the value does not apply or was not measured.

    Parameters
    ----------
    first_deflection : str
        ``positive``, ``negative`` or ``unclear``, of the averaged potential, in the data's sign.
    duration_ms, amplitude_uv : float or None
        Of the averaged potential: onset to offset; peak to peak.
    phases : int or None
        Number of phases of the averaged potential.
    rate_hz : float or None
        Mean discharge rate of the train, pauses excluded.
    interval_cv : float or None
        Coefficient of variation of the intervals after removal of a linear drift.
    n_potentials : int
        Number of potentials in the train (1 for a single one).
    snr : float or None
        Peak over the robust standard deviation of the baseline.
    reasons : tuple of str
        Short sentences for the reader: what argues for the class and against the runner-up.
    """

    first_deflection: str = "unclear"
    duration_ms: float | None = None
    amplitude_uv: float | None = None
    phases: int | None = None
    rate_hz: float | None = None
    interval_cv: float | None = None
    n_potentials: int = 1
    snr: float | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One item for the reader: a single potential, or a train of alike potentials.

    Parameters
    ----------
    id : str
        Deterministic for the same signal, detector and parameters.
    channel : int
        Index of the channel in the recording.
    interval : SampleInterval
        From the first onset to the last offset.
    potentials : tuple of Potential
        Sorted in time; empty for a stretch that is not resolved into potentials
        (dense voluntary activity, mains, movement).
    activity : str
        Id of the vocabulary, ``cannot_tell`` included.
    score : float
        0…1: how well the evidence fits the class. Not a probability of disease, and never a
        decision.
    train_id : str or None
        Set for trains and bursts; shared by all potentials of the discharge.
    """

    id: str
    recording_id: str
    channel: int
    interval: SampleInterval
    potentials: tuple[Potential, ...]
    activity: str
    score: float
    evidence: Evidence
    detector: str
    version: str
    parameters_hash: str
    train_id: str | None = None

    @property
    def peak_samples(self) -> tuple[int, ...]:
        """Peaks of all potentials."""
        return tuple(potential.peak_sample for potential in self.potentials)


@dataclass(frozen=True, slots=True)
class ChannelRefusal:
    """A channel that the detector did not judge, or judged with a warning.

    ``refused`` is False for a warning (the channel was examined, but see ``reason``).
    """

    channel: int
    reason: str
    refused: bool = True


@dataclass(frozen=True, slots=True)
class DetectionRun:
    """One pass of a detector over one recording.

    ``examined`` is what was really looked at; outside of it nothing may be called absent.
    ``parameters`` is the canonical JSON text whose SHA-256 is ``parameters_hash``. ``proposals``
    is a tuple, or :class:`.packed.PackedProposals` where the run was read from a file.
    """

    id: str
    recording_id: str
    detector: str
    version: str
    parameters: str
    parameters_hash: str
    examined: tuple[SampleInterval, ...]
    examined_channels: tuple[int, ...]
    remarks: tuple[ChannelRefusal, ...]
    proposals: Sequence[Proposal]
