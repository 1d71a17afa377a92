"""What the keys of the display modes do: which mode is on, and what its sweeps show.

The trace view keeps place, scales and channels in every mode; while another mode is in front it
rests, and the sweeps follow its viewport.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from emgview.session.modes import DisplayMode, ModeSettings, TriggerSettings, ladders
from emgview.ui.mode_wishes import after_step, level_moved
from emgview.ui.sweep_desk import EVENTS, SweepDesk
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_MANY = 10


class ModeActions(QObject):
    """Commands of the group ``mode``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._mode = DisplayMode.FREE_RUN
        self._free_ms = 0.0
        self._desk = SweepDesk(window, self)
        window.sweeps.hide()
        window.traces.rested.connect(self.refresh)
        window.sweeps.resized.connect(self.refresh)
        window.sweeps.levelDragged.connect(self._drag_level)
        window.sweeps.placeWanted.connect(self._open_place)
        window.sweeps.wheelTurned.connect(self._wheel)
        window.mode_bar.modeChanged.connect(lambda changes: self._change(**changes))
        window.mode_bar.triggerChanged.connect(lambda changes: self._retrigger(**changes))
        window.mode_bar.done.connect(window.sweeps.setFocus)

    def restore(self) -> None:
        """Show which mode is on; once, when the menus are there."""
        self._show_switches()

    @property
    def mode(self) -> DisplayMode:
        """The mode that is on."""
        return self._mode

    @property
    def draws_over(self) -> bool:
        """Whether a beam draws over the sweep before."""
        return self._mode is DisplayMode.SWEEP

    @property
    def is_drawn(self) -> bool:
        """Whether what was asked for last is on the screen, whole."""
        return self._mode is DisplayMode.FREE_RUN or not self._desk.waiting

    @property
    def shown(self) -> ModeSettings:
        """Settings of the mode."""
        return self._window.settings.modes.of(self._mode)

    @property
    def trigger(self) -> TriggerSettings:
        """Settings of the trigger."""
        return self._window.settings.modes.trigger_now

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        if name in set(DisplayMode):
            self.choose(DisplayMode(name))
            return
        commands: dict[str, Callable[[], object]] = {
            "more": lambda: self._count(+1),
            "fewer": lambda: self._count(-1),
            "stacked": lambda: self._change(stacked=checked),
            "average": lambda: self._change(average=checked),
            "template": lambda: self._retrigger(by_template=checked),
            "level_up": lambda: self._move_level(+1),
            "level_down": lambda: self._move_level(-1),
            "slope": self._turn_slope,
            "window": lambda: self._set_window(on=checked),
            "before": self._next_before,
        }
        commands[name]()

    # -- modes -------------------------------------------------------------------------------

    def choose(self, mode: DisplayMode) -> None:
        """Change the mode; each has its own sweep."""
        window, viewport = self._window, self._window.traces.viewport_now
        if mode is not self._mode and viewport is not None:
            self._keep_sweep(viewport)
            self._mode = mode
            free = mode is DisplayMode.FREE_RUN
            window.traces.rest(on=not free)
            window.traces.setVisible(free)
            window.sweeps.setVisible(not free)
            wanted = self._free_ms if free else self.shown.ms_per_div
            if wanted:
                window.traces.set_viewport(viewport.swept(wanted))
        self._show_switches()
        self.refresh()

    def _keep_sweep(self, viewport: Viewport) -> None:
        if self._mode is DisplayMode.FREE_RUN:
            self._free_ms = viewport.ms_per_div
        else:
            modes = self._window.settings.modes
            self._window.remember(modes=modes.changed(self._mode, ms_per_div=viewport.ms_per_div))

    def _show_switches(self) -> None:
        window, shown = self._window, self.shown
        for mode in DisplayMode:
            window.menus.check(f"mode.{mode}", on=mode is self._mode)
        window.menus.check("mode.stacked", on=shown.stacked)
        window.menus.check("mode.average", on=shown.average)
        window.menus.check("mode.template", on=self.trigger.by_template)
        window.menus.check("mode.window", on=bool(self.trigger.window_uv))
        window.mode_bar.show_mode(self._mode, shown, self.trigger)

    def _change(self, **changes: object) -> None:
        """Other settings of the mode; the free run has none."""
        if self._mode is DisplayMode.FREE_RUN:
            self._window.tell("Choose a mode first: menu Mode, or Ctrl+2 to Ctrl+5")
        else:
            modes = self._window.settings.modes
            self._window.remember(modes=modes.changed(self._mode, **changes))
        self._show_switches()
        self.refresh()

    def _retrigger(self, **changes: object) -> None:
        self._window.remember(modes=self._window.settings.modes.retriggered(**changes))
        self._show_switches()
        self.refresh()

    # -- settings by key ---------------------------------------------------------------------

    def _count(self, steps: int) -> None:
        fresh = after_step(ladders().sweeps, self.shown.n_sweeps, steps)
        if self._mode is DisplayMode.RASTER and fresh == 0:
            return  # all sweeps of a recording are not seen below each other
        self._change(n_sweeps=fresh)

    def _next_before(self) -> None:
        parts = ladders().before
        now = self.shown.before
        self._change(before=next((part for part in parts if part > now), parts[0]))

    def _turn_slope(self) -> None:
        self._retrigger(rising=not self.trigger.rising)

    def _set_window(self, *, on: bool) -> None:
        scale = self._level_scale()
        self._retrigger(window_uv=abs(scale) * ladders().window_div if on else 0.0)

    def _move_level(self, steps: int) -> None:
        moved = level_moved(self.trigger.level_uv, steps, self._level_scale())
        self._retrigger(level_uv=moved)

    def _drag_level(self, level_uv: float) -> None:
        self._retrigger(level_uv=float(round(level_uv)))

    def _level_scale(self) -> float:
        """µV per division of the trigger's channel; negative where positive is drawn down."""
        window = self._window
        scene = window.traces.scene_of(window.width(), window.height(), None)
        channel = self._desk.trigger_channel
        if scene is None or channel is None:
            return 1.0
        lane = scene.lane(scene.channels.index(channel))
        scale = scene.viewport.uv_per_div[channel]
        return -scale if lane.pixels_per_uv > 0 else scale

    # -- place -------------------------------------------------------------------------------

    def move(self, name: str) -> bool:
        """Carry out a command of navigation, if the mode has steps of its own; else False."""
        traces, viewport = self._window.traces, self._window.traces.viewport_now
        if viewport is None:
            return False
        pages = {"forward": 1, "back": -1, "page_forward": _MANY, "page_back": -_MANY}
        if self._mode is DisplayMode.RASTER and name in pages:
            n = self.shown.n_sweeps if abs(pages[name]) == _MANY else 1
            traces.page(n if pages[name] > 0 else -n)
            return True
        if self._mode not in EVENTS:
            return False
        if name in pages:
            n = (self.shown.n_sweeps or _MANY) if abs(pages[name]) == _MANY else 1
            self._step_events(n if pages[name] > 0 else -n)
            return True
        return False

    def _step_events(self, steps: int) -> None:
        viewport = self._window.traces.viewport_now
        onset = self._desk.neighbour(steps)
        if onset is not None and viewport is not None:
            self._window.traces.set_viewport(viewport.at(onset - self._desk.before(viewport)))

    def _open_place(self, sample: int) -> None:
        self.choose(DisplayMode.FREE_RUN)
        self._window.traces.center_on(sample)

    def _wheel(self, steps: int, keys: Qt.KeyboardModifier, channel: int | None) -> None:
        traces = self._window.traces
        if keys & Qt.KeyboardModifier.ControlModifier:
            traces.zoom(steps)
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            traces.change_sensitivity(steps)
        elif keys & Qt.KeyboardModifier.AltModifier:
            traces.change_sensitivity(steps, channel)
        elif not self.move("back" if steps > 0 else "forward"):
            traces.step(-steps)

    def refresh(self) -> None:
        """Ask anew, once for all that changes now."""
        if self._mode is not DisplayMode.FREE_RUN:
            self._desk.ask_soon()
