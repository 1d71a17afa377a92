"""Use case: a second reader, who does not see the first one's decisions, and the agreement of both.

The second reading has a log of its own (``readings/second/review.db``) with the same runs of the
detector; each is undone, chained and verified by itself. Neither session reads the other's log
until the two are compared. An adjudication is one row of the first log: the decision, and a field
that holds what both had said. What only the second reader labelled comes in as a label of its own.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emgview.errors import PolicyError
from emgview.model import Label, LabelState, Origin, SampleInterval, load_vocabulary
from emgview.review import Actor, Add, Decide, ReviewStore, SetField, Settle
from emgview.session.rerun import matches, place_of
from emgview.session.review_settings import load_review_settings
from emgview.session.study_folder import StudyFolder

if TYPE_CHECKING:
    from emgview.session.study_session import StudySession

ROLES = ("technologist", "trainee", "interpreter")
NONE, CANNOT_TELL = "none", "cannot_tell"


@dataclass(frozen=True, slots=True)
class Adjudicate:
    """The last word on an item that two readers see differently.

    Parameters
    ----------
    item : str
        Item of the first reading; empty where that has none.
    activity : str
        Class of the vocabulary; ``none``: nothing of the kind; ``cannot_tell``.
    first, second : str
        What the readers had said.
    second_item : str
        Item of the second reading, needed where the first one has none.
    """

    item: str
    activity: str
    first: str
    second: str
    reason: str = ""
    second_item: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item on which the readers differ; ids empty where a reader has no label there."""

    item: str
    second_item: str
    recording_id: str
    first: str
    second: str
    channel: int
    interval: SampleInterval

    @property
    def key(self) -> str:
        """What it is kept under: the item of the first reading, else that of the second."""
        return self.item or self.second_item


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readings beside each other.

    Parameters
    ----------
    n_both : int
        Items that both decided.
    n_one : int
        Items that only one of them decided; they count nowhere else.
    kappa : float or None
        Cohen's, over all classes; None where it is not defined (one class only, or nothing).
    by_class : tuple of (class, kappa or None, n)
        Each class against all others; ``n``: items that at least one of them called so.
    disagreements : tuple of Disagreement
        Those left for adjudication, in time.
    n_open : (int, int)
        Items that the first and the second reader have not decided yet.
    """

    n_both: int
    n_one: int
    kappa: float | None
    by_class: tuple[tuple[str, float | None, int], ...]
    disagreements: tuple[Disagreement, ...]
    n_open: tuple[int, int] = (0, 0)


class SecondReading(StudyFolder):
    """The same study with the log of the second reader."""

    @property
    def review_db(self) -> Path:
        """What the second reader says."""
        return self.root / "readings" / "second" / "review.db"


def open_second(folder: StudyFolder, name: str, role: str = "interpreter") -> StudySession:
    """Open the second reading, with the runs of the detector and the muscles of the study.

    Raises
    ------
    PolicyError
        If nobody is named, or this person is the first reader, or the role is none.
    """
    from emgview.session.study_session import StudySession

    if role not in ROLES:
        raise PolicyError(f"{role!r} is no role", f"Allowed: {', '.join(ROLES)}.")
    second = SecondReading(folder.root)
    with ReviewStore.open(folder.review_db, read_only=True) as first:
        deciders = {label.decided_by for label in first.items()} - {""}
        if not name.strip() or name.strip() in deciders:
            raise PolicyError(
                "The second reader must be another person", "State the name of the second reader."
            )
        second.review_db.parent.mkdir(parents=True, exist_ok=True)
        session = StudySession(second, name.strip(), role=role)
        try:
            _copy_machine(first, session)
        except BaseException:
            session.close()
            raise
    return session


def _copy_machine(first: ReviewStore, session: StudySession) -> None:
    """What no reader decided: runs, muscles and sides."""
    program = Actor("emgview", role="program")
    for recording in session.recordings:
        key = recording.entry.id
        run = first.latest_run(key)
        if run is not None:
            session.add_run(run)
        for fact in ("muscle", "side"):
            text = first.field(f"recording/{key}/{fact}")
            if text and not session.store.field(f"recording/{key}/{fact}"):
                session.store.apply(SetField(f"recording/{key}/{fact}", text), program)


def agreement_of(session: StudySession) -> Agreement | None:
    """The study's own reading beside the second one; None where there is none yet.

    Raises
    ------
    PolicyError
        In the second reading: its reader does not see the first one's decisions.
    """
    if isinstance(session.folder, SecondReading):
        raise PolicyError("This is the second reading", "Compare both in the first one.")
    path = SecondReading(session.folder.root).review_db
    if not path.is_file():
        return None
    with ReviewStore.open(path, read_only=True) as other:
        rates = {r.entry.id: r.info.sampling_rate_hz for r in session.recordings}
        settled = {
            name.split("/")[1]
            for name in session.store.fields()
            if name.startswith("adjudication/")
        }
        return compare(session.items(), other.items(), rates, settled)


def note_comparison(session: StudySession) -> None:
    """Write into the log that both readings were seen: what comes after it is not independent.

    Where the study is open for reading only, or has no second reading, nothing is written.
    """
    path = SecondReading(session.folder.root).review_db
    if session.state.value != "open" or isinstance(session.folder, SecondReading):
        return
    if path.is_file():
        with ReviewStore.open(path, read_only=True) as other:
            session.note("readings.compared", {"second_reading_row": other.head().seq})


def compare(
    first: Sequence[Label],
    second: Sequence[Label],
    rates: dict[str, float],
    settled: Iterable[str] = (),
) -> Agreement:
    """Agreement of two sets of labels; events are matched by id, own labels by their place.

    Parameters
    ----------
    rates : dict of recording id to Hz
    settled : iterable of str
        Items of the first reading that were adjudicated already.
    """
    pairs = _paired(first, second, rates)
    said = [(a, b, verdict(a), verdict(b)) for a, b in pairs]
    both = [s for s in said if s[2] and s[3]]
    one = sum(bool(a) != bool(b) for _, _, a, b in said)
    classes = sorted({v for s in both for v in s[2:4]})
    votes = [(s[2], s[3]) for s in both]
    by_class = tuple(
        (
            name,
            cohen_kappa([(str(a == name), str(b == name)) for a, b in votes]),
            sum(name in vote for vote in votes),
        )
        for name in classes
    )
    done = set(settled)
    differ = (_disagreement(a, b, x, y) for a, b, x, y in both if x != y)
    open_ = tuple(d for d in differ if d.key not in done)
    undecided = (_n_open(first), _n_open(second))
    return Agreement(len(both), one, cohen_kappa(votes), by_class, open_, undecided)


def _n_open(labels: Iterable[Label]) -> int:
    return sum(label.state is LabelState.PROPOSED for label in labels)


def verdict(label: Label | None) -> str:
    """What a reader says: the class that it is counted as, ``none``, ``cannot_tell``; empty: open.

    No label where the other reader has one of their own says ``none``.
    """
    if label is None or label.state is LabelState.REJECTED:
        return NONE
    if label.state is LabelState.PROPOSED:
        return ""
    if label.state is LabelState.CANNOT_TELL:
        return CANNOT_TELL
    known = load_vocabulary().get(label.activity)
    return known.counted_as if known else label.activity


def cohen_kappa(votes: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance (Cohen 1960, Educ Psychol Meas 20:37); None where undefined."""
    n = len(votes)
    if n == 0:
        return None
    names = {name for vote in votes for name in vote}
    seen = sum(a == b for a, b in votes) / n
    chance = sum(
        (sum(a == name for a, _ in votes) / n) * (sum(b == name for _, b in votes) / n)
        for name in names
    )
    return None if chance >= 1 else (seen - chance) / (1 - chance)


