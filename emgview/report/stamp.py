"""The visible part of a signature: who, when, with what meaning, as a small PDF page.

Drawn by the typesetter of the report with the report's font. (Lost: the stamp of the signing
library; its font is not embedded, or spread so that the printed name is cut off.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emgview.errors import SignatureError
from emgview.report.glyphs import not_drawable
from emgview.resource_files import resource

# No line is broken: the size shrinks until the longest one fits, so that no name is ever cut.
_TEMPLATE = """
#let value(key) = sys.inputs.at(key)
#let inset = 4pt
#set page(width: float(value("width")) * 1pt, height: float(value("height")) * 1pt, margin: 0pt)
#set text(font: "Noto Sans", lang: "en", hyphenate: false)
#set text(top-edge: "ascender", bottom-edge: "descender") // what is measured holds all the ink
#set par(leading: 0em, spacing: 0em)
#let lines(size) = [
  #text(size: 1.25 * size, weight: "bold", value("name")) \\
  #text(size: size)[Signed #value("time") \\ Meaning: #value("meaning") \\ #value("kind")]
]
#layout(room => {
  let width = room.width - 2 * inset
  let height = room.height - 2 * inset
  let found = measure(lines(9pt))
  let size = 9pt * calc.min(1, 0.99 * width / found.width, 0.99 * height / found.height)
  block(width: 100%, height: 100%, inset: inset, align(horizon, lines(size)))
})
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the stamp says.

    Parameters
    ----------
    meaning : str
        Purpose of the signature in the words of ASTM E1762, for instance ``author``.
    kind : str
        Last line: what sort of identity signed.
    """

    name: str
    moment: datetime
    meaning: str
    kind: str


def draw_stamp(stamp: Stamp, width_pt: float, height_pt: float) -> bytes:
    """One PDF page of exactly this size with the stamp's text.

    Raises
    ------
    SignatureError
        If the typesetter refuses the text.
    """
    import typst

    texts = {
        "name": stamp.name,
        "time": time_with_offset(stamp.moment),
        "meaning": stamp.meaning,
        "kind": stamp.kind,
    }
    inputs = {key: _drawable(text) for key, text in texts.items()}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(resource("fonts"))])
    try:
        return bytes(
            typst.compile(
                _TEMPLATE.encode("utf-8"),
                font_paths=fonts,
                sys_inputs={**inputs, "width": f"{width_pt:.3f}", "height": f"{height_pt:.3f}"},
                timestamp=int(stamp.moment.timestamp()),
                pdf_tags=False,  # the page becomes a form in another document's tree
            )
        )
    except typst.TypstError as error:
        raise SignatureError(
            "The visible signature could not be drawn", "Use another identity."
        ) from error


def time_with_offset(moment: datetime) -> str:
    """Date and time to the second, with the offset from UTC, as printed on the stamp."""
    text = moment.isoformat(sep=" ", timespec="seconds")
    return f"{text[:-6]} UTC{text[-6:]}"


def _drawable(text: str) -> str:
    """Text in which what the font lacks is replaced by its code, as in the report."""
    absent = not_drawable(text)
    return "".join(f"[U+{ord(c):04X}]" if c in absent else c for c in " ".join(text.split()))
