"""What is known of the selected item: measures, reasons, decision."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from emgview.model import Evidence, Label, Origin, Proposal, load_vocabulary
from emgview.session.weighing import Argument, likeliest
from emgview.ui.evidence_plots import EvidencePlots
from emgview.ui.rich_text import RichText
from emgview.ui.wording import STATE_SIGNS, STATE_WORDS, clock

_EMPTY = "<p>Select a proposal in the table or on the trace.</p>"


class EvidencePanel(QScrollArea):
    """Text beside the table; the numbers are those stored with the proposal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = RichText(_EMPTY)
        self._waiting: Callable[[], str] | None = None
        self.plots = EvidencePlots()
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._label)
        box.addWidget(self.plots)
        box.addStretch(1)
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Evidence")

    def show_item(self, label: Label | None, proposal: Proposal | None, fs: float) -> None:
        """Show one item; None for none. The text is made when it is seen."""
        self._waiting = (
            (lambda: _EMPTY) if label is None else (lambda: evidence_html(label, proposal, fs))
        )
        if self.isVisible():
            self._write()
        if label is None or self.plots.item != label.id:
            self.plots.show_view(None)  # never the pictures of another item

    def text(self) -> str:
        """What is told of the item, as rich text."""
        self._write()
        return self._label.text()

    def showEvent(self, event: QShowEvent) -> None:
        """What was selected meanwhile."""
        self._write()
        super().showEvent(event)

    def _write(self) -> None:
        if self._waiting is not None:
            self._label.show_html(self._waiting())
            self._waiting = None


def evidence_html(label: Label, proposal: Proposal | None, fs: float) -> str:
    """Rich text about an item."""
    known = load_vocabulary().get(label.activity)
    term = known.term if known else label.activity
    lines = [f"<h3>{escape(term)}</h3>", f"<p>{_when(label, fs)}<br>{_state(label)}</p>"]
    if proposal is not None:
        if proposal.activity != label.activity:
            proposed = load_vocabulary().get(proposal.activity)
            lines.append(f"<p>Proposed: {escape(proposed.term if proposed else '')}</p>")
        lines.append(_measures(proposal.evidence))
        reasons = "".join(f"<li>{escape(text)}</li>" for text in proposal.evidence.reasons)
        lines.append(f"<p>Why:</p><ul>{reasons}</ul>")
        arguments = likeliest(proposal.activity, proposal.evidence)
        lines += [_argument(argument) for argument in arguments]
        lines.append(
            f"<p>Score {proposal.score:.2f} · {escape(proposal.detector)} "
            f"{escape(proposal.version)} · parameters {proposal.parameters_hash[:8]}</p>"
        )
    elif label.origin is Origin.READER:
        lines.append("<p>Label of the reader.</p>")
    elif label.origin is Origin.IMPORT:
        lines.append("<p>Imported label.</p>")
    return "".join(lines)


def _argument(argument: Argument) -> str:
    """A class with the values that lie inside of its published ranges, and those outside."""
    known = load_vocabulary().get(argument.activity)
    term = escape(known.term if known else argument.activity)
    rows = "".join(
        f"<tr><td>{sign}&nbsp;{escape(w.name)}&nbsp;&nbsp;</td><td align='right'>"
        f"<b>{escape(w.value)}</b>&nbsp;&nbsp;</td><td>{escape(w.published)}&nbsp;&nbsp;</td>"
        f"<td><small>{escape(w.source)}</small></td></tr>"
        for sign, part in (("✓", argument.pro), ("✕", argument.contra))
        for w in part
    )
    counts = f"{len(argument.pro)} for, {len(argument.contra)} against"
    head = f"<p><b>{term}</b>: {counts} (published ranges)</p>"
    return head + f"<table cellspacing='2'>{rows}</table>"


def _when(label: Label, fs: float) -> str:
    start, length = label.interval.start / fs, len(label.interval) / fs
    extent = f"{length * 1000:.1f} ms" if length < 1 else f"{length:.2f} s"
    return f"{clock(start)}, {extent}"


def _state(label: Label) -> str:
    text = f"{STATE_SIGNS[label.state]} {STATE_WORDS[label.state]}"
    if label.decided_by:
        text += f" by {escape(label.decided_by)}"
    return text


def _measures(e: Evidence) -> str:
    rows = [
        ("First deflection", e.first_deflection if e.n_potentials else None),
        ("Duration", None if e.duration_ms is None else f"{e.duration_ms:.1f} ms"),
        ("Amplitude", None if e.amplitude_uv is None else f"{e.amplitude_uv:.0f} µV"),
        ("Phases", None if e.phases is None else str(e.phases)),
        ("Rate", None if e.rate_hz is None else f"{e.rate_hz:.1f} Hz"),
        ("Interval variation", None if e.interval_cv is None else f"{100 * e.interval_cv:.0f} %"),
        ("Potentials", str(e.n_potentials) if e.n_potentials else None),
        ("Peak over noise", None if e.snr is None else f"{e.snr:.0f}"),
    ]
    cells = "".join(
        f"<tr><td>{name}&nbsp;&nbsp;</td><td align='right'><b>{escape(value)}</b></td></tr>"
        for name, value in rows
        if value is not None
    )
    return f"<table cellspacing='2'>{cells}</table>"
