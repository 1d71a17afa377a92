"""Choose a live source: what was found, and a line for everything else."""

from __future__ import annotations

import threading

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

from emgview.errors import EmgviewError
from emgview.sources.live import discover, make_source, parse_spec, source_kinds
from emgview.sources.live.registry import find_kind

_TEXT = Qt.ItemDataRole.UserRole


class SourceDialog(QDialog):
    """The text of a source, chosen or typed.

    Parameters
    ----------
    last : str
        The source that was used last.
    """

    _found = Signal(object)

    def __init__(self, last: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a live source")
        self.resize(640, 480)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(("Source", "Details"))
        self.tree.setAccessibleName("Sources that were found")
        self.tree.currentItemChanged.connect(self._take)
        self.tree.itemDoubleClicked.connect(lambda *_: self.accept())
        self.line = QLineEdit(last or "simulator:demo_tibialis_anterior")
        self.line.setAccessibleName("Source")
        self.line.setPlaceholderText("KIND:NAME?option=value&option=value")
        self.line.textChanged.connect(self._explain)
        self.help, self.problem = QLabel(), QLabel()
        self.help.setWordWrap(True)
        self.problem.setObjectName("warning")
        self.problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        for widget in (self.tree, self.line, self.help, self.problem, self.buttons):
            box.addWidget(widget)
        self._found.connect(self._fill)
        self._show_kinds()
        self._explain()
        self._search = threading.Thread(target=self._look, name="emgview-discover", daemon=True)
        self._search.start()

    @property
    def source(self) -> str:
        """What was chosen."""
        return self.line.text().strip()

    def accept(self) -> None:
        """Close, if the text can name a source."""
        try:
            make_source(parse_spec(self.source))
        except EmgviewError as error:
            self.problem.setText(f"! {error}")
            return
        super().accept()

    def done(self, result: int) -> None:
        """Wait for the search, so that no thread is left behind."""
        self._search.join(5.0)
        super().done(result)

    def _look(self) -> None:
        self._found.emit(discover())

    def _show_kinds(self) -> None:
        for kind in source_kinds():
            item = QTreeWidgetItem((kind.title, "looking …"))
            item.setData(0, _TEXT, f"{kind.name}:")
            self.tree.addTopLevelItem(item)
        self.tree.resizeColumnToContents(0)

    def _fill(self, found: object) -> None:
        self.tree.clear()
        for kind, sources, problem in found:  # type: ignore[attr-defined]
            about = problem or ("" if sources else f"type {kind.name}:{kind.what.upper()}")
            top = QTreeWidgetItem((kind.title, about))
            top.setData(0, _TEXT, f"{kind.name}:")
            for source in sources:
                child = QTreeWidgetItem((source.title, source.detail))
                child.setData(0, _TEXT, source.text)
                child.setToolTip(0, source.text)
                top.addChild(child)
            self.tree.addTopLevelItem(top)
            top.setExpanded(len(sources) <= 8)
        self.tree.resizeColumnToContents(0)

    def _take(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.line.setText(str(item.data(0, _TEXT)))

    def _explain(self) -> None:
        """Options of the kind that is typed."""
        self.problem.clear()
        try:
            kind = find_kind(parse_spec(self.source).kind)
        except EmgviewError as error:
            self.help.setText(str(error))
            return
        lines = [f"{kind.name}:{kind.what.upper()}"]
        for option in kind.options:
            default = f" (usually {option.default})" if option.default else ""
            lines.append(f"?{option.name}=…  {option.help}{default}")
        self.help.setText("\n".join(lines))
