"""Plain data to values of stated types.

Takes what TOML or JSON gave, gives the value; may import nothing of the package.

msgspec works out a type when it first meets it, and crashes the program (segmentation fault, seen
with 0.20) when two threads do so with one type at the same time, as two detectors that begin
together do. So all go through here, one at a time.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_ONE_AT_A_TIME = Lock()


def typed(data: Any, kind: type[T], *, strict: bool = True) -> T:
    """Lists, tables, texts and numbers as a value of that type; on any thread.

    Parameters
    ----------
    strict : bool
        False: a whole number may stand for a real one, a text for a number.

    Raises
    ------
    msgspec.ValidationError
        If something is missing or of the wrong type.
    """
    with _ONE_AT_A_TIME:
        return msgspec.convert(data, kind, strict=strict)


def typed_json(text: bytes | str, kind: type[T]) -> T:
    """The same for a JSON text.

    Raises
    ------
    msgspec.DecodeError
        If it is no JSON, or something is missing or of the wrong type.
    """
    with _ONE_AT_A_TIME:
        return msgspec.json.decode(text, type=kind)
