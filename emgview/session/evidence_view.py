"""Use case: pictures beside the numbers of an item. On the study's I/O thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emgview.errors import CancelledError
from emgview.model import Label
from emgview.session.review_settings import load_review_settings
from emgview.session.study_session import StudySession
from emgview.session.train_view import TrainView, cut_out, view_of
from emgview.signal.intervals import mean_and_spread

_MOST_EXAMPLES = 6
_SPECTRUM_POINTS = 4096

Samples = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceView:
    """An item with its waveforms, and what the reader has confirmed of its class.

    Parameters
    ----------
    train : TrainView
    examples : ndarray, (k, n_samples) float32
        Templates of other items of this class that a reader stands behind, of the same recording,
        the latest decided ones; µV.
    spectrum_hz, spectrum : ndarray, (n,) float64
        Of the template, amplitude as part of its largest.
    """

    train: TrainView
    examples: Samples
    spectrum_hz: Float
    spectrum: Float


def evidence_view(
    session: StudySession, item: str, must_yield: Callable[[], bool] = lambda: False
) -> EvidenceView | None:
    """Pictures of an item; None where it is gone or has no single potentials.

    ``must_yield`` is asked again and again whether a decision waits for this thread.

    Raises
    ------
    CancelledError
        A decision waits.
    FileError
        If the recording cannot be read.
    """
    label = session.store.item(item)
    if label is None or not label.peak_samples:
        return None
    train = view_of(session.reader(label.recording_id), label)
    found = []
    for other in _confirmed(session, label):
        if must_yield():
            raise CancelledError
        found.append(template(session, other))
    examples = np.array(found)
    examples = examples.reshape(len(examples), train.waveforms.shape[1]).astype(np.float32)
    hz, part = _spectrum(train.mean, train.fs)
    return EvidenceView(train, examples, hz, part)


def template(session: StudySession, label: Label) -> Samples:
    """Mean waveform of an item, of a bounded number of its potentials taken evenly."""
    settings = load_review_settings()
    peaks = np.array(label.peak_samples, dtype=np.int64)
    n = min(len(peaks), settings.similar.most_potentials)
    chosen = peaks[np.unique(np.linspace(0, len(peaks) - 1, n).round().astype(np.int64))]
    reader = session.reader(label.recording_id)
    waveforms, _ = cut_out(reader, label.channel, chosen, settings.train)
    return mean_and_spread(waveforms)[0]


def _confirmed(session: StudySession, label: Label) -> list[Label]:
    others = [
        other
        for other in session.items(label.recording_id)
        if other.counts
        and other.activity == label.activity
        and other.id != label.id
        and other.peak_samples
        and other.decided_by == session.actor.name
    ]
    others.sort(key=lambda other: other.decided_at, reverse=True)
    return others[:_MOST_EXAMPLES]


def _spectrum(mean: Samples, fs: float) -> tuple[Float, Float]:
    tapered = (mean - mean.mean()) * np.hanning(len(mean))
    n = max(_SPECTRUM_POINTS, len(mean))
    amplitude: Float = np.abs(np.fft.rfft(tapered, n)).astype(np.float64)
    hz: Float = np.fft.rfftfreq(n, 1 / fs).astype(np.float64)
    most = float(amplitude.max(initial=0.0))
    return hz, amplitude / (most or 1.0)
