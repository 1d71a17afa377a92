"""Interference pattern: the cloud of turns and amplitude, numbers, and the reader's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from emgview.quantify.interference import pattern_rules
from emgview.quantify.recruitment import WORDS
from emgview.session.unit_edits import FULLNESS
from emgview.session.unit_intents import StatePattern
from emgview.session.unit_keys import KeptStretch, PatternSaid
from emgview.ui.quantify.plots import Inks, Plot

Row = tuple[KeptStretch, dict[str, Any]]

_EMPTY = (
    "No interference pattern yet: mark a stretch of contraction and choose Measure, Interference."
)
_NUMBERS = (
    ("turns_per_s", "Turns", "per s", 0),
    ("amplitude_per_turn_uv", "Amplitude per turn", "µV", 0),
    ("peak_ratio", "Peak ratio", "per s and µV", 2),
    ("activity_percent", "Activity", "%", 0),
    ("envelope_uv", "Envelope", "µV", 0),
    ("small_segments_per_s", "Small segments", "per s", 0),
    ("outside_cloud_percent", "Outside the cloud", "%", 0),
)


class PatternPage(QWidget):
    """One analysed stretch at a time.

    Signals
    -------
    stated(StatePattern)
        The reader's own words.
    """

    stated = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._stretch = QComboBox()
        self._stretch.setToolTip("Stretches whose pattern was analysed")
        self._stretch.setAccessibleName("Stretch")
        self._stretch.currentIndexChanged.connect(lambda _: self._show())
        self.plot = Plot("Turns per second", "Amplitude per turn, µV", "Turns-amplitude cloud")
        self.numbers = QLabel(_EMPTY)
        self.numbers.setWordWrap(True)
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.fullness = _choice("Fullness", ("", *FULLNESS))
        self.recruitment = _choice("Recruitment", ("", *WORDS))
        for box in (self.fullness, self.recruitment):
            box.activated.connect(lambda _: self._state())
        self._place()

    def _place(self) -> None:
        form = QFormLayout()
        form.addRow("Stretch", self._stretch)
        form.addRow("Fullness, reader", self.fullness)
        form.addRow("Recruitment, reader", self.recruitment)
        side = QVBoxLayout()
        side.addLayout(form)
        side.addWidget(self.numbers, 1)
        box = QHBoxLayout(self)
        box.addWidget(self.plot, 3)
        box.addLayout(side, 2)

    def set_inks(self, inks: Inks) -> None:
        """Other colours."""
        self.plot.set_inks(inks)
        self._show()

    def show_patterns(self, rows: Sequence[Row], fs_of: dict[str, float]) -> None:
        """Patterns as they stand; the newest is shown where the chosen one is gone."""
        before = self._stretch.currentText()
        self._rows = tuple(rows)
        self._stretch.blockSignals(True)
        self._stretch.clear()
        self._stretch.addItems([_name(kept, fs_of) for kept, _ in rows])
        at = self._stretch.findText(before)
        self._stretch.setCurrentIndex(at if at >= 0 else len(rows) - 1)
        self._stretch.blockSignals(False)
        self._show()

    def _now(self) -> Row | None:
        at = self._stretch.currentIndex()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _show(self) -> None:
        self.plot.clear()
        now = self._now()
        for box in (self.fullness, self.recruitment):
            box.setEnabled(now is not None)
        if now is None:
            self.numbers.setText(_EMPTY)
            return
        kept, numbers = now
        said = kept.pattern or PatternSaid()
        _offer(self.fullness, f"machine: {numbers['fullness']}", said.fullness)
        machine = numbers["recruitment"]["words"]
        _offer(self.recruitment, f"machine: {machine}", said.recruitment)
        self.numbers.setText(_told(numbers, said))
        if self.plot.inks is not None:
            self._draw(numbers, self.plot.inks)

    def _draw(self, numbers: dict[str, Any], inks: Inks) -> None:
        cloud = pattern_rules().cloud[numbers["cloud"]["name"]]
        pen = pg.mkPen(inks.marker, width=1.5)
        low = pg.PlotDataItem(cloud.turns_per_s, cloud.lowest_uv, pen=pen)
        high = pg.PlotDataItem(cloud.turns_per_s, cloud.highest_uv, pen=pen)
        self.plot.addItem(pg.FillBetweenItem(low, high, brush=inks.veil(inks.marker, 40)))
        self.plot.addItem(low)
        self.plot.addItem(high)
        rates = np.array([q["turns_per_s"] or 0.0 for q in numbers["points"]])
        heights = np.array([q["amplitude_uv"] or 0.0 for q in numbers["points"]])
        floor = np.interp(rates, cloud.turns_per_s, cloud.lowest_uv)
        roof = np.interp(rates, cloud.turns_per_s, cloud.highest_uv)
        judged = rates >= cloud.least_turns_per_s
        out = judged & ((heights < floor) | (heights > roof))
        for chosen, symbol, colour in (
            (judged & ~out, "o", inks.trace),
            (out, "t", inks.warn),
            (~judged, "x", inks.axis),
        ):
            self.plot.addItem(
                pg.ScatterPlotItem(
                    rates[chosen], heights[chosen], symbol=symbol, size=10, pen=pg.mkPen(colour),
                    brush=pg.mkBrush(colour),
                )
            )  # fmt: skip
        self.plot.setXRange(0, max(rates.max(initial=0), cloud.turns_per_s[-1]) * 1.05, padding=0)
        self.plot.setYRange(0, max(heights.max(initial=0), cloud.highest_uv[-1]) * 1.1, padding=0)

    def _state(self) -> None:
        now = self._now()
        if now is None:
            return
        words = [box.currentData() for box in (self.fullness, self.recruitment)]
        self.stated.emit(StatePattern(now[0].key, words[0], words[1]))


def _choice(name: str, words: Sequence[str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip("Your own word; it stands before the machine's")
    for word in words:
        box.addItem(word, word)
    return box


def _offer(box: QComboBox, machine: str, said: str) -> None:
    """First the machine's word; the reader's is chosen where there is one."""
    box.setItemText(0, machine)
    box.setCurrentIndex(max(box.findData(said), 0))


def _name(kept: KeptStretch, fs_of: dict[str, float]) -> str:
    key = kept.key
    fs = fs_of.get(key.recording_id, 1.0)
    return f"channel {key.channel + 1}, {key.start / fs:.1f} – {key.stop / fs:.1f} s"


def _told(numbers: dict[str, Any], said: PatternSaid) -> str:
    """Numbers and words as a table."""
    cloud, recruited = numbers["cloud"], numbers["recruitment"]
    rows = [(name, _text(numbers[key], unit, n)) for key, name, unit, n in _NUMBERS]
    verdict = {True: "outside of the limits", False: "within the limits", None: "not judged"}
    rows.append(
        ("Cloud", f"{verdict[cloud['abnormal']]}: {cloud['above']} above, {cloud['below']} below "
         f"of {cloud['points']} points")
    )  # fmt: skip
    rows.append(("Fullness", _word(numbers["fullness"], said.fullness)))
    rows.append(("Units told apart", str(recruited["active_units"])))
    rows.append(("First unit at the second's start", _text(recruited["first_unit_hz"], "Hz", 1)))
    rows.append(("Fastest unit", _text(recruited["fastest_hz"], "Hz", 1)))
    rows.append(("Rate ratio", _text(recruited["rate_ratio"], "", 1)))
    rows.append(("Recruitment", _word(recruited["words"], said.recruitment)))
    rows.append(("Analysed", _text(numbers["analysed_s"], "s", 1)))
    body = "".join(f"<tr><td>{a}&nbsp;&nbsp;</td><td><b>{b}</b></td></tr>" for a, b in rows)
    legend = "● inside, ▼ outside, × too few turns to be judged"
    return f"<table>{body}</table><p>{legend}</p><p>Limits: {cloud['source']}</p>"


def _word(machine: str, reader: str) -> str:
    return f"{reader} (reader; machine: {machine})" if reader else f"{machine} (machine)"


def _text(value: float | None, unit: str, decimals: int) -> str:
    return "not stated" if value is None else f"{value:.{decimals}f} {unit}".rstrip()
