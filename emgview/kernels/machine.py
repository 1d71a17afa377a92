"""Machine code of the loops as it is kept: packed, put in place by llvmlite, called with arrays."""

from __future__ import annotations

import ctypes
import hashlib
import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numpy.typing import NDArray

_SUM_BYTES = 32
_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_int64
_KINDS = ("int16", "int32", "float32")
_COLUMNS = (_POINTER, _POINTER, _POINTER, _SIZE, _SIZE)
_ARGUMENTS = {
    **{f"reduce_{kind}": (_POINTER, _POINTER, _SIZE, _SIZE, _SIZE, *_COLUMNS) for kind in _KINDS},
    **{f"reduce_pairs_{kind}": (_POINTER, _SIZE, _SIZE, *_COLUMNS) for kind in _KINDS},
    "line_columns": (*(_POINTER,) * 4, *(_SIZE,) * 3),
    "draw": (_POINTER,) * 11,
    "soft": (_POINTER,) * 9,
    "bars": (_POINTER,) * 7,
}

Values = NDArray[np.float32]
Array = NDArray[Any]


def target_machine() -> Any:
    """LLVM's idea of this processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )


def kind_of_machine() -> str:
    """Hexadecimal digits: the same where kept code fits."""
    facts = [
        *(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))),
        *(version(name).encode() for name in ("numba", "llvmlite", "numpy")),
        *(str(part).encode() for part in (sys.version_info[:2], sys.platform)),
        llvm.get_process_triple().encode(),
        llvm.get_host_cpu_name().encode(),
        llvm.get_host_cpu_features().flatten().encode(),
    ]
    return hashlib.sha256(b"\0".join(facts)).hexdigest()[:24]


def pack(code: dict[str, tuple[str, bytes]]) -> bytes:
    """Bytes of a file: checksum, table of contents, objects.

    Parameters
    ----------
    code : dict
        By the name of the loop: name of the function in its object, and the object.
    """
    table = json.dumps({name: [native, len(data)] for name, (native, data) in code.items()})
    body = table.encode() + b"\n" + b"".join(data for _native, data in code.values())
    return hashlib.sha256(body).digest() + body


def unpack(packed: bytes) -> dict[str, tuple[str, bytes]]:
    """What :func:`pack` packed.

    Raises
    ------
    ValueError
        If it is damaged or cut off.
    """
    body = packed[_SUM_BYTES:]
    if hashlib.sha256(body).digest() != packed[:_SUM_BYTES]:
        raise ValueError("the kept machine code is damaged")
    table, _, objects = body.partition(b"\n")
    code, start = {}, 0
    for name, (native, length) in json.loads(table).items():
        code[name] = (native, objects[start : start + length])
        start += length
    return code


class MachineLoops:
    """The compiled loops (see :class:`.loading.Kernels`). On any thread; Python's lock is let go.

    Parameters
    ----------
    packed : bytes
        Of :func:`pack`, for this processor.

    Raises
    ------
    ValueError, RuntimeError
        If it is damaged, or not fit for this processor.
    """

    def __init__(self, packed: bytes) -> None:
        code = unpack(packed)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())
        for _native, data in code.values():
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(data))
        self._engine.finalize_object()
        self._loops = {name: self._function(name, native) for name, (native, _) in code.items()}

    def reduce(
        self, low: Array, high: Array, step: int, cuts: NDArray[np.int64], least: Array, most: Array
    ) -> None:
        """Join rows into columns."""
        _must_fit((low, high, least, most), low.dtype)
        _must_fit((cuts,), np.dtype(np.int64))
        _must_hold(min(len(low), len(high)), step, cuts, least, most, 1)
        loop = self._loops[f"reduce_{low.dtype.name}"]
        sizes = len(low), len(high), step
        loop(_at(low), _at(high), *sizes, _at(cuts), _at(least), _at(most), *least.shape)

    def reduce_pairs(
        self, pairs: Array, step: int, cuts: NDArray[np.int64], least: Array, most: Array
    ) -> None:
        """The same of rows that hold pairs of extremes."""
        _must_fit((pairs, least, most), pairs.dtype)
        _must_fit((cuts,), np.dtype(np.int64))
        _must_hold(len(pairs), step, cuts, least, most, 2)
        loop = self._loops[f"reduce_pairs_{pairs.dtype.name}"]
        loop(_at(pairs), len(pairs), step, _at(cuts), _at(least), _at(most), *least.shape)

    def line_columns(self, samples: Values, low: Values, high: Values) -> None:
        """Extremes of the line from sample to sample within each pixel column."""
        _must_fit((samples, low, high), np.dtype(np.float32))
        if low.shape != high.shape or samples.shape[1:] != low.shape[1:] or not len(samples):
            raise ValueError(f"{samples.shape}, {low.shape} and {high.shape} do not fit")
        room = np.empty((2, low.shape[1]), np.float32)
        sizes = len(samples), *low.shape
        self._loops["line_columns"](_at(samples), _at(low), _at(high), _at(room), *sizes)

    def draw(
        self,
        pixels: NDArray[np.uint32],
        ground: NDArray[np.uint32],
        same: NDArray[np.int64],
        left: int,
        lanes: NDArray[np.int64],
        scales: Values,
        low: Values,
        high: Values,
        strokes: tuple[int, int, int, int],
    ) -> None:
        """Traces on their ground, and dashes where they leave their lanes."""
        _must_fit((ground,), np.dtype(np.uint32))
        _must_fit((same,), np.dtype(np.int64))
        n_lanes = _must_lie_in(pixels, left, lanes, scales, low, high)
        n_rows, n_values = len(ground), low.shape[1]
        if ground.shape != pixels.shape:
            raise ValueError(f"{pixels.shape} and {ground.shape} do not fit")
        if len(same) != n_rows or (n_rows and not 0 <= same.min() <= same.max() < n_rows):
            raise ValueError("rows of the ground do not fit")
        n_columns = max(min(n_values, pixels.shape[1] - left), 0)
        rows = np.full((2, n_columns + 2), np.nan, np.float32)
        runs = np.empty((2, n_columns), np.int32)
        cut = np.zeros((n_lanes, 2, -(-n_columns // strokes[2])), np.bool_)
        numbers = (*pixels.shape, left, *low.shape, n_columns, cut.shape[2], *strokes)
        sizes = np.array(numbers, np.int64)
        arrays = (pixels, ground, same, lanes, scales, low, high, rows, runs, cut, sizes)
        self._loops["draw"](*(_at(array) for array in arrays))

    def soft(
        self,
        pixels: NDArray[np.uint32],
        left: int,
        lanes: NDArray[np.int64],
        scales: Values,
        low: Values,
        high: Values,
        width: float,
        beside: int,
    ) -> None:
        """Lines with soft edges upon a picture."""
        _must_lie_in(pixels, left, lanes, scales, low, high)
        n_columns = max(min(low.shape[1], pixels.shape[1] - left), 0)
        rows, half = np.full((2, n_columns + 2), np.nan, np.float32), np.array([width / 2], "f4")
        spans = np.empty(rows.shape, np.int64)
        sizes = np.array((*pixels.shape, left, *low.shape, n_columns, beside), np.int64)
        arrays = (pixels, lanes, scales, low, high, half, rows, spans, sizes)
        self._loops["soft"](*(_at(array) for array in arrays))

    def bars(
        self,
        pixels: NDArray[np.uint32],
        left: int,
        bottoms: NDArray[np.int64],
        heights: NDArray[np.int32],
        inks: NDArray[np.uint32],
        bar: tuple[int, int],
    ) -> None:
        """Rows of bars upon a picture."""
        _must_fit((pixels, inks), np.dtype(np.uint32))
        _must_fit((bottoms,), np.dtype(np.int64))
        _must_fit((heights,), np.dtype(np.int32))
        if inks.shape != heights.shape or bottoms.shape != heights.shape[:1] or left < 0:
            raise ValueError(f"{inks.shape}, {heights.shape} and {bottoms.shape} do not fit")
        n = max(min(heights.shape[1] * bar[0], pixels.shape[1] - left), 0)
        room = np.empty(n, np.int32), np.empty(n, np.uint32)
        sizes = np.array((*pixels.shape, left, *heights.shape, *bar, n), np.int64)
        arrays = (pixels, bottoms, heights, inks, *room, sizes)
        self._loops["bars"](*(_at(array) for array in arrays))

    def _function(self, name: str, native: str) -> Callable[..., None]:
        address = self._engine.get_function_address(native)
        if not address:
            raise ValueError(f"the kept machine code has no {name}")
        return ctypes.CFUNCTYPE(None, *_ARGUMENTS[name])(address)


def _must_fit(arrays: tuple[Array, ...], dtype: np.dtype[Any]) -> None:
    for array in arrays:
        if array.dtype != dtype or not array.flags.c_contiguous:
            raise TypeError(f"{array.dtype} with strides {array.strides} where {dtype} is wanted")


def _must_lie_in(
    pixels: Array, left: int, lanes: Array, scales: Array, low: Array, high: Array
) -> int:
    """Whether lanes and their columns fit each other and a picture; how many lanes there are."""
    _must_fit((pixels,), np.dtype(np.uint32))
    _must_fit((lanes,), np.dtype(np.int64))
    _must_fit((scales, low, high), np.dtype(np.float32))
    n_lanes = len(low)
    if high.shape != low.shape or lanes.shape != (n_lanes, 3):
        raise ValueError(f"{pixels.shape}, {low.shape}, {high.shape}, {lanes.shape}")
    if n_lanes and (lanes[:, 0].min() < 0 or left < 0 or len(scales) != n_lanes):
        raise ValueError("lanes lie outside the picture")
    return n_lanes


def _must_hold(
    n: int, step: int, cuts: NDArray[np.int64], least: Array, most: Array, each: int
) -> None:
    """Whether so many values hold all rows that the cuts lead to, ``each`` a channel."""
    n_columns, n_channels = least.shape
    if most.shape != least.shape or len(cuts) != n_columns + 1:
        raise ValueError(f"{least.shape}, {most.shape} and {len(cuts)} cuts do not fit")
    ends = (int(cuts[-1]) - 1) * step + each * n_channels
    if n_columns and (cuts[0] < 0 or (cuts[-1] > 0 and ends > n)):
        raise ValueError("the cuts lead beyond the rows")


def _at(array: Array) -> int:
    return array.ctypes.data
