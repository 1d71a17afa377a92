"""An open study: reads for the views, and the one door through which it changes.

Every method belongs to the study's I/O thread, in which the session is opened and closed, but
where a docstring says otherwise.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from emgview import __version__
from emgview.errors import FileError, PolicyError
from emgview.findings import ExaminedRecording, FindingsMemo, FindingsTable, Statement
from emgview.model import (
    DetectionRun,
    Label,
    LabelState,
    Origin,
    Proposal,
    RecordingEntry,
    RecordingInfo,
    Side,
    Study,
    load_muscles,
    load_vocabulary,
)
from emgview.recording import RecordingReader, file_sha256
from emgview.report.entries import load_entries
from emgview.review import Actor, Add, Applied, Decide, Import, Note, Remove, ReviewStore, SetField
from emgview.session import intents
from emgview.session.bookmarks import Bookmark, Bookmarks, field_of
from emgview.session.checkpointing import Checkpointing, check_own
from emgview.session.clipping import Clipping
from emgview.session.display import answer
from emgview.session.examining import Examination, ExaminationInputs, entry_command
from emgview.session.filtering import FilteredBlocks
from emgview.session.intents import ChangeSet, Intent
from emgview.session.measured_units import MeasuredUnits
from emgview.session.more_intents import apply_more
from emgview.session.open_files import OpenFile
from emgview.session.policy import StudyState, check
from emgview.session.screen import Screen
from emgview.session.station import station_name
from emgview.session.study_folder import StudyFolder, with_hash
from emgview.session.traces import TraceAnswer, TraceRequest
from emgview.session.upkeep import Upkeep

REPORT_TEXTS = (
    "conclusion",
    "limitations",
    "referral_question",
    *(entry.field for entry in load_entries()),
)


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """A recording of the study as it stands now: the muscle is what was stated last."""

    entry: RecordingEntry
    info: RecordingInfo
    muscle: str
    side: Side

    @property
    def title(self) -> str:
        """Muscle and side where stated, else the name it came with."""
        if not self.muscle:
            return self.entry.title or self.entry.id[:8]
        name = load_muscles().name(self.muscle)
        return f"{name}, {SIDE_WORDS[self.side]}" if self.side else name


SIDE_WORDS = {Side.LEFT: "left", Side.RIGHT: "right", Side.MIDLINE: "midline", Side.NOT_STATED: ""}


class _Closing(ABC):
    """Closed at the end of a ``with``."""

    @abstractmethod
    def close(self) -> None:
        """Release what is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class StudySession(_Closing):
    """One study, open for review.

    Parameters
    ----------
    folder : StudyFolder
    reader_name : str
        Who decides; written into every row of the log.
    """

    def __init__(self, folder: StudyFolder, reader_name: str, *, role: str = "interpreter") -> None:
        self.folder = folder
        software = f"emgview {__version__}"
        self._actor = Actor(reader_name or "reader", role, station_name(), software)
        self._study = folder.read()
        self.files: dict[str, OpenFile] = {}  # by recording id; each tells of its trouble
        hashes = {entry.id: entry.sha256 for entry in self._study.recordings}
        self.upkeep = Upkeep(self.files, hashes, self.keep_hash)
        self._filtered, self.clipping, self._memo = FilteredBlocks(), Clipping(), FindingsMemo()
        self._units = MeasuredUnits()
        self._store, self.state = _open_store(folder.review_db, self._study)
        self.checkpointing = Checkpointing(self._store)
        try:
            for entry in self._study.recordings:
                self.files[entry.id] = OpenFile(folder.path_of(entry), entry.id)
            if self.state is StudyState.OPEN:
                self._store.apply(Note("study.open", {"study": self._study.id}), self._actor)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all files; may be called twice."""
        self.upkeep.close()
        for file in self.files.values():
            file.close()
        self.checkpointing.make()
        self._store.close()

    # -- reading -----------------------------------------------------------------------------

    @property
    def study(self) -> Study:
        """The study, with the texts that were stated last."""
        question = self._store.field("referral_question")
        return replace(self._study, referral_question=question or self._study.referral_question)

    def take_study(self, study: Study) -> bool:
        """Take ``study.json`` as another window left it; False if it is as it was."""
        if study == self._study:
            return False
        for entry in study.recordings:
            if entry.id not in self.files:
                self.files[entry.id] = OpenFile(self.folder.path_of(entry), entry.id)
        self._study = study
        return True

    @property
    def actor(self) -> Actor:
        """Who decides in this session."""
        return self._actor

    @property
    def recordings(self) -> tuple[OpenRecording, ...]:
        """All recordings in the order of the study."""
        return tuple(self._recording(entry) for entry in self._study.recordings)

    def recording(self, recording_id: str) -> OpenRecording:
        """One recording; KeyError for an unknown id."""
        return next(r for r in self.recordings if r.entry.id == recording_id)

    def _recording(self, entry: RecordingEntry) -> OpenRecording:
        muscle = self._store.field(f"recording/{entry.id}/muscle") or entry.muscle
        side = self._store.field(f"recording/{entry.id}/side") or entry.side.value
        return OpenRecording(entry, self.files[entry.id].info, muscle, Side(side))

    def reader(self, recording_id: str) -> RecordingReader:
        """Samples of one recording.

        Raises
        ------
        FileError
            While its file is gone.
        """
        return self.files[recording_id].reader

    def trace(self, request: TraceRequest) -> TraceAnswer:
        """One window for the trace view.

        Raises
        ------
        FileError
            If the recording cannot be read there.
        """
        key = request.recording_id
        self.upkeep.look(request)
        try:
            return answer(self.reader(key), request, self._filtered, self.clipping.of(key))
        except FileError as error:
            if not self.upkeep.damaged(key, error):
                raise
            return answer(self.reader(key), request, self._filtered, self.clipping.of(key))

    def items(self, recording_id: str | None = None) -> tuple[Label, ...]:
        """Proposals and labels with their present state, sorted in time."""
        return self._store.items(recording_id)

    def proposal(self, item: str) -> Proposal | None:
        """The proposal behind an item; None for the reader's own labels."""
        return self._store.proposal(item)

    def run(self, recording_id: str) -> DetectionRun | None:
        """The latest run of the detector."""
        return self._store.latest_run(recording_id)

    def bookmarks(self, recording_id: str) -> Bookmarks:
        """Places that the reader marked."""
        return Bookmarks.from_text(self._store.field(field_of(recording_id)))

    def text(self, field: str) -> str:
        """A text of the reader."""
        return self._store.field(field)

    def undo_text(self) -> str | None:
        """What undo would take back; None where there is nothing."""
        return self._store.undo_text()

    def redo_text(self) -> str | None:
        """What redo would do again; None where there is nothing."""
        return self._store.redo_text()

    @property
    def store(self) -> ReviewStore:
        """The log, for the report's anchor and for checks."""
        return self._store

    def examined(self) -> tuple[ExaminedRecording, ...]:
        """What findings are worked out from."""
        return self._units.examined(self)

    def findings(self) -> tuple[FindingsTable, tuple[Statement, ...]]:
        """The muscle table and what the rules say of it."""
        return self.examination().findings

    def examination(self) -> Examination:
        """The grid, the clinician's entries and what all rules say."""
        return self.examination_inputs().examine(self._memo)

    def examination_inputs(self) -> ExaminationInputs:
        """What :meth:`examination` is worked out from: values, for another thread."""
        return ExaminationInputs(self.examined(), self.items(), self._store.fields())

    def keep_hash(self, recording_id: str, sha256: str) -> None:
        """Write down the hash of a file that was not known when the study was made around it."""
        if self.state is StudyState.OPEN:
            self._study = with_hash(self._study, recording_id, sha256)
            self.folder.write(self._study)

    # -- changing ----------------------------------------------------------------------------

    def apply(self, intent: Intent, screen: Screen | None = None) -> ChangeSet:
        """Carry out what a person wants.

        The change is on disk when this returns, with what was on the ``screen`` at that moment.

        Raises
        ------
        PolicyError
            If it is not allowed; nothing was changed.
        """
        check(intent, self.state)
        self._store.screen = screen.to_json() if screen is not None else {}
        change = self._carry_out(intent)
        self.checkpointing.changed()
        return change

    def _carry_out(self, intent: Intent) -> ChangeSet:  # noqa: C901 - one case a line
        match intent:
            case intents.Confirm(items, reason):
                return self._decide(items, LabelState.CONFIRMED, reason)
            case intents.Reject(items, reason):
                return self._decide(items, LabelState.REJECTED, reason)
            case intents.CannotTell(items, reason):
                return self._decide(items, LabelState.CANNOT_TELL, reason)
            case intents.Relabel():
                return self._relabel(intent)
            case intents.AddLabel():
                return self._add(intent)
            case intents.ImportLabels(labels, reason):
                return self._applied(self._store.apply(Import(labels, reason), self._actor))
            case intents.RemoveLabel(item, reason):
                return self._applied(self._store.apply(Remove(item, reason), self._actor))
            case intents.StateMuscle():
                return self._state_muscle(intent)
            case intents.SetBookmark(recording_id, sample, text):
                marks = self.bookmarks(recording_id).with_mark(Bookmark(sample, text))
                return self._set_bookmarks(recording_id, marks)
            case intents.RemoveBookmark(recording_id, sample):
                marks = self.bookmarks(recording_id).without(sample)
                return self._set_bookmarks(recording_id, marks)
            case intents.StateText():
                return self._state_text(intent)
            case intents.StateEntry() | intents.OverrideCell() | intents.ClearOverride():
                return self._applied(self._store.apply(entry_command(intent, self), self._actor))
            case intents.StatePatient():
                return self._state_patient(intent)
            case intents.Undo():
                return self._applied(self._store.undo(self._actor), nothing="Nothing to undo")
            case intents.Redo():
                return self._applied(self._store.redo(self._actor), nothing="Nothing to do again")
            case _:
                return apply_more(self, intent)

    def add_run(self, run: DetectionRun) -> ChangeSet:
        """Take in what the detector proposes."""
        if self.state is not StudyState.OPEN:
            raise PolicyError("This study is open for reading only", "Close the other window.")
        known = self._store.latest_run(run.recording_id)
        n = len(run.proposals)
        if known is not None and known.id == run.id:
            message = f"Same result as before: {n} proposals"
            return ChangeSet(frozenset(), frozenset(), message, self._store.head().seq)
        self._store.add_run(run, self._actor)
        return ChangeSet(
            frozenset(p.id for p in run.proposals),
            frozenset({"items", "findings", "history"}),
            f"{n} proposals",
            self._store.head().seq,
        )

    def note(self, action: str, details: dict[str, str | int]) -> None:
        """Write an event into the log that changes nothing."""
        self._store.apply(Note(action, dict(details)), self._actor)

    def _decide(self, items: tuple[str, ...], state: LabelState, reason: str) -> ChangeSet:
        return self._applied(self._store.apply(Decide(items, state, None, reason), self._actor))

    def _relabel(self, intent: intents.Relabel) -> ChangeSet:
        if load_vocabulary().get(intent.activity) is None:
            raise PolicyError(f"There is no class {intent.activity!r}", "Choose one of the list.")
        command = Decide(intent.items, LabelState.EDITED, intent.activity, intent.reason)
        return self._applied(self._store.apply(command, self._actor))

    def _add(self, intent: intents.AddLabel) -> ChangeSet:
        info = self.recording(intent.recording_id).info
        inside = intent.interval.intersection(info.whole)
        if inside is None or intent.channel not in range(len(info.channels)):
            raise PolicyError("The stretch lies outside the recording", "Mark it on the trace.")
        label = Label(
            id=str(uuid.uuid4()),
            recording_id=intent.recording_id,
            channel=intent.channel,
            interval=inside,
            peak_samples=tuple(p for p in intent.peak_samples if inside.contains(p)),
            activity=intent.activity,
            origin=Origin.READER,
            state=LabelState.CONFIRMED,
        )
        return self._applied(self._store.apply(Add(label, intent.reason), self._actor))

    def _state_muscle(self, intent: intents.StateMuscle) -> ChangeSet:
        if intent.muscle and load_muscles().get(intent.muscle) is None:
            raise PolicyError(f"There is no muscle {intent.muscle!r}", "Choose one of the list.")
        prefix = f"recording/{intent.recording_id}"
        self._store.apply(SetField(f"{prefix}/muscle", intent.muscle), self._actor)
        done = self._store.apply(SetField(f"{prefix}/side", intent.side.value), self._actor)
        return self._applied(done, extra={"study", "findings"})

    def _set_bookmarks(self, recording_id: str, marks: Bookmarks) -> ChangeSet:
        command = SetField(field_of(recording_id), marks.to_text())
        return self._applied(self._store.apply(command, self._actor), extra={"bookmarks"})

    def _state_text(self, intent: intents.StateText) -> ChangeSet:
        if intent.field not in REPORT_TEXTS:
            raise PolicyError(f"There is no text {intent.field!r}", f"Allowed: {REPORT_TEXTS}.")
        done = self._store.apply(SetField(intent.field, intent.text), self._actor)
        return self._applied(done, extra={"texts"})

    def _state_patient(self, intent: intents.StatePatient) -> ChangeSet:
        self.note("patient.changed", {})
        self._study = replace(self._study, patient=intent.patient)
        self.folder.write(self._study)
        seq = self._store.head().seq
        return ChangeSet(frozenset(), frozenset({"study"}), "Patient data changed", seq)

    def _applied(
        self,
        applied: Applied | None,
        extra: set[str] | None = None,
        nothing: str = "Nothing changed",
    ) -> ChangeSet:
        if applied is None:
            return ChangeSet(frozenset(), frozenset(), nothing, self._store.head().seq)
        views = {"items", "findings", "history", *(extra or ())}
        if not applied.items:
            views |= {"study", "texts"}
        return ChangeSet(applied.items, frozenset(views), applied.message, applied.seq)


def _open_store(path: Path, study: Study) -> tuple[ReviewStore, StudyState]:
    """The store; for reading only where another window holds it or it cannot be written."""
    try:
        store, state = ReviewStore.open(path), StudyState.OPEN
    except PolicyError:
        store, state = ReviewStore.open(path, read_only=True), StudyState.READ_ONLY
    try:
        check_own(store.studies, study)
    except BaseException:
        store.close()
        raise
    return store, state


def changed_files(session: StudySession) -> tuple[str, ...]:
    """Titles of recordings whose file is not the one that the study was made with."""
    changed = []
    for r in session.recordings:
        sha256 = file_sha256(session.folder.path_of(r.entry))
        if not r.entry.sha256:
            session.keep_hash(r.entry.id, sha256)
        elif sha256 != r.entry.sha256:
            changed.append(r.title)
    return tuple(changed)
