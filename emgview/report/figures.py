"""Pictures of the trace as SVG: true extremes, negative up, scale bars, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from emgview.model import SampleInterval
from emgview.report.content import Report, SampleProvider, TraceSpec
from emgview.report.examination import BODY_MAP
from emgview.report.words import load_words

# All lengths in user units; 4 units are 1 mm at the printed width of 174 mm.
WIDTH, HEIGHT = 696.0, 168.0
_TOP, _BOTTOM = 34.0, 144.0
_MARK_Y = 18.0
_BAR_X = 622.0
_LADDER = (1.0, 2.0, 5.0)
# Rest is shown no finer than the usual display of rest, or quiet noise would fill the picture.
_REST_DIVISION_UV = 20.0
_SHAPES = {
    "fib": "M {x} {b} L {l} {t} L {r} {t} Z",
    "psw": "M {x} {t} L {r} {m} L {x} {b} L {l} {m} Z",
    "fp": "M {l} {m} A 4 4 0 1 0 {r} {m} A 4 4 0 1 0 {l} {m} Z",
}
_OTHER_SHAPE = "M {l} {t} L {r} {t} L {r} {b} L {l} {b} Z"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn picture.

    Parameters
    ----------
    id : str
        Id of its :class:`TraceSpec`.
    svg : bytes
        UTF-8.
    """

    id: str
    svg: bytes


@dataclass(frozen=True, slots=True)
class _Panel:
    """A part of the picture: which samples between which x."""

    interval: SampleInterval
    x0: float
    width: float

    @property
    def step(self) -> float:
        return self.width / max(len(self.interval) - 1, 1)

    def x(self, sample: int) -> float:
        return self.x0 + (sample - self.interval.start) * self.step


def draw_figures(report: Report, samples: SampleProvider) -> tuple[Figure, ...]:
    """All pictures of a report, drawn from the samples that the provider hands out.

    The body map is the last one, if there is one.
    """
    lost = load_words(str(report.body["language"])).words["trace_lost"]
    drawn = tuple(
        Figure(t.id, draw_trace(t, samples(t.recording_id, t.channel, t.interval), lost))
        for t in report.traces
    )
    return (*drawn, Figure(BODY_MAP, report.body_map)) if report.body_map else drawn


def draw_trace(
    spec: TraceSpec, samples_uv: NDArray[np.float32], lost: str = "samples lost"
) -> bytes:
    """One picture as SVG.

    Parameters
    ----------
    samples_uv : ndarray, (n_samples,) or (n_samples, 1), float32
        Microvolt, NaN where samples were lost. Positive values are drawn downwards; an inverted
        channel is turned over first.
    lost : str
        What stands at a gap, in the language of the report.
    """
    values = np.asarray(samples_uv, dtype=np.float64).reshape(-1)
    if spec.inverted:
        values = -values
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 1.0)
    middle = (low + high) / 2
    least_uv = _REST_DIVISION_UV if spec.kind == "rest" else 1.0
    # Four divisions always hold the range, so nothing is ever clipped.
    division = nice_step(max((high - low) / 4, least_uv))
    scale = (_BOTTOM - _TOP) / (4 * division)
    y = (values - middle) * scale + (_TOP + _BOTTOM) / 2
    zero_y = (_TOP + _BOTTOM) / 2 - middle * scale
    panels = _panels(spec)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        'font-family="Noto Sans" font-size="11" fill="#000000">',
        f'<rect x="0" y="0" width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff"/>',
        *_shade(spec, panels[0]),
    ]
    for panel in panels:
        parts += [_baseline(zero_y, panel), *_polylines(_part(y, spec, panel), panel, lost)]
        parts += _marks(spec, panel)
    parts += [*_scale_bars(division, division * scale), *_polarity_badge()]
    parts += _time_bars(spec, panels)
    parts += [f'<text x="0" y="164" font-size="10">{escape(spec.settings)}</text>', "</svg>"]
    return "\n".join(parts).encode("utf-8")


def nice_step(at_least: float) -> float:
    """Smallest 1-2-5 step that is not below ``at_least`` (> 0)."""
    decade = 10.0 ** np.floor(np.log10(at_least))
    steps = [s * decade for s in (*_LADDER, 10.0)]
    return float(next(s for s in steps if s >= at_least * (1 - 1e-9)))


def _panels(spec: TraceSpec) -> tuple[_Panel, ...]:
    if spec.enlarged is None:
        return (_Panel(spec.interval, 0.0, 600.0),)
    return (_Panel(spec.interval, 0.0, 440.0), _Panel(spec.enlarged, 460.0, 140.0))


def _part(y: NDArray[np.float64], spec: TraceSpec, panel: _Panel) -> NDArray[np.float64]:
    first = spec.interval.start
    return y[panel.interval.start - first : panel.interval.stop - first]


def _shade(spec: TraceSpec, panel: _Panel) -> list[str]:
    """Light band behind the stretch that is drawn enlarged, and around the enlarged panel."""
    if spec.enlarged is None:
        return []
    x0, x1 = panel.x(spec.enlarged.start), panel.x(spec.enlarged.stop)
    height = _BOTTOM - _TOP
    return [
        f'<rect x="{x:.2f}" y="{_TOP:g}" width="{width:.2f}" height="{height:g}" fill="#eef3f8"/>'
        for x, width in ((x0, x1 - x0), (460.0, 140.0))
    ]


def _baseline(y: float, panel: _Panel) -> str:
    if not _TOP <= y <= _BOTTOM:
        return ""
    return (
        f'<path d="M {panel.x0:g} {y:.2f} h {panel.width:g}" stroke="#bbbbbb" '
        'stroke-width="0.6" stroke-dasharray="2 3" fill="none"/>'
    )


