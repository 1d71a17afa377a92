"""Use case: labels of the reader's own that snap to the potential they were put on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emgview.errors import PolicyError
from emgview.model import Label, LabelState, Origin, SampleInterval, load_vocabulary
from emgview.review import Add
from emgview.session.review_settings import load_review_settings
from emgview.signal.waveform import measure

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

_STRETCHES = ("artefact", "voluntary")
_NOISE_MS, _FLOOR_PART, _QUIET_MS = 200.0, 0.02, 1.0


@dataclass(frozen=True, slots=True)
class SnapLabel:
    """A label where the reader clicked or dragged.

    A click, or a short drag, finds the potential and takes its extent and peak; artefacts,
    voluntary activity and longer drags are stretches and stay as they were drawn.

    Parameters
    ----------
    interval : SampleInterval
        As dragged; of one sample for a click.
    """

    recording_id: str
    channel: int
    interval: SampleInterval
    activity: str
    reason: str = ""


def plan_snap(session: StudySession, intent: SnapLabel) -> Add:
    """The command for a label.

    Raises
    ------
    PolicyError
        Outside of the recording, an unknown class, or a click where there is no potential.
    """
    reader = session.reader(intent.recording_id)
    info, known = reader.info, load_vocabulary().get(intent.activity)
    if known is None:
        raise PolicyError(f"There is no class {intent.activity!r}", "Choose one of the list.")
    inside = intent.interval.intersection(info.whole)
    if inside is None or intent.channel not in range(len(info.channels)):
        raise PolicyError("The stretch lies outside the recording", "Mark it on the trace.")
    is_click = len(intent.interval) <= 1
    interval = inside
    peaks: tuple[int, ...] = ()
    p, fs = load_review_settings().snap, info.sampling_rate_hz
    is_short = len(inside) <= p.most_ms * fs / 1000
    if is_click or (is_short and known.group not in _STRETCHES):
        found = _potential(session, intent, inside, is_click=is_click)
        if found is not None:
            interval, peaks = found[0], (found[1],)
        elif is_click:
            raise PolicyError("There is no potential here", "Click on its peak, or drag over it.")
    label = Label(
        id=str(uuid.uuid4()),
        recording_id=intent.recording_id,
        channel=intent.channel,
        interval=interval,
        peak_samples=peaks,
        activity=intent.activity,
        origin=Origin.READER,
        state=LabelState.CONFIRMED,
    )
    return Add(label, intent.reason)


def _potential(
    session: StudySession, intent: SnapLabel, inside: SampleInterval, *, is_click: bool
) -> tuple[SampleInterval, int] | None:
    """Extent and peak of the largest deflection there; None where it does not stand out."""
    reader, p = session.reader(intent.recording_id), load_review_settings().snap
    fs, whole = reader.info.sampling_rate_hz, reader.info.whole
    reach = round(p.reach_ms * fs / 1000) if is_click else 0
    wide = round(_NOISE_MS * fs / 1000)
    wanted = SampleInterval(inside.start - reach, inside.stop + reach).intersection(whole)
    around = SampleInterval(inside.start - wide, inside.stop + wide).intersection(whole)
    if wanted is None or around is None:
        return None
    signal = reader.read_uv(around, (intent.channel,))[:, 0].astype(np.float64)
    if not np.isfinite(signal).all():
        return None
    signal -= np.median(signal)
    noise = float(np.median(np.abs(signal)) / 0.6745)
    first = wanted.start - around.start
    anchor = first + int(np.argmax(np.abs(signal[first : first + len(wanted)])))
    if abs(signal[anchor]) < p.least_snr * noise:
        return None
    found = measure(signal, anchor, fs, noise, _FLOOR_PART, _QUIET_MS)
    extent = SampleInterval(around.start + found.onset, around.start + found.offset)
    return extent, around.start + found.peak
