"""What the keys of the window of motor units do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from emgview.quantify.kept import shift_between, two_groups
from emgview.session.intents import Redo, Undo
from emgview.session.motor_units import ShownUnit
from emgview.session.unit_intents import DecideUnit, JoinUnits, MoveMarkers, SplitUnit
from emgview.session.unit_keys import StretchKey

if TYPE_CHECKING:
    from emgview.ui.quantify.unit_window import UnitWindow

_STEP_US, _FAR_US = 100, 1000


class UnitActions(QObject):
    """Commands of one window."""

    def __init__(self, window: UnitWindow) -> None:
        super().__init__(window)
        self._window = window
        self._marker = 1
        self._turn = 0
        self._wish: tuple[tuple[StretchKey, int], int, int] | None = None

    @property
    def age(self) -> float | None:
        """Of the patient, in years; None where it is not known."""
        view = self._window.main.view
        text = view.study.patient.birth_date if view is not None else ""
        try:
            born = date.fromisoformat(text)
        except ValueError:
            return None
        return (date.today() - born).days / 365.25

    def run(self, command: str, checked: bool) -> None:
        """Carry out a command of the table."""
        del checked
        window, desk = self._window, self._window.desk
        actions: dict[str, Callable[[], object]] = {
            "unit.previous": lambda: window.list.step(-1),
            "unit.next": lambda: window.list.step(+1),
            "unit.accept": lambda: self._decide(accepted=True),
            "unit.reject": lambda: self._decide(accepted=False),
            "unit.undecide": lambda: self._decide(accepted=None),
            "unit.mark": self._mark,
            "unit.join": self._join,
            "unit.split": self._split,
            "unit.go": self._go,
            "unit.stop": desk.cancel,
            "marker.onset": lambda: self._choose(0),
            "marker.offset": lambda: self._choose(1),
            "marker.back": lambda: self._nudge(-_STEP_US),
            "marker.on": lambda: self._nudge(+_STEP_US),
            "marker.far_back": lambda: self._nudge(-_FAR_US),
            "marker.far_on": lambda: self._nudge(+_FAR_US),
            "marker.reset": lambda: self._send_markers(None, None),
            "edit.undo": lambda: self._history(Undo()),
            "edit.redo": lambda: self._history(Redo()),
            "view.units": lambda: window.tabs.setCurrentIndex(0),
            "view.pattern": lambda: window.tabs.setCurrentIndex(1),
            "view.discharges": lambda: window.below.setCurrentIndex(0),
            "view.firing": lambda: window.below.setCurrentIndex(1),
            "view.close": window.close,
        }
        actions[command]()

    def place_markers(self, onset_us: int, offset_us: int) -> None:
        """Markers that the mouse let go."""
        self._send_markers(onset_us, offset_us)

    def _tell(self, text: str) -> None:
        self._window.statusBar().showMessage(text, 8000)

    def _history(self, intent: Undo | Redo) -> None:
        self._wish = None
        self._window.desk.apply(intent)

    def _decide(self, *, accepted: bool | None) -> None:
        shown = self._window.list.current
        if shown is None:
            return
        self._window.desk.apply(DecideUnit(*shown.identity, accepted))
        if accepted is not None:
            self._window.list.step(+1)

    def _choose(self, marker: int) -> None:
        self._marker = marker
        self._window.template.choose(marker)
        self._window.menus.check("marker.onset", on=marker == 0)
        self._window.menus.check("marker.offset", on=marker == 1)

    def _nudge(self, step_us: int) -> None:
        """Move the chosen marker from where it was wished last: steps may still be on their way."""
        shown = self._window.list.current
        if shown is None:
            return
        ends = self._wished(shown)
        ends[self._marker] += step_us
        if ends[0] <= ends[1]:
            self._send_markers(ends[0], ends[1])

    def _wished(self, shown: ShownUnit) -> list[int]:
        """Markers in µs as the reader wished them last, else as they stand."""
        if self._wish is not None and self._wish[0] == shown.identity:
            if (shown.said.onset_us, shown.said.offset_us) != self._wish[1:]:
                return [self._wish[1], self._wish[2]]
            self._wish = None
        markers = shown.unit.markers
        return [round(1000 * markers.onset_ms), round(1000 * markers.offset_ms)]

    def _send_markers(self, onset_us: int | None, offset_us: int | None) -> None:
        shown = self._window.list.current
        if shown is None:
            return
        self._wish = None
        if onset_us is not None and offset_us is not None:
            self._wish = (shown.identity, onset_us, offset_us)
        self._window.desk.apply(MoveMarkers(*shown.identity, onset_us, offset_us))

    def _mark(self) -> None:
        window = self._window
        now = window.list.current
        same = window.marked is not None and now and window.marked.identity == now.identity
        window.marked = None if same else now
        window.list.show_units(window.list.units, window.marked.identity if window.marked else None)
        if window.marked is not None:
            self._tell(f"Unit {window.marked.name} is marked: choose another and press J")

    def _join(self) -> None:
        first, second = self._pair()
        if first is None or second is None:
            return
        shift = shift_between(first.machine, second.machine)
        key = first.stretch.key
        self._window.marked = None
        self._window.desk.apply(
            JoinUnits(key, first.unit.number, second.unit.number, shift)
        )  # fmt: skip

    def _pair(self) -> tuple[ShownUnit | None, ShownUnit | None]:
        first, second = self._window.marked, self._window.list.current
        if first is None or second is None or first.identity == second.identity:
            self._tell("Mark one unit with M, choose another, then join")
            return None, None
        if first.stretch.key != second.stretch.key:
            self._tell("Only units of one stretch can be joined")
            return None, None
        return first, second

    def _split(self) -> None:
        shown = self._window.list.current
        if shown is None:
            return
        part = two_groups(shown.machine)
        if not part:
            self._tell("Its discharges do not fall into two groups")
            return
        self._window.desk.apply(SplitUnit(*shown.identity, part))

    def _go(self) -> None:
        """The next discharge of the unit in the main window."""
        shown = self._window.list.current
        if shown is None or not shown.times_s:
            return
        self._turn += 1
        key = shown.stretch.key
        place = key.start + round(float(shown.unit.places[self._turn % len(shown.unit.places)]))
        main = self._window.main
        if main.recording_id != key.recording_id:
            main.show_recording(key.recording_id)
        main.traces.center_on(place)
