"""What the commands of the live window do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from emgview.errors import EmgviewError
from emgview.model import Phase, Side
from emgview.session.filter_steps import high_pass_stepped, low_pass_stepped, mains_stepped
from emgview.session.live.exam import Needle
from emgview.session.modes import DisplayMode
from emgview.ui.traces.viewport import DIVISIONS

if TYPE_CHECKING:
    from emgview.ui.live.live_window import LiveWindow

KEEP_S = 30.0
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


class LiveActions:
    """Carries out commands by their id; errors become a line, never a box.

    Parameters
    ----------
    window : LiveWindow
    """

    def __init__(self, window: LiveWindow) -> None:
        self._window = window
        self._commands: dict[str, Callable[[], object]] = {
            "source.choose": window.choose_source,
            "source.stop": window.stop_source,
            "source.close": window.close,
            "record.toggle": self._toggle_recording,
            "record.keep": self._keep,
            "record.bookmark": self._bookmark,
            "needle.next": lambda: self._next_muscle(+1),
            "needle.previous": lambda: self._next_muscle(-1),
            "needle.side": self._other_side,
            "needle.site": lambda: self._exam(lambda exam: exam.next_site()),
            "needle.moved": lambda: self._exam(lambda exam: exam.moved()),
            "needle.nothing": lambda: self._phase(None),
            "live.freeze": self._freeze,
            "live.back": lambda: window.traces.travel(-1),
            "live.on": lambda: window.traces.travel(+1),
            "live.page_back": lambda: window.traces.travel(-DIVISIONS),
            "live.page_on": lambda: window.traces.travel(+DIVISIONS),
            "live.faster": lambda: window.traces.zoom(+1),
            "live.slower": lambda: window.traces.zoom(-1),
            "live.more": lambda: window.traces.more_sensitive(+1),
            "live.less": lambda: window.traces.more_sensitive(-1),
            "live.down": lambda: self._choose_channel(+1),
            "live.up": lambda: self._choose_channel(-1),
            "live.solo": self._solo,
            "live.high_pass": lambda: self._high_pass(+1),
            "live.high_pass_down": lambda: self._high_pass(-1),
            "live.low_pass": lambda: self._low_pass(+1),
            "live.low_pass_down": lambda: self._low_pass(-1),
            "live.mains": self._mains,
            "live.theme": window.switch_theme,
            "mode.free_run": lambda: window.modes.choose(DisplayMode.FREE_RUN),
            "mode.raster": lambda: window.modes.choose(DisplayMode.RASTER),
            "mode.triggered": lambda: window.modes.choose(DisplayMode.TRIGGERED),
            "mode.level_up": lambda: window.modes.move_level(+1),
            "mode.level_down": lambda: window.modes.move_level(-1),
            "mode.slope": window.modes.turn_slope,
            "mode.window": window.modes.turn_window,
            "mode.before": window.modes.next_before,
            "mode.more": lambda: window.modes.count(+1),
            "mode.fewer": lambda: window.modes.count(-1),
            "mode.stacked": lambda: window.modes.turn("stacked"),
            "mode.average": lambda: window.modes.turn("average"),
            "sound.mute": lambda: window.ear.toggle(),
            "sound.louder": lambda: window.ear.change_volume(+0.1),
            "sound.softer": lambda: window.ear.change_volume(-0.1),
            "help.live": window.show_help,
            "keys.palette": window.keys.open_palette,
            "keys.edit": window.keys.open_editor,
        }
        for phase in Phase:
            self._commands[f"needle.{phase}"] = partial(self._phase, phase)

    def run(self, command: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        try:
            self._commands[command]()
        except EmgviewError as error:
            self._window.tell(str(error))
        self._window.refresh()

    def place(self, needle: Needle) -> None:
        """The needle is in that muscle now."""
        exam = self._window.exam
        if exam is not None:
            exam.place_needle(needle)
        self._window.needle = needle
        self._window.refresh()

    # -- within ------------------------------------------------------------------------------

    def _exam(self, work: Callable[..., object]) -> None:
        if self._window.exam is not None:
            work(self._window.exam)

    def _phase(self, phase: Phase | None) -> None:
        exam = self._window.exam
        if exam is None:
            return
        same = phase is not None and exam.marks.phase is phase
        exam.set_phase(None if same else phase)

    def _toggle_recording(self) -> None:
        exam = self._window.exam
        if exam is None:
            return
        if exam.recorder is not None:
            exam.stop_recording()
            return
        self._window.make_study()
        exam = self._window.exam
        if exam is not None:
            exam.record()

    def _keep(self) -> None:
        self._window.make_study()
        self._exam(lambda exam: exam.keep_last(KEEP_S))

    def _bookmark(self) -> None:
        exam, window = self._window.exam, self._window.traces.window_now
        if exam is None:
            return
        sample = (window.start + window.stop) // 2 if window is not None else exam.ring.head
        exam.bookmark(sample, "frozen" if window is not None else "live")
        kept = (
            "kept with the recording"
            if exam.recorder is not None
            else ("kept only if it is recorded")
        )
        self._window.tell(f"Bookmark, {kept}.")

    def _next_muscle(self, steps: int) -> None:
        protocol = self._window.bar.protocol_now
        needle = protocol.next_after(self._window.needle, steps)
        if needle is None:
            self._window.tell("This is the end of the list of muscles.")
            return
        self.place(needle)

    def _other_side(self) -> None:
        needle = self._window.needle
        self.place(replace(needle, side=_OTHER.get(needle.side, Side.RIGHT)))

    def _freeze(self) -> None:
        traces, exam = self._window.traces, self._window.exam
        traces.freeze(frozen=not traces.is_frozen)
        if exam is not None and traces.frozen_at is not None:
            exam.bookmark(max(traces.frozen_at - 1, 0), "freeze")

    def _choose_channel(self, lanes: int) -> None:
        viewport = self._window.traces.viewport_now
        if viewport is None:
            return
        if len(viewport.channels) == 1 and len(viewport.uv_per_div) > 1:
            every = viewport.showing_channels(range(len(viewport.uv_per_div)))
            moved = every.choosing(viewport.channels[0]).choosing_next(lanes)
            chosen = moved.chosen if moved.chosen is not None else 0
            self._window.traces.set_viewport(moved.showing_channels([chosen]))
        else:
            self._window.traces.set_viewport(viewport.choosing_next(lanes))

    def _solo(self) -> None:
        viewport = self._window.traces.viewport_now
        if viewport is None or not viewport.channels:
            return
        if viewport.hidden:
            shown = range(len(viewport.uv_per_div))
            self._window.traces.set_viewport(viewport.showing_channels(shown))
        else:
            chosen = viewport.chosen if viewport.chosen is not None else viewport.channels[0]
            one = viewport.choosing(chosen).showing_channels([chosen])
            self._window.traces.set_viewport(one)

    def _high_pass(self, steps: int) -> None:
        traces, viewport = self._window.traces, self._window.traces.viewport_now
        if viewport is not None:
            traces.set_filter(high_pass_stepped(traces.filter_now, viewport.fs, steps))

    def _low_pass(self, steps: int) -> None:
        traces, viewport = self._window.traces, self._window.traces.viewport_now
        if viewport is not None:
            traces.set_filter(low_pass_stepped(traces.filter_now, viewport.fs, steps))

    def _mains(self) -> None:
        traces, viewport = self._window.traces, self._window.traces.viewport_now
        if viewport is not None:
            traces.set_filter(mains_stepped(traces.filter_now, viewport.fs))
