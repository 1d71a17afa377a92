"""Another program can write a file by the docstring of the package alone.

Nothing of the package takes part in the writing, only h5py, numpy and hashlib.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from emgview.model import Gap, Phase, SampleInterval, Side
from emgview.recording import RecordingReader, validate

_TEXTS = {
    "started_at": "2026-03-01T09:30:00Z",
    "device_manufacturer": "Other maker",
    "device_model": "",
    "device_serial": "",
    "device_software": "MATLAB",
    "muscle": "deltoid",
    "side": "R",
    "origin_name": "",
    "origin_sha256": "",
    "notes": "first\nsecond, mit Umlaut ä",
}


def _blocks(samples: Any, gap: slice, factor: int) -> Any:
    blocks = []
    masked = np.ma.MaskedArray(samples, np.zeros(samples.shape, bool))
    masked[gap] = np.ma.masked
    for start in range(0, len(samples), factor):
        block = masked[start : start + factor]
        limits = np.iinfo(samples.dtype)
        blocks.append(
            np.stack(
                (block.min(axis=0).filled(limits.max), block.max(axis=0).filled(limits.min)), axis=1
            )
        )
    return np.array(blocks, samples.dtype)


def _content_hash(samples: Any) -> str:
    digest = hashlib.sha256()

    def text(value: str) -> None:
        digest.update(value.encode() + b"\0")

    def whole(*values: int) -> None:
        digest.update(struct.pack(f"<{len(values)}q", *values))

    def real(*values: float) -> None:
        digest.update(struct.pack(f"<{len(values)}d", *values))

    text("emgview-recording")
    whole(1)
    text("an id")
    real(4000.0)
    for value in _TEXTS.values():
        text(value)
    whole(2)
    for label in ("left", "right"):
        text(label)
        real(0.1, 0.0)
        text("uV")
        real(20.0, -1.0)
        text("surface")
        whole(0)
    digest.update(samples.astype("<i4").tobytes())
    whole(len(samples), 1, 640, 130)
    whole(1, 0, 500)
    text("slight")
    whole(2)
    return digest.hexdigest()


def _write(path: Path, samples: Any, byte_order: str, string: Any) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "emgview-recording"
        file.attrs["schema_version"] = 1
        file.attrs["recording_id"] = "an id"
        file.attrs["sampling_rate_hz"] = 4000.0
        file.attrs["closed"] = 1
        for name, value in _TEXTS.items():
            file.attrs[name] = value
        file.attrs["content_sha256"] = _content_hash(samples)
        file["samples"] = samples.astype(byte_order + "i4")
        channel = [
            ("label", string),
            ("electrode", string),
            ("gain_uv", byte_order + "f8"),
            ("offset_uv", byte_order + "f8"),
            ("unit", string),
            ("high_pass_hz", byte_order + "f8"),
        ]
        rows = [(label, b"surface", 0.1, 0.0, b"uV", 20.0) for label in (b"left", b"right")]
        file["channels"] = np.array(rows, channel)
        file["gaps"] = np.array(
            [(640, 130)], [("start", byte_order + "i8"), ("lost", byte_order + "i8")]
        )
        phase = [("start", "<i8"), ("stop", "<i8"), ("phase", string), ("site", "<i8")]
        file["phases"] = np.array([(0, 500, b"slight", 2)], phase)
        for factor in (16, 64, 256, 1024, 4096, 16384, 65536, 262144):
            file[f"overview/{factor}"] = _blocks(samples, np.s_[640:770], factor)


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("string", ["S12", h5py.string_dtype("utf-8")], ids=["fixed", "variable"])
def test_a_file_written_by_the_docstring_is_sound(
    tmp_path: Path, byte_order: str, string: Any
) -> None:
    samples = np.random.default_rng(3).integers(-(2**20), 2**20, (5000, 2)).astype(np.int32)
    samples[640:770] = np.iinfo(np.int32).min
    path = tmp_path / "other.h5"
    _write(path, samples, byte_order, string)
    assert validate(path) == ()
    with RecordingReader.open(path) as reader:
        info = reader.info
        assert reader.closed
        assert reader.dtype == np.dtype(np.int32)
        assert reader.dtype.isnative
        assert (info.gaps, info.side, info.muscle) == ((Gap(640, 130),), Side.RIGHT, "deltoid")
        assert (info.phases[0].phase, info.phases[0].site) == (Phase.SLIGHT, 2)
        assert info.notes == ("first", "second, mit Umlaut ä")
        assert info.started_at is not None
        assert info.started_at.isoformat() == "2026-03-01T09:30:00+00:00"
        assert [c.label for c in info.channels] == ["left", "right"]
        assert (info.channels[0].high_pass_hz, info.channels[0].low_pass_hz) == (20.0, None)
        assert reader.has_overview
        np.testing.assert_array_equal(reader.read(SampleInterval(0, 640)), samples[:640])


def test_the_shortest_file_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "short.h5"
    with h5py.File(path, "w") as file:
        file.attrs["format"] = np.bytes_("emgview-recording")
        file.attrs["schema_version"] = np.float64(1).astype(int)
        file.attrs["recording_id"] = np.bytes_("1")
        file.attrs["sampling_rate_hz"] = [2000]
        file.attrs["closed"] = [True]
        file["samples"] = np.zeros((100, 1), np.float32)
        dtype = [("label", "S3"), ("gain_uv", "f8"), ("offset_uv", "f8"), ("unit", "S3")]
        file["channels"] = np.array([(b"EMG", 1.0, 0.0, b"uV")], dtype)
    codes = [(problem.severity, problem.code) for problem in validate(path)]
    assert codes == [("warning", "no-hash"), ("warning", "no-overview")]
    with RecordingReader.open(path) as reader:
        assert reader.info.sampling_rate_hz == 2000.0
        assert reader.info.started_at is None
        assert reader.read_uv(reader.info.whole).sum() == 0.0
