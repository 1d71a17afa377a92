"""The list of examples: groups, search, what to look for, opening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from emgview.session import examples as use_case
from emgview.session.settings import Settings
from emgview.ui.examples_dialog import ExamplesDialog
from emgview.ui.main_window import MainWindow

LIMIT_MS = 30_000


@pytest.fixture
def dialog(qtbot: QtBot) -> ExamplesDialog:
    made = ExamplesDialog()
    qtbot.addWidget(made)
    return made


def shown(dialog: ExamplesDialog) -> list[str]:
    return [item.text(0) for item in dialog._items() if not item.isHidden()]


def test_every_example_is_listed_with_a_tooltip(dialog: ExamplesDialog) -> None:
    assert len(shown(dialog)) == sum(len(group) for _, group in use_case.examples())
    assert all(item.toolTip(0) for item in dialog._items())


def test_search_narrows_to_what_has_all_words(dialog: ExamplesDialog) -> None:
    dialog.search.setText("mains 60")
    assert shown(dialog) == ["Artefact: mains, 60 Hz"]
    dialog.search.setText("")
    assert len(shown(dialog)) > 60


def test_open_waits_for_a_choice_and_tells_it(qtbot: QtBot, dialog: ExamplesDialog) -> None:
    button = dialog._buttons.button(QDialogButtonBox.StandardButton.Open)
    assert not button.isEnabled()
    dialog.select("example_myotonic")
    assert "Dive bomber" in dialog.hint.text()
    with qtbot.waitSignal(dialog.chosen, timeout=LIMIT_MS) as told:
        button.click()
    assert told.args == ["example_myotonic"]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(Settings(reader_name="Tester"), remember=False)
    with qtbot.waitActive(made, timeout=LIMIT_MS):
        made.show()
        made.activateWindow()
    yield made
    made.close()
    made.deleteLater()


def test_example_opens_with_its_truth_as_labels(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_case, "example_place", lambda name: tmp_path / f"{name}.emg")
    window.files.open_example("artefact_pops")
    qtbot.waitUntil(lambda: window.view is not None, timeout=LIMIT_MS)
    assert window.view is not None
    assert window.view.study.simulated
    qtbot.waitUntil(lambda: len(window.items.model.rows) > 10, timeout=LIMIT_MS)
    assert {row.label.activity for row in window.items.model.rows} == {"art_pop"}
