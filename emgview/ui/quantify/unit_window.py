"""The window of motor unit potentials and interference pattern. It only places things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from emgview.session.motor_units import ShownUnit
from emgview.session.unit_sample import sample_of
from emgview.ui.menus import Menus
from emgview.ui.quantify.discharge_plots import DischargePlots
from emgview.ui.quantify.firing_plots import FiringPlots
from emgview.ui.quantify.pattern_page import PatternPage
from emgview.ui.quantify.plots import Inks
from emgview.ui.quantify.sample_table import SampleTable
from emgview.ui.quantify.template_plot import TemplatePlot
from emgview.ui.quantify.unit_actions import UnitActions
from emgview.ui.quantify.unit_commands import MENUS, unit_command_table
from emgview.ui.quantify.unit_desk import UnitDesk
from emgview.ui.quantify.unit_list import UnitList
from emgview.ui.theme import Theme

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_EMPTY = (
    "No motor units yet: mark a stretch of slight contraction (5 to 10 s) on a trace and choose "
    "Measure, Motor units."
)


class UnitWindow(QMainWindow):
    """Units of the muscle on the main window's screen."""

    def __init__(self, main: MainWindow, desk: UnitDesk) -> None:
        super().__init__(main)
        self.main, self.desk = main, desk
        self.list, self.template = UnitList(), TemplatePlot()
        self.discharges, self.firing = DischargePlots(), FiringPlots()
        self.sample, self.pattern = SampleTable(), PatternPage()
        self.note, self._progress = QLabel(_EMPTY), QProgressBar()
        self._stop = QPushButton("Stop")
        self.marked: ShownUnit | None = None
        self.menus = Menus(self, lambda name, on: self.actions_.run(name, on),
                           unit_command_table(), MENUS)  # fmt: skip
        self.actions_ = UnitActions(self)
        self._place()
        self._connect()
        self.set_theme(main.theme)
        self._rest()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        inks = Inks.of(theme)
        for part in (self.template, self.discharges, self.firing, self.pattern):
            part.set_inks(inks)
        self.show_chosen(self.list.current)

    def show_chosen(self, shown: ShownUnit | None) -> None:
        """Draw the chosen unit in every part."""
        units = self.list.units
        if shown is None:
            self.template.clear_unit()
        else:
            self.template.show_unit(shown)
        self.discharges.show_units(units, shown)
        if self.below.currentWidget() is self.firing:
            self.firing.show_unit(shown, units)
        self.show_sample()
        self.refresh_states()

    def show_sample(self) -> None:
        """The table anew."""
        muscle = self.desk.muscle
        self.sample.set_muscle(muscle)
        found = sample_of(self.list.units, muscle, self.actions_.age, self.sample.reference)
        self.sample.show_sample(found, self.list.current)

    def refresh_states(self) -> None:
        """Enable what can be done now."""
        view, states = self.main.view, {"nothing"}
        has = self.list.current is not None
        if has:
            states.add("item")
        if view is not None and view.state.value == "open":
            states |= {"writable"} if has else set()
            states |= {"undo"} if view.undo else set()
            states |= {"redo"} if view.redo else set()
        if self.desk.is_busy:
            states.add("work")
        self.menus.enable(frozenset(states))
        if view is not None:
            self.menus.actions["edit.undo"].setText(f"&Undo {view.undo or ''}".rstrip())
            self.menus.actions["edit.redo"].setText(f"&Redo {view.redo or ''}".rstrip())

    # -- parts -------------------------------------------------------------------------------

    def _place(self) -> None:
        self.setWindowTitle("Motor unit potentials")
        self.setObjectName("units")
        self.resize(1500, 900)
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        self._progress.setRange(0, 100)
        self._progress.setFixedWidth(220)
        self._progress.setAccessibleName("Progress")
        self._stop.setToolTip("Stop what is running (Esc)")
        line = QHBoxLayout()
        line.setContentsMargins(8, 4, 8, 4)
        line.addWidget(self.note, 1)
        line.addWidget(self._progress)
        line.addWidget(self._stop)
        self.below = QTabWidget()
        self.below.addTab(self.discharges, "Discharges")
        self.below.addTab(self.firing, "Firing statistics")
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(self.template)
        centre.addWidget(self.below)
        centre.setSizes([480, 340])
        across = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.list, centre, self.sample):
            across.addWidget(widget)
        across.setStretchFactor(1, 1)
        across.setSizes([345, 515, 640])
        self.tabs = QTabWidget()
        self.tabs.addTab(across, "Motor units")
        self.tabs.addTab(self.pattern, "Interference pattern")
        whole, box = QWidget(), QVBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(line)
        box.addWidget(self.tabs, 1)
        whole.setLayout(box)
        self.setCentralWidget(whole)
        self.statusBar()

    def _connect(self) -> None:
        desk = self.desk
        desk.unitsChanged.connect(self._take_units)
        desk.patternsChanged.connect(self._take_patterns)
        desk.working.connect(self._work)
        desk.rested.connect(self._rest)
        desk.told.connect(self._tell)
        self._stop.clicked.connect(desk.cancel)
        self.below.currentChanged.connect(lambda _: self.show_chosen(self.list.current))
        self.list.chosen.connect(self.show_chosen)
        self.template.markersMoved.connect(self.actions_.place_markers)
        self.pattern.stated.connect(desk.apply)
        self.sample.referenceChosen.connect(lambda _: self.show_sample())
        self.main.controller.changed.connect(lambda *_: self.refresh_states())

    def _take_units(self, units: tuple[ShownUnit, ...]) -> None:
        self.list.show_units(units, self.marked.identity if self.marked else None)
        if units and self.note.text() == _EMPTY:
            self._tell("")

    def _take_patterns(self, rows: object) -> None:
        view = self.main.view
        rates = {r.entry.id: r.info.sampling_rate_hz for r in view.recordings} if view else {}
        self.pattern.show_patterns(rows, rates)  # type: ignore[arg-type]  # of a signal

    def _tell(self, text: str) -> None:
        empty = "" if self.list.units else _EMPTY
        self.note.setText(text or empty)
        self.note.setVisible(bool(self.note.text()))

    def _work(self, text: str, part: float) -> None:
        self._progress.setValue(round(100 * part))
        self._progress.show()
        self._stop.show()
        self._tell(f"{text} …")
        self.refresh_states()

    def _rest(self) -> None:
        self._progress.hide()
        self._stop.hide()
        self.refresh_states()
