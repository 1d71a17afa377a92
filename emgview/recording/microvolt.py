"""Native numbers to microvolt, in one place, so that traces and overview agree to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.model import Channel


def to_microvolt(native: NDArray[Any], channels: Sequence[Channel]) -> NDArray[np.float32]:
    """Microvolt of samples (n, n_channels); other units stay what the channel says.

    int32 goes through float64, since float32 holds 24 bits only.
    """
    work = np.dtype(np.float64 if native.dtype == np.int32 else np.float32)
    gain = np.array([c.gain_uv for c in channels], work)
    offset = np.array([c.offset_uv for c in channels], work)
    scaled = native.astype(work)
    scaled *= gain
    scaled += offset
    return scaled.astype(np.float32, copy=False)
