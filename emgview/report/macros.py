"""Text blocks with blanks, conditions and loops over the record; a laboratory's own words.

A small language of its own, so that a block can read the record and do nothing else. (Lost: a
template engine of general use; its expressions can call what they like.)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from emgview.errors import EmgviewError, FileError
from emgview.findings.clinical_words import load_clinical_words
from emgview.resource_files import resource
from emgview.typed_data import typed

_TAG = re.compile(r"\{([^{}\n]{1,120})\}")
_FOR = re.compile(r"for ([a-z]\w*) in ([a-z][\w.]*)")
_IF = re.compile(r"if ([a-z][\w.]*)(?: (==|!=) ([\w.-]+))?")
_PATH = re.compile(r"[a-z]\w*(\.\w+)*")
_MOST_CHARACTERS = 100_000


class Block(msgspec.Struct, frozen=True):
    """One text block."""

    id: str
    title: str
    text: str


class _File(msgspec.Struct, frozen=True):
    version: str
    block: tuple[Block, ...]


@lru_cache(maxsize=8)
def load_blocks(language: str = "en") -> Mapping[str, Block]:
    """The shipped blocks by id, in a language."""
    of_language = "" if language == "en" else f".{language}"
    return read_blocks(resource(f"report/blocks{of_language}.toml"))


def read_blocks(path: Path) -> Mapping[str, Block]:
    """Blocks of a file by id, each looked through for faults.

    Raises
    ------
    FileError
        If it cannot be read, or a block has a fault; the error names it.
    """
    try:
        found = typed(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise FileError(path.name, "", "holds no text blocks", "See the shipped file.") from error
    for block in found.block:
        try:
            _parsed(block.text)
        except EmgviewError as error:
            raise FileError(path.name, f"block {block.id}", error.found, error.remedy) from error
    return {block.id: block for block in found.block}


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Value:
    path: str


@dataclass(frozen=True, slots=True)
class _Loop:
    name: str
    path: str
    body: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    path: str
    sign: str
    value: str
    then: tuple[Any, ...]
    otherwise: tuple[Any, ...]


def expand(text: str, body: Mapping[str, Any]) -> str:
    """The text with all blanks filled from a report's body.

    Beside the body's own fields each muscle has ``any_observed`` and ``observed`` (title and text
    of each observed cell), and the report ``none_observed`` and ``observed_columns`` (title,
    ``n_muscles`` and ``muscles`` of each column with an observed cell).

    Raises
    ------
    EmgviewError
        If the block has a fault, names what the record lacks, or grows beyond all measure.
    """
    parts = _parsed(text)
    pieces: list[str] = []
    length = 0
    for piece in _run(parts, _view(body)):
        length += len(piece)
        if length > _MOST_CHARACTERS:
            raise EmgviewError(
                f"The text block gives more than {_MOST_CHARACTERS} characters", "Shorten it."
            )
        pieces.append(piece)
    lines = (line.rstrip(" ;,") for line in "".join(pieces).splitlines())
    return "\n".join(lines).strip()


def _view(body: Mapping[str, Any]) -> dict[str, Any]:
    titles = {column["id"]: column["title"] for column in body["columns"]}
    clinical = load_clinical_words(str(body.get("language", "en")))
    muscles = []
    for row in body["muscles"]:
        observed = [
            {"title": clinical.within(titles[key]), "text": cell["text"]}
            for key, cell in row["findings"].items()
            if cell["state"] == "observed"
        ]
        muscles.append({**row, "observed": observed, "any_observed": bool(observed)})
    columns = [
        {"title": title, "n_muscles": len(rows), "muscles": rows}
        for key, title in titles.items()
        if (rows := [m for m in muscles if m["findings"][key]["state"] == "observed"])
    ]
    view = {"muscles": muscles, "observed_columns": columns, "none_observed": not columns}
    return {**body, **view}


def _parsed(text: str) -> tuple[Any, ...]:
    tokens = list(_tokens(text))
    parts, rest, closing = _sequence(tokens, 0)
    if closing or rest != len(tokens):
        raise EmgviewError(f"{{{closing}}} without its beginning", "Correct the text block.")
    return parts


def _tokens(text: str) -> Iterator[tuple[bool, str]]:
    """(is a tag, content)."""
    end = 0
    for found in _TAG.finditer(text):
        yield False, text[end : found.start()]
        yield True, " ".join(found[1].split())
        end = found.end()
    yield False, text[end:]


def _sequence(tokens: list[tuple[bool, str]], at: int) -> tuple[tuple[Any, ...], int, str]:
    """Parts until an ``end`` or ``else``: parts, where they stop, what closed them."""
    parts: list[Any] = []
    while at < len(tokens):
        is_tag, content = tokens[at]
        if not is_tag:
            parts.append(_Text(content))
            at += 1
        elif content in ("end", "else"):
            return tuple(parts), at, content
        else:
            part, at = _tag(content, tokens, at)
            parts.append(part)
    return tuple(parts), at, ""


def _tag(content: str, tokens: list[tuple[bool, str]], at: int) -> tuple[Any, int]:
    loop, choice = _FOR.fullmatch(content), _IF.fullmatch(content)
    if loop:
        body, at, closing = _sequence(tokens, at + 1)
        _must_end(closing, content)
        return _Loop(loop[1], loop[2], body), at + 1
    if choice:
        then, at, closing = _sequence(tokens, at + 1)
        otherwise: tuple[Any, ...] = ()
        if closing == "else":
            otherwise, at, closing = _sequence(tokens, at + 1)
        _must_end(closing, content)
        return _Choice(choice[1], choice[2] or "", choice[3] or "", then, otherwise), at + 1
    if _PATH.fullmatch(content):
        return _Value(content), at + 1
    raise EmgviewError(f"{{{content}}} is not understood", "Write a path, for, if, else or end.")


def _must_end(closing: str, content: str) -> None:
    if closing != "end":
        raise EmgviewError(f"{{{content}}} has no {{end}}", "Correct the text block.")


def _run(parts: tuple[Any, ...], values: Mapping[str, Any]) -> Iterator[str]:
    for part in parts:
        match part:
            case _Text(text):
                yield text
            case _Value(path):
                yield _printed(_look(path, values))
            case _Loop(name, path, body):
                found = _look(path, values)
                if not isinstance(found, list):
                    raise EmgviewError(f"{path!r} is no list", "Loop over a list.")
                for item in found:
                    yield from _run(body, {**values, name: item})
            case _Choice(path, sign, value, then, otherwise):
                holds = _holds(_look(path, values), sign, value)
                yield from _run(then if holds else otherwise, values)


def _holds(found: Any, sign: str, value: str) -> bool:
    if not sign:
        return bool(found) and found != "not_stated"
    return (_printed(found) == value) is (sign == "==")


def _look(path: str, values: Any) -> Any:
    found = values
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            raise EmgviewError(f"The record has no {path!r}", "Correct the text block.")
        found = found[name]
    return found


def _printed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
