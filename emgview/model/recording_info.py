"""What is known of a recording beside its samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from emgview.model.interval import SampleInterval
from emgview.model.muscle import Side


class Phase(StrEnum):
    """Part of a needle examination."""

    INSERTION = "insertion"
    REST = "rest"
    SLIGHT = "slight"
    MAXIMAL = "maximal"


@dataclass(frozen=True, slots=True)
class Channel:
    """One recorded channel.

    Parameters
    ----------
    label : str
        Name as given by the source.
    gain_uv, offset_uv : float
        Microvolt = native number * ``gain_uv`` + ``offset_uv``.
    unit : str
        Physical unit after gain and offset: ``uV`` for every electrical channel; another unit
        (``mmHg``, ``g`` …) marks a channel that is shown but never judged as EMG.
    high_pass_hz, low_pass_hz : float or None
        Corners of the acquisition filters; None where the source does not tell.
    electrode : str
        ``concentric``, ``monopolar``, ``surface``, ``facial_concentric`` or empty (not known).
    inverted : bool
        True where the amplifier's inputs were exchanged; the display turns the trace over.
    """

    label: str
    gain_uv: float = 1.0
    offset_uv: float = 0.0
    unit: str = "uV"
    high_pass_hz: float | None = None
    low_pass_hz: float | None = None
    electrode: str = ""
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """Where the samples came from; all parts may be empty."""

    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Lost samples: ``lost`` samples are missing from ``start`` on (the file holds a filler)."""

    start: int
    lost: int

    @property
    def interval(self) -> SampleInterval:
        """The missing stretch."""
        return SampleInterval(self.start, self.start + self.lost)


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """A stretch in which the examiner did one thing."""

    interval: SampleInterval
    phase: Phase
    site: int = 1


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """One continuous acquisition on one sample clock.

    Parameters
    ----------
    id : str
        UUID, kept through import, review and report.
    sampling_rate_hz : float
        Nominal rate of the clock.
    n_samples : int
        Length including gaps.
    started_at : datetime or None
        With time zone; None where the source tells no time.
    muscle : str
        Id of the muscle table, or empty: not stated.
    electrode sites, filters :
        See :class:`Channel`.
    sha256 : str
        Hash of the content, set when the recording is closed; empty before.
    origin : str
        Name and SHA-256 of the imported file, or empty for a native recording.
    notes : tuple of str
        Remarks of the importer that the reader and the report must see.
    """

    id: str
    sampling_rate_hz: float
    n_samples: int
    channels: tuple[Channel, ...]
    started_at: datetime | None = None
    device: Device = field(default_factory=Device)
    muscle: str = ""
    side: Side = Side.NOT_STATED
    phases: tuple[PhaseMark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    sha256: str = ""
    origin_name: str = ""
    origin_sha256: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.sampling_rate_hz > 0:
            raise ValueError(f"sampling rate {self.sampling_rate_hz} Hz is not positive")
        if self.started_at is not None and self.started_at.tzinfo is None:
            raise ValueError("start time has no time zone")

    @property
    def duration_s(self) -> float:
        """Length in seconds, gaps included."""
        return self.n_samples / self.sampling_rate_hz

    @property
    def whole(self) -> SampleInterval:
        """All samples."""
        return SampleInterval(0, self.n_samples)
