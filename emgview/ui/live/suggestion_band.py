"""What the detector proposes in the sweep on the screen: a band below the traces."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from emgview.model import Proposal, SampleInterval, load_vocabulary
from emgview.session.live.suggesting import Suggested
from emgview.ui.traces.scene import Scene

BAND_PX = 34
_ROW_PX = 14.0


def paint_band(
    painter: QPainter,
    scene: Scene,
    box: QRectF,
    suggested: Suggested,
    shown: SampleInterval,
    *,
    running: bool,
) -> None:
    """Ticks at the potentials of each proposal, with the short name of its class.

    Parameters
    ----------
    shown : SampleInterval
        Absolute samples on the screen.
    running : bool
        The sweep is drawn over: places wrap around; else the window begins at the left.
    """
    painter.fillRect(box, QColor(scene.theme.window["base"]))
    painter.setPen(QColor(scene.theme.window["muted"]))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(10, 0, 0, 0), left, "Suggested")
    painter.save()
    plot = box.adjusted(scene.geometry.plot_left, 0, 0, 0)
    painter.setClipRect(plot)
    ends = [plot.left(), plot.left()]
    for proposal in suggested.proposals:
        moved = proposal.interval.shifted(suggested.base)
        if moved.overlaps(shown):
            _paint_one(painter, scene, plot, proposal, suggested.base, shown, running, ends)
    painter.restore()


def _paint_one(
    painter: QPainter,
    scene: Scene,
    plot: QRectF,
    proposal: Proposal,
    base: int,
    shown: SampleInterval,
    running: bool,
    ends: list[float],
) -> None:
    colour = QColor(scene.theme.class_colour(proposal.activity))
    painter.setPen(QPen(colour, 2))
    span, width = scene.viewport.span, plot.width()
    peaks = [p.peak_sample + base for p in proposal.potentials]
    peaks = peaks or [proposal.interval.start + base]
    inside = [peak for peak in peaks if shown.contains(peak)]
    places = []
    for peak in inside:
        part = (peak % span if running else peak - shown.start) / span
        x = plot.left() + part * width
        places.append(x)
        painter.drawLine(QLineF(x, plot.top() + 2, x, plot.top() + 9))
    if places:
        _name(painter, plot, proposal, places[0], ends)


def _name(painter: QPainter, plot: QRectF, proposal: Proposal, x: float, ends: list[float]) -> None:
    """The class under its first tick, where no other name stands."""
    known = load_vocabulary().get(proposal.activity)
    text = known.term if known is not None else proposal.activity
    text += "" if proposal.activity == "cannot_tell" else "?"
    width = painter.fontMetrics().horizontalAdvance(text) + 8.0
    left = min(x, plot.right() - width)
    if left < ends[0]:
        return
    ends[0] = left + width
    row = QRectF(left, plot.top() + 11, width, plot.height() - 13)
    painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
