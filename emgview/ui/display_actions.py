"""What the commands of the menu *Traces* do: presets, filters, channels, true scale.

They change what is seen, never the data. The filter that is on stands in the header of the traces
and in the status bar.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QInputDialog, QLabel

from emgview.session.filter_steps import (
    NOTHING,
    high_pass_stepped,
    low_pass_stepped,
    mains_stepped,
)
from emgview.session.filtering import refusal
from emgview.session.presets import Preset, shipped_presets
from emgview.session.study_session import StudySession
from emgview.session.traces import DisplayFilter
from emgview.ui.commands.display import N_OWN
from emgview.ui.display_filters import FilterDialog
from emgview.ui.display_lanes import LaneActions
from emgview.ui.display_presets import PresetDialog, SaveDialog
from emgview.ui.display_scale import CalibrationDialog, screen_key, told_px_per_mm
from emgview.ui.traces.clip_marks import ClipMarks
from emgview.ui.traces.true_scale import TrueScale
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_ACCEPTED = QDialog.DialogCode.Accepted
_MOST_LIMIT_UV = 1e6


class DisplayActions(QObject):
    """Commands of the group ``display``."""

    _clipping_found = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lanes = LaneActions(window)
        self._views: dict[str, Viewport] = {}
        self._told = QLabel()
        self._told.setAccessibleName("Filter of the view")
        window.traces.viewportChanged.connect(self._keep_view)
        window.traces.add_overlay(ClipMarks())
        self._clipping_found.connect(self._show_clipping)
        self._commands = self._lanes.commands | self._own_commands()

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        if name == "zero_phase":
            self._zero_phase(on=checked)
        elif name == "true_scale":
            self._set_true_scale(on=checked)
        else:
            self._commands[name]()

    def restore(self) -> None:
        """What the settings remember; once, when the menus are there."""
        window = self._window
        window.statusBar().insertPermanentWidget(0, self._told)
        self._name_own_presets()
        window.menus.check("display.zero_phase", on=window.settings.display_filter.zero_phase)
        window.menus.check("display.true_scale", on=window.settings.true_scale)
        self._scale_anew()
        self.switch_filter(on=window.settings.show_filtered)

    def view_of(self, recording_id: str, n_samples: int) -> Viewport | None:
        """How a recording was seen last since the start of the program."""
        seen = self._views.get(recording_id)
        return None if seen is None else replace(seen, n_samples=n_samples)

    def _own_commands(self) -> dict[str, Callable[[], object]]:
        commands: dict[str, Callable[[], object]] = {
            "save_preset": self._save_preset,
            "presets": self._show_presets,
            "filters": self._ask_filter,
            "high_pass_up": lambda: self._step(lambda f, fs: high_pass_stepped(f, fs, +1)),
            "high_pass_down": lambda: self._step(lambda f, fs: high_pass_stepped(f, fs, -1)),
            "low_pass_up": lambda: self._step(lambda f, fs: low_pass_stepped(f, fs, +1)),
            "low_pass_down": lambda: self._step(lambda f, fs: low_pass_stepped(f, fs, -1)),
            "mains": lambda: self._step(mains_stepped),
            "calibrate": self._calibrate,
            "limit": self._ask_limit,
        }
        for n, preset in enumerate(shipped_presets()):
            commands[f"preset_{n + 1}"] = lambda chosen=preset: self.apply(chosen)  # type: ignore[misc]
        for n in range(N_OWN):
            commands[f"own_{n + 1}"] = lambda place=n: self._apply_own(place)  # type: ignore[misc]
        return commands

    def _keep_view(self, viewport: Viewport) -> None:
        if self._window.recording_id and self._window.traces.is_scaled:
            self._views[self._window.recording_id] = viewport

    # -- filters -----------------------------------------------------------------------------

    def switch_filter(self, *, on: bool) -> None:
        """Show the traces filtered for display, or as recorded."""
        chosen = self._window.settings.display_filter
        self._show_filter(chosen if on and not chosen.is_empty else None)

    def _show_filter(self, chosen: DisplayFilter | None) -> None:
        """Apply a filter and remember it; None shows what was recorded."""
        window = self._window
        window.traces.set_filter(chosen)
        window.traces.redraw()
        window.menus.check("view.filter", on=chosen is not None)
        if chosen is not None:
            window.menus.check("display.zero_phase", on=chosen.zero_phase)
            window.remember(display_filter=chosen)
        window.remember(show_filtered=chosen is not None)
        words = f"View: {chosen.describe()}" if chosen else "View: as recorded"
        self._told.setText(words)

    def _now(self) -> DisplayFilter:
        """The filter that is on; one that does nothing if none is."""
        remembered = self._window.settings.display_filter
        nothing = replace(remembered, high_pass_hz=None, low_pass_hz=None, mains_hz=None)
        return self._window.traces.filter_now or nothing

    def _step(self, change: Callable[[DisplayFilter, float], DisplayFilter]) -> None:
        recording = self._window.recording
        if recording is None:
            return
        chosen = change(self._now(), recording.info.sampling_rate_hz)
        self._show_filter(None if chosen.is_empty else chosen)
        self._window.tell(f"View: {chosen.describe() if not chosen.is_empty else 'as recorded'}")

    def _zero_phase(self, *, on: bool) -> None:
        window = self._window
        chosen = replace(window.settings.display_filter, zero_phase=on)
        window.remember(display_filter=chosen)
        shown = window.traces.filter_now
        if shown is not None:
            self._show_filter(replace(shown, zero_phase=on))
        else:
            window.tell("Takes effect with the next filter of the view")

    def _ask_filter(self) -> None:
        recording = self._window.recording
        if recording is None:
            return
        start = self._window.traces.filter_now or self._window.settings.display_filter
        dialog = FilterDialog(start, recording.info.sampling_rate_hz, self._window)
        if dialog.exec() == _ACCEPTED:
            chosen = dialog.chosen()
            self._show_filter(None if chosen.is_empty else chosen)

    # -- presets -----------------------------------------------------------------------------

    def apply(self, preset: Preset) -> None:
        """Take scale and filter of a preset; where the reader was stays in the middle."""
        window, viewport = self._window, self._window.traces.viewport_now
        if viewport is None:
            return
        self._show_filter(preset.filter)
        scaled = viewport.scaled(preset.uv_per_div).swept(preset.ms_per_div)
        window.traces.set_viewport(scaled)
        reason = refusal(preset.filter or NOTHING, viewport.fs)
        text = f"{preset.name}: {preset.describe()}"
        window.tell(f"{text}; filter not possible: {reason}" if reason else text)

    def _apply_own(self, place: int) -> None:
        own = self._window.settings.presets
        if place < len(own):
            self.apply(own[place])
        else:
            self._window.tell("No such preset of your own; Ctrl+Alt+S saves the present view")

    def _save_preset(self) -> None:
        window, viewport = self._window, self._window.traces.viewport_now
        if viewport is None:
            return
        channel = viewport.chosen if viewport.chosen is not None else 0
        first = viewport.channels[0] if viewport.channels else channel
        scale = viewport.uv_per_div[viewport.chosen if viewport.chosen is not None else first]
        preset = Preset("", scale, viewport.ms_per_div, window.traces.filter_now)
        dialog = SaveDialog(window.settings.presets, preset, window)
        if dialog.exec() == _ACCEPTED:
            self._keep_presets(dialog.presets())

    def _show_presets(self) -> None:
        own = self._window.settings.presets
        PresetDialog(own, self._key_of, self._keep_presets, self.apply, self._window).exec()

    def _keep_presets(self, own: tuple[Preset, ...]) -> None:
        self._window.remember(presets=own)
        self._name_own_presets()

    def _name_own_presets(self) -> None:
        own = self._window.settings.presets
        for n in range(N_OWN):
            action = self._window.menus.actions[f"display.own_{n + 1}"]
            action.setText(
                own[n].name.replace("&", "&&") if n < len(own) else f"Own preset {n + 1}"
            )
            action.setStatusTip(own[n].describe() if n < len(own) else "Not saved yet")

    def _key_of(self, name: str) -> str:
        """Shortcut of a preset as the menus have it."""
        shipped = [p.name for p in shipped_presets()]
        own = [p.name for p in self._window.settings.presets][:N_OWN]
        if name in shipped:
            command = f"display.preset_{shipped.index(name) + 1}"
        elif name in own:
            command = f"display.own_{own.index(name) + 1}"
        else:
            return ""
        return self._window.menus.actions[command].shortcut().toString()

    # -- scale -------------------------------------------------------------------------------

    def _set_true_scale(self, *, on: bool) -> None:
        self._window.remember(true_scale=on)
        self._scale_anew()

    def _px_per_mm(self) -> float:
        screen = self._window.screen()
        known = self._window.settings.screens.get(screen_key(screen))
        return known or told_px_per_mm(screen)

    def _scale_anew(self) -> None:
        settings = self._window.settings
        scale = TrueScale(self._px_per_mm(), settings.mm_per_div) if settings.true_scale else None
        self._window.traces.set_true_scale(scale)

    def _calibrate(self) -> None:
        window, screen = self._window, self._window.screen()
        dialog = CalibrationDialog(screen, self._px_per_mm(), window.settings.mm_per_div, window)
        found = dialog.px_per_mm() if dialog.exec() == _ACCEPTED else None
        if found is None:
            return
        screens = window.settings.screens | {screen_key(screen): found}
        window.remember(screens=screens, mm_per_div=dialog.mm_per_div(), true_scale=True)
        window.menus.check("display.true_scale", on=True)
        self._scale_anew()

    def _ask_limit(self) -> None:
        """Half the range of the amplifier; what reaches it is marked as clipped."""
        window = self._window
        value, ok = QInputDialog.getDouble(
            window,
            "Amplitude limit",
            "The amplifier clips at ± µV (0: not known)",
            window.settings.amplitude_limit_uv,
            0.0,
            _MOST_LIMIT_UV,
            1,
        )
        if ok:
            window.remember(amplitude_limit_uv=value)
            self.find_clipping()

    def find_clipping(self) -> None:
        """Look where the channels of the recording on the screen end; then draw it."""
        window = self._window
        recording, stated = window.recording_id, window.settings.amplitude_limit_uv

        def find(session: StudySession) -> tuple[str, bool]:
            return recording, session.clipping.find(session.reader(recording), stated)

        window.controller.with_latest("clipping", find, self._clipping_found.emit)

    def _show_clipping(self, found: tuple[str, bool]) -> None:
        if found == (self._window.recording_id, True):
            self._window.traces.ask_again()
