"""What the keys of the checks do: runs compared, rhythm, blinded audit, second reader."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from emgview.review.wording import ADJUDICATE
from emgview.session.blinded_audit import (
    CANNOT_TELL,
    NOTHING,
    SOMETHING,
    AnswerAudit,
    Audit,
    StartAudit,
    audit_of,
    estimate,
)
from emgview.session.intents import ChangeSet
from emgview.session.rerun import RunDifferences, run_differences
from emgview.session.rhythm_answers import recording_rhythm
from emgview.session.second_reader import (
    Adjudicate,
    Agreement,
    Disagreement,
    agreement_of,
    note_comparison,
)
from emgview.session.site_constancy import MuscleSites, site_constancy
from emgview.session.study_session import StudySession
from emgview.ui import checks_words as words
from emgview.ui.checks_panel import AUDIT, READERS, RHYTHM, RUNS, SITES
from emgview.ui.small_dialogs import QuestionDialog
from emgview.ui.traces.cursors import MarkedStretch

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class ChecksActions(QObject):
    """Commands of the group ``checks``."""

    _compared = Signal(object)
    _audited = Signal(object)
    _read = Signal(object)
    _compared_sites = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._mark = MarkedStretch()
        self._audit: Audit | None = None
        self._audited_recording = ""
        self._answering = False
        self._agreement: Agreement | None = None
        window.traces.add_overlay(self._mark)
        window.checks.itemWanted.connect(self._show_difference)
        self._compared.connect(self._show_runs)
        self._audited.connect(self._show_audit)
        self._read.connect(self._show_readers)
        self._compared_sites.connect(self._show_sites)
        window.controller.opened.connect(lambda _: self._forget())
        window.controller.changed.connect(lambda *_: self._read_again())
        window.controller.changed.connect(lambda _, change: self._compare_again(change))

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "parameters": self._detect_with,
            "runs": self._compare_runs,
            "rhythm": self._ask_rhythm,
            "sites": self._ask_sites,
            "audit": self._begin_audit,
            "something": lambda: self._answer(SOMETHING),
            "nothing": lambda: self._answer(NOTHING),
            "unsure": lambda: self._answer(CANNOT_TELL),
            "audit_end": self._end_audit,
            "second": self._ask_second,
            "compare": self._see_both,
            "take_first": lambda: self._adjudicate(first=True),
            "take_second": lambda: self._adjudicate(first=False),
        }
        actions[name]()

    def _forget(self) -> None:
        self._end_audit()
        self._agreement = None
        self._window.checks.clear_answers()

    def _show(self, place: int, *answer: Any) -> None:
        self._window.panels.show("Checks", on=True)
        self._window.checks.show_answer(place, *answer)

    # -- detector ----------------------------------------------------------------------------

    def _detect_with(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Parameters of the detector", "", "Parameters (*.toml)"
        )
        if name:
            self._window.controller.detect((self._window.recording_id,), Path(name))

    def _compare_runs(self) -> None:
        key = self._window.recording_id
        self._window.controller.with_latest(
            "checks", lambda session: run_differences(session, key), self._compared.emit
        )

    def _show_runs(self, found: RunDifferences | None) -> None:
        recording = self._window.recording
        if recording is None or (found and found.recording_id != self._window.recording_id):
            return
        said, rows, ids = words.run_answer(found, recording.info.sampling_rate_hz)
        self._show(RUNS, said, words.RUN_HEADERS, rows, ids)

    # -- rhythm ------------------------------------------------------------------------------

    def _ask_rhythm(self) -> None:
        window, recording = self._window, self._window.recording
        if window.view is None or recording is None:
            return
        found = recording_rhythm(
            window.recording_id,
            window.view.items[window.recording_id],
            recording.info.sampling_rate_hz,
            recording.info.n_samples,
        )
        said, rows, ids = words.rhythm_answer(found)
        self._show(RHYTHM, f"{recording.title}. {said}", words.RHYTHM_HEADERS, rows, ids)

    def _ask_sites(self) -> None:
        self._window.controller.with_latest("checks", site_constancy, self._compared_sites.emit)

    def _show_sites(self, found: tuple[MuscleSites, ...]) -> None:
        if self._audit is None:
            said, rows, ids = words.sites_answer(found)
            self._show(SITES, said, words.SITE_HEADERS, rows, ids)

    # -- audit -------------------------------------------------------------------------------

    def _begin_audit(self) -> None:
        """Go on with an audit that has open windows, else draw anew."""
        key = self._audited_recording = self._window.recording_id
        seed = secrets.randbelow(2**31)

        def begin(session: StudySession) -> Audit | None:
            audit = audit_of(session, key)
            if audit is None or not audit.open:
                session.apply(StartAudit(key, seed))
            return audit_of(session, key)

        self._window.controller.with_session(begin, self._audited.emit)

    def _answer(self, answer: str) -> None:
        audit, key = self._audit, self._audited_recording
        if audit is None or not audit.open:
            self._window.tell("No audit is under way: Ctrl+Alt+A begins one")
            return
        if not self._answering:  # an answer is about the window on the screen
            self._answering = True
            self._window.controller.apply(AnswerAudit(key, audit.open[0], answer))

    def _read_again(self) -> None:
        """An answer was noted, or taken back."""
        key = self._audited_recording
        if self._audit is not None:
            self._window.controller.with_session(
                lambda session: audit_of(session, key), self._audited.emit
            )

    def _show_audit(self, audit: Audit | None) -> None:
        window = self._window
        if audit is None or window.recording_id != self._audited_recording:
            return
        self._audit, self._answering = audit, False
        if not audit.open:
            self._end_audit()
            self._show(AUDIT, estimate(audit).text)
            return
        if not window.shown.blind:
            window.checks.clear_answers()  # of before: they tell what the detector said
            window.shown.set_blind(on=True)
        place = audit.windows[audit.open[0]]
        self._mark.interval, self._mark.channel = place.interval, place.channel
        window.traces.center_on((place.start + place.stop) // 2)
        window.traces.redraw()
        done = len(audit.windows) - len(audit.open)
        self._show(AUDIT, words.audit_words(done, len(audit.windows)))

    def _end_audit(self) -> None:
        """Show again what the detector said; what was answered is kept."""
        self._audit, self._answering = None, False
        self._mark.interval = None
        self._window.shown.set_blind(on=False)
        self._window.traces.redraw()

    # -- readers -----------------------------------------------------------------------------

    def _ask_second(self) -> None:
        window = self._window
        if window.view is None:
            return
        dialog = QuestionDialog(
            "Second reader",
            (("name", "&Name", ""), ("role", "&Role", "interpreter")),
            window,
        )
        path = window.view.path
        dialog.accepted.connect(
            lambda: window.controller.open_second(path, dialog.value("name"), dialog.value("role"))
        )
        dialog.open()

    def _see_both(self) -> None:
        """On command only: what follows an adjudication was seen before."""

        def work(session: StudySession) -> Agreement | None:
            found = agreement_of(session)
            note_comparison(session)
            return found

        self._window.controller.with_latest("checks", work, self._read.emit)

    def _compare_readers(self) -> None:
        self._window.controller.with_latest("checks", agreement_of, self._read.emit)

    def _show_readers(self, found: Agreement | None) -> None:
        view = self._window.view
        known = view.recordings if view is not None else ()
        recordings = {r.entry.id: (r.title, r.info.sampling_rate_hz) for r in known}
        self._agreement = found
        if self._audit is None:
            self._mark.interval = None
        said, rows, ids = words.reader_answer(found, recordings)
        checks = self._window.checks
        before, place = checks.row_item(READERS), checks.tables[READERS].currentRow()
        self._show(READERS, said, words.READER_HEADERS, rows, ids)
        if rows:  # the queue keeps its place: what was settled is followed by the next
            place = ids.index(before) if before in ids else min(max(place, 0), len(rows) - 1)
            checks.tables[READERS].selectRow(place)

    def _adjudicate(self, *, first: bool) -> None:
        chosen = self._difference(self._window.checks.row_item(READERS))
        if chosen is None:
            self._window.tell("Choose a row in the tab Second reader (Ctrl+Alt+G)")
            return
        last = chosen.first if first else chosen.second
        self._window.controller.apply(
            Adjudicate(
                chosen.item, last, chosen.first, chosen.second, second_item=chosen.second_item
            )
        )

    def _compare_again(self, change: ChangeSet) -> None:
        """The table follows an adjudication, its undo and its redo; other decisions stay fast."""
        if self._agreement is not None and ADJUDICATE in change.message:
            self._compare_readers()

    def _difference(self, key: str) -> Disagreement | None:
        found = self._agreement.disagreements if self._agreement is not None else ()
        return next((d for d in found if key and d.key == key), None)

    def _show_difference(self, key: str) -> None:
        """Where the second reader alone has a label, there is only a place to go to."""
        found, window = self._difference(key), self._window
        if found is None or found.item:
            return
        if found.recording_id != window.recording_id:
            window.show_recording(found.recording_id)
        self._mark.interval, self._mark.channel = found.interval, found.channel
        window.traces.center_on((found.interval.start + found.interval.stop) // 2)
        window.traces.redraw()
