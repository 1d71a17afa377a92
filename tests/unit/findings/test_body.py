"""The body map: every muscle has its place, and nothing is told by colour alone."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from emgview.findings import CellState, Override
from emgview.findings.body import body_map_svg, by_region_and_root, load_body, spots
from emgview.model import Side, load_muscles

SVG = "{http://www.w3.org/2000/svg}"


def test_every_muscle_has_one_place() -> None:
    body = load_body()
    places = [*body.front, *body.back, *body.head_places]
    assert sorted(places) == sorted(m.id for m in load_muscles().muscles)


def said(muscle: str, side: Side, column: str, value: str) -> Override:
    return Override(muscle, side, column, CellState.OBSERVED, value, "seen")


def test_right_is_left_from_the_front_and_right_from_the_back(study: Any) -> None:
    overrides = [
        said(muscle, side, "fp", "1+")
        for muscle in ("tib_ant", "soleus")
        for side in (Side.LEFT, Side.RIGHT)
    ]
    x = {(s.muscle, s.side): s.x for s in spots(study.grid(*overrides))}
    assert x["tib_ant", Side.RIGHT] < x["tib_ant", Side.LEFT]
    assert x["soleus", Side.RIGHT] > x["soleus", Side.LEFT]


def test_letters_tell_findings_without_colour(study: Any) -> None:
    rec = study.recording()
    study.label(rec, "fp_simple", 1, 1.01, peaks_s=(1.0,))
    study.recording("deltoid")
    study.recording("fdi", seconds=20)
    grid = study.grid(said("tib_ant", Side.RIGHT, "fib", "2+"))
    marks = {s.muscle: s.mark for s in spots(grid)}
    assert marks == {"tib_ant": "FA", "deltoid": "–", "fdi": "?"}
    root = ET.fromstring(body_map_svg(grid))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "FA" in texts
    assert {kind.letter for kind in load_body().kind} <= set(texts), "the legend names them"
    assert "fib 2+" in (root.findtext(f"{SVG}desc") or "")
    assert len({kind.hatch for kind in load_body().kind}) == len(load_body().kind)


def test_drawing_refers_to_nothing_outside(study: Any) -> None:
    study.recording()
    text = body_map_svg(study.grid())
    assert "href" not in text
    assert "<script" not in text
    assert "style" not in text


def test_spots_lie_inside_the_drawing(study: Any) -> None:
    overrides = [
        said(m.id, side, "fp", "1+")
        for m in load_muscles().muscles
        for side in (Side.LEFT, Side.RIGHT)
    ]
    found = spots(study.grid(*overrides))
    assert len(found) == 198
    assert all(5 < s.x < 555 and 5 < s.y < 455 for s in found)


def test_chart_counts_only_where_it_can_be_said(study: Any) -> None:
    """A muscle by the reader's word alone was once counted as free of all other findings."""
    study.recording("tib_ant")
    lines = by_region_and_root(study.grid(said("tib_post", Side.RIGHT, "fp", "1+")))
    found = {
        (line.region, line.root): dict((k, (n, of)) for k, n, of in line.found) for line in lines
    }
    whole = found["lumbosacral", ""]
    assert whole["fp"] == (1, 2)
    assert whole["trains"] == (0, 1)
    assert whole["units"] == (0, 0)
    assert found["lumbosacral", "S1"]["fp"] == (1, 1)
    assert found["bulbar", ""]["fp"] == (0, 0)
