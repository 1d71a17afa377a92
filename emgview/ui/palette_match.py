"""Finds commands by a few letters. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emgview.ui.commands import Command

_IN_TITLE, _IN_WORDS, _SCATTERED = 3.0, 2.0, 1.0


def plain_title(command: Command) -> str:
    """Title without access key and dots."""
    return command.title.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(" …")


def score(text: str, command: Command) -> float:
    """How well what was typed fits; 0 if not at all.

    Letters that stand together in the title count most, then every word somewhere in title, menu
    or tip, then letters in order in the title.
    """
    wanted = text.lower().strip()
    if not wanted:
        return 0.5
    title = plain_title(command).lower()
    if wanted in title:
        return _IN_TITLE + 1 / (1 + title.index(wanted)) + len(wanted) / (1 + len(title))
    everything = " ".join((title, command.menu.replace("&", ""), command.tip, *command.keys))
    everything = everything.lower()
    if all(word in everything for word in wanted.split()):
        return _IN_WORDS
    place = 0
    for letter in wanted.replace(" ", ""):
        place = title.find(letter, place) + 1
        if place == 0:
            return 0.0
    return _SCATTERED


def matches(text: str, commands: Iterable[Command], recent: Sequence[str] = ()) -> list[Command]:
    """Commands that fit, the best first; among equals those used lately, then by the table."""
    rank = {name: len(recent) - n for n, name in enumerate(recent)}
    found = [(score(text, command), command) for command in commands]
    kept = [pair for pair in found if pair[0] > 0]
    kept.sort(key=lambda pair: (-pair[0], -rank.get(pair[1].id, 0)))
    return [command for _score, command in kept]