def _polylines(y: NDArray[np.float64], panel: _Panel, lost: str) -> list[str]:
    """Polylines of the trace, broken where samples are missing."""
    n = y.size
    if n == 0:
        return []
    breaks = np.flatnonzero(np.diff(np.isfinite(y).astype(np.int8))) + 1
    found = []
    for start, stop in zip([0, *breaks], [*breaks, n], strict=True):
        x0, x1 = panel.x0 + start * panel.step, panel.x0 + max(stop - 1, start) * panel.step
        if not np.isfinite(y[start]):
            found.append(_gap(x0, x1, lost))
            continue
        points = column_extremes(y[start:stop], float(x0), panel.step)
        path = " ".join(f"{x:.2f},{v:.2f}" for x, v in points)
        found.append(
            f'<polyline points="{path}" fill="none" stroke="#000000" stroke-width="0.9" '
            'stroke-linejoin="round"/>'
        )
    return found


def column_extremes(y: NDArray[np.float64], x0: float, step: float) -> list[tuple[float, float]]:
    """Points of a run: every sample, or both extremes of each half unit of width.

    No peak is lost: of every column both extremes are drawn, in the order in which they occur.
    """
    per_column = max(1, int(0.5 / step))
    if per_column <= 2:
        return [(x0 + i * step, float(v)) for i, v in enumerate(y)]
    points = []
    for start in range(0, y.size, per_column):
        part = y[start : start + per_column]
        for i in sorted({int(part.argmin()), int(part.argmax())}):
            points.append((x0 + (start + i) * step, float(part[i])))
    return points


def _gap(x0: float, x1: float, lost: str) -> str:
    return (
        f'<rect x="{x0:.2f}" y="{_TOP:g}" width="{max(x1 - x0, 1):.2f}" '
        f'height="{_BOTTOM - _TOP:g}" fill="#e4e4e4"/>'
        f'<text x="{(x0 + x1) / 2:.2f}" y="{_TOP + 12:g}" text-anchor="middle" '
        f'font-size="9">{escape(lost)}</text>'
    )


def _marks(spec: TraceSpec, panel: _Panel) -> list[str]:
    """A filled shape over each potential, and its letter where there is room for it."""
    found: list[str] = []
    last_letter = -1e9
    room = 8.0 + 5.0 * len(spec.letter)
    for mark in spec.marks:
        if not panel.interval.contains(mark):
            continue
        x = panel.x(mark)
        found.append(_shape(spec.kind, x))
        inside = min(max(x, room / 2), WIDTH - room / 2)
        if inside - last_letter >= room:
            found.append(
                f'<text x="{inside:.2f}" y="{_MARK_Y - 7:g}" text-anchor="middle" '
                f'font-weight="bold">{escape(spec.letter)}</text>'
            )
            last_letter = inside
    return found


def _shape(kind: str, x: float) -> str:
    places = {
        "x": f"{x:.2f}",
        "l": f"{x - 4:.2f}",
        "r": f"{x + 4:.2f}",
        "t": f"{_MARK_Y - 4:.2f}",
        "m": f"{_MARK_Y:.2f}",
        "b": f"{_MARK_Y + 4:.2f}",
    }
    path = _SHAPES.get(kind, _OTHER_SHAPE).format(**places)
    return (
        f'<path d="{path}" fill="#0b4f8a"/>'
        f'<path d="M {x:.2f} {_MARK_Y + 5:g} V {_TOP - 2:g}" stroke="#0b4f8a" '
        'stroke-width="0.7" fill="none"/>'
    )


_BAR_STROKE = 'stroke="#000000" stroke-width="1.4" fill="none"'


def _scale_bars(division_uv: float, height: float) -> list[str]:
    """Amplitude bar beside the trace."""
    top = (_TOP + _BOTTOM - height) / 2
    uv = f"{division_uv:g} µV" if division_uv < 1000 else f"{division_uv / 1000:g} mV"
    return [
        f'<path d="M {_BAR_X:g} {top:.2f} v {height:.2f}" {_BAR_STROKE}/>',
        f'<text x="{_BAR_X + 7:g}" y="{top + height / 2 + 4:.2f}">{uv}</text>',
    ]


def _time_bars(spec: TraceSpec, panels: Sequence[_Panel]) -> list[str]:
    """One time bar under the right end of each panel."""
    found = []
    for panel in panels:
        length_ms = len(panel.interval) / spec.sampling_rate_hz * 1000
        bar_ms = _bar_ms(length_ms / 4)
        width = bar_ms / length_ms * panel.width
        right, y = panel.x0 + panel.width, _BOTTOM + 8
        found.append(f'<path d="M {right - width:.2f} {y:g} H {right:.2f}" {_BAR_STROKE}/>')
        found.append(f'<text x="{right:.2f}" y="{y + 12:g}" text-anchor="end">{bar_ms:g} ms</text>')
    return found


def _bar_ms(at_most_ms: float) -> float:
    """Longest 1-2-5 length that is not above ``at_most_ms``."""
    decade = 10.0 ** np.floor(np.log10(at_most_ms))
    return float(max(s * decade for s in _LADDER if s * decade <= at_most_ms * (1 + 1e-9)))


def _polarity_badge() -> Sequence[str]:
    x, y = _BAR_X, 6.0
    return (
        f'<rect x="{x - 4:g}" y="{y:g}" width="76" height="18" rx="3" fill="none" '
        'stroke="#000000" stroke-width="0.8"/>',
        f'<path d="M {x + 2:g} {y + 13:g} L {x + 6:g} {y + 5:g} L {x + 10:g} {y + 13:g} Z"/>',
        f'<text x="{x + 14:g}" y="{y + 13:g}" font-size="9.5">negative up</text>',
    )
