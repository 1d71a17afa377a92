"""Asks for the filter of the view; says what cannot be, and what it does to the signal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from emgview.session.display_limits import load_display_limits
from emgview.session.filtering import refusal
from emgview.session.traces import DisplayFilter

_OFF = "off"


class FilterDialog(QDialog):
    """High-pass, low-pass, mains and direction of the display filter.

    Parameters
    ----------
    fs : float
        Sampling rate of the recording on the screen: what it does not hold cannot be chosen.
    """

    def __init__(self, chosen: DisplayFilter, fs: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Filters of the view")
        self._fs = fs
        choices = load_display_limits().filters
        self._high = _corner_box(choices.high_pass_hz, chosen.high_pass_hz, "High-pass")
        self._low = _corner_box(choices.low_pass_hz, chosen.low_pass_hz, "Low-pass")
        self._mains = _corner_box(choices.mains_hz, chosen.mains_hz, "Mains", typed=False)
        self._harmonics = QSpinBox()
        self._harmonics.setRange(1, choices.harmonics_most)
        self._harmonics.setValue(chosen.harmonics)
        self._harmonics.setToolTip("Notches in all, at mains and its multiples")
        self._zero_phase = QCheckBox("&Zero phase (on and back)")
        self._zero_phase.setChecked(chosen.zero_phase)
        self._notes, self._problem = QLabel(), QLabel()
        for label in (self._notes, self._problem):
            label.setWordWrap(True)
        self._problem.setObjectName("warning")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._place()
        self._check()

    def chosen(self) -> DisplayFilter:
        """What is set; only asked for where it can be applied."""
        return DisplayFilter(
            _corner(self._high),
            _corner(self._low),
            self._mains.currentData(),
            self._harmonics.value(),
            self._zero_phase.isChecked(),
        )

    def _place(self) -> None:
        form = QFormLayout()
        form.addRow("&High-pass", self._high)
        form.addRow("&Low-pass", self._low)
        form.addRow("&Mains filter", self._mains)
        form.addRow("&Notches", self._harmonics)
        form.addRow("", self._zero_phase)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(QLabel("For the screen only: data, detection and report stay as recorded."))
        box.addLayout(form)
        box.addWidget(self._notes)
        box.addWidget(self._problem)
        box.addStretch(1)
        box.addWidget(self._buttons)
        for corner in (self._high, self._low, self._mains):
            corner.currentTextChanged.connect(self._check)
        self._zero_phase.toggled.connect(self._check)
        self.setMinimumSize(460, 380)

    def _check(self) -> None:
        """Say what cannot be applied; what can be, but at a price, beside it."""
        problem = self._typing_problem()
        chosen = None if problem else self.chosen()
        problem = problem or (refusal(chosen, self._fs) if chosen else "")
        self._problem.setText(f"! Not possible: {problem}" if problem else "")
        self._problem.setVisible(bool(problem))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)
        self._harmonics.setEnabled(self._mains.currentData() is not None)
        self._notes.setText("\n".join(side_effects(chosen)) if chosen else "")

    def _typing_problem(self) -> str:
        choices = load_display_limits().filters
        for box, name, rungs in (
            (self._high, "high-pass", choices.high_pass_hz),
            (self._low, "low-pass", choices.low_pass_hz),
        ):
            try:
                corner = _corner(box)
            except ValueError:
                return f"the {name} is not a number"
            if corner is not None and not rungs[0] <= corner <= rungs[-1]:
                return f"the {name} goes from {rungs[0]:g} to {rungs[-1]:g} Hz"
        return ""


def side_effects(chosen: DisplayFilter) -> list[str]:
    """What a filter does to the signal beside what it is meant for."""
    limit = load_display_limits().duration.high_pass_most_hz
    found = []
    if chosen.high_pass_hz is not None and chosen.high_pass_hz > limit:
        found.append(
            f"! High-pass above {limit:g} Hz: durations are not valid, after-waves may appear."
        )
    if chosen.mains_hz is not None:
        found.append(
            "! The mains filter leaves a ripple after each large potential and takes what the "
            "signal itself has at these frequencies."
        )
    if chosen.zero_phase and not chosen.is_empty:
        found.append("! Zero phase: filter ripple also appears before a potential.")
    return found


def _corner_box(
    rungs: Sequence[float], now: float | None, name: str, *, typed: bool = True
) -> QComboBox:
    box = QComboBox()
    box.addItem(_OFF, None)
    for hz in rungs:
        box.addItem(f"{hz:g} Hz", hz)
    box.setEditable(typed)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    place = box.findData(now) if now is not None else 0
    box.setCurrentIndex(max(place, 0))
    if place < 0:
        box.setEditText(f"{now:g} Hz")
    box.setAccessibleName(name)
    return box


def _corner(box: QComboBox) -> float | None:
    """Hz of what is chosen or typed; ValueError if it is no number."""
    text = box.currentText().strip().lower().removesuffix("hz").strip()
    if text in (_OFF, ""):
        return None
    factor = 1000.0 if text.endswith("k") else 1.0
    return float(text.removesuffix("k").strip().replace(",", ".")) * factor
