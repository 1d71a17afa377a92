"""What a foreign file does not tell: asked once, with a preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from emgview.errors import EmgviewError
from emgview.model import ImportHints, Side, load_muscles

if TYPE_CHECKING:
    from emgview.sources import FileDescription

_UNITS = ("", "uV", "mV", "V")
_ORIENTATIONS = (
    ("as the shape tells", None),
    ("samples first", "samples-first"),
    ("channels first", "channels-first"),
)
_SIDES = (("not stated", Side.NOT_STATED), ("left", Side.LEFT), ("right", Side.RIGHT))
_PREVIEW_SAMPLES = 4000
_PREVIEW_CHANNELS = 8


class ImportDialog(QDialog):
    """Asks dataset, sampling rate, unit, orientation, muscle and side."""

    def __init__(self, path: Path, hints: ImportHints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self._path = path
        self._start = hints
        self._dataset = QComboBox()
        self._fs = QDoubleSpinBox()
        self._fs.setRange(0, 1_000_000)
        self._fs.setDecimals(3)
        self._fs.setSuffix(" Hz")
        self._fs.setSpecialValueText("not stated")
        self._unit = QComboBox()
        for unit in _UNITS:
            self._unit.addItem(unit.replace("u", "µ") or "not stated", unit)
        self._orientation = QComboBox()
        for text, value in _ORIENTATIONS:
            self._orientation.addItem(text, value)
        self._muscle = QComboBox()
        self._muscle.addItem("muscle not stated", "")
        for muscle in load_muscles().muscles:
            self._muscle.addItem(muscle.name, muscle.id)
        self._side = QComboBox()
        for text, side in _SIDES:
            self._side.addItem(text, side)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setMaximumHeight(110)
        self._plot = pg.PlotWidget()
        self._plot.setLabel("bottom", "s")
        self._plot.setLabel("left", "µV")
        self._plot.getViewBox().invertY(True)  # negative up
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.setObjectName("warning")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._build()
        self._fill(hints)
        self._look()

    def hints(self) -> ImportHints:
        """What was answered."""
        return ImportHints(
            dataset=self._dataset.currentData() or "",
            fs=self._fs.value() or None,
            unit=self._unit.currentData(),
            orientation=self._orientation.currentData(),
            muscle=self._muscle.currentData(),
            side=Side(self._side.currentData()),
            electrode=self._start.electrode,
        )

    def state(self, *, fs: float, unit: str) -> None:
        """Answer rate and unit, as if chosen by hand."""
        self._fs.setValue(fs)
        self._unit.setCurrentIndex(max(self._unit.findData(unit), 0))

    def can_import(self) -> bool:
        """Whether nothing is missing any more."""
        return self._buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()

    def _build(self) -> None:
        form = QFormLayout()
        self._dataset_row = QLabel("&Dataset")
        self._dataset_row.setBuddy(self._dataset)
        form.addRow(self._dataset_row, self._dataset)
        form.addRow("Sampling &rate", self._fs)
        form.addRow("&Unit", self._unit)
        form.addRow("&Orientation", self._orientation)
        form.addRow("&Muscle", self._muscle)
        form.addRow("&Side", self._side)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self._text)
        box.addLayout(form)
        box.addWidget(self._plot, 1)
        box.addWidget(self._state)
        box.addWidget(self._buttons)
        self.resize(640, 720)
        self._fs.valueChanged.connect(self._look)
        for chooser in (self._dataset, self._unit, self._orientation):
            chooser.currentIndexChanged.connect(self._look)

    def _fill(self, hints: ImportHints) -> None:
        description = self._describe(hints)
        choices = description.choices if description else ()
        for choice in choices:
            self._dataset.addItem(choice.text, choice.path)
        self._dataset.setCurrentIndex(max(self._dataset.findData(hints.dataset), 0))
        for widget in (self._dataset, self._dataset_row):
            widget.setVisible(bool(choices))
        self._fs.setValue(hints.fs or 0)
        self._unit.setCurrentIndex(max(self._unit.findData(hints.unit), 0))
        if description:
            self._text.setPlainText(
                "\n".join((description.format_name, *description.preview_lines))
            )

    def _describe(self, hints: ImportHints) -> FileDescription | None:
        from emgview.sources import describe_file

        try:
            return describe_file(self._path, hints)
        except EmgviewError as error:
            self._state.setText(str(error))
            return None

    def _look(self) -> None:
        """Preview with the present answers; what is still missing is said."""
        from emgview.sources import open_file

        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._plot.clear()
        try:
            recordings = open_file(self._path, self.hints())
            samples = recordings[0].preview(_PREVIEW_SAMPLES)
        except EmgviewError as error:
            self._state.setText(str(error))
            ok.setEnabled(False)
            return
        fs = recordings[0].info.sampling_rate_hz
        seconds = np.arange(len(samples)) / fs
        for c in range(min(samples.shape[1], _PREVIEW_CHANNELS)):
            self._plot.plot(seconds, samples[:, c], pen=pg.mkPen(pg.intColor(c)))
        parts = [f"{r.title}: {r.info.duration_s:.2f} s" for r in recordings]
        self._state.setText(" · ".join(parts))
        ok.setEnabled(True)
