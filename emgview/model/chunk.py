"""Samples on their way from a source to the recording and the detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A run of consecutive samples of all channels.

    Parameters
    ----------
    samples : ndarray, (n_samples, n_channels), int16, int32 or float32
        Native numbers; microvolt = ``samples * gain_uv + offset_uv`` of the channel.
    start_sample : int
        Position of the first row on the recording's clock, lost samples counted.
    lost_before : int
        Samples lost between the end of the previous chunk and this one.

    Raises
    ------
    ValueError
        For another shape or dtype, or a negative count.
    """

    samples: NDArray[Any]
    start_sample: int
    lost_before: int = 0

    def __post_init__(self) -> None:
        if self.samples.ndim != 2:
            raise ValueError(f"samples have {self.samples.ndim} dimensions, 2 are needed")
        if self.samples.dtype not in (np.int16, np.int32, np.float32):
            raise ValueError(f"samples are {self.samples.dtype}, not int16, int32 or float32")
        if self.start_sample < 0 or self.lost_before < 0:
            raise ValueError("start_sample and lost_before must not be negative")

    @property
    def stop_sample(self) -> int:
        """One past the last sample."""
        return self.start_sample + int(self.samples.shape[0])
