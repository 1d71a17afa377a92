"""What a live source is: the protocol, and the values that cross it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import Channel, Device


class SourceLostError(EmgviewError):
    """The device or stream went away; it may be opened again."""


class SourceEndedError(EmgviewError):
    """The source has given its last sample (a replay at its end): no fault."""


@dataclass(frozen=True, slots=True)
class LiveFormat:
    """What an open source gives.

    Parameters
    ----------
    channels : tuple of Channel
        Labels, gains to microvolt, filters of the device where known.
    sampling_rate_hz : float
        Nominal rate.
    dtype : str
        ``int16``, ``int32`` or ``float32``: the type of every block.
    device : Device
    notes : tuple of str
        What a reader of the recording must know: clock offset, dejitter, calibration …
    """

    channels: tuple[Channel, ...]
    sampling_rate_hz: float
    dtype: str
    device: Device = field(default_factory=Device)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive samples as they came.

    Parameters
    ----------
    samples : ndarray, (n_samples, n_channels), of the format's dtype
    lost_before : int or None
        Samples lost between the block before and this one; None: not known, the engine measures
        the time. The first block after an opening may say None.
    note : str
        What is odd about it (a clock that went back); shown and kept in the recording.
    """

    samples: NDArray[np.generic]
    lost_before: int | None = 0
    note: str = ""


class LiveSource(Protocol):
    """One device or stream. All methods run on one thread, the acquisition thread."""

    def open(self) -> LiveFormat:
        """Connect and start; again after :meth:`close` or a loss.

        Raises
        ------
        EmgviewError
            If it is not there or refuses: what was found, what to do.
        """

    def read(self, timeout_s: float) -> Block | None:
        """The next samples, or None where nothing came within the time.

        Returns early once something is there (a few to some tens of milliseconds of signal at a
        time); never waits longer than ``timeout_s`` by more than 50 ms.

        Raises
        ------
        SourceLostError
            If the device went away.
        SourceEndedError
            If there is nothing more to come.
        """

    def close(self) -> None:
        """Let go of everything within a second; a second call does nothing, none raises."""


@dataclass(frozen=True, slots=True)
class Option:
    """One parameter of a source that a user may set.

    Parameters
    ----------
    name : str
        As in the text of a source: ``KIND:WHAT?name=value``.
    help : str
        One line.
    default : str
        Empty: none.
    """

    name: str
    help: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A source that can be opened now.

    Parameters
    ----------
    text : str
        What opens it: ``lsl:Needle``.
    title : str
        For a person.
    detail : str
        Channels, rate, whatever tells it from others; may be empty.
    """

    text: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """The text of a source in parts: ``kind:what?name=value&name=value``."""

    kind: str
    what: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The text that :func:`parse_spec` reads."""
        tail = f"?{urlencode(self.options)}" if self.options else ""
        return f"{self.kind}:{self.what}{tail}"

    def get(self, name: str, default: str = "") -> str:
        """Value of an option."""
        return dict(self.options).get(name, default)

    def number(self, name: str, default: float) -> float:
        """Value of an option that is a positive number.

        Raises
        ------
        EmgviewError
            If it is not.
        """
        text = self.get(name)
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0.0 < value < float("inf"):
            raise EmgviewError(f"{self.kind}: {name} is {text}", "Give a positive number.")
        return value


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One way to get samples: what a file of this package defines and an entry point names.

    Parameters
    ----------
    name : str
        Before the colon: ``lsl``.
    title : str
        For a person.
    what : str
        What stands after the colon: ``name of the stream``.
    options : tuple of Option
    discover : callable
        Sources that can be opened now; takes at most some seconds, raises `EmgviewError` where
        its library is missing.
    make : callable
        A source from its text; does not connect yet.

    Raises (both): `EmgviewError`, with what to do.
    """

    name: str
    title: str
    what: str
    options: tuple[Option, ...]
    discover: Callable[[], tuple[FoundSource, ...]]
    make: Callable[[SourceSpec], LiveSource]


def parse_spec(text: str) -> SourceSpec:
    """The parts of ``KIND:WHAT?name=value&name=value``.

    Raises
    ------
    EmgviewError
        If there is no kind.
    """
    kind, colon, rest = text.strip().partition(":")
    if not kind or not colon:
        raise EmgviewError(
            f"Source {text!r} names no kind", "Write it as KIND:NAME, for example simulator:demo."
        )
    what, _mark, query = rest.rpartition("?") if "?" in rest else (rest, "", "")
    return SourceSpec(kind.lower(), what, tuple(parse_qsl(query, keep_blank_values=True)))


def check_block(block: Block, live: LiveFormat) -> str:
    """What is wrong with a block for its format; empty where all is well."""
    samples: Any = block.samples
    if samples.ndim != 2:
        return f"a block of {samples.ndim} dimensions"
    if samples.shape[1] != len(live.channels):
        return f"{samples.shape[1]} channels instead of {len(live.channels)}"
    if samples.dtype != np.dtype(live.dtype):
        return f"numbers of type {samples.dtype} instead of {live.dtype}"
    return ""
