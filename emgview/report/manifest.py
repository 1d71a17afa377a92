"""The list of files beside a report, each with its length and SHA-256.

The PDF carries its signature; the manifest lets anyone with an ordinary hash program check all the
files of the folder. Beside a signed report it is signed too (:mod:`emgview.report.detached`): else
who can change a file could change its line here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError, FileError
from emgview.report.canonical import canonical_json, parse_json, sha256_hex

NAME = "manifest.json"
SCHEMA = "emg-manifest/1"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its name without folder, length in bytes, SHA-256 in hexadecimal."""

    name: str
    n_bytes: int
    sha256: str

    def problem(self, content: bytes) -> str:
        """What differs between this line and the file's content; empty if nothing."""
        if len(content) != self.n_bytes:
            return f"{self.name} has {len(content)} bytes, not {self.n_bytes}"
        if sha256_hex(content) != self.sha256:
            return f"{self.name} was changed"
        return ""


def write_manifest(folder: Path, files: Sequence[Path]) -> Path:
    """Write ``manifest.json`` into ``folder``; canonical JSON, entries by name.

    Raises
    ------
    FileError
        If a file does not lie in ``folder``, or something cannot be read or written.
    """
    entries = []
    for path in sorted(set(files), key=lambda path: path.name):
        if path.parent.resolve() != folder.resolve() or path.name == NAME:
            raise FileError(path.name, "", "does not belong into the manifest", "Leave it out.")
        content = _read(path)
        entries.append({"name": path.name, "bytes": len(content), "sha256": sha256_hex(content)})
    target = folder / NAME
    part = target.with_name(NAME + ".part")
    try:
        part.write_bytes(canonical_json({"schema": SCHEMA, "files": entries}))
        os.replace(part, target)  # noqa: PTH105 - atomic on every system
    except OSError as error:
        raise FileError(
            NAME, "", f"cannot be written ({error.strerror})", "Choose another folder."
        ) from error
    return target


def check(folder: Path) -> tuple[str, ...]:
    """Problems of the files that the manifest in ``folder`` lists; empty if all agree.

    A missing or damaged manifest is a problem, too. Files that it does not list are not looked at.
    """
    try:
        entries = read_manifest(folder)
    except FileError as error:
        return (str(error),)
    found = []
    for entry in entries:
        try:
            problem = entry.problem(_read(folder / entry.name))
        except FileError as error:
            problem = str(error)
        if problem:
            found.append(problem)
    return tuple(found)


def read_manifest(folder: Path) -> tuple[Entry, ...]:
    """Lines of the manifest in ``folder``.

    Raises
    ------
    FileError
        If it is missing or damaged.
    """
    content = _read(folder / NAME)
    try:
        body = parse_json(content)
        if canonical_json(body) != content or body.get("schema") != SCHEMA:
            raise ValueError("not as it was written")
        entries = tuple(_entry(line) for line in body["files"])
        if len({entry.name for entry in entries}) != len(entries):
            raise ValueError("a file is listed twice")
    except (EmgviewError, ValueError, KeyError, TypeError) as error:
        raise FileError(NAME, "", "is damaged", "Use the original files.") from error
    return entries


def _entry(line: dict[str, Any]) -> Entry:
    name, n_bytes, sha256 = line["name"], line["bytes"], line["sha256"]
    if not (isinstance(name, str) and isinstance(sha256, str) and type(n_bytes) is int):
        raise TypeError("a line of the wrong kind")
    if name in ("", ".", "..") or re.search(r"[/\\:\0]", name) or not _HASH.fullmatch(sha256):
        raise ValueError("a line that names no file of this folder")
    return Entry(name, n_bytes, sha256)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Use the original files."
        ) from error
