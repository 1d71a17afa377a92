"""Keys of commands: those of the program, with what the user changed. Pure; knows no Qt.

Only differences are kept, so that a new version may bring new commands and keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from emgview.errors import EmgviewError, FileError
from emgview.typed_data import typed_json

Keys = tuple[str, ...]
Keymap = Mapping[str, Keys]


class KeymapFile(msgspec.Struct, frozen=True):
    """Changed keys as a file, to be taken to another workstation."""

    version: int
    keys: dict[str, Keys]


def effective(table: Keymap, changed: Keymap) -> dict[str, Keys]:
    """Keys of every command. What was changed of a command that no longer exists is left out."""
    return {command: tuple(changed.get(command, keys)) for command, keys in table.items()}


def holders(keys: Keymap) -> dict[str, list[str]]:
    """Commands of each key; more than one is a conflict."""
    found: dict[str, list[str]] = {}
    for command, own in keys.items():
        for key in own:
            found.setdefault(key.lower(), []).append(command)
    return found


def changed_with(table: Keymap, changed: Keymap, command: str, keys: Keys) -> dict[str, Keys]:
    """The changes with other keys for one command.

    Raises
    ------
    EmgviewError
        If another command has one of the keys; names it.
    """
    if command not in table:
        raise EmgviewError(f"There is no command {command!r}", "Choose one of the list.")
    others = holders({c: k for c, k in effective(table, changed).items() if c != command})
    for key in keys:
        if key.lower() in others:
            raise EmgviewError(
                f"{key} belongs to {others[key.lower()][0]}", "Take it away there first."
            )
    kept = {c: k for c, k in changed.items() if c != command}
    return kept if keys == table[command] else kept | {command: keys}


def write_keymap(path: Path, changed: Keymap) -> None:
    """Write the changes as a file.

    Raises
    ------
    FileError
    """
    data = msgspec.json.format(msgspec.json.encode(KeymapFile(1, dict(changed))), indent=2)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error


def read_keymap(path: Path, table: Keymap) -> dict[str, Keys]:
    """Changes from a file.

    Raises
    ------
    FileError
        If it is no such file.
    EmgviewError
        If two commands would have the same key.
    """
    try:
        read = typed_json(path.read_bytes(), KeymapFile)
    except (OSError, msgspec.DecodeError) as error:
        raise FileError(path.name, "", "is no keymap", "Choose a file saved here.") from error
    kept = {command: keys for command, keys in read.keys.items() if command in table}
    for key, commands in holders(effective(table, kept)).items():
        if len(commands) > 1:
            raise EmgviewError(
                f"{path.name}: {key} belongs to {commands[0]} and {commands[1]}",
                "Change one of them in the file.",
            )
    return kept
