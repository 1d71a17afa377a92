"""Canonical JSON: one byte form, no values that JSON does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emgview.errors import EmgviewError
from emgview.report import Report, canonical_json, sha256_hex
from emgview.report.canonical import parse_json


def test_keys_are_sorted_and_space_is_gone() -> None:
    assert canonical_json({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'


def test_numbers_have_one_form() -> None:
    """RFC 8785, 3.2.2.3: as ECMAScript prints them."""
    assert canonical_json([1.0, 1e21, 0.1, -0.0, 1e-7]) == b"[1,1e+21,0.1,0,1e-7]"


def test_text_is_utf8_and_control_characters_are_escaped() -> None:
    assert canonical_json("Grüße µ\n\x07") == '"Grüße µ\\n\\u0007"'.encode()


def test_tuples_are_arrays() -> None:
    assert canonical_json({"a": (1, 2)}) == b'{"a":[1,2]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_not_finite_is_refused_with_its_place(value: float) -> None:
    with pytest.raises(EmgviewError, match=r"report\.rows\[1\]\.rate"):
        canonical_json({"rows": [{"rate": 1.0}, {"rate": value}]})


@pytest.mark.parametrize("value", [2**53 + 1, "\ud800", object(), {1: 2}])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(EmgviewError):
        canonical_json({"a": value})


def test_same_values_in_another_order_have_the_same_hash() -> None:
    one = canonical_json({"a": 1, "b": {"x": 1, "y": 2}})
    other = canonical_json({"b": {"y": 2, "x": 1}, "a": 1})
    assert sha256_hex(one) == sha256_hex(other)


def test_key_that_occurs_twice_is_refused() -> None:
    with pytest.raises(EmgviewError, match="twice"):
        parse_json(b'{"a":1,"a":2}')


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(EmgviewError):
        parse_json(content)


def test_report_of_another_schema_is_refused() -> None:
    with pytest.raises(EmgviewError, match="emg-report/2"):
        Report.from_json(json.dumps({"schema": "emg-report/2"}).encode())
