"""Names, types and sizes of the parts of a recording file."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

FORMAT_MARK = "emgview-recording"
SCHEMA_VERSION = 1

# SWMR needs the file format of HDF5 1.10. Nothing newer is allowed in, so that programs that are
# linked with an older library (MATLAB, LabVIEW) can still open the file.
LIBRARY_VERSIONS = ("v110", "v110")

# A window read touches whole chunks: a few megabytes of cache save reading them row by row.
CHUNK_CACHE_BYTES = 8 * 2**20
CHUNK_CACHE_SLOTS = 4001

SAMPLE_DTYPES = (np.dtype(np.int16), np.dtype(np.int32), np.dtype(np.float32))

SAMPLES = "samples"
CHANNELS = "channels"
GAPS = "gaps"
PHASES = "phases"
OVERVIEW = "overview"

OVERVIEW_FACTORS = (16, 64, 256, 1024, 4096, 16384, 65536, 262144)
OVERVIEW_CHUNK_ROWS = 1024
# A window of a finished file is made of some thousand small blocks. Where they lie apart in eight
# places, a disk needs eight times as long for them; a file that grows on the disk every moment
# pays for longer chunks with each flush.
LONG_CHUNK_ROWS = {16: 8192, 64: 8192, 256: 4096, 1024: 4096}
# Blocks that are made of the samples when they are looked at and kept for a while, never stored:
# they would take a quarter of the samples' room.
FINE_FACTOR = 8

TEXT_ATTRIBUTES = (
    "recording_id",
    "started_at",
    "device_manufacturer",
    "device_model",
    "device_serial",
    "device_software",
    "muscle",
    "side",
    "origin_name",
    "origin_sha256",
    "notes",
)

GAP_DTYPE = np.dtype([("start", "<i8"), ("lost", "<i8")])
LONGEST_PHASE = 16
# HDF5 keeps an attribute in the object header, which ends at 64 KiB.
LONGEST_TEXT_BYTES = 60_000


def text_dtype(n_bytes: int) -> np.dtype[Any]:
    """Fixed-length UTF-8 string, padded with zero bytes (variable length and SWMR exclude)."""
    made: np.dtype[Any] = h5py.string_dtype("utf-8", max(n_bytes, 1))
    return made


def phase_dtype() -> np.dtype[Any]:
    """Row of ``/phases``."""
    return np.dtype(
        [
            ("start", "<i8"),
            ("stop", "<i8"),
            ("phase", text_dtype(LONGEST_PHASE)),
            ("site", "<i8"),
        ]
    )


def channel_dtype(label_bytes: int, unit_bytes: int, electrode_bytes: int) -> np.dtype[Any]:
    """Row of ``/channels`` with room for the longest text of each field."""
    return np.dtype(
        [
            ("label", text_dtype(label_bytes)),
            ("gain_uv", "<f8"),
            ("offset_uv", "<f8"),
            ("unit", text_dtype(unit_bytes)),
            ("high_pass_hz", "<f8"),
            ("low_pass_hz", "<f8"),
            ("electrode", text_dtype(electrode_bytes)),
            ("inverted", "u1"),
        ]
    )


CHANNEL_FIELDS = ("label", "gain_uv", "offset_uv", "unit")
OPTIONAL_CHANNEL_FIELDS = ("high_pass_hz", "low_pass_hz", "electrode", "inverted")


def chunk_rows(n_channels: int) -> int:
    """Rows of one chunk of ``/samples``: some hundred kilobytes for usual channel counts."""
    if n_channels <= 16:
        return 8192
    return 4096 if n_channels <= 64 else 2048


def overview_chunk_rows(factor: int, *, growing: bool) -> int:
    """Rows of one chunk of the blocks of that many samples.

    ``growing``: the file is flushed many times a second while it is written.
    """
    rows = OVERVIEW_CHUNK_ROWS
    return rows if growing else LONG_CHUNK_ROWS.get(factor, rows)


def fill_value(dtype: np.dtype[Any]) -> Any:
    """What the rows of a gap hold: the lowest integer, or NaN."""
    return np.nan if dtype.kind == "f" else np.iinfo(dtype).min


def as_text(value: Any) -> str:
    """A string as h5py gives it (bytes, str, 0-d or one-element array), without padding.

    Raises
    ------
    ValueError
        If the value is not a text, or its bytes are not UTF-8.
    """
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.split(b"\0", 1)[0].decode("utf-8")
    if isinstance(value, str):
        return value.split("\0", 1)[0]
    raise ValueError(f"{type(value).__name__} instead of a text")
