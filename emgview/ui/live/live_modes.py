"""Raster and triggered sweeps on live data, with the painters and the search of stored ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from emgview.model import SampleInterval
from emgview.recording import RingBuffer, RingTail
from emgview.session.modes import DisplayMode, ModeSettings, TriggerSettings, ladders
from emgview.session.sweeps import SweepAnswer, Sweeps
from emgview.session.traces import DisplayFilter, TraceAnswer, TraceRequest
from emgview.ui.mode_wishes import after_step, event_request, level_moved
from emgview.ui.sweeps import Fold, SweepPlan, SweepSet, SweepView, fold, sweeps_of
from emgview.ui.traces.scene import Scene
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow

_REFRESH_MS = 100
_SLICE_S = 0.02


class LiveModes(QObject):
    """Which mode is on; asks the ring buffer ten times a second while one is.

    Parameters
    ----------
    window : LiveWindow
    """

    def __init__(self, window: LiveWindow) -> None:
        super().__init__(window)
        self._window = window
        self.view = SweepView(self._scene)
        self.mode = DisplayMode.FREE_RUN
        self._sweeps = Sweeps()
        self._tail: RingTail | None = None
        self._generation = 0
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self.view.levelDragged.connect(lambda level: self.retrigger(level_uv=round(level, 1)))
        window.mode_bar.modeChanged.connect(lambda changes: self.change(**changes))
        window.mode_bar.triggerChanged.connect(lambda changes: self.retrigger(**changes))
        window.mode_bar.done.connect(self.view.setFocus)
        self.view.hide()

    @property
    def shown(self) -> ModeSettings:
        """Settings of the mode."""
        return self._window.settings.modes.of(self.mode)

    @property
    def trigger(self) -> TriggerSettings:
        """Settings of the trigger."""
        return self._window.settings.modes.trigger_now

    def choose(self, mode: DisplayMode) -> None:
        """Another mode; the same key again goes back to the sweep."""
        self.mode = DisplayMode.FREE_RUN if mode is self.mode else mode
        special = self.mode is not DisplayMode.FREE_RUN
        self._window.traces.setVisible(not special)
        self.view.setVisible(special)
        self._tail = None
        self._sweeps = Sweeps()
        for one in (DisplayMode.FREE_RUN, DisplayMode.RASTER, DisplayMode.TRIGGERED):
            self._window.menus.check(f"mode.{one}", on=one is self.mode)
        self._show_settings()
        if special:
            self._timer.start()
        else:
            self._timer.stop()

    def change(self, **changes: object) -> None:
        """Other settings of the mode; the sweep has none."""
        if self.mode is DisplayMode.FREE_RUN:
            self._window.tell("Choose raster or triggered sweeps first: Ctrl+3, Ctrl+4.")
            return
        modes = self._window.settings.modes.changed(self.mode, **changes)
        self._window.remember(modes=modes)
        self._show_settings()

    def retrigger(self, **changes: object) -> None:
        """Another trigger."""
        self._window.remember(modes=self._window.settings.modes.retriggered(**changes))
        self._show_settings()

    def move_level(self, steps: int) -> None:
        """Trigger level up (+) or down (−) on the screen."""
        scale = self._level_scale()
        if scale is not None:
            self.retrigger(level_uv=level_moved(self.trigger.level_uv, steps, scale))

    def turn_slope(self) -> None:
        """Trigger on the fall instead of the rise, or back."""
        self.retrigger(rising=not self.trigger.rising)

    def turn_window(self) -> None:
        """Trigger within an amplitude window, or at the level alone."""
        scale = self._level_scale()
        if scale is not None:
            wide = abs(scale) * ladders().window_div
            self.retrigger(window_uv=0.0 if self.trigger.window_uv else wide)

    def next_before(self) -> None:
        """The next time before the trigger, round and round."""
        parts, now = ladders().before, self.shown.before
        self.change(before=next((part for part in parts if part > now), parts[0]))

    def count(self, steps: int) -> None:
        """More (+) or fewer (−) sweeps at once."""
        fresh = after_step(ladders().sweeps, self.shown.n_sweeps, steps)
        if self.mode is not DisplayMode.RASTER or fresh:  # a raster of all sweeps is not seen
            self.change(n_sweeps=fresh)

    def turn(self, switch: str) -> None:
        """``stacked`` or ``average``, on or off."""
        self.change(**{switch: not getattr(self.shown, switch)})

    def stop(self) -> None:
        """No more work."""
        self._timer.stop()

    # -- within ------------------------------------------------------------------------------

    def _level_scale(self) -> float | None:
        """µV per division of the trigger's channel; negative where positive is drawn down."""
        scene = self._scene(self.view.width(), self.view.height(), None)
        viewport = self._viewport()
        if scene is None or viewport is None or not viewport.channels:
            return None
        channel = self._channel(viewport)
        return viewport.uv_per_div[channel] * (1.0 if scene.turned(channel) else -1.0)

    def _show_settings(self) -> None:
        menus, shown = self._window.menus, self.shown
        menus.check("mode.stacked", on=shown.stacked)
        menus.check("mode.average", on=shown.average)
        menus.check("mode.window", on=bool(self.trigger.window_uv))
        self._window.mode_bar.show_mode(self.mode, self.shown, self.trigger)
        self.view.redraw()

    def _viewport(self) -> Viewport | None:
        viewport = self._window.traces.viewport_now
        if viewport is None:
            return None
        own = self.shown.ms_per_div
        viewport = replace(viewport, ms_per_div=own) if own else viewport
        if self.mode is DisplayMode.RASTER and viewport.channels:
            return viewport.showing_channels([self._channel(viewport)])
        return viewport

    def _scene(self, width: int, height: int, answer: TraceAnswer | None) -> Scene | None:
        del answer
        scene, viewport = self._window.traces.scene(width, height), self._viewport()
        if scene is None or viewport is None:
            return None
        geometry = replace(scene.geometry, n_lanes=len(viewport.channels))
        return replace(scene, viewport=viewport, geometry=geometry)

    def _channel(self, viewport: Viewport) -> int:
        chosen = viewport.chosen
        return (
            chosen if chosen in viewport.channels and chosen is not None else viewport.channels[0]
        )

    def _refresh(self) -> None:
        ring, viewport = self._window.ring_now, self._viewport()
        if ring is None or viewport is None or not viewport.channels or not self.view.isVisible():
            return
        if self._window.traces.is_frozen:
            return
        if self.mode is DisplayMode.RASTER:
            self._show_raster(ring, viewport)
        else:
            self._show_triggered(ring, viewport)

    def _show_raster(self, ring: RingBuffer, viewport: Viewport) -> None:
        n, span = max(self.shown.n_sweeps, 1), viewport.span
        stop = ring.head // span * span
        interval = SampleInterval(max(stop - n * span, 0), max(stop, n * span))
        n_columns = self.view.n_columns
        request = TraceRequest(0, "live", interval, n_columns * n, viewport.channels)
        low, high, _known = ring.columns(interval, request.n_columns, viewport.channels)
        samples = ring.read_uv(interval, viewport.channels) if span < 2 * n_columns else None
        answer = TraceAnswer(request, samples, low, high, filtered=False)
        sweeps = fold(answer, Fold(interval, n))
        plan = SweepPlan(
            f"Raster, {n} sweeps of the chosen channel, no display filter", n, stacked=True
        )
        self._window.mode_bar.tell(plan.words)
        self.view.show_sweeps(plan, sweeps)

    def _show_triggered(self, ring: RingBuffer, viewport: Viewport) -> None:
        if self._tail is None:
            self._tail = RingTail(ring, ring.kept.start)
        n_samples = self._tail.info.n_samples
        before = round(self.shown.before * viewport.span)
        at_end = replace(viewport, n_samples=n_samples, start=max(n_samples - viewport.span, 0))
        self._generation += 1
        request = event_request(
            self._generation,
            "live",
            at_end,
            before,
            self.shown.n_sweeps,
            self._filter(),
            trigger=self.trigger,
            channel=self._channel(viewport),
            places=(),
        )
        # A sweep is shown once it is whole: the last one must not lack its end.
        request = replace(request, anchor=max(n_samples - viewport.span + before, 0))
        answer = self._sweeps.advance(self._tail, request, _SLICE_S)
        self.view.show_sweeps(self._plan(answer, before), self._set(answer))

    def _filter(self) -> DisplayFilter | None:
        chosen = self._window.traces.filter_now
        return None if chosen.is_empty else chosen

    def _set(self, answer: SweepAnswer) -> SweepSet:
        average = self.shown.average and not self.shown.stacked
        return sweeps_of(answer, self.view.n_columns, average=average)

    def _plan(self, answer: SweepAnswer, before: int) -> SweepPlan:
        trigger, channel = self.trigger, answer.request.trigger_channel
        info = self._window.traces.info_now
        name = info.channels[channel].label if info is not None else ""
        n, found = len(answer.onsets), len(answer.found)
        words = f"Triggered: {name} {trigger.describe()}, {n} of {found}"
        self._window.mode_bar.tell(words)
        return SweepPlan(
            words,
            self.shown.n_sweeps or n,
            self.shown.stacked,
            before,
            (channel, trigger.level_uv, trigger.limit_uv),
            equal=self.shown.stacked,
            message="No trigger yet: move the level with Shift+Up or Shift+Down, or drag its line",
        )
