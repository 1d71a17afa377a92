"""What the keys of the display modes do: which mode is on, and what its sweeps show.

The trace view keeps place, scales and channels in every mode; while another mode is in front it
rests, and the sweeps follow its viewport.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emgview.session.modes import DisplayMode, ModeSettings, TriggerSettings, ladders
from emgview.session.study_session import StudySession
from emgview.session.sweeps import SweepAnswer, SweepRequest, Sweeps
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.mode_wishes import (
    after_step,
    event_places,
    event_request,
    event_words,
    level_moved,
)
from emgview.ui.sweeps import Fold, SweepPlan, fold, folding, sweeps_of
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

SWEEPS_SLOT = "sweeps"
_CONTIGUOUS = (DisplayMode.SWEEP, DisplayMode.RASTER)
_EVENTS = (DisplayMode.TRIGGERED, DisplayMode.SUPERIMPOSED)
_MANY = 10


class ModeActions(QObject):
    """Commands of the group ``mode``."""

    _ready = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._mode = DisplayMode.FREE_RUN
        self._free_ms = 0.0
        self._generation = 0
        self._fold: Fold | None = None
        self._events: SweepAnswer | None = None
        self._sweeps = Sweeps()  # used on the I/O thread only
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._ask)
        window.sweeps.hide()
        window.traces.rested.connect(self.refresh)
        window.sweeps.resized.connect(self.refresh)
        window.sweeps.levelDragged.connect(self._drag_level)
        window.sweeps.placeWanted.connect(self._open_place)
        window.sweeps.wheelTurned.connect(self._wheel)
        window.mode_bar.modeChanged.connect(lambda changes: self._change(**changes))
        window.mode_bar.triggerChanged.connect(lambda changes: self._retrigger(**changes))
        window.controller.traced.connect(self._traced)
        self._ready.connect(self._show_events)

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
        return self._mode is DisplayMode.FREE_RUN or not self._waiting

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
            self._events = None
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
        channel = self._trigger_channel()
        if scene is None or channel is None:
            return 1.0
        lane = scene.lane(scene.channels.index(channel))
        scale = scene.viewport.uv_per_div[channel]
        return -scale if lane.pixels_per_uv > 0 else scale

    def _trigger_channel(self) -> int | None:
        viewport = self._window.traces.viewport_now
        if viewport is None or not viewport.channels:
            return None
        chosen = viewport.chosen
        return chosen if chosen in viewport.channels else viewport.channels[0]

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
        if self._mode not in _EVENTS:
            return False
        if name in pages:
            n = (self.shown.n_sweeps or _MANY) if abs(pages[name]) == _MANY else 1
            self._step_events(n if pages[name] > 0 else -n)
            return True
        return False

    def _step_events(self, steps: int) -> None:
        viewport = self._window.traces.viewport_now
        onset = self._events.neighbour(steps) if self._events is not None else None
        if onset is not None and viewport is not None:
            self._window.traces.set_viewport(viewport.at(onset - self._before(viewport)))

    def _before(self, viewport: Viewport) -> int:
        return round(self.shown.before * viewport.span)

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

    # -- data --------------------------------------------------------------------------------

    _waiting = False

    def refresh(self) -> None:
        """Ask anew, once for all that changes now."""
        if self._mode is not DisplayMode.FREE_RUN:
            self._waiting = True
            self._later.start()

    def _ask(self) -> None:
        viewport, recording = self._window.traces.viewport_now, self._window.recording
        self._generation += 1
        if viewport is None or recording is None or not viewport.channels:
            self._waiting = False
            self._window.sweeps.show_sweeps(SweepPlan(""), None)
        elif self._mode in _CONTIGUOUS:
            self._ask_successive(viewport)
        elif self._mode in _EVENTS:
            self._ask_events(viewport)

    def _ask_successive(self, viewport: Viewport) -> None:
        over = self.draws_over
        self._fold = folding(
            viewport.start, viewport.span, max(self.shown.n_sweeps, 1), drawn_over=over
        )
        request = TraceRequest(
            self._generation,
            self._window.recording_id,
            self._fold.interval,
            self._window.sweeps.n_columns * self._fold.n_sweeps,
            viewport.channels,
            self._window.traces.filter_now,
        )
        self._window.controller.request_trace(SWEEPS_SLOT, request)

    def _traced(self, slot: str, answer: TraceAnswer) -> None:
        fresh = slot == SWEEPS_SLOT and answer.request.generation == self._generation
        if not fresh or self._fold is None or self._mode not in _CONTIGUOUS:
            return
        self._waiting = False
        sweeps = fold(answer, self._fold)
        if self.draws_over:
            done = (self._fold.interval.stop - (self._fold.beam or 0)) / self._fold.span
            plan = SweepPlan("Sweep", beam=1.0 - done)
        else:
            plan = SweepPlan(
                f"Raster, {self._fold.n_sweeps} sweeps", self._fold.n_sweeps, stacked=True
            )
        self._window.sweeps.show_sweeps(plan, sweeps, answer)

    def _ask_events(self, viewport: Viewport) -> None:
        channel = self._trigger_channel()
        places = event_places(self._window, self.trigger.by_template)
        request = event_request(
            self._generation,
            self._window.recording_id,
            viewport,
            self._before(viewport),
            self.shown.n_sweeps,
            self._window.traces.filter_now,
            trigger=self.trigger if self._mode is DisplayMode.TRIGGERED else None,
            channel=channel or 0,
            places=places,
        )
        self._work_on(request)

    def _work_on(self, request: SweepRequest) -> None:
        sweeps = self._sweeps

        def advance(session: StudySession) -> SweepAnswer:
            return sweeps.advance(session.reader(request.recording_id), request)

        self._window.controller.with_latest(SWEEPS_SLOT, advance, self._ready.emit)

    def _show_events(self, answer: SweepAnswer) -> None:
        request = answer.request
        if request.generation != self._generation or self._mode not in _EVENTS:
            return
        self._events, shown = answer, self.shown
        self._waiting = not answer.complete
        words, message = event_words(self._window, answer, self._mode, self.trigger)
        level = None
        if request.trigger is not None:
            level = (request.trigger_channel, self.trigger.level_uv, self.trigger.limit_uv)
        plan = SweepPlan(
            words,
            shown.n_sweeps or len(answer.onsets),
            shown.stacked,
            request.before,
            level,
            equal=shown.stacked,
            message=message,
        )
        n_columns = self._window.sweeps.n_columns
        sweeps = sweeps_of(answer, n_columns, average=shown.average and not shown.stacked)
        self._window.sweeps.show_sweeps(plan, sweeps)
        if not answer.complete:
            self._work_on(request)
