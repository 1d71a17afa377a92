"""The body map: where muscles lie, what is drawn of them, and the drawing as SVG."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import msgspec

from emgview.errors import FileError
from emgview.findings.grid import Grid, GridRow
from emgview.findings.overrides import CellState
from emgview.model import Side
from emgview.resource_files import resource
from emgview.typed_data import typed

VIEWS = ("front", "back", "head")
WIDTH, HEIGHT = 560.0, 500.0
_CENTRES = {"front": (105.0, 30.0), "back": (310.0, 30.0), "head": (475.0, 40.0)}
_TITLES = {"front": "Front", "back": "Back", "head": "Head, larynx"}
_LEGEND_Y = 462.0

Place = tuple[float, float]


class FindingKind(msgspec.Struct, frozen=True):
    """One group of columns with its colour, letter and direction of hatching in degrees."""

    id: str
    title: str
    letter: str
    columns: tuple[str, ...]
    colour: str
    hatch: float


class HeadShape(msgspec.Struct, frozen=True):
    """An ellipse on the midline."""

    y: float
    rx: float
    ry: float


class BodyTable(msgspec.Struct, frozen=True):
    """Content of ``clinical/body_map.toml``."""

    version: str
    radius: float
    outline: tuple[Place, ...]
    head: HeadShape
    large_head: HeadShape
    head_places: dict[str, Place]
    front: dict[str, Place]
    back: dict[str, Place]
    kind: tuple[FindingKind, ...]

    def place(self, muscle: str) -> tuple[str, Place] | None:
        """View and place of a muscle, or None."""
        for view, places in (
            ("head", self.head_places),
            ("front", self.front),
            ("back", self.back),
        ):
            if muscle in places:
                return view, places[muscle]
        return None


@lru_cache(maxsize=1)
def load_body() -> BodyTable:
    """The shipped table.

    Raises
    ------
    FileError
        If the file lacks a field or holds one of the wrong type.
    """
    path = resource("clinical/body_map.toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return typed(data, BodyTable, strict=False)
    except msgspec.ValidationError as error:
        raise FileError(path.name, "", f"cannot be read ({error})", "Replace the table.") from error


@dataclass(frozen=True, slots=True)
class Spot:
    """One muscle on the map, in units of the drawing.

    Parameters
    ----------
    kinds : tuple of FindingKind
        What was found, in the order of the table; empty for nothing.
    mark : str
        Letters of the kinds; ``–`` where nothing was found in what was examined, ``?`` where
        nothing could be said.
    title : str
        Muscle, side and findings in words.
    """

    muscle: str
    side: Side
    view: str
    x: float
    y: float
    kinds: tuple[FindingKind, ...]
    mark: str
    title: str


def spots(grid: Grid) -> tuple[Spot, ...]:
    """Spots of all rows whose muscle is on the map; the right side is left in views from front.

    A muscle whose side is not stated, or that has none, lies at its place on the right.
    """
    found = []
    body = load_body()
    for row in grid.rows:
        place = body.place(row.muscle)
        if place is None:
            continue
        view, (x, y) = place
        outward = -1.0 if view != "back" else 1.0
        if row.side is Side.LEFT:
            outward = -outward
        centre, top = _CENTRES[view]
        kinds = tuple(k for k in body.kind if any(row.is_abnormal(c) for c in k.columns))
        mark = "".join(k.letter for k in kinds) or _nothing(row)
        found.append(
            Spot(
                row.muscle,
                row.side,
                view,
                centre + outward * x,
                top + y,
                kinds,
                mark,
                f"{row.title}: {found_words(row)}",
            )
        )
    return tuple(found)


def _nothing(row: GridRow) -> str:
    absent = [row.cell(c).state is CellState.ABSENT for c in ("fib", "psw", "fp", "other")]
    return "–" if all(absent) else "?"


def found_words(row: GridRow) -> str:
    """Findings of a row in words; what was not found or not examined, too."""
    titles = {"fib": "fib", "psw": "PSW", "fp": "fasciculation"}
    parts = [
        f"{titles.get(name, name)} {row.cell(name).mark}"
        for name, _ in row.cells
        if row.is_abnormal(name)
    ]
    if parts:
        return ", ".join(parts)
    if _nothing(row) == "?":
        return "no finding; not all could be assessed"
    return "no spontaneous activity"


@dataclass(frozen=True, slots=True)
class MapColours:
    """Colours of what is not a finding."""

    line: str = "#555555"
    body: str = "#f4f1ec"
    paper: str = "#ffffff"
    text: str = "#222222"


def body_map_svg(
    grid: Grid, colours: MapColours | None = None, words: Mapping[str, str] | None = None
) -> str:
    """The map of a grid as one SVG 1.1 document without styles, scripts or outside references.

    ``words`` translates titles and legend by their English text.
    """
    words = words or {}
    colours = colours or MapColours()
    shown = spots(grid)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}" role="img" font-family="Noto Sans">',
        f"<title>Findings on the body</title><desc>{escape(_description(shown))}</desc>",
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{colours.paper}"/>',
        *_figures(colours, words),
        *(part for spot in shown for part in _spot(spot, colours)),
        *_legend(colours, words),
        "</svg>",
    ]
    return "\n".join(parts)


def _description(shown: Sequence[Spot]) -> str:
    return "; ".join(spot.title for spot in shown) or "no muscle was examined"


def _figures(colours: MapColours, words: Mapping[str, str]) -> Iterator[str]:
    body = load_body()
    look = f'fill="{colours.body}" stroke="{colours.line}" stroke-width="1"'
    for view, (x, top) in _CENTRES.items():
        head = body.large_head if view == "head" else body.head
        if view == "head":
            yield (
                f'<path d="M {x - 22:g} {top + 108:g} L {x - 24:g} {top + 176:g} '
                f'L {x + 24:g} {top + 176:g} L {x + 22:g} {top + 108:g} Z" {look}/>'
            )
        else:
            yield f'<path d="{_outline(x, top, body.outline)}" {look}/>'
        yield (
            f'<ellipse cx="{x:g}" cy="{top + head.y:g}" rx="{head.rx:g}" ry="{head.ry:g}" {look}/>'
        )
        yield _text(x, 16, words.get(_TITLES[view], _TITLES[view]), colours.text, 11)
        sides = ("R", "L") if view != "back" else ("L", "R")
        for side, dx in zip(sides, (-70, 70), strict=True):
            yield _text(x + dx, 30, words.get(side, side), colours.text, 11, bold=True)


def _outline(x: float, top: float, half: Sequence[Place]) -> str:
    """Both halves as one smooth closed path: quadratic curves through the middles of the sides."""
    points = [(x + dx, top + y) for dx, y in half]
    points += [(x - dx, top + y) for dx, y in reversed(half)]
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in zip(points, (*points[1:], points[0]), strict=True)
    ]
    path = f"M {middles[-1][0]:.1f} {middles[-1][1]:.1f}"
    for point, middle in zip(points, middles, strict=True):
        path += f" Q {point[0]:.1f} {point[1]:.1f} {middle[0]:.1f} {middle[1]:.1f}"
    return f"{path} Z"


def _spot(spot: Spot, colours: MapColours) -> Iterator[str]:
    radius = load_body().radius
    dash = "" if spot.mark != "?" else ' stroke-dasharray="2 1.5"'
    yield f"<g><title>{escape(spot.title)}</title>"
    yield (
        f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{radius:g}" fill="{colours.paper}" '
        f'stroke="{colours.line}" stroke-width="1.6"{dash}/>'
    )
    for n, each in enumerate(spot.kinds):
        yield from _hatching(spot.x, spot.y, radius, each, n, len(spot.kinds))
        yield _arc(spot.x, spot.y, radius, each, n, len(spot.kinds))
    size = 6.6 if len(spot.mark) < 3 else 5.0
    yield _text(
        spot.x, spot.y + 0.36 * size, spot.mark, colours.text, size, bold=True, halo=colours.paper
    )
    yield "</g>"


def _arc(x: float, y: float, radius: float, kind: FindingKind, n: int, of: int) -> str:
    """The part of the ring that is of this kind, from the top clockwise."""
    look = f'fill="none" stroke="{kind.colour}" stroke-width="2.2"'
    if of == 1:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {look}/>'
    ends = [
        (x + radius * math.sin(2 * math.pi * k / of), y - radius * math.cos(2 * math.pi * k / of))
        for k in (n, n + 1)
    ]
    (x0, y0), (x1, y1) = ends
    return f'<path d="M {x0:.2f} {y0:.2f} A {radius:g} {radius:g} 0 0 1 {x1:.2f} {y1:.2f}" {look}/>'


def _hatching(
    x: float, y: float, radius: float, kind: FindingKind, n: int, of: int
) -> Iterator[str]:
    """Parallel chords of a circle; several kinds share the lines between them."""
    angle = math.radians(kind.hatch)
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    step = 2.6
    offsets = [step * k for k in range(-2, 3)]
    for k, offset in enumerate(offsets):
        if abs(offset) >= radius or (of > 1 and k % of != n % of):
            continue
        half = math.sqrt(radius**2 - offset**2)
        cx, cy = x + offset * across[0], y + offset * across[1]
        yield (
            f'<line x1="{cx - half * along[0]:.1f}" y1="{cy - half * along[1]:.1f}" '
            f'x2="{cx + half * along[0]:.1f}" y2="{cy + half * along[1]:.1f}" '
            f'stroke="{kind.colour}" stroke-width="1"/>'
        )


def _text(
    x: float,
    y: float,
    text: str,
    colour: str,
    size: float,
    *,
    bold: bool = False,
    halo: str = "",
    anchor: str = "middle",
) -> str:
    look = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    weight = ' font-weight="bold"' if bold else ""
    front = f'<text {look}{weight} fill="{colour}">{escape(text)}</text>'
    if not halo:
        return front
    back = (
        f'<text {look}{weight} fill="{halo}" stroke="{halo}" stroke-width="1.8">'
        f"{escape(text)}</text>"
    )
    return back + front


def _legend(colours: MapColours, words: Mapping[str, str]) -> Iterator[str]:
    entries: list[tuple[tuple[FindingKind, ...], str, str]] = [
        ((kind,), kind.letter, kind.title) for kind in load_body().kind
    ]
    entries += [((), "–", "examined, no spontaneous activity")]
    entries += [((), "?", "not all could be assessed; muscles without a mark: not examined")]
    for n, (kinds, mark, english) in enumerate(entries):
        title = words.get(english, english)
        x, y = 16 + 275.0 * (n % 2), _LEGEND_Y + 15.0 * (n // 2)
        yield from _spot(Spot("", Side.NOT_STATED, "", x, y, kinds, mark, title), colours)
        yield _text(x + 11, y + 3.2, title, colours.text, 8.6, anchor="start")


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One line of the chart by region and root.

    Parameters
    ----------
    muscles : int
        Muscles of the grid that belong here.
    found : tuple of (kind id, muscles with it, muscles in which that could be said)
        In the order of the kinds.
    """

    region: str
    root: str
    muscles: int
    found: tuple[tuple[str, int, int], ...]


def by_region_and_root(grid: Grid) -> tuple[RegionLine, ...]:
    """The chart of findings: a line for each region, and for each root within it."""
    lines = []
    for region in ("bulbar", "cervical", "thoracic", "lumbosacral"):
        rows = [row for row in grid.rows if row.region == region]
        lines.append(_line(region, "", rows))
        roots = sorted({root for row in rows for root in row.roots}, key=_root_order)
        lines += [_line(region, root, [r for r in rows if root in r.roots]) for root in roots]
    return tuple(lines)


def _root_order(root: str) -> tuple[int, int]:
    return "CTLS".index(root[0]), int(root[1:])


def _line(region: str, root: str, rows: Iterable[GridRow]) -> RegionLine:
    own = list(rows)
    found = []
    for kind in load_body().kind:
        n = sum(any(row.is_abnormal(c) for c in kind.columns) for row in own)
        of = sum(any(_is_known(row, c) for c in kind.columns) for row in own)
        found.append((kind.id, n, of))
    return RegionLine(region, root, len(own), tuple(found))


def _is_known(row: GridRow, column: str) -> bool:
    return row.cell(column).state in (CellState.OBSERVED, CellState.ABSENT)
