"""Keys that a user changed: conflicts are refused, files are checked, new versions do not break."""

from __future__ import annotations

from pathlib import Path

import pytest

from emgview.errors import EmgviewError, FileError
from emgview.session.keymap import (
    changed_with,
    effective,
    holders,
    read_keymap,
    write_keymap,
)
from emgview.ui.commands import MENUS, command_table

TABLE = {"a.one": ("A",), "a.two": ("B", "Ctrl+B"), "a.three": ("C",)}


def test_only_differences_are_kept() -> None:
    changed = changed_with(TABLE, {}, "a.one", ("X",))
    assert changed == {"a.one": ("X",)}
    assert effective(TABLE, changed)["a.one"] == ("X",)
    assert effective(TABLE, changed)["a.two"] == ("B", "Ctrl+B")
    assert changed_with(TABLE, changed, "a.one", ("A",)) == {}


@pytest.mark.parametrize("key", ["B", "b", "Ctrl+B", "ctrl+b"])
def test_a_key_that_another_command_has_is_refused_by_name(key: str) -> None:
    with pytest.raises(EmgviewError, match=r"belongs to a\.two"):
        changed_with(TABLE, {}, "a.one", (key,))


def test_a_key_that_was_taken_away_is_free() -> None:
    changed = changed_with(TABLE, {}, "a.two", ())
    assert changed_with(TABLE, changed, "a.one", ("B",))["a.one"] == ("B",)


def test_keys_of_commands_that_are_gone_do_no_harm() -> None:
    assert set(effective(TABLE, {"old.command": ("Q",)})) == set(TABLE)


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    write_keymap(tmp_path / "k.json", {"a.one": ("X", "Y"), "a.three": ()})
    assert read_keymap(tmp_path / "k.json", TABLE) == {"a.one": ("X", "Y"), "a.three": ()}


def test_a_file_with_a_conflict_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    write_keymap(tmp_path / "k.json", {"a.one": ("C",)})
    with pytest.raises(EmgviewError, match=r"a\.one and a\.three"):
        read_keymap(tmp_path / "k.json", TABLE)
    (tmp_path / "bad.json").write_text("[]", encoding="utf-8")
    with pytest.raises(FileError, match="is no keymap"):
        read_keymap(tmp_path / "bad.json", TABLE)
    with pytest.raises(FileError, match="cannot be written"):
        write_keymap(tmp_path / "no" / "k.json", {})


def test_the_program_s_own_keys_have_no_conflict() -> None:
    table = {command.id: command.keys for command in command_table()}
    assert {key: who for key, who in holders(table).items() if len(who) > 1} == {}


def test_every_command_has_menu_key_title_and_tip() -> None:
    for command in command_table():
        assert command.menu in MENUS, command.id
        assert command.keys, command.id
        assert command.title, command.id
        assert command.tip, command.id
