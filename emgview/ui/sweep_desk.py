"""Asks for the sweeps of a mode, and shows what comes: from settings to requests to pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emgview.errors import FileError
from emgview.session.modes import DisplayMode
from emgview.session.study_session import StudySession
from emgview.session.sweeps import SweepAnswer, SweepRequest, Sweeps
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.ui.mode_wishes import event_places, event_request, event_words
from emgview.ui.sweeps import Fold, SweepPlan, SweepSet, fold, folding, sweeps_of
from emgview.ui.traces.viewport import Viewport

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow
    from emgview.ui.mode_actions import ModeActions

EVENTS = (DisplayMode.TRIGGERED, DisplayMode.SUPERIMPOSED)
_CONTIGUOUS = (DisplayMode.SWEEP, DisplayMode.RASTER)
_SLOT = "sweeps"
_MOST_ASKED = 16


class SweepDesk(QObject):
    """Lives in the GUI thread; only the newest wish is answered.

    Parameters
    ----------
    window : MainWindow
    modes : ModeActions
        Tells the mode and its settings.
    """

    _ready = Signal(object)

    def __init__(self, window: MainWindow, modes: ModeActions) -> None:
        super().__init__(modes)
        self._window, self._modes = window, modes
        self._generation = self._drawn = 0
        self._asked: dict[int, tuple[DisplayMode, Fold | None]] = {}
        self._events: SweepAnswer | None = None
        self._sweeps = Sweeps()  # used on the I/O thread only
        self.waiting = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._ask)
        window.controller.traced.connect(self._traced)
        self._ready.connect(self._show_events)

    def ask_soon(self) -> None:
        """Once for all that changes now; what was asked before is stale at once."""
        self._generation += 1
        self.waiting = True
        self._later.start()

    def neighbour(self, steps: int) -> int | None:
        """Trigger some steps from the newest; None where there is none."""
        events = self._events
        if events is None or events.request.recording_id != self._window.recording_id:
            return None
        return events.neighbour(steps)

    def before(self, viewport: Viewport) -> int:
        """Samples before the trigger."""
        return round(self._modes.shown.before * viewport.span)

    @property
    def trigger_channel(self) -> int | None:
        """The chosen channel, else the uppermost."""
        viewport = self._window.traces.viewport_now
        if viewport is None or not viewport.channels:
            return None
        chosen = viewport.chosen
        return chosen if chosen in viewport.channels else viewport.channels[0]

    def _ask(self) -> None:
        viewport, recording = self._window.traces.viewport_now, self._window.recording
        if viewport is None or recording is None or not viewport.channels:
            self.waiting = False
            self._show(SweepPlan(""), None)
        elif self._modes.mode in _CONTIGUOUS:
            self._ask_successive(viewport)
        elif self._modes.mode in EVENTS:
            self._ask_events(viewport)

    def _remember(self, folded: Fold | None) -> None:
        """What was asked last; older wishes may still be drawn, see :meth:`_takes`."""
        while len(self._asked) >= _MOST_ASKED:
            del self._asked[min(self._asked)]
        self._asked[self._generation] = self._modes.mode, folded

    def _takes(self, generation: int, recording_id: str, channels: tuple[int, ...]) -> bool:
        """Whether an answer is drawn: the newest that came, of this mode and these channels.

        Also where a newer wish waits: else nothing would be seen while the beam goes on.
        """
        viewport, asked = self._window.traces.viewport_now, self._asked.get(generation)
        return (
            asked is not None
            and asked[0] is self._modes.mode
            and generation >= self._drawn
            and viewport is not None
            and (recording_id, channels) == (self._window.recording_id, viewport.channels)
        )

    def _ask_successive(self, viewport: Viewport) -> None:
        over = self._modes.draws_over
        folded = folding(
            viewport.start, viewport.span, max(self._modes.shown.n_sweeps, 1), drawn_over=over
        )
        self._remember(folded)
        request = TraceRequest(
            self._generation,
            self._window.recording_id,
            folded.interval,
            self._window.sweeps.n_columns * folded.n_sweeps,
            viewport.channels,
            self._window.traces.filter_now,
        )
        self._window.controller.request_trace(_SLOT, request)

    def _traced(self, slot: str, answer: TraceAnswer) -> None:
        request = answer.request
        if slot != _SLOT or not self._takes(
            request.generation, request.recording_id, request.channels
        ):
            return
        folded = self._asked[request.generation][1]
        if folded is None:
            return
        self._drawn = request.generation
        self.waiting = request.generation != self._generation
        sweeps = fold(answer, folded)
        if folded.beam is not None:
            done = (folded.interval.stop - folded.beam) / folded.span
            plan = SweepPlan("Sweep", beam=1.0 - done)
        else:
            plan = SweepPlan(f"Raster, {folded.n_sweeps} sweeps", folded.n_sweeps, stacked=True)
        self._show(plan, sweeps, answer)

    def _ask_events(self, viewport: Viewport) -> None:
        channel = self.trigger_channel
        places = event_places(self._window, self._modes.trigger.by_template)
        request = event_request(
            self._generation,
            self._window.recording_id,
            viewport,
            self.before(viewport),
            self._modes.shown.n_sweeps,
            self._window.traces.filter_now,
            trigger=self._modes.trigger if self._modes.mode is DisplayMode.TRIGGERED else None,
            channel=channel or 0,
            places=places,
        )
        self._remember(None)
        self._work_on(request)

    def _work_on(self, request: SweepRequest) -> None:
        sweeps = self._sweeps

        def advance(session: StudySession) -> SweepAnswer | FileError:
            try:
                return sweeps.advance(session.reader(request.recording_id), request)
            except FileError as error:
                return error

        self._window.controller.with_latest(_SLOT, advance, self._ready.emit)

    def _show_events(self, answer: SweepAnswer | FileError) -> None:
        if isinstance(answer, FileError):
            self._tell_trouble(answer)
            return
        request = answer.request
        if not self._takes(request.generation, request.recording_id, request.channels):
            return
        self._drawn = request.generation
        self._events, shown = answer, self._modes.shown
        newest = request.generation == self._generation
        self.waiting = not (answer.complete and newest)
        words, message = event_words(self._window, answer, self._modes.mode, self._modes.trigger)
        level = None
        if request.trigger is not None:
            level = (
                request.trigger_channel,
                self._modes.trigger.level_uv,
                self._modes.trigger.limit_uv,
            )
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
        self._show(plan, sweeps)
        if newest and not answer.complete:
            self._work_on(request)

    def _tell_trouble(self, error: FileError) -> None:
        """What is on the screen stays; the banner tells what is wrong with the file."""
        self.waiting = False
        self._window.status.warn(str(error))
        self._window.controller.desk.check(self._window.recording_id)

    def _show(
        self, plan: SweepPlan, sweeps: SweepSet | None, answer: TraceAnswer | None = None
    ) -> None:
        self._window.mode_bar.tell(plan.words)
        self._window.sweeps.show_sweeps(plan, sweeps, answer)
