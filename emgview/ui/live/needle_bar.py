"""Where the needle is and what the examiner does, in letters that are read from afar."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from emgview.model import Phase, Side
from emgview.session.live.exam import Needle
from emgview.session.live.protocols import ExamProtocol, load_protocols
from emgview.session.live.states import LiveState
from emgview.ui.recordings_panel import muscle_chooser

PHASES = (
    (Phase.INSERTION, "Insertion", "1"),
    (Phase.REST, "Rest", "2"),
    (Phase.SLIGHT, "Slight effort", "3"),
    (Phase.MAXIMAL, "Maximal effort", "4"),
)
_SIDES = ((Side.RIGHT, "right"), (Side.LEFT, "left"), (Side.NOT_STATED, "side not stated"))
_STATE_WORDS = {
    LiveState.IDLE: "No source",
    LiveState.CONNECTING: "Connecting …",
    LiveState.PREVIEWING: "Not recording",
    LiveState.RECORDING: "● Recording",
    LiveState.LOST: "! Source lost",
    LiveState.STOPPING: "Stopping …",
}


class NeedleBar(QWidget):
    """Muscle, side, site, phase, seconds of rest, state.

    Signals
    -------
    needleChosen(Needle), phaseChosen(Phase), siteWanted()
    recordWanted(), nextWanted()
    """

    needleChosen = Signal(object)  # noqa: N815 - Qt's way to name signals
    phaseChosen = Signal(object)  # noqa: N815
    siteWanted = Signal()  # noqa: N815
    recordWanted = Signal()  # noqa: N815
    nextWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.muscle = muscle_chooser()
        self.muscle.setMinimumWidth(260)
        self.muscle.activated.connect(self._tell_needle)
        self.side = QComboBox()
        for side, text in _SIDES:
            self.side.addItem(text, side)
        self.side.setAccessibleName("Side")
        self.side.setToolTip("Side of the muscle")
        self.side.activated.connect(self._tell_needle)
        self.protocol = QComboBox()
        self.protocol.setAccessibleName("List of muscles")
        self.protocol.setToolTip("Muscles in their order: N goes to the next one")
        for protocol in load_protocols():
            self.protocol.addItem(protocol.title, protocol)
        self.following = _button("Next muscle", "The next one of the list (N)", self.nextWanted)
        self.site = _button("Site 1", "The needle goes to another site (S)", self.siteWanted)
        self.phases = {phase: self._phase(phase, text, key) for phase, text, key in PHASES}
        self.rest = QProgressBar()
        self.rest.setAccessibleName("Seconds of watched rest")
        self.rest.setToolTip("Rest watched at this site since the needle moved last")
        self.rest.setMinimumWidth(150)
        self.state, self.told = QLabel(), QLabel()
        self.record = _button("Record", "Start or stop the recording (R)", self.recordWanted)
        self._lay_out()
        self.show_rest(0.0, 90.0)
        self.show_state(LiveState.IDLE, 0.0)

    @property
    def protocol_now(self) -> ExamProtocol:
        """The list of muscles that is followed."""
        chosen: ExamProtocol = self.protocol.currentData()
        return chosen

    def show_needle(self, needle: Needle) -> None:
        """Show where the needle is; tells nobody."""
        with QSignalBlocker(self.muscle), QSignalBlocker(self.side):
            self.muscle.setCurrentIndex(max(self.muscle.findData(needle.muscle), 0))
            self.side.setCurrentIndex(max(self.side.findData(needle.side), 0))
        edit = self.muscle.lineEdit()
        if edit is not None and not edit.hasFocus():
            edit.setCursorPosition(0)

    def show_marks(self, phase: Phase | None, site: int) -> None:
        """Show phase and site."""
        for one, text, _key in PHASES:
            button = self.phases[one]
            button.setChecked(one is phase)
            button.setText(f"✓ {text}" if one is phase else text)
        self.site.setText(f"Site {site}")

    def show_rest(self, seconds: float, wanted_s: float) -> None:
        """Seconds of rest, up to what is wanted and beyond."""
        self.rest.setRange(0, round(wanted_s))
        self.rest.setValue(min(round(seconds), round(wanted_s)))
        done = "  ✓" if seconds >= wanted_s else ""
        self.rest.setFormat(f"Rest {seconds:.0f} of {wanted_s:.0f} s{done}")

    def show_state(self, state: LiveState, recorded_s: float, *, failed: bool = False) -> None:
        """What goes on, and for how long it has been recorded; ``failed``: nothing is written."""
        minutes, seconds = divmod(int(recorded_s), 60)
        on = state is LiveState.RECORDING
        words = _STATE_WORDS[state] + (f"  {minutes}:{seconds:02d}" if on else "")
        self.state.setText("! Nothing is written" if failed else words)
        self.state.setProperty("recording", on)
        self.record.setText("Stop recording" if recorded_s > 0 or on else "Record")

    def _tell_needle(self) -> None:
        self.needleChosen.emit(Needle(self.muscle.currentData() or "", self.side.currentData()))

    def _phase(self, phase: Phase, text: str, key: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(f"{text} ({key})")
        button.clicked.connect(lambda: self.phaseChosen.emit(phase))
        return button

    def _lay_out(self) -> None:
        large = QFont(self.font())
        large.setPointSizeF(large.pointSizeF() * 1.35)
        large.setBold(True)
        for widget in (self.state, self.rest, *self.phases.values()):
            widget.setFont(large)
        first, second = QHBoxLayout(), QHBoxLayout()
        for widget in (self.protocol, self.following, self.muscle, self.side, self.site):
            first.addWidget(widget)
        first.addStretch(1)
        first.addWidget(self.state)
        first.addWidget(self.record)
        for button in self.phases.values():
            second.addWidget(button)
        second.addWidget(self.rest, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 6)
        box.setSpacing(6)
        box.addLayout(first)
        box.addLayout(second)


def _button(text: str, tip: str, signal: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
    return button
