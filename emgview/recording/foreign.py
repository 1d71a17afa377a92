"""Gives the samples of an HDF5 file that another program wrote."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import FileError, ImportNeedsHintError
from emgview.model import Channel, Chunk, ImportHints, Progress, RecordingInfo
from emgview.recording import foreign_facts
from emgview.recording.hdf5_access import EndWatch, open_for_reading, reading
from emgview.recording.microvolt import to_microvolt

_BYTES_AT_ONCE = 8 * 2**20
_QUESTIONS = {
    "fs": "the sampling rate in Hz",
    "unit": f"the unit of the numbers ({foreign_facts.ALLOWED_UNITS})",
    "orientation": "whether rows are samples or channels",
}


def open_foreign(path: Path, hints: ImportHints) -> ForeignRecording:
    """The dataset that the hints and the file itself point at.

    Raises
    ------
    FileError
        If the file cannot be read, or the dataset is no signal.
    ImportNeedsHintError
        If dataset, sampling rate, unit or orientation are told by neither; ``missing`` names all
        that can be known to be missing.
    """
    file = open_for_reading(path)
    try:
        with reading(path.name, hints.dataset):
            return _described(path, file, hints)
    except BaseException:
        file.close()
        raise


def _described(path: Path, file: Any, hints: ImportHints) -> ForeignRecording:
    if hints.unit and hints.unit.strip().lower() not in foreign_facts.MICROVOLT_OF_UNIT:
        raise FileError(
            path.name, "unit", f"is {hints.unit!r}", f"Allowed: {foreign_facts.ALLOWED_UNITS}."
        )
    if hints.fs is not None and not hints.fs > 0:
        raise FileError(path.name, "fs", f"is {hints.fs:g} Hz", "Allowed: a rate above 0 Hz.")
    dataset = foreign_facts.choose_dataset(file, path.name, hints)
    rate = foreign_facts.sampling_rate_hz(dataset, hints)
    gain = foreign_facts.gain_uv(dataset, hints)
    samples_first = foreign_facts.is_samples_first(dataset, hints)
    facts = {"fs": rate, "unit": gain, "orientation": samples_first}
    missing = tuple(name for name, fact in facts.items() if fact is None)
    if rate is None or gain is None or samples_first is None:
        wanted = ", ".join(_QUESTIONS[name] for name in missing)
        raise ImportNeedsHintError(
            f"{path.name}, {dataset.name} {tuple(dataset.shape)} does not tell {wanted}",
            "State it on the command line or in the import dialog.",
            missing,
        )
    n_channels = 1 if dataset.ndim == 1 else dataset.shape[1 if samples_first else 0]
    info = RecordingInfo(
        id=str(uuid.uuid4()),
        sampling_rate_hz=rate,
        n_samples=dataset.size // n_channels,
        channels=tuple(
            Channel(label, gain_uv=gain, electrode=hints.electrode)
            for label in foreign_facts.channel_labels(dataset, n_channels)
        ),
        muscle=hints.muscle,
        side=hints.side,
        origin_name=path.name,
        notes=_notes(dataset, samples_first),
    )
    return ForeignRecording(path, file, dataset, info, samples_first)


class ForeignRecording:
    """One dataset of a foreign file, seen as a recording. Belongs to one thread.

    int16, int32 and float32 stay as they are; int8, uint8 and uint16 fit into the next larger;
    all others become float32. Infinite numbers become NaN.
    """

    def __init__(
        self, path: Path, file: Any, dataset: Any, info: RecordingInfo, samples_first: bool
    ) -> None:
        self._path = path
        self._file = file
        self._end = EndWatch(file, path.name)
        self._dataset = dataset
        self._info = info
        self._samples_first = samples_first
        self._dtype = _native_dtype(dataset.dtype)
        self._not_finite: int | None = None

    @property
    def info(self) -> RecordingInfo:
        """What is known beside the samples; ``notes`` tell what was assumed and converted.

        The first call on floats reads all samples to count those that are not finite; call
        :meth:`not_finite` before it to show the progress.
        """
        count = self.not_finite()
        if not count:
            return self._info
        note = f"{count} samples of the source are NaN or infinite; they are kept as NaN."
        return dataclasses.replace(self._info, notes=(*self._info.notes, note))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers that come out: int16, int32 or float32."""
        return self._dtype

    def not_finite(self, progress: Progress | None = None) -> int:
        """Number of samples that are NaN or infinite; reads everything once, floats only.

        Raises
        ------
        FileError, CancelledError
        """
        if self._not_finite is None:
            self._not_finite = self._count_not_finite(progress or Progress())
        return self._not_finite

    def _count_not_finite(self, progress: Progress) -> int:
        if self._dtype.kind != "f":
            return 0
        count = 0
        row_bytes = self._dtype.itemsize * len(self._info.channels)
        for chunk in self.chunks(max(_BYTES_AT_ONCE // row_bytes, 1)):
            count += int(np.count_nonzero(~np.isfinite(chunk.samples)))
            progress.report(chunk.stop_sample / self._info.n_samples, "Looking at the samples")
        return count

    def chunks(self, chunk_samples: int) -> Iterator[Chunk]:
        """Samples in order, native numbers.

        Raises
        ------
        FileError
            If the file cannot be read there.
        ValueError
            If ``chunk_samples`` is below 1.
        """
        if chunk_samples < 1:
            raise ValueError(f"chunks of {chunk_samples} samples: at least 1 is needed")
        for start in range(0, self._info.n_samples, chunk_samples):
            yield Chunk(self._rows(start, start + chunk_samples), start)

    def preview(self, n_samples: int) -> NDArray[np.float32]:
        """The first samples in µV, float32 (up to ``n_samples``, n_channels)."""
        return to_microvolt(self._rows(0, n_samples), self._info.channels)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._file.close()

    def __enter__(self) -> ForeignRecording:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def _rows(self, start: int, stop: int) -> NDArray[Any]:
        with reading(self._path.name, str(self._dataset.name)):
            if self._dataset.ndim == 1:
                rows = self._dataset[start:stop][:, np.newaxis]
            elif self._samples_first:
                rows = self._dataset[start:stop]
            else:
                rows = self._dataset[:, start:stop].T
            self._end.must_be_whole()
        # A float64 beyond the range of float32 becomes infinite, and then NaN.
        with np.errstate(over="ignore", invalid="ignore"):
            native = np.ascontiguousarray(rows, dtype=self._dtype)
        if native.dtype.kind == "f":
            native[np.isinf(native)] = np.nan
        return native


def _native_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind in "iu" and np.can_cast(dtype, np.int16):
        return np.dtype(np.int16)
    if dtype.kind in "iu" and np.can_cast(dtype, np.int32):
        return np.dtype(np.int32)
    return np.dtype(np.float32)


def _notes(dataset: Any, samples_first: bool) -> tuple[str, ...]:
    native = _native_dtype(dataset.dtype)
    order = "samples first" if samples_first else "channels first"
    notes = [f"Imported from dataset {dataset.name}, {tuple(dataset.shape)}, {order}."]
    if dataset.dtype.newbyteorder("=") != native:
        loss = " (rounded to 24 significant bits)" if native.kind == "f" else ""
        notes.append(f"Numbers converted from {dataset.dtype} to {native}{loss}.")
    return tuple(notes)
