"""Which characters the report's font can draw.

PDF/A forbids text without a glyph, so the typesetter refuses a whole report for one character of a
name. What cannot be drawn is printed as its code, ``[U+4E2D]``: ugly, but neither lost nor wrong.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache

from emgview.resource_files import resource

# Signs that the typesetter's own fonts draw where Noto Sans has none; a test holds this list true.
_FROM_OTHER_FONTS = frozenset("≥≤→←↑↓−≈≠∞√●○■□▲▼✓")
_ALWAYS = frozenset("\n\t ")


def not_drawable(text: str) -> frozenset[str]:
    """Characters of ``text`` for which there is no glyph, control characters included."""
    known = _noto_characters()
    return frozenset(c for c in set(text) - _ALWAYS if not _drawable(c, known))


def _drawable(character: str, known: frozenset[int]) -> bool:
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn"):
        return False
    return ord(character) in known or character in _FROM_OTHER_FONTS


@lru_cache(maxsize=1)
def _noto_characters() -> frozenset[int]:
    return frozenset(
        code
        for code in _mapped(resource("fonts/NotoSans-Regular.ttf").read_bytes())
        if code in _mapped_bold()
    )


@lru_cache(maxsize=1)
def _mapped_bold() -> frozenset[int]:
    return _mapped(resource("fonts/NotoSans-Bold.ttf").read_bytes())


def _mapped(font: bytes) -> frozenset[int]:
    """Code points of a TrueType font's ``cmap`` (OpenType 1.9, formats 4 and 12)."""
    n_tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(n_tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    n_subtables = struct.unpack_from(">H", font, cmap + 2)[0]
    found: set[int] = set()
    for i in range(n_subtables):
        start = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * i + 4)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        if kind == 12:
            found |= _format_12(font, start)
        elif kind == 4:
            found |= _format_4(font, start)
    return frozenset(found)


def _format_12(font: bytes, start: int) -> set[int]:
    n_groups = struct.unpack_from(">I", font, start + 12)[0]
    groups = (struct.unpack_from(">III", font, start + 16 + 12 * i) for i in range(n_groups))
    return {code for first, last, _ in groups for code in range(first, last + 1)}


def _format_4(font: bytes, start: int) -> set[int]:
    """Segments; codes mapped to glyph 0 by a glyph array are rare and taken as mapped."""
    doubled = struct.unpack_from(">H", font, start + 6)[0]
    n = doubled // 2
    last = struct.unpack_from(f">{n}H", font, start + 14)
    first = struct.unpack_from(f">{n}H", font, start + 16 + doubled)
    return {
        code
        for low, high in zip(first, last, strict=True)
        for code in range(low, high + 1)
        if high != 0xFFFF
    }
