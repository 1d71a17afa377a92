"""A recording as Electromyogram Waveform: the native numbers as they are, gaps marked as such."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.model import RecordingInfo, Side
from emgview.report.dicom_frame import WAVEFORMS, Frame
from emgview.report.dicom_parts import EMG_WAVEFORM, as_bytes, coded, moment, number, sequence, uid
from emgview.report.public_codes import LOCAL, Code, site

Native = Callable[[], NDArray[Any]]
"""Gives the native numbers (n_samples, n_channels): integers, or float32."""

_MOST_CHANNELS = 64
_MOST_BYTES = 0xFFFFFFFE
_FULL_SCALE = 1 << 30
_BLOCK = 1 << 18
_UNITS = {
    "uV": Code("uV", "UCUM", "microvolt"),
    "mV": Code("mV", "UCUM", "millivolt"),
    "V": Code("V", "UCUM", "volt"),
    "mmHg": Code("mm[Hg]", "UCUM", "millimeter of mercury"),
    "g": Code("g", "UCUM", "gram"),
    "N": Code("N", "UCUM", "newton"),
}


def waveform(frame: Frame, number_of: int, info: RecordingInfo, native: Native) -> bytes:
    """The file.

    Raises
    ------
    EmgviewError
        If the recording does not fit into one object.
    """
    samples = native()
    if samples.shape[1] > _MOST_CHANNELS:
        raise EmgviewError(
            f"The recording has {samples.shape[1]} channels, {_MOST_CHANNELS} are allowed",
            "Export fewer channels.",
        )
    instance = frame.waveform(info.id)
    found = frame.dataset(EMG_WAVEFORM, instance, "EMG", WAVEFORMS)
    found.InstanceNumber = number_of
    if info.started_at is not None:
        started = moment(info.started_at)
        found.AcquisitionDateTime = started.strftime("%Y%m%d%H%M%S.%f")
        found.ContentDate, found.ContentTime = (
            started.strftime("%Y%m%d"), started.strftime("%H%M%S"),
        )  # fmt: skip
    else:
        found.AcquisitionDateTime = f"{found.StudyDate}{found.StudyTime}"
    frame.equipment(found, info.device)
    found.AcquisitionContextSequence = sequence()
    found.WaveformSequence = sequence(_group(frame, info, samples, instance))
    return as_bytes(found)


def _group(frame: Frame, info: RecordingInfo, samples: NDArray[Any], instance: str) -> Any:
    from pydicom.dataset import Dataset

    steps, stored = _stored(info, samples)
    if stored.nbytes > _MOST_BYTES:
        raise EmgviewError(
            f"The recording has {stored.nbytes} bytes, {_MOST_BYTES} are allowed in one object",
            "Export a shorter recording.",
        )
    bits = stored.dtype.itemsize * 8
    group = Dataset()
    group.MultiplexGroupUID = uid(instance, "group")
    group.WaveformOriginality = "ORIGINAL"
    group.NumberOfWaveformSamples, group.NumberOfWaveformChannels = stored.shape
    group.SamplingFrequency = number(info.sampling_rate_hz)
    group.ChannelDefinitionSequence = sequence(
        *(_channel(frame, info, n, step, bits) for n, step in enumerate(steps))
    )
    group.WaveformBitsAllocated = bits
    group.WaveformSampleInterpretation = "SS" if bits == 16 else "SL"
    if _holes(info, samples):
        group.WaveformPaddingValue = np.array(np.iinfo(stored.dtype).min, stored.dtype).tobytes()
    group.WaveformData = stored.tobytes()
    return group


def _holes(info: RecordingInfo, samples: NDArray[Any]) -> bool:
    return bool(info.gaps) or (samples.dtype.kind == "f" and bool(np.isnan(samples).any()))


def _stored(info: RecordingInfo, samples: NDArray[Any]) -> tuple[list[float], NDArray[Any]]:
    """Native numbers per number of the file, by channel; the file's numbers.

    Integers stay as they are. Floating numbers get a power of ten as step for each channel, so
    fine that the largest of them needs 27 to 30 bits. Rows in a gap hold the lowest number.
    """
    if samples.dtype.kind == "i" and samples.dtype.itemsize <= 4:
        kind = "<i2" if samples.dtype.itemsize == 2 else "<i4"
        stored = samples.astype(kind)
        steps = [1.0] * samples.shape[1]
    else:
        steps = [_step(samples[:, n]) for n in range(samples.shape[1])]
        stored = _quantised(samples, np.array(steps))
    for gap in info.gaps:
        stored[gap.interval.start : gap.interval.stop] = np.iinfo(stored.dtype).min
    return steps, stored


def _step(values: NDArray[Any]) -> float:
    peak = float(np.nanmax(np.abs(values), initial=0.0))
    return 10.0 ** math.ceil(math.log10(peak / _FULL_SCALE)) if peak > 0 else 1.0


def _quantised(samples: NDArray[Any], steps: NDArray[np.float64]) -> NDArray[Any]:
    """In blocks, as the intermediate numbers are twice as long."""
    stored = np.empty(samples.shape, "<i4")
    lowest = np.iinfo(np.int32).min
    for start in range(0, len(samples), _BLOCK):
        block = np.rint(samples[start : start + _BLOCK].astype(np.float64) / steps)
        stored[start : start + _BLOCK] = np.where(np.isnan(block), lowest, block)
    return stored


def _channel(frame: Frame, info: RecordingInfo, index: int, step: float, bits: int) -> Any:
    from pydicom.dataset import Dataset

    channel, row = info.channels[index], frame.row(info.id)
    found = Dataset()
    where = site(row["muscle"], Side(row["side"]))
    found.ChannelSourceSequence = sequence(coded(where.main))
    if where.beside is not None:
        found.ChannelSourceModifiersSequence = sequence(coded(where.beside))
    found.ChannelSensitivity = number(channel.gain_uv * step)
    found.ChannelSensitivityUnitsSequence = sequence(coded(_unit(channel.unit)))
    found.ChannelSensitivityCorrectionFactor = "1"
    found.ChannelSampleSkew = "0"
    found.ChannelBaseline, found.WaveformBitsStored = number(channel.offset_uv), bits
    if channel.high_pass_hz is not None:
        found.FilterLowFrequency = number(channel.high_pass_hz)
    if channel.low_pass_hz is not None:
        found.FilterHighFrequency = number(channel.low_pass_hz)
    return found


def _unit(unit: str) -> Code:
    return _UNITS.get(unit, Code(unit[:16] or "not_stated", LOCAL, unit or "unit not stated"))
