"""Pictures of the trace as SVG: true extremes, negative up, scale bars, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from emgview.report.content import Report, SampleProvider, TraceSpec

# All lengths in user units; 4 units are 1 mm at the printed width of 174 mm.
WIDTH, HEIGHT = 696.0, 168.0
_TRACE_WIDTH, _TOP, _BOTTOM = 600.0, 34.0, 150.0
_BAR_X = 622.0
_MARK_Y = 18.0
# Rest is shown no finer than the usual display of rest, or quiet noise would fill the picture.
_REST_DIVISION_UV = 20.0
_LADDER = (1.0, 2.0, 5.0)
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


def draw_figures(report: Report, samples: SampleProvider) -> tuple[Figure, ...]:
    """All pictures of a report, drawn from the samples that the provider hands out."""
    return tuple(
        Figure(t.id, draw_trace(t, samples(t.recording_id, t.channel, t.interval)))
        for t in report.traces
    )


def draw_trace(spec: TraceSpec, samples_uv: NDArray[np.float32]) -> bytes:
    """One picture as SVG.

    Parameters
    ----------
    samples_uv : ndarray, (n_samples,) or (n_samples, 1), float32
        Microvolt, NaN where samples were lost. Positive values are drawn downwards; an inverted
        channel is turned over first.
    """
    values = np.asarray(samples_uv, dtype=np.float64).reshape(-1)
    if spec.inverted:
        values = -values
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 1.0)
    middle = (low + high) / 2
    least_uv = _REST_DIVISION_UV if spec.kind == "rest" else 1.0
    division = nice_step(max((high - low) / 4, least_uv))
    # Four divisions or fewer always fit: the ladder step is not below a quarter of the range.
    scale = (_BOTTOM - _TOP) / (4 * division)
    centre_y = (_TOP + _BOTTOM) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        'font-family="Noto Sans" font-size="11" fill="#000000">',
        f'<rect x="0" y="0" width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff"/>',
        _baseline(centre_y + (0.0 - middle) * scale),
        *_polylines((values - middle) * scale + centre_y),
        *_marks(spec),
        *_scale_bars(spec, division, division * scale),
        f'<text x="0" y="163" font-size="10.5">{escape(spec.settings)}</text>',
        "</svg>",
    ]
    return "\n".join(parts).encode("utf-8")


def nice_step(at_least: float) -> float:
    """Smallest 1-2-5 step that is not below ``at_least`` (> 0)."""
    decade = 10.0 ** np.floor(np.log10(at_least))
    steps = [s * decade for s in (*_LADDER, 10.0)]
    return float(next(s for s in steps if s >= at_least * (1 - 1e-9)))


def _baseline(y: float) -> str:
    if not _TOP <= y <= _BOTTOM:
        return ""
    return (
        f'<path d="M 0 {y:.2f} H {_TRACE_WIDTH:g}" stroke="#bbbbbb" stroke-width="0.6" '
        'stroke-dasharray="2 3" fill="none"/>'
    )


def _polylines(y: NDArray[np.float64]) -> list[str]:
    """Polylines of the trace, broken where samples are missing."""
    n = y.size
    if n == 0:
        return []
    step = _TRACE_WIDTH / max(n - 1, 1)
    breaks = np.flatnonzero(np.diff(np.isfinite(y).astype(np.int8))) + 1
    found = []
    for start, stop in zip([0, *breaks], [*breaks, n], strict=True):
        x0, x1 = start * step, max(stop - 1, start) * step
        if not np.isfinite(y[start]):
            found.append(_gap(x0, x1))
            continue
        points = _column_extremes(y[start:stop], float(x0), step)
        path = " ".join(f"{x:.2f},{v:.2f}" for x, v in points)
        found.append(
            f'<polyline points="{path}" fill="none" stroke="#000000" stroke-width="0.9" '
            'stroke-linejoin="round"/>'
        )
    return found


def _column_extremes(y: NDArray[np.float64], x0: float, step: float) -> list[tuple[float, float]]:
    """Points of a run: every sample, or first extreme and second extreme of each half unit.

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


def _gap(x0: float, x1: float) -> str:
    return (
        f'<rect x="{x0:.2f}" y="{_TOP:g}" width="{max(x1 - x0, 1):.2f}" '
        f'height="{_BOTTOM - _TOP:g}" fill="#e4e4e4"/>'
        f'<text x="{(x0 + x1) / 2:.2f}" y="{_TOP + 12:g}" text-anchor="middle" '
        'font-size="9">samples lost</text>'
    )


def _marks(spec: TraceSpec) -> list[str]:
    """A filled shape over each potential, and its letter where there is room for it."""
    found: list[str] = []
    last_letter = -1e9
    room = 8.0 + 5.0 * len(spec.letter)
    span = max(len(spec.interval) - 1, 1)
    for mark in spec.marks:
        x = (mark - spec.interval.start) / span * _TRACE_WIDTH
        found.append(_shape(spec.kind, x))
        if x - last_letter >= room:
            found.append(
                f'<text x="{_inside(x, room):.2f}" y="{_MARK_Y - 7:g}" text-anchor="middle" '
                f'font-weight="bold">{escape(spec.letter)}</text>'
            )
            last_letter = x
    return found


def _inside(x: float, room: float) -> float:
    return min(max(x, room / 2), _TRACE_WIDTH - room / 2)


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


def _scale_bars(spec: TraceSpec, division_uv: float, height: float) -> list[str]:
    """Amplitude and time bars beside the trace, and the badge that tells the polarity."""
    length_ms = len(spec.interval) / spec.sampling_rate_hz * 1000
    bar_ms = _bar_ms(length_ms)
    width = bar_ms / length_ms * _TRACE_WIDTH
    top = 52.0
    foot = top + height
    uv = f"{division_uv:g} µV" if division_uv < 1000 else f"{division_uv / 1000:g} mV"
    stroke = 'stroke="#000000" stroke-width="1.4" fill="none"'
    return [
        f'<path d="M {_BAR_X:g} {top:g} V {foot:.2f} H {_BAR_X + width:.2f}" {stroke}/>',
        f'<text x="{_BAR_X + 6:g}" y="{top + height / 2 + 4:.2f}">{uv}</text>',
        f'<text x="{_BAR_X:g}" y="{foot + 14:.2f}">{bar_ms:g} ms</text>',
        *_polarity_badge(),
    ]


def _polarity_badge() -> Sequence[str]:
    x, y = _BAR_X, 6.0
    return (
        f'<rect x="{x - 4:g}" y="{y:g}" width="76" height="18" rx="3" fill="none" '
        'stroke="#000000" stroke-width="0.8"/>',
        f'<path d="M {x + 2:g} {y + 13:g} L {x + 6:g} {y + 5:g} L {x + 10:g} {y + 13:g} Z"/>',
        f'<text x="{x + 14:g}" y="{y + 13:g}" font-size="9.5">negative up</text>',
    )


def _bar_ms(length_ms: float) -> float:
    """Longest 1-2-5 length that fits beside the trace."""
    room_ms = (WIDTH - _BAR_X - 4) / _TRACE_WIDTH * length_ms
    decade = 10.0 ** np.floor(np.log10(room_ms))
    return float(max(s * decade for s in _LADDER if s * decade <= room_ms * (1 + 1e-9)))