def plan_adjudicate(session: StudySession, intent: Adjudicate) -> Settle:
    """The decision with what both had said, as one command; an interpreter alone may.

    Raises
    ------
    PolicyError
        For another role, an unknown item or class, or a label of the second reader whose
        potentials belong to an item of the first reading.
    """
    if session.actor.role != "interpreter":
        raise PolicyError("Only an interpreter adjudicates", "Ask the interpreter of the study.")
    if session.store.item(intent.item) is None and (intent.item or not intent.second_item):
        raise PolicyError("The item is not there any more", "Compare both readings again.")
    decision = _decision(intent) if intent.item else _addition(session, intent)
    said = {"first": intent.first, "second": intent.second, "last": intent.activity}
    key = intent.item or intent.second_item
    note = SetField(f"adjudication/{key}/said", json.dumps(said), intent.reason)
    return Settle(decision, note)


def _decision(intent: Adjudicate) -> Decide:
    states = {NONE: LabelState.REJECTED, CANNOT_TELL: LabelState.CANNOT_TELL}
    state = states.get(intent.activity, LabelState.EDITED)
    activity = intent.activity if state is LabelState.EDITED else None
    return Decide((intent.item,), state, activity, intent.reason)


def _addition(session: StudySession, intent: Adjudicate) -> Add | None:
    """The second reader's label as one of the first reading; None: nothing is there."""
    if intent.activity == NONE:
        return None
    path = SecondReading(session.folder.root).review_db
    with ReviewStore.open(path, read_only=True) as other:
        label = other.item(intent.second_item)
    if label is None:
        raise PolicyError("The second reader's label is gone", "Compare both readings again.")
    _refuse_double(session, label)
    unsure = intent.activity == CANNOT_TELL
    new = replace(
        label,
        id=str(uuid.uuid4()),
        activity=label.activity if unsure else intent.activity,
        origin=Origin.READER,
        state=LabelState.CANNOT_TELL if unsure else LabelState.CONFIRMED,
        proposal_id=None,
        merged=(),
    )
    return Add(new, intent.reason)


