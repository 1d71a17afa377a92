"""Canonical bytes of a JSON value (RFC 8785) and their hash."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from emgview.errors import EmgviewError


def canonical_json(value: Any) -> bytes:
    """The one and only byte form of a JSON value, UTF-8.

    Raises
    ------
    EmgviewError
        If the value holds what canonical JSON cannot: NaN, infinity, an integer beyond 2**53, a
        lone surrogate, a key that is not a string, or a value of another kind.
    """
    import rfc8785

    try:
        return bytes(rfc8785.dumps(_checked(value, "report")))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise EmgviewError(
            f"The report cannot be written as canonical JSON ({error})",
            "Correct the value and build the report again.",
        ) from error


def _checked(value: Any, place: str) -> Any:
    """The value, or an error that names the place of a number that is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise EmgviewError(f"{place} is {value}, not a finite number", "Correct the value.")
    if isinstance(value, dict):
        return {key: _checked(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item, f"{place}[{i}]") for i, item in enumerate(value)]
    return value


def parse_json(content: bytes) -> dict[str, Any]:
    """The object in ``content``.

    Raises
    ------
    EmgviewError
        If it is no JSON object, or holds a key twice.
    """
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except ValueError as error:
        raise EmgviewError(
            f"The report is not valid JSON ({error})", "Use the original."
        ) from error
    if not isinstance(value, dict):
        raise EmgviewError("The report is not a JSON object", "Use the original file.")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def sha256_hex(content: bytes) -> str:
    """SHA-256 in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
