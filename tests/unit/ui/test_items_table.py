"""The table paints what is visible and lays each text out once."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emgview.model import Label, LabelState, Origin, SampleInterval
from emgview.ui.items_model import HEADERS, ItemRows, ItemsModel
from emgview.ui.items_panel import ItemsPanel
from emgview.ui.items_table import ItemsTable
from emgview.ui.theme import apply_theme, load_theme

N = 20_000


class Counting(ItemsModel):
    """Counts what the table asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[int] = Counter()

    def texts(self, index: int) -> tuple[str, ...]:
        """Counted."""
        self.asked[index] += 1
        return super().texts(index)


def rows(n: int) -> ItemRows:
    state = LabelState.PROPOSED
    labels = [
        Label(f"i{k}", "r", 0, SampleInterval(k, k + 9), (k,), "fib", Origin.DETECTOR, state)
        for k in range(n)
    ]
    return ItemRows(labels, None, 1000.0, ("EMG",))


@pytest.fixture
def model() -> Counting:
    made = Counting()
    made.set_rows(rows(N))
    return made


@pytest.fixture
def table(model: Counting, qtbot: QtBot) -> ItemsTable:
    made = ItemsTable(model)
    qtbot.addWidget(made)
    made.setModel(model)
    made.setSelectionBehavior(ItemsTable.SelectionBehavior.SelectRows)
    made.resize(500, 400)
    return made


def test_only_visible_rows_are_asked_for(model: Counting, table: ItemsTable) -> None:
    table.grab()
    visible = table.viewport().height() // table.rowHeight(0) + 1
    assert 0 < len(model.asked) <= visible
    assert set(model.asked.values()) == {1}


def test_the_last_page_ends_with_the_last_row(model: Counting, table: ItemsTable) -> None:
    table.grab()
    model.asked.clear()
    table.scrollToBottom()
    table.grab()
    assert max(model.asked) == N - 1


def test_texts_are_laid_out_once(table: ItemsTable) -> None:
    table.grab()
    kept = dict(table._kept)
    table.grab()
    assert kept
    assert table._kept == kept
    assert all(table._kept[key] is kept[key] for key in kept)


def test_few_rows_leave_the_rest_empty(model: Counting, table: ItemsTable) -> None:
    model.set_rows(rows(2))
    model.asked.clear()
    table.grab()
    assert set(model.asked) == {0, 1}


def test_no_rows_are_painted_as_nothing(model: Counting, table: ItemsTable) -> None:
    model.set_rows(ItemRows())
    model.asked.clear()
    table.grab()
    assert not model.asked


@pytest.mark.parametrize("theme", ["scope", "paper"])
def test_a_selected_row_has_the_ground_of_the_theme(
    table: ItemsTable, qapp: QApplication, theme: str
) -> None:
    apply_theme(qapp, load_theme(theme))
    table.selectRow(3)
    image = table.viewport().grab().toImage()
    x, y = 1, table.rowViewportPosition(3) + 2
    marked = QColor(load_theme(theme).window["highlight"])
    assert image.pixelColor(x, y) == marked
    assert image.pixelColor(x, y + table.rowHeight(3)) != marked


def test_what_the_table_paints_is_what_the_model_says(qtbot: QtBot) -> None:
    """Painting goes past ``data``: both must give the same texts."""
    panel = ItemsPanel()
    qtbot.addWidget(panel)
    panel.set_rows(rows(3), detected=True)
    model = panel.model
    for row in range(3):
        cells = tuple(model.data(model.index(row, column)) for column in range(len(HEADERS)))
        assert model.texts(row) == cells
