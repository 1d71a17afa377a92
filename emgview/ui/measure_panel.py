"""What was measured: numbers with units, a spectrum, and all of it as text."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from emgview.session.measuring import MeasuredStretch, MeasuredWaveform
from emgview.ui.theme import Theme

_EMPTY = (
    "Drag over a trace to measure a stretch.\n"
    "W measures the potential at the mark, K shows two cursors."
)
_PLOT_PX = 150

Lines = list[tuple[str, str]]


class MeasurePanel(QWidget):
    """A dock beside the evidence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(_EMPTY)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label.setMargin(8)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        area = QScrollArea()
        area.setWidget(self._label)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._plot = pg.PlotWidget()
        self._plot.setFixedHeight(_PLOT_PX)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setLabel("bottom", "Hz")
        self._plot.setLabel("left", "µV²/Hz (log)")
        self._plot.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(area, 1)
        box.addWidget(self._plot)
        self._lines: Lines = []
        self._ink = QColor("gray")
        self.setAccessibleName("Measurements")

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._ink = QColor(theme.trace["trace"])
        self._plot.setBackground(theme.trace["background"])
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            axis.setPen(theme.window["muted"])
            axis.setTextPen(theme.window["text"])

    def clear(self) -> None:
        """Nothing is measured."""
        self._lines = []
        self._label.setText(_EMPTY)
        self._plot.hide()

    def show_lines(self, lines: Lines) -> None:
        """Numbers without a spectrum."""
        self._lines = lines
        rows = "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td><b>{value}</b></td></tr>" for name, value in lines
        )
        self._label.setText(f"<table>{rows}</table>")
        self._plot.hide()

    def show_stretch(self, found: MeasuredStretch, label: str) -> None:
        """A marked stretch with its spectrum."""
        self.show_lines(stretch_lines(found, label))
        if len(found.spectrum_hz) > 2:
            power = np.log10(np.maximum(found.spectrum_uv2, 1e-9))
            self._plot.clear()
            self._plot.plot(found.spectrum_hz, power, pen=pg.mkPen(self._ink, width=1))
            self._plot.show()

    def text(self) -> str:
        """Name and value a line, separated by a tab: for a spreadsheet or a letter."""
        return "\n".join(f"{name}\t{value}" for name, value in self._lines)


def stretch_lines(found: MeasuredStretch, label: str) -> Lines:
    """Numbers of a stretch for people."""
    a, r = found.amplitude, found.rate
    lines: Lines = [("Channel", label), ("Length", seconds_text(a.seconds))]
    if len(found.measured) < len(found.wanted):
        lines.append(("Measured", "the first part only: the stretch is too long"))
    if a.missing_s > 0:
        lines.append(("Missing, left out", seconds_text(a.missing_s)))
    if a.rms_uv is not None and a.peak_to_peak_uv is not None and a.mean_uv is not None:
        lines += [
            ("RMS about the mean", uv_text(a.rms_uv)),
            ("Peak to peak", uv_text(a.peak_to_peak_uv)),
            ("Mean", uv_text(a.mean_uv)),
        ]
    lines.append(("Potentials not rejected", f"{r.n} ({r.per_second:.2f} per s)"))
    if r.mean_rate_hz is not None:
        lines.append(("Mean rate", f"{r.mean_rate_hz:.2f} Hz"))
    if r.interval_cv is not None:
        lines.append(("Interval CV", f"{100 * r.interval_cv:.1f} %"))
    lines.append(("Signal", found.filter_words or "as recorded"))
    return lines


def waveform_lines(found: MeasuredWaveform, label: str) -> Lines:
    """Numbers of a potential for people; no duration where it would not be valid."""
    m = found.measures
    duration = found.why_no_duration
    return [
        ("Channel", label),
        ("Amplitude, peak to peak", uv_text(m.amplitude_uv)),
        ("Rise time", f"{m.rise_ms:.2f} ms"),
        ("Duration", f"not stated: {duration}" if duration else f"{m.duration_ms:.1f} ms"),
        ("Phases", str(m.n_phases)),
        ("Turns", str(m.n_turns)),
        ("First deflection", m.first_deflection),
        ("Signal", found.filter_words or "as recorded"),
    ]


def cursor_lines(samples: tuple[int, int], values: tuple[float | None, ...], fs: float) -> Lines:
    """Time, rate and voltage between two cursors, of the samples under them."""
    seconds = abs(samples[1] - samples[0]) / fs
    lines: Lines = [("Δt between A and B", seconds_text(seconds))]
    if seconds > 0:
        lines.append(("1/Δt", f"{1 / seconds:.4g} Hz"))
    first, second = values
    lines.append(("A", "no signal" if first is None else uv_text(first)))
    lines.append(("B", "no signal" if second is None else uv_text(second)))
    if first is not None and second is not None:
        lines.append(("ΔV, B less A", uv_text(second - first)))
    return lines


def uv_text(uv: float) -> str:
    """``12.3 µV``, ``1.25 mV``."""
    return f"{uv / 1000:.2f} mV" if abs(uv) >= 1000 else f"{uv:.1f} µV"


def seconds_text(seconds: float) -> str:
    """``12.5 ms``, ``2.500 s``."""
    return f"{seconds:.3f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"
