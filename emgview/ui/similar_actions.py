"""What the keys of *show all like this* do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from emgview.model import LabelState
from emgview.session.similar import Alike, alike

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class SimilarActions(QObject):
    """Commands of the group ``similar``."""

    _ready = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._all_channels = False
        self._ready.connect(self._show)
        window.similar.chosen.connect(self._choose)
        window.controller.opened.connect(lambda _: self._end())

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        if name == "channels":
            self._all_channels = checked
            if self._window.similar.found is not None:
                self._compare(self._window.similar.found.item)
            return
        actions: dict[str, Callable[[], object]] = {
            "show": self._ask,
            "more": lambda: self._window.similar.step(+1),
            "fewer": lambda: self._window.similar.step(-1),
            "end": self._end,
        }
        actions[name]()

    def _ask(self) -> None:
        chosen = self._window.items.selection()
        if chosen:
            self._compare(chosen[0])

    def _compare(self, item: str) -> None:
        everywhere = self._all_channels
        self._window.controller.with_latest(
            "similar",
            lambda session: alike(session, item, all_channels=everywhere),
            self._ready.emit,
        )

    def _show(self, found: Alike | None) -> None:
        window = self._window
        if found is None or window.label(found.item) is None:
            window.tell("The item has no potentials to compare")
            return
        window.panels.show("Similar", on=True)
        window.similar.show_alike(found)

    def _choose(self, items: tuple[str, ...]) -> None:
        """The table shows and selects these; the first stays the current one."""
        table = self._window.items
        table.show_only(frozenset(items))
        self._window.select_item(items[0])
        table.select_also(items)
        self._window.similar.set_remark(self._remark(len(items)))
        self._window.refresh_states()

    def _remark(self, n_alike: int) -> str:
        """A decision is about the rows that are selected: those hidden are left as they are."""
        chosen = self._window.items.selection()
        labels = [label for item in chosen if (label := self._window.label(item)) is not None]
        decided = sum(label.state is not LabelState.PROPOSED for label in labels)
        words = []
        if n_alike > len(chosen):
            words.append(
                f"{n_alike - len(chosen)} are hidden by the choosers and stay as they are."
            )
        if decided:
            words.append(f"{decided} of those selected are decided already.")
        return " ".join(words)

    def _end(self) -> None:
        self._window.similar.clear()
        self._window.items.show_only(None)
