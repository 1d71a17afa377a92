"""What can be chosen in the mode on the screen; all of it has keys too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from emgview.session.modes import DisplayMode, ModeSettings, TriggerSettings, ladders
from emgview.ui.flow_layout import FlowLayout

_MOST_UV = 100_000.0
_NUMBER_PX = 92
_EVENTS = (DisplayMode.TRIGGERED, DisplayMode.SUPERIMPOSED)
_COUNTED = (DisplayMode.RASTER, *_EVENTS)


class ModeBar(QWidget):
    """One row above the sweeps; not there in the free run.

    Signals
    -------
    modeChanged(dict)
        Changed fields of :class:`ModeSettings`.
    triggerChanged(dict)
        Changed fields of :class:`TriggerSettings`.
    done()
        Something was chosen: the keys should decide again.
    """

    modeChanged = Signal(dict)  # noqa: N815 - Qt's way to name signals
    triggerChanged = Signal(dict)  # noqa: N815
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = FlowLayout(self)
        self._row.setContentsMargins(8, 3, 8, 3)
        self.told = QLabel()
        self.told.setAccessibleName("What the sweeps are")
        self._row.addWidget(self.told)
        self.sweeps = self._choice("Sweeps", [(_count_text(n), n) for n in ladders().sweeps])
        self.level = self._number("Level", "Voltage that starts a sweep")
        self.window_uv = self._number("Window", "Potentials beyond it do not count")
        self.window_uv.setRange(0, _MOST_UV)
        self.window_uv.setSpecialValueText("any size")
        self.slope = self._choice("Slope", [("positive", True), ("negative", False)])
        parts = [(f"{part:.0%}", part) for part in ladders().before]
        self.before = self._choice("Before", parts)
        self.stacked = self._switch("Stacked")
        self.average = self._switch("Average")
        self.template = self._switch("Only this item")
        self._connect()
        self.hide()

    def show_mode(self, mode: DisplayMode, shown: ModeSettings, trigger: TriggerSettings) -> None:
        """Show what is chosen; tells nobody."""
        blockers = [QSignalBlocker(widget) for widget in self._inputs()]
        _choose(self.sweeps, shown.n_sweeps)
        _choose(self.before, shown.before)
        _choose(self.slope, trigger.rising)
        self.level.setValue(trigger.level_uv)
        self.window_uv.setValue(trigger.window_uv)
        self.stacked.setChecked(shown.stacked)
        self.average.setChecked(shown.average)
        self.template.setChecked(trigger.by_template)
        del blockers
        self._reveal(mode)

    def _reveal(self, mode: DisplayMode) -> None:
        by_level = (self.level, self.window_uv, self.slope)
        for widget in self._inputs():
            if widget in by_level:
                seen = mode is DisplayMode.TRIGGERED
            elif widget is self.sweeps:
                seen = mode in _COUNTED
            elif widget is self.template:
                seen = mode is DisplayMode.SUPERIMPOSED
            else:
                seen = mode in _EVENTS
            pair = widget.parentWidget()
            (widget if pair is None or pair is self else pair).setVisible(seen)
        self.setVisible(mode is not DisplayMode.FREE_RUN)

    # -- parts -------------------------------------------------------------------------------

    def _inputs(self) -> tuple[QWidget, ...]:
        return (
            self.sweeps,
            self.level,
            self.window_uv,
            self.slope,
            self.before,
            self.stacked,
            self.average,
            self.template,
        )

    def _connect(self) -> None:
        self.sweeps.activated.connect(self._tell_mode("n_sweeps", self.sweeps.currentData))
        self.before.activated.connect(self._tell_mode("before", self.before.currentData))
        self.stacked.clicked.connect(self._tell_mode("stacked", self.stacked.isChecked))
        self.average.clicked.connect(self._tell_mode("average", self.average.isChecked))
        self.level.valueChanged.connect(self._tell_trigger("level_uv", self.level.value))
        self.window_uv.valueChanged.connect(self._tell_trigger("window_uv", self.window_uv.value))
        self.slope.activated.connect(self._tell_trigger("rising", self.slope.currentData))
        self.template.clicked.connect(self._tell_trigger("by_template", self.template.isChecked))

        for choice in (self.sweeps, self.before, self.slope):
            choice.activated.connect(lambda _: self.done.emit())
        for switch in (self.stacked, self.average, self.template):
            switch.clicked.connect(lambda _: self.done.emit())
        for number in (self.level, self.window_uv):
            number.lineEdit().returnPressed.connect(self.done)

    def _tell_mode(self, name: str, value: Callable[[], object]) -> Callable[..., None]:
        return lambda *_: self.modeChanged.emit({name: value()})

    def _tell_trigger(self, name: str, value: Callable[[], object]) -> Callable[..., None]:
        return lambda *_: self.triggerChanged.emit({name: value()})

    def _pair(self, text: str, box: QWidget) -> None:
        """A label before its input, which stay together."""
        box.setObjectName(text)
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(QLabel(text))
        row.addWidget(box)
        self._row.addWidget(pair)

    def tell(self, words: str) -> None:
        """What the sweeps on the screen are."""
        self.told.setText(words)

    def _choice(self, text: str, entries: Sequence[tuple[str, object]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(text)
        for words, value in entries:
            box.addItem(words, value)
        self._pair(text, box)
        return box

    def _number(self, text: str, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setAccessibleName(f"{text} in µV")
        box.setToolTip(tip)
        box.setRange(-_MOST_UV, _MOST_UV)
        box.setDecimals(0)
        box.setSingleStep(10)
        box.setSuffix(" µV")
        box.setMaximumWidth(_NUMBER_PX)
        box.setKeyboardTracking(False)
        self._pair(text, box)
        return box

    def _switch(self, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(text)
        self._row.addWidget(box)
        return box


def _count_text(n: int) -> str:
    return str(n) if n else "all"


def _choose(box: QComboBox, value: object) -> None:
    """Show a value, also one between the steps."""
    place = box.findData(value)
    box.setCurrentIndex(place if place >= 0 else 0)
