"""Use case: the detector checked on this recording, by a reader who does not see what it said.

Windows are drawn at random, as many with proposals of spontaneous activity as without. The reader
says of each whether there is any. From the share of windows without proposals where there is
(misses) and of windows with proposals where there is none (false alarms) both rates of this
recording are estimated, with confidence intervals (Wilson 1927, JASA 22:209). Drawing and answers
are fields of the log, so that they are undone, signed and verified as all else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from emgview.errors import PolicyError
from emgview.findings.rules import load_findings_rules
from emgview.model import SampleInterval, load_vocabulary
from emgview.model.interval import subtract
from emgview.review import SetField
from emgview.session.review_settings import AuditSettings, load_review_settings
from emgview.typed_data import typed_json

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

NOTHING, SOMETHING, CANNOT_TELL = "nothing", "something", "cannot_tell"
ANSWERS = (NOTHING, SOMETHING, CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class StartAudit:
    """Draw windows of a recording anew; ``seed`` makes the drawing repeatable."""

    recording_id: str
    seed: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerAudit:
    """What the reader saw in one window: ``nothing``, ``something``, ``cannot_tell``."""

    recording_id: str
    number: int
    answer: str
    reason: str = ""


class Window(msgspec.Struct, frozen=True):
    """One window; ``proposed`` is not shown before all are answered."""

    channel: int
    start: int
    stop: int
    proposed: bool
    answer: str = ""

    @property
    def interval(self) -> SampleInterval:
        """Where it lies."""
        return SampleInterval(self.start, self.stop)


class Audit(msgspec.Struct, frozen=True):
    """A drawing with its answers.

    Parameters
    ----------
    run : str
        The detection run that is checked.
    n_with, n_without : int
        Windows of the whole recording with and without proposals, from which was drawn.
    drawing : int
        How many audits of this recording were begun with this one: a report that cites the third
        must not look as if it were the first.
    """

    run: str
    seed: int
    window_s: float
    level: float
    n_with: int
    n_without: int
    windows: tuple[Window, ...]
    drawing: int = 1

    @property
    def open(self) -> tuple[int, ...]:
        """Numbers of windows without an answer."""
        return tuple(n for n, window in enumerate(self.windows) if not window.answer)


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n`` with a confidence interval; ``value`` None where n is 0."""

    k: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.k / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class AuditEstimate:
    """What a report can cite of an audit.

    Parameters
    ----------
    missed : Share
        Windows without proposals in which the reader saw activity.
    false_alarms : Share
        Windows with proposals in which the reader saw none.
    undecided : int
        Windows where the reader could not tell; they count in neither.
    n_with, n_without : int
        Windows of the whole recording, with and without proposals.
    """

    missed: Share
    false_alarms: Share
    undecided: int
    level: float
    window_s: float
    n_with: int
    n_without: int

    @property
    def text(self) -> str:
        """One sentence with both figures."""
        return (
            f"Blinded audit of this recording in windows of {self.window_s:g} s: activity missed "
            f"in {_words(self.missed, self.level)} windows without proposals, "
            f"{_of_all(self.missed, self.n_without)}; "
            f"false alarms in {_words(self.false_alarms, self.level)} windows with proposals, "
            f"{_of_all(self.false_alarms, self.n_with)}; {self.undecided} could not be decided."
        )


def field_of(recording_id: str) -> str:
    """Field of the log that holds the audit of a recording."""
    return f"recording/{recording_id}/audit"


def audit_of(session: StudySession, recording_id: str) -> Audit | None:
    """The audit of a recording as it stands; None where none was begun."""
    text = session.text(field_of(recording_id))
    return typed_json(text, Audit) if text else None


def audit_estimate(session: StudySession, recording_id: str) -> AuditEstimate | None:
    """The estimate; None before all windows are answered."""
    audit = audit_of(session, recording_id)
    return None if audit is None or audit.open else estimate(audit)


def estimate(audit: Audit) -> AuditEstimate:
    """Both shares from the answers so far."""
    told = [w for w in audit.windows if w.answer in (NOTHING, SOMETHING)]
    with_, without = [w for w in told if w.proposed], [w for w in told if not w.proposed]
    return AuditEstimate(
        wilson(sum(w.answer == SOMETHING for w in without), len(without), audit.level),
        wilson(sum(w.answer == NOTHING for w in with_), len(with_), audit.level),
        sum(w.answer == CANNOT_TELL for w in audit.windows),
        audit.level,
        audit.window_s,
        audit.n_with,
        audit.n_without,
    )


def cited_audits(session: StudySession) -> tuple[dict[str, Any], ...]:
    """Finished audits as the report holds them, in the order of the study.

    ``recording`` counts from 1; ``latest_run`` tells whether the audit was of the proposals that
    the report is about.
    """
    found = []
    for number, recording in enumerate(session.recordings, 1):
        audit = audit_of(session, recording.entry.id)
        if audit is not None and not audit.open:
            run, said = session.run(recording.entry.id), estimate(audit)
            found.append(
                {
                    "recording": number,
                    "run_id": audit.run,
                    "latest_run": run is not None and run.id == audit.run,
                    "drawing": audit.drawing,
                    "window_s": audit.window_s,
                    "confidence": audit.level,
                    "missed": _cited(said.missed, said.n_without),
                    "false_alarms": _cited(said.false_alarms, said.n_with),
                    "undecided": said.undecided,
                }
            )
    return tuple(found)


