"""Colours and fonts: two themes as data files, put onto Qt's Fusion style."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from emgview.model import load_vocabulary
from emgview.resource_files import resource

THEMES = ("scope", "paper")


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme. Colours are ``#rrggbb``.

    Parameters
    ----------
    window : mapping
        Colours of the window's parts.
    trace : mapping
        Colours of the trace view.
    class_colours : mapping
        Colour of each class id of the vocabulary.
    """

    name: str
    dark: bool
    window: Mapping[str, str]
    trace: Mapping[str, str]
    class_colours: Mapping[str, str]

    def class_colour(self, class_id: str) -> str:
        """Colour of a class; a neutral one for unknown ids."""
        return self.class_colours.get(class_id, self.class_colours["other"])


@lru_cache(maxsize=4)
def load_theme(name: str) -> Theme:
    """A theme by name; ``scope`` for an unknown one."""
    chosen = name if name in THEMES else THEMES[0]
    data = tomllib.loads(resource(f"themes/{chosen}.toml").read_text(encoding="utf-8"))
    classes = dict(data["classes"])
    for known in load_vocabulary().classes:
        fallback = classes.get(known.counted_as, classes["other"])
        classes.setdefault(known.id, fallback)
    return Theme(
        data["name"],
        data["dark"],
        MappingProxyType(data["window"]),
        MappingProxyType(data["trace"]),
        MappingProxyType(classes),
    )


@lru_cache(maxsize=1)
def load_fonts() -> str:
    """Load the shipped font; gives its family. The system may have none."""
    family = ""
    for style in ("Regular", "Bold", "Italic"):
        number = QFontDatabase.addApplicationFont(str(resource(f"fonts/NotoSans-{style}.ttf")))
        families = QFontDatabase.applicationFontFamilies(number)
        family = family or (families[0] if families else "")
    return family


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole program this look."""
    application.setStyle("Fusion")
    family = load_fonts()
    if family:
        font = QFont(family)
        font.setPointSizeF(9.5)
        application.setFont(font)
    application.setPalette(_palette(theme))
    application.setStyleSheet(_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    role, w = QPalette.ColorRole, theme.window
    colours = {
        role.Window: w["window"],
        role.WindowText: w["text"],
        role.Base: w["base"],
        role.AlternateBase: w["alternate"],
        role.Text: w["text"],
        role.Button: w["button"],
        role.ButtonText: w["text"],
        role.ToolTipBase: w["base"],
        role.ToolTipText: w["text"],
        role.Highlight: w["highlight"],
        role.HighlightedText: w["highlight_text"],
        role.PlaceholderText: w["muted"],
        role.Link: w["highlight"],
        role.Mid: w["border"],
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(w["muted"]))
    return palette


def _sheet(theme: Theme) -> str:
    w = theme.window
    return f"""
    QMainWindow::separator {{ background: {w["border"]}; width: 1px; height: 1px; }}
    QDockWidget {{ font-weight: bold; }}
    QDockWidget::title {{ background: {w["window"]}; padding: 6px 8px; }}
    QTableView, QTableWidget, QListWidget, QTextBrowser, QPlainTextEdit {{
        border: 1px solid {w["border"]}; selection-background-color: {w["highlight"]};
        selection-color: {w["highlight_text"]}; }}
    QHeaderView::section {{ background: {w["button"]}; color: {w["muted"]}; border: none;
        padding: 4px 6px; }}
    QTableWidget::item, QListWidget::item {{ padding: 4px; }}
    QMenuBar {{ background: {w["window"]}; }}
    QStatusBar {{ color: {w["muted"]}; }}
    QStatusBar::item {{ border: none; }}
    QLabel#warning, QLabel#notice {{ color: {w["warning"]}; }}
    QToolTip {{ border: 1px solid {w["border"]}; }}
    """
