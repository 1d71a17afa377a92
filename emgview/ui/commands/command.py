"""One action of the window as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Needs = Literal[
    "nothing", "study", "recording", "item", "writable", "readable", "undo", "redo", "work"
]


@dataclass(frozen=True, slots=True)
class Command:
    """One action.

    Parameters
    ----------
    id : str
        Name for wiring: ``group.action``.
    title : str
        Menu text with ``&`` before the access key.
    menu : str
        Menu that it stands in.
    keys : tuple of str
        Shortcuts; the first is shown.
    tip : str
        One short sentence.
    needs : str
        State in which it is enabled; ``readable``: open for reading only.
    checkable : bool
    separator : bool
        A line stands before it in the menu.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...]
    tip: str
    needs: Needs = "nothing"
    checkable: bool = False
    separator: bool = False
