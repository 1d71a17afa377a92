"""What the keys and the gutter's menu do with single channels. They change the view only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from emgview.ui.display_channels import ChannelDialog, GutterMouse
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_MENU = (
    ("gain_up", "gain_down"),
    ("invert", "colour"),
    ("channel_up", "channel_down"),
    ("hide", "solo", "all"),
    ("channels",),
)


class LaneActions:
    """Commands of the group ``display`` that concern channels."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._mouse = GutterMouse(window.traces, self._show_menu, self._show_dialog)
        self.commands: dict[str, Callable[[], object]] = {
            "channels": self._show_dialog,
            "next_channel": lambda: self._change(lambda v: v.choosing_next(+1)),
            "previous_channel": lambda: self._change(lambda v: v.choosing_next(-1)),
            "channel_down": lambda: self._on_chosen(lambda v, c: v.moved(c, +1)),
            "channel_up": lambda: self._on_chosen(lambda v, c: v.moved(c, -1)),
            "gain_up": lambda: self._on_chosen(lambda v, c: v.more_sensitive(+1, c)),
            "gain_down": lambda: self._on_chosen(lambda v, c: v.more_sensitive(-1, c)),
            "invert": lambda: self._on_chosen(lambda v, c: v.turned(c)),
            "colour": lambda: self._on_chosen(self._next_colour),
            "hide": lambda: self._on_chosen(lambda v, c: v.hiding(c)),
            "solo": lambda: self._on_chosen(_alone_or_all),
            "all": lambda: self._change(_all_shown),
        }

    def _change(self, change: Callable[[Viewport], Viewport]) -> None:
        viewport = self._window.traces.viewport_now
        if viewport is not None:
            self._window.traces.set_viewport(change(viewport))

    def _on_chosen(self, change: Callable[[Viewport, int], Viewport]) -> None:
        """Change the chosen channel; the only one needs not to be chosen."""
        viewport = self._window.traces.viewport_now
        if viewport is None:
            return
        shown = viewport.channels
        channel = viewport.chosen if viewport.chosen in shown else None
        if channel is None and len(shown) == 1:
            channel = shown[0]
        if channel is None:
            self._window.tell("Choose a channel first: click its name, or Alt+Down")
            return
        self._window.traces.set_viewport(change(viewport, channel))

    def _next_colour(self, viewport: Viewport, channel: int) -> Viewport:
        names = ["", *self._window.theme.channel_colours]
        now = viewport.colour_of(channel)
        place = names.index(now) if now in names else 0
        return viewport.coloured(channel, names[(place + 1) % len(names)])

    def _show_dialog(self) -> None:
        window = self._window
        if window.recording is None:
            return
        ChannelDialog(window.traces, window.recording.info, window.theme, window).exec()

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self._window)
        for group in _MENU:
            for name in group:
                menu.addAction(self._window.menus.actions[f"display.{name}"])
            menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)


def _all_shown(viewport: Viewport) -> Viewport:
    return viewport.showing_channels(range(len(viewport.uv_per_div)))


def _alone_or_all(viewport: Viewport, channel: int) -> Viewport:
    """One channel alone; if it is alone already, all of them."""
    if viewport.channels == (channel,):
        return _all_shown(viewport).choosing(channel)
    return viewport.showing_channels([channel]).choosing(channel)