def _cited(share: Share, total: int) -> dict[str, Any]:
    return {
        "windows": share.k,
        "of": share.n,
        "share": None if share.value is None else round(share.value, 3),
        "low": round(share.low, 3),
        "high": round(share.high, 3),
        "in_recording": total,
    }


def wilson(k: int, n: int, level: float) -> Share:
    """Score interval of a share (Wilson 1927); 0…1 where n is 0."""
    if n == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p, width = k / n, z * z / n
    middle = (p + width / 2) / (1 + width)
    half = z * math.sqrt(p * (1 - p) / n + width / (4 * n)) / (1 + width)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Share(k, n, low if k else 0.0, high if k < n else 1.0)


def plan_start(session: StudySession, intent: StartAudit) -> SetField:
    """Draw the windows.

    Raises
    ------
    PolicyError
        Where no detector looked, or too little was examined.
    """
    run = session.run(intent.recording_id)
    if run is None or not run.examined:
        raise PolicyError("No detector has looked at this recording", "Let it propose first.")
    settings = load_review_settings().audit
    fs = session.recording(intent.recording_id).info.sampling_rate_hz
    length = round(settings.window_s * fs)
    vocabulary = load_vocabulary()
    marks: dict[int, list[SampleInterval]] = {}
    for proposal in run.proposals:
        known = vocabulary.get(proposal.activity)
        if known is not None and known.group == "spontaneous":
            parts = [q.interval for q in proposal.potentials] or [proposal.interval]
            marks.setdefault(proposal.channel, []).extend(parts)
    rest = _rest(session, intent.recording_id, run.examined)
    found = [
        Window(channel, start, start + length, _meets(marks.get(channel, []), start, length))
        for channel in run.examined_channels
        for part in rest
        for start in range(part.start, part.stop - length + 1, length)
    ]
    before = audit_of(session, intent.recording_id)
    audit = _drawn(found, run.id, intent.seed, settings)
    audit = msgspec.structs.replace(audit, drawing=before.drawing + 1 if before else 1)
    return SetField(field_of(intent.recording_id), _text(audit), intent.reason)


def plan_answer(session: StudySession, intent: AnswerAudit) -> SetField:
    """Note an answer.

    Raises
    ------
    PolicyError
        If there is no such window, or no such answer.
    """
    audit = audit_of(session, intent.recording_id)
    if audit is None or not 0 <= intent.number < len(audit.windows):
        raise PolicyError("There is no such window", "Begin the audit again.")
    if intent.answer not in ANSWERS:
        raise PolicyError(f"{intent.answer!r} is no answer", f"Allowed: {', '.join(ANSWERS)}.")
    windows = list(audit.windows)
    window = windows[intent.number]
    windows[intent.number] = msgspec.structs.replace(window, answer=intent.answer)
    changed = msgspec.structs.replace(audit, windows=tuple(windows))
    return SetField(field_of(intent.recording_id), _text(changed), intent.reason)


def _rest(
    session: StudySession, recording_id: str, examined: Sequence[SampleInterval]
) -> list[SampleInterval]:
    """What was examined outside of gaps, insertion and voluntary activity, as phases tell it."""
    info = session.recording(recording_id).info
    excluded = load_findings_rules().rest.excluded_phases
    holes = [mark.interval for mark in info.phases if mark.phase in excluded]
    return list(subtract(list(examined), [*holes, *(gap.interval for gap in info.gaps)]))


def _drawn(found: Sequence[Window], run: str, seed: int, settings: AuditSettings) -> Audit:
    with_ = [window for window in found if window.proposed]
    without = [window for window in found if not window.proposed]
    if not found:
        raise PolicyError("Too little was examined for an audit", "Record for longer.")
    random = np.random.default_rng(seed)
    drawn: list[Window] = []
    for part, n in ((with_, settings.n_with), (without, settings.n_without)):
        chosen = random.permutation(len(part))[:n].tolist()
        drawn.extend(part[k] for k in chosen)
    order = random.permutation(len(drawn)).tolist()
    windows = tuple(drawn[k] for k in order)
    return Audit(run, seed, settings.window_s, settings.level, len(with_), len(without), windows)


def _meets(marks: Sequence[SampleInterval], start: int, length: int) -> bool:
    window = SampleInterval(start, start + length)
    return any(mark.overlaps(window) for mark in marks)


def _text(audit: Audit) -> str:
    return msgspec.json.encode(audit).decode()


def _of_all(share: Share, total: int) -> str:
    """The share of all such windows of the recording, as a number of windows."""
    if share.value is None:
        return f"none of the {total} of the recording was told"
    return (
        f"about {share.value * total:.0f} ({share.low * total:.0f}–{share.high * total:.0f}) "
        f"of the {total} in the recording"
    )


def _words(share: Share, level: float) -> str:
    if share.value is None:
        return "none of 0"
    return (
        f"{share.k} of {share.n} ({100 * share.value:.0f} %, {100 * level:.0f} % confidence "
        f"{100 * share.low:.0f}–{100 * share.high:.0f} %)"
    )
