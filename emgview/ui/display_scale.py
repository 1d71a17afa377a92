"""How many pixels a millimetre of this screen has: told by the screen, or measured with a ruler."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from emgview.ui.traces.true_scale import LADDER_MM, believed, measured_px_per_mm

_LINE_MM = 100.0
_MARGIN_PX = 12
_MOST_OF_SCREEN = 0.6


def screen_key(screen: QScreen) -> str:
    """Name under which the measure of a screen is kept."""
    size = screen.size()
    return f"{screen.name()} {size.width()}x{size.height()}"


def told_px_per_mm(screen: QScreen) -> float:
    """Logical pixels a millimetre as the screen tells, or the usual density."""
    return believed(screen.physicalDotsPerInchX() / 25.4)


class RulerLine(QWidget):
    """A line of a known number of pixels between two ticks."""

    def __init__(self, length_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.length_px = length_px
        self.setFixedSize(length_px + 2 * _MARGIN_PX, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the colour of the texts."""
        del event
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().windowText().color(), 1))
        left, right = _MARGIN_PX + 0.5, _MARGIN_PX + self.length_px + 0.5
        painter.drawLine(QLineF(left, 22.5, right, 22.5))
        for x in (left, right):
            painter.drawLine(QLineF(x, 6.5, x, 38.5))
        box = QRectF(left, 22, self.length_px, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "measure from tick to tick")


class CalibrationDialog(QDialog):
    """Size of a division, and a line to be measured with a ruler.

    Parameters
    ----------
    px_per_mm : float
        Known so far.
    mm_per_div : float
        0: as large as fits.
    """

    def __init__(
        self,
        screen: QScreen,
        px_per_mm: float,
        mm_per_div: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measure the screen")
        self._told = told_px_per_mm(screen)
        most = int(screen.availableGeometry().width() * _MOST_OF_SCREEN)
        self._line = RulerLine(min(round(_LINE_MM * px_per_mm), most))
        self._measured = QDoubleSpinBox()
        self._measured.setRange(0.0, 2000.0)
        self._measured.setDecimals(1)
        self._measured.setSuffix(" mm")
        self._measured.setValue(round(self._line.length_px / px_per_mm, 1))
        self._measured.setAccessibleName("Length of the line")
        self._division = QComboBox()
        self._division.addItem("as large as fits", 0.0)
        for mm in LADDER_MM:
            self._division.addItem(f"{mm:g} mm", mm)
        self._division.setCurrentIndex(max(self._division.findData(mm_per_div), 0))
        self._said = QLabel()
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._place()
        self._check()

    def px_per_mm(self) -> float | None:
        """What was measured; None where that cannot be."""
        return measured_px_per_mm(self._line.length_px, self._measured.value())

    def mm_per_div(self) -> float:
        """Wanted size of a division; 0: as large as fits."""
        return float(self._division.currentData())

    def _place(self) -> None:
        text = QLabel("Hold a ruler to the screen and type how long this line is.")
        form = QFormLayout()
        form.addRow("&Length of the line", self._measured)
        form.addRow("Size of a &division", self._division)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._measured.valueChanged.connect(lambda _: self._check())
        box = QVBoxLayout(self)
        box.addWidget(text)
        box.addWidget(self._line)
        box.addLayout(form)
        box.addWidget(self._said)
        box.addWidget(self._buttons)

    def _check(self) -> None:
        found = self.px_per_mm()
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(found is not None)
        if found is None:
            self._said.setText("! No screen has such pixels")
        else:
            self._said.setText(
                f"{found * 25.4:.1f} pixels an inch; the screen says {self._told * 25.4:.1f}"
            )
