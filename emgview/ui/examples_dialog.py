"""Examples to open: simulated recordings by group, with a sentence on what to look for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from emgview.session.examples import Example, examples

_SIZE = (640, 620)
_NOTE = "Simulated recordings; what truly happens in them stands on the trace as labels."
_EXAMPLE = Qt.ItemDataRole.UserRole


class ExamplesDialog(QDialog):
    """A list of examples; ``chosen`` carries the id of the one to open."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Examples (simulated)")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search examples")
        self.search.setToolTip("Words of the title or of what to look for")
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("Examples")
        self.hint = QLabel(_NOTE)
        self.hint.setWordWrap(True)
        self.hint.setMinimumHeight(3 * self.hint.fontMetrics().height())
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Close
        )
        self._groups = [self._group(title, group) for title, group in examples()]
        self._build()
        self.resize(*_SIZE)

    def select(self, example_id: str) -> None:
        """Choose an example of the list, as a click does."""
        for item in self._items():
            if item.data(0, _EXAMPLE).id == example_id:
                self.tree.setCurrentItem(item)

    def open_selected(self) -> None:
        """Close, and tell which example shall be opened; without one nothing happens."""
        example = self._selected()
        if example is not None:
            self.accept()
            self.chosen.emit(example.id)

    # -- parts -------------------------------------------------------------------------------

    def _group(
        self, title: str, group: tuple[Example, ...]
    ) -> tuple[QTreeWidgetItem, list[QTreeWidgetItem]]:
        """A branch of the tree and its leaves."""
        branch, leaves = QTreeWidgetItem(self.tree, [title]), []
        for example in group:
            leaves.append(QTreeWidgetItem(branch, [example.title]))
            leaves[-1].setData(0, _EXAMPLE, example)
            leaves[-1].setToolTip(0, example.look_for)
        branch.setExpanded(True)
        return branch, leaves

    def _build(self) -> None:
        box = QVBoxLayout(self)
        for part in (self.search, self.tree, self.hint, self._buttons):
            box.addWidget(part)
        self.search.textChanged.connect(self._narrow)
        self.tree.currentItemChanged.connect(self._tell)
        self.tree.itemActivated.connect(self.open_selected)
        self._buttons.accepted.connect(self.open_selected)
        self._buttons.rejected.connect(self.reject)
        self._tell()

    def _items(self) -> list[QTreeWidgetItem]:
        return [leaf for _, leaves in self._groups for leaf in leaves]

    def _selected(self) -> Example | None:
        item = self.tree.currentItem()
        found = item.data(0, _EXAMPLE) if item is not None else None
        return found if isinstance(found, Example) else None

    def _narrow(self, text: str) -> None:
        """Show what has all the words."""
        words = text.casefold().split()
        for item in self._items():
            example: Example = item.data(0, _EXAMPLE)
            known = f"{example.title} {example.look_for} {example.id}".casefold()
            item.setHidden(not all(word in known for word in words))
        for branch, leaves in self._groups:
            branch.setHidden(all(leaf.isHidden() for leaf in leaves))

    def _tell(self) -> None:
        example = self._selected()
        self.hint.setText(_NOTE if example is None else example.look_for)
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(example is not None)
