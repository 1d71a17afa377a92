"""The chosen unit and the sample of accepted units: mean, SD, limits, outliers, z, verdict."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.session.motor_units import ShownUnit
from emgview.session.unit_sample import (
    QUANTITIES,
    SampleRow,
    UnitSample,
    fitting,
    sample_sentence,
)

_HEADS = ("Measure", "This unit", "Mean", "SD", "Limits", "z", "Outliers", "Verdict")
_SIGNS = {"raised": "▲ raised", "lowered": "▼ lowered", "within": "within", "not judged": "–"}


class SampleTable(QWidget):
    """Sentence, table, choice of reference values.

    Signals
    -------
    referenceChosen(str)
        Id of another set.
    """

    referenceChosen = Signal(str)  # noqa: N815 - a signal of Qt

    def __init__(self) -> None:
        super().__init__()
        self.sentence = QLabel("No units yet")
        self.sentence.setWordWrap(True)
        self._unit = QLabel()
        self._unit.setWordWrap(True)
        self.table = QTableWidget(len(QUANTITIES), len(_HEADS))
        self.table.setHorizontalHeaderLabels(_HEADS)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setAccessibleName("Measures of the unit and of the sample")
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(len(_HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self._sets = QComboBox()
        self._sets.setToolTip("Reference values that the sample is compared with; never mixed")
        self._sets.setAccessibleName("Reference values")
        self._sets.setMinimumContentsLength(12)
        self._sets.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._sets.activated.connect(lambda _: self.referenceChosen.emit(self.reference))
        self._source = QLabel()
        self._source.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        for widget in (self.sentence, self._unit):
            box.addWidget(widget)
        box.addWidget(self.table, 1)
        box.addWidget(QLabel("Reference values"))
        box.addWidget(self._sets)
        box.addWidget(self._source)

    @property
    def reference(self) -> str:
        """Id of the chosen set; empty where there is none."""
        return str(self._sets.currentData() or "")

    def set_muscle(self, muscle: str) -> None:
        """Offer the sets of a muscle."""
        ids = [one.id for one in fitting(muscle)]
        if ids == [self._sets.itemData(k) for k in range(self._sets.count())]:
            return
        self._sets.clear()
        for one in fitting(muscle):
            self._sets.addItem(one.title, one.id)
        self._sets.setEnabled(bool(ids))

    def show_sample(self, sample: UnitSample, shown: ShownUnit | None) -> None:
        """Fill all."""
        self.sentence.setText(f"<b>{sample_sentence(sample)}</b>")
        self._unit.setText(_unit_words(shown))
        for row, one in enumerate(sample.rows):
            self._fill(row, _texts(one, shown))
        source = sample.comparison.source if sample.comparison else ""
        self._source.setText("\n".join(part for part in (source, sample.remark) if part))

    def _fill(self, row: int, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            item = self.table.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                if 0 < column < len(texts) - 1:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(row, column, item)
            if item.text() != text:
                item.setText(text)


def _texts(row: SampleRow, shown: ShownUnit | None) -> tuple[str, ...]:
    q, c = row.quantity, row.compared
    own = "" if shown is None else q.text(q.of(shown))
    if q.id == "duration_ms" and shown is not None and own != "–":
        error = shown.unit.markers.uncertainty_ms
        own += " (moved)" if error is None else f" ± {error:.1f}" if error >= 0.05 else " ± <0.1"
    decimals = max(q.decimals, 1) if q.decimals < 1 and (row.mean or 0) < 50 else q.decimals
    mean = "–" if row.mean is None else f"{row.mean:.{decimals}f}"
    sd = "–" if row.sd is None else f"{row.sd:.{decimals}f}"
    name = f"{q.name}, {q.unit}" if q.unit else q.name
    z = "" if c is None or c.z is None else f"{c.z:+.1f}"
    verdict = "" if c is None else _SIGNS[c.verdict]
    return name, own, mean, sd, row.limits, z, row.outliers, verdict


def _unit_words(shown: ShownUnit | None) -> str:
    if shown is None:
        return ""
    parts = [f"Unit {shown.name}: {shown.state_words()}"]
    if shown.machine.rejected:
        parts.append("; ".join(shown.machine.rejected))
    if shown.why_no_duration:
        parts.append(f"no duration: {shown.why_no_duration}")
    return "<br>".join(parts)
