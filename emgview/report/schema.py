"""Holds a record against its published JSON Schema (``resources/report/emg-report-1.schema.json``).

A checker for the part of JSON Schema 2020-12 that the schema uses; a word of it that the checker
does not know is an error, never passed over. (Lost: the library jsonschema, which is needed in
tests alone.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from emgview.resource_files import resource

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list, tuple),
    "null": (type(None),),
}
_NO_CHECK = {
    "$schema", "$id", "$defs", "title", "description", "type", "properties", "required",
    "additionalProperties", "items",
}  # fmt: skip


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    """The published schema of ``emg-report/1``."""
    path = resource("report/emg-report-1.schema.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def schema_problems(value: Any, schema: dict[str, Any] | None = None) -> tuple[str, ...]:
    """Where a value is not as the schema asks, each as place and reason; empty if it is."""
    root = load_schema() if schema is None else schema
    return tuple(_problems(value, root, root, "$"))


def _problems(value: Any, rule: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    if "$ref" in rule:
        yield from _problems(value, root["$defs"][rule["$ref"].split("/")[-1]], root, at)
        return
    if "type" in rule and not _is(value, rule["type"]):
        yield f"{at}: is no {rule['type']}"
        return
    for word, asked in rule.items():
        if word in ("anyOf", "oneOf"):
            fitting = sum(not any(_problems(value, r, root, at)) for r in asked)
            if fitting == 0 or (word == "oneOf" and fitting > 1):
                yield f"{at}: fits {fitting} of the {len(asked)} allowed forms"
        elif word not in _NO_CHECK:
            yield from _limit(word, asked, value, at)
    if isinstance(value, dict):
        yield from _object(value, rule, root, at)
    elif isinstance(value, list | tuple) and "items" in rule:
        for n, item in enumerate(value):
            yield from _problems(item, rule["items"], root, f"{at}[{n}]")


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _limit(word: str, asked: Any, value: Any, at: str) -> Iterator[str]:
    holds: dict[str, Callable[[], bool]] = {
        "const": lambda: value == asked,
        "enum": lambda: value in asked,
        "pattern": lambda: re.search(asked, value) is not None,
        "minLength": lambda: len(value) >= asked,
        "minimum": lambda: value >= asked,
        "maximum": lambda: value <= asked,
        "exclusiveMinimum": lambda: value > asked,
        "minItems": lambda: len(value) >= asked,
        "maxItems": lambda: len(value) <= asked,
    }
    if word not in holds:
        raise ValueError(f"the schema uses {word!r}, which is not known here")
    if not holds[word]():
        yield f"{at}: {word} {asked!r} does not hold"


def _object(
    value: dict[str, Any], rule: dict[str, Any], root: dict[str, Any], at: str
) -> Iterator[str]:
    known = rule.get("properties", {})
    for name in rule.get("required", ()):
        if name not in value:
            yield f"{at}.{name}: is missing"
    further = rule.get("additionalProperties", True)
    for name, item in value.items():
        if name in known:
            yield from _problems(item, known[name], root, f"{at}.{name}")
        elif further is False:
            yield f"{at}.{name}: is not known"
        elif isinstance(further, dict):
            yield from _problems(item, further, root, f"{at}.{name}")
