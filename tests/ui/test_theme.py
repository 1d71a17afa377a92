"""Themes: complete, readable, told apart without colour vision, and really put on."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFont, QPalette, QRawFont
from PySide6.QtWidgets import QApplication

from emgview.model import load_vocabulary
from emgview.ui.theme import THEMES, Theme, apply_theme, load_fonts, load_theme

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
MARK_CONTRAST = 3.0  # WCAG 2.2, 1.4.11


def luminance(colour: str) -> float:
    shade = QColor(colour)
    parts = (shade.redF(), shade.greenF(), shade.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(str(request.param))


def test_both_themes_have_the_same_parts() -> None:
    scope, paper = (load_theme(name) for name in THEMES)
    assert scope.window.keys() == paper.window.keys()
    assert scope.trace.keys() == paper.trace.keys()
    assert scope.class_colours.keys() == paper.class_colours.keys()


def test_every_colour_is_a_colour(theme: Theme) -> None:
    for part in (theme.window, theme.trace, theme.class_colours):
        assert all(QColor.isValidColorName(colour) for colour in part.values())


def test_every_class_of_the_vocabulary_has_a_colour(theme: Theme) -> None:
    assert {known.id for known in load_vocabulary().classes} <= theme.class_colours.keys()


def test_an_unknown_class_gets_the_neutral_colour(theme: Theme) -> None:
    assert theme.class_colour("from the future") == theme.class_colours["other"]


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert load_theme("no such theme").name == "scope"


def test_trace_and_texts_can_be_read(theme: Theme) -> None:
    w, t = theme.window, theme.trace
    for colour, ground in (
        (t["trace"], t["background"]),
        (t["text"], t["background"]),
        (w["text"], w["window"]),
        (w["text"], w["base"]),
        (w["muted"], w["window"]),
        (w["muted"], w["button"]),
        (w["warning"], w["window"]),
        (w["highlight_text"], w["highlight"]),
    ):
        assert contrast(colour, ground) >= TEXT_CONTRAST, (colour, ground)


def test_letters_of_every_class_can_be_read(theme: Theme) -> None:
    """The letter is drawn in the class colour on the ground, and the other way round."""
    for name, colour in theme.class_colours.items():
        assert contrast(colour, theme.trace["background"]) >= TEXT_CONTRAST, name


def test_gaps_and_cut_traces_are_seen(theme: Theme) -> None:
    for part in ("cut", "selection"):
        assert contrast(theme.trace[part], theme.trace["background"]) >= MARK_CONTRAST, part
    assert contrast(theme.trace["gap"], theme.trace["background"]) >= 2


def test_the_graticule_stays_behind_the_trace(theme: Theme) -> None:
    ground = theme.trace["background"]
    assert contrast(theme.trace["graticule"], ground) < 2
    assert contrast(theme.trace["graticule_axis"], ground) < MARK_CONTRAST + 1


def test_no_two_classes_share_colour_and_letter(theme: Theme) -> None:
    """Colour and letter: classes of one colour differ by letter, so neither stands alone."""
    seen = {(theme.class_colour(c.id), c.letter) for c in load_vocabulary().classes}
    assert len(seen) == len(load_vocabulary().classes)


def test_the_classes_met_most_differ_for_weak_colour_vision(theme: Theme) -> None:
    """Fibrillations, fasciculations and end-plate spikes where red and green look alike."""
    for a, b in combinations(("fib", "fp", "eps"), 2):
        one, two = QColor(theme.class_colour(a)), QColor(theme.class_colour(b))
        blue = abs(one.blue() - two.blue())
        light = contrast(one.name(), two.name())
        assert blue > 40 or light > 1.4, (a, b)


def test_the_shipped_font_holds_the_signs_we_draw(qapp: QApplication) -> None:
    """A system may have no font at all."""
    family = load_fonts()
    assert family == "Noto Sans"
    font = QRawFont.fromFont(QFont(family))
    assert all(font.glyphIndexesForString(sign) != [0] for sign in "µ·–Δ!?")


def test_a_theme_is_put_onto_the_program(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    role = QPalette.ColorRole
    assert qapp.palette().color(role.Window).name() == theme.window["window"]
    assert qapp.palette().color(role.Base).name() == theme.window["base"]
    assert qapp.font().family() == load_fonts()
    assert theme.window["highlight"] in qapp.styleSheet()
    assert "{{" not in qapp.styleSheet()
