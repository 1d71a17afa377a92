"""What the keys of navigation and display do. They change the viewport, never the data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from emgview.ui.commands.view import PANELS

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class ViewActions:
    """Commands of the groups ``view`` and ``go``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command; where sweeps are in front, they may move in steps of their own."""
        window, traces = self._window, self._window.traces
        if window.groups.modes.move(name):
            return
        actions: dict[str, Callable[[], object]] = {
            "zoom_in": lambda: traces.zoom(+1),
            "zoom_out": lambda: traces.zoom(-1),
            "whole": traces.show_whole,
            "gain_up": lambda: traces.change_sensitivity(+1),
            "gain_down": lambda: traces.change_sensitivity(-1),
            "filter": lambda: window.groups.display.switch_filter(on=checked),
            "theme": lambda: window.set_theme("paper" if checked else "scope"),
            "clock": lambda: self._clock(checked),
            "full_screen": lambda: window.showFullScreen() if checked else window.showNormal(),
            "reset": window.panels.reset,
            "forward": lambda: traces.step(+1),
            "back": lambda: traces.step(-1),
            "page_forward": lambda: traces.page(+1),
            "page_back": lambda: traces.page(-1),
            "start": traces.go_start,
            "end": traces.go_end,
            "next_recording": lambda: window.recordings.step(+1),
            "previous_recording": lambda: window.recordings.step(-1),
        }
        if name.startswith("panel_"):
            window.panels.show(PANELS[int(name.removeprefix("panel_")) - 1], on=checked)
        else:
            actions[name]()

    def restore(self) -> None:
        """Show which panels there are; once, when the menus are there."""
        for n, title in enumerate(PANELS):
            check = partial(self._check_panel, f"view.panel_{n + 1}")
            self._window.panels.switch(title).toggled.connect(check)
            check(self._window.panels.switch(title).isChecked())

    def _check_panel(self, command: str, on: bool) -> None:
        self._window.menus.check(command, on=on)

    def _clock(self, on: bool) -> None:
        self._window.traces.set_clock_time(on=on)
        self._window.remember(clock_time=on)
