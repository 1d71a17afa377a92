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
    channel_colours : mapping
        Colours, by name, that the trace of a channel can be given.
    """

    name: str
    dark: bool
    window: Mapping[str, str]
    trace: Mapping[str, str]
    class_colours: Mapping[str, str]
    channel_colours: Mapping[str, str]

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
        MappingProxyType(data["channels"]),
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
    return _FRAMES_SHEET.format_map(theme.window) + _CONTROLS_SHEET.format_map(theme.window)


_FRAMES_SHEET = """
QMainWindow::separator {{ background: {border}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {highlight}; }}
QDockWidget {{ font-weight: bold; }}
QDockWidget::title {{ background: {window}; padding: 6px 8px; }}
QTableView, QTableWidget, QListWidget, QListView, QTreeView, QTextBrowser, QPlainTextEdit {{
    border: 1px solid {border}; selection-background-color: {highlight};
    selection-color: {highlight_text}; }}
QHeaderView::section {{ background: {button}; color: {muted}; border: none; padding: 4px 6px; }}
QTableWidget::item, QListWidget::item {{ padding: 4px; }}
QMenuBar {{ background: {window}; }}
QMenuBar::item {{ padding: 5px 9px; background: transparent; }}
QMenuBar::item:selected {{ background: {button}; }}
QMenu {{ background: {base}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 22px; }}
QMenu::item:selected {{ background: {highlight}; color: {highlight_text}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QStatusBar {{ color: {muted}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QLabel#warning, QLabel#notice {{ color: {warning}; }}
QToolTip {{ background: {base}; color: {text}; border: 1px solid {border}; padding: 4px; }}
"""

_CONTROLS_SHEET = """
QPushButton {{ background: {button}; border: 1px solid {border}; border-radius: 4px;
    padding: 5px 14px; }}
QPushButton:hover {{ border-color: {highlight}; }}
QPushButton:focus {{ border: 1px solid {highlight}; }}
QPushButton:default {{ background: {highlight}; color: {highlight_text};
    border-color: {highlight}; }}
QPushButton:checked {{ background: {highlight}; color: {highlight_text};
    border-color: {highlight}; }}
QPushButton:disabled {{ color: {muted}; background: {window}; border-color: {border}; }}
QLineEdit, QPlainTextEdit, QTextEdit {{ background: {base}; border: 1px solid {border};
    border-radius: 4px; padding: 3px 5px; selection-background-color: {highlight};
    selection-color: {highlight_text}; }}
QTextEdit#read {{ background: transparent; border: none; padding: 0; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {highlight}; }}
QCheckBox::indicator:unchecked {{ background: {base}; border: 1px solid {muted};
    border-radius: 2px; width: 12px; height: 12px; }}
QProgressBar {{ background: {base}; border: 1px solid {border}; border-radius: 4px;
    text-align: center; }}
QProgressBar::chunk {{ background: {highlight}; border-radius: 3px; }}
QScrollBar:vertical {{ background: {window}; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: {window}; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 5px; min-height: 24px;
    min-width: 24px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
