"""The table of items: filtered and sorted in its model, the selection stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from emgview.model import Label, LabelState, Origin, SampleInterval
from emgview.ui.items_model import ItemRows, ItemsModel, Shown
from emgview.ui.items_panel import ItemsPanel


def label(
    name: str, start: int, activity: str = "fib", state: LabelState = LabelState.PROPOSED
) -> Label:
    peaks = tuple(range(start, start + 3))
    return Label(
        name, "r", 0, SampleInterval(start, start + 9), peaks, activity, Origin.DETECTOR, state
    )


def rows_of(labels: Sequence[Label]) -> ItemRows:
    return ItemRows(labels, None, 1000.0, ("EMG",))


LABELS = [
    label("a", 10),
    label("b", 20, "psw"),
    label("c", 30, state=LabelState.REJECTED),
    label("d", 40),
]
ROWS = rows_of(LABELS)


def shown(model: ItemsModel) -> list[str]:
    return [model.row(n).label.id for n in range(model.rowCount())]


@pytest.fixture
def model(qtmodeltester: Any) -> Iterator[ItemsModel]:
    made = ItemsModel()
    made.set_rows(ROWS)
    yield made
    qtmodeltester.check(made)


@pytest.fixture
def panel(qtbot: QtBot) -> ItemsPanel:
    made = ItemsPanel()
    qtbot.addWidget(made)
    made.set_rows(ROWS, detected=True)
    return made


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Shown(), "abcd"),
        (Shown(state="open"), "abd"),
        (Shown(state="decided"), "c"),
        (Shown(group="psw"), "b"),
        (Shown(state="decided", group="psw"), ""),
        (Shown(descending=True), "dcba"),
        (Shown(column=6), "abdc"),
        (Shown(column=2, descending=True), "bacd"),
    ],
)
def test_items_are_filtered_and_sorted(model: ItemsModel, wanted: Shown, ids: str) -> None:
    """Equal ones stay in time, whichever way they are sorted."""
    model.show(wanted)
    assert shown(model) == list(ids)


def test_a_click_on_a_header_sorts(model: ItemsModel) -> None:
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["d", "c", "b", "a"]


def test_a_decision_repaints_its_row_alone(model: ItemsModel, qtbot: QtBot) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    labels = list(LABELS)
    labels[1] = replace(labels[1], state=LabelState.CONFIRMED)
    with qtbot.assertNotEmitted(model.modelReset):
        assert not model.set_rows(rows_of(labels))
    assert changed == [1]


def test_a_bulk_decision_tells_runs_of_rows(model: ItemsModel) -> None:
    """A signal for each of five hundred rows took a quarter of a decision's time."""
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    labels = [replace(x, state=LabelState.CANNOT_TELL) if x.id != "c" else x for x in LABELS]
    assert not model.set_rows(rows_of(labels))
    assert changed == [(0, 1), (3, 3)]


def test_many_selected_rows_come_with_the_current_one_first(panel: ItemsPanel) -> None:
    panel.select("c")
    panel.select_also(["a", "d"])
    assert panel.selection() == ("c", "a", "d")


def test_a_decided_item_leaves_the_list_of_open_ones(model: ItemsModel) -> None:
    model.show(Shown(state="open"))
    labels = list(LABELS)
    labels[0] = replace(labels[0], state=LabelState.CONFIRMED)
    assert model.set_rows(rows_of(labels))
    assert shown(model) == ["b", "d"]


def test_the_selection_stays_while_the_table_is_sorted(panel: ItemsPanel) -> None:
    panel.select("b")
    panel.model.sort(1, Qt.SortOrder.DescendingOrder)
    assert panel.selection() == ("b",)
    panel.set_rows(rows_of([*LABELS, label("e", 45)]), detected=True)
    assert panel.selection() == ("b",)


def test_a_hidden_item_that_is_wanted_lifts_the_filter(panel: ItemsPanel) -> None:
    panel.model.show(Shown(group="psw"))
    panel._group.setCurrentIndex(panel._group.findData("psw"))
    panel.select("d")
    assert panel.selection() == ("d",)
    assert shown(panel.model) == ["a", "b", "c", "d"]


def test_many_items_are_sorted_at_once(qtbot: QtBot) -> None:
    """20 000 items took 27 s: a proxy asked Python for each comparison.

    Held against the same work done by Python's own sort, so that a slow machine does not matter.
    """
    labels = [label(f"{n}", (n * 7919) % 100_003) for n in range(20_000)]
    begin = perf_counter()
    for _ in range(3):
        sorted(labels, key=lambda one: one.activity)
        {one.id: n for n, one in enumerate(labels)}
    base = perf_counter() - begin
    panel = ItemsPanel()
    qtbot.addWidget(panel)
    begin = perf_counter()
    panel.set_rows(rows_of(labels), detected=True)
    assert perf_counter() - begin < 100 * base
