"""What tells one recording from another without reading all of it.

The full hash of a large file costs a second per gigabyte, too long to wait for at each opening.
Therefore two things are compared at once, and the hash of all samples when it is known:

1. id, length, channels, type and the hash that the file states of its content;
2. a fingerprint: SHA-256 over these, the gaps, and 16 stretches of samples from the first to the
   last, each of about 16 KiB. It finds another recording, a cut or overwritten file and a changed
   gap; it does not find a few samples changed between the stretches.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.model import RecordingInfo, SampleInterval

_STRETCHES = 16
_STRETCH_BYTES = 16 * 1024


class Readable(Protocol):
    """What is needed of a reader."""

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the native numbers."""

    def read(self, interval: SampleInterval) -> NDArray[Any]:
        """Native numbers of a window."""


@dataclass(frozen=True, slots=True)
class RecordingIdentity:
    """See the docstring of the module; ``stated_sha256`` is empty where the file has none."""

    recording_id: str
    n_samples: int
    n_channels: int
    dtype: str
    stated_sha256: str
    fingerprint: str


def identity_of(reader: Readable) -> RecordingIdentity:
    """Identity of an open recording; reads a quarter of a megabyte.

    Raises
    ------
    FileError
        If the samples cannot be read.
    """
    info = reader.info
    facts = [
        info.id,
        info.sampling_rate_hz,
        info.n_samples,
        len(info.channels),
        reader.dtype.name,
        info.sha256,
        [[gap.start, gap.lost] for gap in info.gaps],
    ]
    digest = hashlib.sha256(json.dumps(facts).encode())
    little = reader.dtype.newbyteorder("<")
    for stretch in _stretches(info.n_samples, len(info.channels) * reader.dtype.itemsize):
        digest.update(np.ascontiguousarray(reader.read(stretch), little).data)
    return RecordingIdentity(
        info.id,
        info.n_samples,
        len(info.channels),
        reader.dtype.name,
        info.sha256,
        digest.hexdigest(),
    )


def _stretches(n_samples: int, row_bytes: int) -> list[SampleInterval]:
    length = min(max(_STRETCH_BYTES // max(row_bytes, 1), 1), n_samples)
    starts = {(n_samples - length) * n // (_STRETCHES - 1) for n in range(_STRETCHES)}
    return [SampleInterval(start, start + length) for start in sorted(starts) if length]
