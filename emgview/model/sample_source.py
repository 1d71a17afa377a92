"""The one interface through which views and sound read samples, stored or live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emgview.model.interval import SampleInterval
from emgview.model.recording_info import RecordingInfo


class SampleSource(Protocol):
    """Samples addressed by their absolute number.

    A finished recording and one that grows look the same: ``info`` tells how far it reaches now.
    """

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples, as of now."""

    def read_uv(
        self,
        interval: SampleInterval,
        channels: Sequence[int] | None = None,
        *,
        gaps_as_nan: bool = True,
    ) -> NDArray[np.float32]:
        """Microvolt (n, n_channels), float32; NaN outside of the recording and in gaps."""


class ColumnSource(SampleSource, Protocol):
    """A source that also knows the extremes of long windows, at a cost that follows the pixels."""

    def columns(
        self, interval: SampleInterval, n_columns: int, channels: Sequence[int] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int | None]:
        """Least and greatest value, float32 µV (n_columns, n_channels), NaN where nothing is.

        Third: sample from which on they are not known yet; None: all are known.
        """
