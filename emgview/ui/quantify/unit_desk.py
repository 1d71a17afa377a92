"""Between the window of motor units and the study: signals are read, units worked out in a thread.

Reading happens on the study's I/O thread, analysis and averaging on a thread of their own, so that
the windows stay at their rate; answers come back as signals of Qt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from emgview.errors import CancelledError, EmgviewError
from emgview.model import Progress, SampleInterval
from emgview.session.intents import Intent
from emgview.session.jobs import Worker
from emgview.session.motor_units import (
    Analysed,
    BuiltStretch,
    ShownUnit,
    WantedSignal,
    analyse,
    build,
    longest_s,
    shown_units,
    signal_of,
)
from emgview.session.study_session import StudySession
from emgview.session.unit_edits import stretches
from emgview.session.unit_intents import KeepPattern, KeepUnits
from emgview.session.unit_keys import KeptStretch, StretchKey, of_muscle

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)
Kept = tuple[KeptStretch, ...]


class UnitDesk(QObject):
    """Units and patterns of the study that is open in the main window.

    Signals
    -------
    unitsChanged(tuple of ShownUnit)
        Of all recordings of the muscle and side on the screen.
    patternsChanged(tuple of (KeptStretch, dict))
        Patterns that were analysed, as they stand, with their numbers.
    working(str, float), rested()
    told(str)
        A sentence that stays: why there are no units, or what to mind.
    """

    unitsChanged = Signal(object)  # noqa: N815 - signals of Qt
    patternsChanged = Signal(object)  # noqa: N815
    working = Signal(str, float)
    rested = Signal()
    told = Signal(str)
    _read = Signal(object)
    _built = Signal(object)
    _analysed = Signal(object)
    _patterned = Signal(object)
    _failed = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._worker = Worker("quantify")
        self._cancel = threading.Event()
        self._busy = 0
        self._signals: dict[StretchKey, WantedSignal] = {}
        self._stretches: dict[StretchKey, BuiltStretch] = {}
        self._numbers: dict[tuple[StretchKey, str], dict[str, Any]] = {}
        self._kept: Kept = ()
        self._worker.submit(lambda: self._guarded(_warm_up))
        self._read.connect(self._take_read)
        self._built.connect(self._take_built)
        self._analysed.connect(self._take_analysed)
        self._patterned.connect(self._take_pattern)
        self._failed.connect(self._complain)
        window.controller.changed.connect(lambda *_: self.refresh())
        window.controller.opened.connect(lambda _: self._forget())
        window.recordings.chosen.connect(lambda _: self.refresh())

    @property
    def is_busy(self) -> bool:
        """Whether an analysis is at work."""
        return self._busy > 0

    @property
    def muscle(self) -> str:
        """Muscle of the recording on the screen."""
        recording = self._window.recording
        return recording.muscle if recording is not None else ""

    def apply(self, intent: Intent) -> None:
        """Change something, through the one door."""
        self._window.controller.apply(intent)

    def analyse(self, interval: SampleInterval, channel: int) -> None:
        """Look for motor units in a stretch of the recording on the screen."""
        key = StretchKey(self._window.recording_id, channel, interval.start, interval.stop)
        self._begin("Reading the stretch")
        self._ask(key, longest_s(), lambda wanted: self._run(lambda: self._analyse(wanted)))

    def analyse_pattern(self, interval: SampleInterval, channel: int) -> None:
        """Work out the interference pattern of a stretch."""
        key = StretchKey(self._window.recording_id, channel, interval.start, interval.stop)
        self._begin("Reading the stretch")
        self._ask(key, None, lambda wanted: self._run(lambda: self._pattern(wanted, keep=True)))

    def cancel(self) -> None:
        """Ask the analysis to stop."""
        self._cancel.set()

    def close(self) -> bool:
        """Stop and join the thread; False if it did not end in time."""
        self._cancel.set()
        return self._worker.close()

    # -- refreshing --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring units and patterns to what the log says now."""
        view, recording = self._window.view, self._window.recording
        if view is None or recording is None:
            return
        ids = [
            r.entry.id
            for r in view.recordings
            if r.entry.id == recording.entry.id
            or (recording.muscle and (r.muscle, r.side) == (recording.muscle, recording.side))
        ]
        have = frozenset(self._signals)

        def read(session: StudySession) -> tuple[Kept, list[WantedSignal]]:
            kept = tuple(one for one in stretches(session) if one.key.recording_id in ids)
            missing = [one.key for one in kept if one.key not in have]
            return kept, [signal_of(session, key, None) for key in missing]

        self._window.controller.with_latest("units", read, self._read.emit)

    def _forget(self) -> None:
        """Another study."""
        self._cancel.set()
        self._signals.clear()
        self._stretches.clear()
        self._numbers.clear()
        self.refresh()

    def _take_read(self, found: tuple[Kept, list[WantedSignal]]) -> None:
        self._kept, fresh = found
        self._signals |= {wanted.key: wanted for wanted in fresh}
        stale = [
            (self._signals[one.key], one.found)
            for one in self._kept
            if one.found is not None
            and one.key in self._signals
            and (known := self._stretches.get(one.key), known is None or known.kept != one.found)[1]
        ]
        for wanted, kept in stale:
            self._worker.submit(
                lambda wanted=wanted, kept=kept: self._guarded(  # type: ignore[misc]
                    lambda: self._built.emit(build(wanted, kept))
                )
            )
        self._show_patterns()
        self._show()

    def _take_built(self, built: BuiltStretch) -> None:
        self._stretches[built.key] = built
        self._show()

    def _show(self) -> None:
        """Show units when all that is kept has been worked out."""
        rows: list[ShownUnit] = []
        ids = {one.key.recording_id for one in self._kept}
        for place, kept in of_muscle(self._kept, tuple(ids)):
            built = self._stretches.get(kept.key)
            if built is None or built.kept != kept.found:
                return
            rows += shown_units(built, kept.said, place)
        self.unitsChanged.emit(tuple(rows))

    def _show_patterns(self) -> None:
        rows = []
        for kept in self._kept:
            if kept.pattern is None:
                continue
            numbers = self._numbers.get((kept.key, self.muscle))
            wanted = self._signals.get(kept.key)
            if numbers is None and wanted is not None:
                self._worker.submit_latest(
                    f"pattern {kept.key}",
                    lambda wanted=wanted: self._guarded(  # type: ignore[misc]
                        lambda: self._pattern(wanted, keep=False)
                    ),
                )
            elif numbers is not None:
                rows.append((kept, numbers))
        self.patternsChanged.emit(tuple(rows))

    # -- analysis ----------------------------------------------------------------------------

    def _begin(self, text: str) -> None:
        self._cancel.clear()
        self._busy += 1
        self.told.emit("")
        self.working.emit(text, 0.0)

    def _end(self) -> None:
        self._busy = max(self._busy - 1, 0)
        self.rested.emit()

    def _ask(
        self, key: StretchKey, longest: float | None, then: Callable[[WantedSignal], None]
    ) -> None:
        """Read a signal on the I/O thread and go on; an error ends the work."""

        def read(session: StudySession) -> WantedSignal | EmgviewError:
            try:
                return signal_of(session, key, longest)
            except EmgviewError as error:
                return error

        def done(found: WantedSignal | EmgviewError) -> None:
            if isinstance(found, EmgviewError):
                self._failed.emit(found)
            else:
                then(found)

        self._window.controller.with_session(read, done)

    def _run(self, work: Callable[[], None]) -> None:
        self._worker.submit(lambda: self._guarded(work))

    def _progress(self) -> Progress:
        return Progress(lambda part, text: self.working.emit(text, part), self._cancel.is_set)

    def _analyse(self, wanted: WantedSignal) -> None:
        self._analysed.emit((wanted, analyse(wanted, self._progress())))

    def _pattern(self, wanted: WantedSignal, *, keep: bool) -> None:
        from emgview.quantify.pattern_summary import pattern_summary

        if keep:
            self._progress().report(0.3, "Interference pattern")
        one, muscle = wanted.stretch, self.muscle
        face = is_face(muscle)
        found = pattern_summary(
            one.signal, one.info.sampling_rate_hz, one.described, muscle, face=face
        )
        if keep:
            self._progress().report(1.0, "Done")
        self._patterned.emit((wanted, muscle, found, keep))

    def _take_analysed(self, found: tuple[WantedSignal, Analysed]) -> None:
        wanted, result = found
        self._end()
        self.told.emit(". ".join(part for part in (result.refused, result.remark) if part))
        if result.found is not None:
            self._signals[result.key] = wanted
            self.apply(KeepUnits(result.key, result.found))

    def _take_pattern(self, found: tuple[WantedSignal, str, dict[str, Any], bool]) -> None:
        wanted, muscle, numbers, keep = found
        if keep:
            self._end()
            why = numbers["refused"] or ""
            self.told.emit(why[:1].upper() + why[1:] or wanted.stretch.remark)
            if why:
                return
        self._signals[wanted.key] = wanted
        self._numbers[(wanted.key, muscle)] = numbers
        if keep:
            self.apply(KeepPattern(wanted.key))
        self._show_patterns()

    def _complain(self, error: EmgviewError) -> None:
        if self.is_busy:
            self._end()
        if isinstance(error, CancelledError):
            self.told.emit("Stopped; nothing was changed")
        else:
            self._window.complain(error)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Thread edge: every error becomes a message."""
        try:
            work()
        except EmgviewError as error:
            self._failed.emit(error)
        except Exception as error:  # noqa: BLE001 - the thread's edge; reported to the user
            _LOG.exception("internal error")
            text = f"Internal error ({type(error).__name__})"
            self._failed.emit(EmgviewError(text, "Your decisions are saved."))


def _warm_up() -> None:
    """Load what plots and tables need off the window's thread."""
    import scipy.stats  # noqa: F401

    from emgview.quantify import default_marking, reference_sets

    default_marking()
    reference_sets()


def is_face(muscle: str) -> bool:
    """Whether a muscle is one of the face, whose units fire faster."""
    from emgview.model import load_muscles

    known = load_muscles().get(muscle) if muscle else None
    return known is not None and known.nerve_trunk == "facial"
