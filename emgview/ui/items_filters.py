"""The choosers above the proposal table: what is shown and in which order; nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider, QWidget

from emgview.model import Label, load_vocabulary
from emgview.ui.items_model import ALL, DECIDED, OPEN, QUEUE, Shown

ORDERS = (
    ("By time", 1, False),
    ("What helps most first", QUEUE, True),
    ("By class", 2, False),
    ("By channel", 5, False),
    ("Lowest score first", 4, False),
    ("Highest score first", 4, True),
)
_OWN_ORDER = "As the column says"


class ItemFilters(QWidget):
    """State, class, channel, order, muscle and least score.

    Signals
    -------
    changed()
        Something else is to be shown, or in another order.
    muscleChosen(str)
        Id of the recording that was chosen by its muscle.
    """

    changed = Signal()
    muscleChosen = Signal(str)  # noqa: N815 - Qt's way to name signals

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.group, self.channel = QComboBox(), QComboBox(), QComboBox()
        self.order, self.muscle = QComboBox(), QComboBox()
        self.score = QSlider(Qt.Orientation.Horizontal)
        self._score_words = QLabel("All scores")
        self._quiet = False
        self._build()

    def shown(self, before: Shown) -> Shown:
        """What the choosers say; the order of a column that was clicked stays."""
        column, descending = before.column, before.descending
        place = self.order.currentData()
        if place is not None:
            column, descending = ORDERS[place][1:]
        channel = self.channel.currentData()
        return Shown(
            self.state.currentData() or ALL,
            self.group.currentData() or ALL,
            column,
            descending,
            -1 if channel is None else channel,
            self.score.value() / 100,
            before.only,
        )

    def lift(self) -> None:
        """Show everything again."""
        self._quiet = True
        for box in (self.state, self.group, self.channel):
            box.setCurrentIndex(0)
        self.score.setValue(0)
        self._quiet = False
        self.changed.emit()

    def show_order(self, shown: Shown) -> None:
        """Tell the order in which the table is now."""
        self._quiet = True
        found = [n for n, o in enumerate(ORDERS) if o[1:] == (shown.column, shown.descending)]
        place = self.order.findData(found[0]) if found else self.order.count() - 1
        self.order.setCurrentIndex(place)
        self._quiet = False

    def fill(self, labels: Sequence[Label], channels: Sequence[str]) -> None:
        """Offer the classes and channels that there are."""
        vocabulary = load_vocabulary()
        known = map(vocabulary.get, {label.activity for label in labels})
        groups = sorted({c.counted_as for c in known if c is not None})
        self._refill(self.group, "All classes", [(vocabulary[g].term, g) for g in groups])
        named = [(name, n) for n, name in enumerate(channels)]
        self._refill(self.channel, "All channels", named)
        self.channel.setEnabled(len(named) > 1)

    def show_muscles(self, muscles: Sequence[tuple[str, str]], current: str) -> None:
        """Offer the recordings by their muscle: (id, words)."""
        self._quiet = True
        known = [
            (self.muscle.itemData(i), self.muscle.itemText(i)) for i in range(self.muscle.count())
        ]
        if known != list(muscles):
            self.muscle.clear()
            for recording_id, words in muscles:
                self.muscle.addItem(words, recording_id)
        self.muscle.setCurrentIndex(max(self.muscle.findData(current), 0))
        self.muscle.setEnabled(len(muscles) > 1)
        self._quiet = False

    def _refill(self, box: QComboBox, all_words: str, wanted: Sequence[tuple[str, object]]) -> None:
        present = [box.itemData(i) for i in range(1, box.count())]
        if present == [key for _, key in wanted] and box.count():
            return
        chosen = box.currentData()
        self._quiet = True
        box.clear()
        box.addItem(all_words, ALL if box is self.group else -1)
        for words, key in wanted:
            box.addItem(words, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        self._quiet = False

    def _build(self) -> None:
        for text, key in (("All states", ALL), ("Open", OPEN), ("Decided", DECIDED)):
            self.state.addItem(text, key)
        for place, (text, *_) in enumerate(ORDERS):
            self.order.addItem(text, place)
        self.order.addItem(_OWN_ORDER, None)
        self.score.setRange(0, 100)
        tips = {
            self.state: "Show items of one state; nothing is decided by this",
            self.group: "Show one class; nothing is decided by this",
            self.channel: "Show one channel; nothing is decided by this",
            self.order: "Order of the table and of the keys D and A",
            self.muscle: "Go to the recording of another muscle",
            self.score: "Hide open proposals of a lower score; they stay open and are counted",
        }
        for widget, tip in tips.items():
            widget.setToolTip(tip)
            widget.setAccessibleName(tip)
        for box in (self.state, self.group, self.channel, self.order):
            box.currentIndexChanged.connect(self._tell)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self.muscle.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.score.valueChanged.connect(self._tell)
        self.muscle.activated.connect(
            lambda place: self.muscleChosen.emit(str(self.muscle.itemData(place)))
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for n, widget in enumerate((self.muscle, self.channel, self.state, self.group, self.order)):
            grid.addWidget(widget, n // 2, n % 2)
        line = QGridLayout()
        line.addWidget(self._score_words, 0, 0)
        line.addWidget(self.score, 0, 1)
        grid.addLayout(line, 2, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _tell(self) -> None:
        least = self.score.value()
        self._score_words.setText(f"Score ≥ {least / 100:.2f}" if least else "All scores")
        if not self._quiet:
            self.changed.emit()
