"""Short questions and answers: time, reader, identity, verification, text pages."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from emgview.resource_files import resource
from emgview.ui.commands import MENUS, command_table

_OK_CANCEL = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
ANSWERS = ("integrity", "identity", "time", "currency")
SIGNS = {"ok": "✓", "failed": "✕", "unknown": "?"}


class QuestionDialog(QDialog):
    """Some lines of text; the first is mandatory."""

    def __init__(
        self,
        title: str,
        fields: tuple[tuple[str, str, str], ...],
        parent: QWidget | None = None,
        secret: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._edits: dict[str, QLineEdit] = {}
        form = QFormLayout()
        for name, caption, value in fields:
            self._edits[name] = QLineEdit(value)
            if name in secret:
                self._edits[name].setEchoMode(QLineEdit.EchoMode.Password)
            form.addRow(caption, self._edits[name])
        self._buttons = QDialogButtonBox(_OK_CANCEL)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(self._buttons)
        first = next(iter(self._edits.values()))
        first.textChanged.connect(self._mirror)
        self._mirror(first.text())
        self.setMinimumWidth(380)

    def value(self, name: str) -> str:
        """What was typed."""
        return self._edits[name].text()

    def _mirror(self, text: str) -> None:
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(text.strip()))


class VerifyDialog(QDialog):
    """Four separate answers about a signed report; never one tick for all."""

    def __init__(self, file: str, answers: dict[str, tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Verification of {file}")
        rows = "".join(
            f"<tr><td><b>{SIGNS[answers[name][0]]}</b>&nbsp;</td>"
            f"<td><b>{name.capitalize()}</b>&nbsp;&nbsp;</td>"
            f"<td>{escape(answers[name][1])}</td></tr>"
            for name in ANSWERS
        )
        label = QLabel(f"<table cellspacing='6'>{rows}</table>")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(label)
        box.addWidget(buttons)
        self.setMinimumWidth(620)


class PageDialog(QDialog):
    """A page of text with links between the pages of the guide."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._browser = QTextBrowser()
        self._browser.setOpenExternalLinks(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        home = QPushButton("&Contents")
        home.clicked.connect(self._browser.home)
        self._home = home
        row = QHBoxLayout()
        row.addWidget(home)
        row.addWidget(buttons)
        box = QVBoxLayout(self)
        box.addWidget(self._browser, 1)
        box.addLayout(row)
        self.resize(780, 720)

    def show_html(self, html: str) -> None:
        """One page without links."""
        self._home.hide()
        self._browser.setHtml(html)

    def show_guide(self, page: str = "index.md") -> None:
        """The user guide, from its table of contents or another page."""
        from PySide6.QtCore import QUrl

        self._browser.setSource(QUrl.fromLocalFile(str(resource(f"guide/{page}"))))


def keys_html(keys_of: Callable[[str], tuple[str, ...]]) -> str:
    """All keys on one page, from the command table and the keys that hold now."""
    parts = ["<h2>Keyboard</h2>"]
    for menu in MENUS:
        parts.append(f"<h3>{menu.replace('&', '')}</h3><table cellspacing='4'>")
        for command in command_table():
            if command.menu == menu:
                title = command.title.replace("&", "").rstrip(" …")
                keys = " or ".join(keys_of(command.id))
                parts.append(
                    f"<tr><td><b>{escape(keys)}</b>&nbsp;&nbsp;&nbsp;</td>"
                    f"<td>{escape(title)}&nbsp;&nbsp;</td><td>{escape(command.tip)}</td></tr>"
                )
        parts.append("</table>")
    parts.append(
        "<h3>Mouse</h3><p>Wheel: scroll. Ctrl and wheel: sweep. Shift and wheel: sensitivity. "
        "Click: select. Shift and drag, or drag after L: a label of your own.</p>"
    )
    return "".join(parts)


def about_html(version: str) -> str:
    """Version, licence and what has been validated."""
    return (
        f"<h2>emgview {escape(version)}</h2>"
        "<p>Review workstation for needle and surface EMG. The machine proposes, the person "
        "decides.</p>"
        "<p><b>For evaluation, not for clinical use.</b> The accuracy of the detector has been "
        "measured on simulated recordings only; how it does on patients is not known.</p>"
        "<p>Licence: Apache 2.0. Qt for Python is used under the LGPL; the fonts are Noto Sans "
        "(SIL Open Font License).</p>"
    )


def ask_for_files(parent: QWidget, title: str, start: str, kinds: str) -> list[Path]:
    """Files that the user chose; empty if none."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, start, kinds)
    return [Path(name) for name in names]