def _refuse_double(session: StudySession, label: Label) -> None:
    """No potential may count twice, as one split off by the second reader alone would."""
    peaks = set(label.peak_samples)
    for own in session.items(label.recording_id):
        rejected = own.state is LabelState.REJECTED
        if own.channel == label.channel and not rejected and peaks & set(own.peak_samples):
            raise PolicyError(
                "Its potentials belong to an item of the first reading",
                "Split them off there (Shift+Q), or let the first reader's word stand (Alt+5).",
            )


def _paired(
    first: Sequence[Label], second: Sequence[Label], rates: dict[str, float]
) -> list[tuple[Label | None, Label | None]]:
    other = {label.id: label for label in second}
    pairs: list[tuple[Label | None, Label | None]] = [
        (label, other[label.id]) for label in first if label.id in other
    ]
    known = {label.id for label, _ in pairs if label is not None}
    ms = load_review_settings().carry.tolerance_ms
    for key, fs in rates.items():
        mine = [x for x in first if x.id not in known and x.recording_id == key]
        theirs = [x for x in second if x.id not in known and x.recording_id == key]
        tolerance = round(ms * fs / 1000)
        found = matches([place_of(x) for x in mine], [place_of(x) for x in theirs], tolerance)
        pairs += [(mine[a], theirs[b]) for a, b in found]
        pairs += [(x, None) for n, x in enumerate(mine) if n not in {a for a, _ in found}]
        pairs += [(None, x) for n, x in enumerate(theirs) if n not in {b for _, b in found}]
    pairs.sort(key=lambda p: _start(p[0] or p[1]))
    return pairs


def _disagreement(a: Label | None, b: Label | None, first: str, second: str) -> Disagreement:
    label = a or b
    if label is None:
        raise ValueError("a disagreement is about a label")
    ids = (a.id if a else "", b.id if b else "")
    return Disagreement(*ids, label.recording_id, first, second, label.channel, label.interval)


def _start(label: Label | None) -> tuple[str, int]:
    return (label.recording_id, label.interval.start) if label is not None else ("", 0)
