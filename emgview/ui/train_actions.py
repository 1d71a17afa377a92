"""What the keys of trains do: open one, walk through it, change which potentials it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu

from emgview.errors import CancelledError
from emgview.model import Label, load_vocabulary
from emgview.session.evidence_view import EvidenceView, evidence_view
from emgview.session.intents import Intent
from emgview.session.study_session import StudySession
from emgview.session.train_intents import MergeTrains, MoveMembers, SplitAt, SplitOff, TakeOut
from emgview.ui.wording import clock

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow

_NONE = "Choose potentials first: Shift+D and Shift+A go through them, Shift+V chooses more"
_REST_MS = 60


class TrainActions(QObject):
    """Commands of the group ``train``; keeps the panel at the selected item."""

    _ready = Signal(object, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._asked: Label | None = None  # its pictures are on the way, or shown
        # Pictures wait until the selection rests: paging through a table shows traces first.
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._ready.connect(self._show)
        window.train.memberChosen.connect(self._look_at)

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        del checked
        actions: dict[str, Callable[[], object]] = {
            "open": self._open,
            "next_member": lambda: self._step(+1),
            "previous_member": lambda: self._step(-1),
            "mark": self._window.train.mark,
            "take_out": lambda: self._change(TakeOut),
            "split_off": lambda: self._change(SplitOff),
            "split_at": self._split_at,
            "move": self._move,
            "merge": self._merge,
        }
        actions[name]()

    def follow(self, label: Label | None) -> None:
        """The selected item is this one now, as it stands."""
        if label is None or not label.peak_samples:
            self._asked = None
            self._rest.stop()
            self._window.train.show_train(None)
            return
        shown = self._window.train.view
        if label is self._asked and shown is not None:
            return
        if shown is not None and shown.item != label.id:
            self._window.train.show_train(None)  # never another train than the selected one
        self._asked = label
        self._rest.start()

    def _ask(self) -> None:
        label = self._asked
        if label is None:
            return

        controller = self._window.controller

        def read(session: StudySession) -> EvidenceView | CancelledError | None:
            try:
                return evidence_view(session, label.id, controller.is_deciding)
            except CancelledError as error:
                return error  # a decision goes first

        controller.with_latest("train", read, lambda view: self._ready.emit(label, view))

    def _show(self, label: Label, view: EvidenceView | CancelledError | None) -> None:
        if label is not self._asked:
            return
        if isinstance(view, CancelledError):
            self._rest.start()
        else:
            self._window.train.show_train(None if view is None else view.train)
            self._window.evidence.plots.show_view(view)

    def _open(self) -> None:
        self._window.panels.show("Train", on=True)

    def _step(self, by: int) -> None:
        peak = self._window.train.step(by)
        if peak is None:
            self._window.tell("The item has no single potentials")
            return
        self._window.panels.reveal("Train")
        self._look_at(peak)

    def _look_at(self, peak: int) -> None:
        self._window.traces.center_on(peak)

    def _item(self) -> str | None:
        view = self._window.train.view
        chosen = self._window.items.selection()
        return view.item if view is not None and chosen and chosen[0] == view.item else None

    def _change(self, kind: type[TakeOut] | type[SplitOff]) -> None:
        item, peaks = self._item(), self._window.train.chosen
        if item is None or not peaks:
            self._window.tell(_NONE)
            return
        self._apply(kind(item, peaks))

    def _split_at(self) -> None:
        item, peak = self._item(), self._window.train.current
        if item is None or peak is None:
            self._window.tell(_NONE)
            return
        self._apply(SplitAt(item, peak))

    def _merge(self) -> None:
        chosen = self._window.items.selection()
        if len(chosen) < 2:
            self._window.tell("Choose two or more trains in the table, then merge them")
            return
        self._apply(MergeTrains(chosen))

    def _move(self) -> None:
        """A menu of the other trains of the channel, by digit or mouse."""
        item, peaks = self._item(), self._window.train.chosen
        if item is None or not peaks:
            self._window.tell(_NONE)
            return
        menu = QMenu(self._window)
        for number, (other, words) in enumerate(self._others(item)):
            key = f"&{number + 1}  " if number < 9 else "     "
            menu.addAction(key + words).setData(other)
        if menu.isEmpty():
            self._window.tell("There is no other train in this channel")
            menu.deleteLater()
            return
        menu.triggered.connect(
            lambda action: self._apply(MoveMembers(item, peaks, str(action.data())))
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._window.train.mapToGlobal(self._window.train.rect().topLeft()))

    def _others(self, item: str) -> list[tuple[str, str]]:
        """Other items with potentials in the channel, nearest in time first."""
        window, own = self._window, self._window.label(item)
        if own is None or window.view is None or window.recording is None:
            return []
        fs = window.recording.info.sampling_rate_hz
        others = [
            label
            for label in window.view.items[window.recording_id]
            if label.channel == own.channel and label.id != item and label.peak_samples
        ]
        others.sort(key=lambda label: abs(label.interval.start - own.interval.start))
        return [(label.id, _words(label, fs)) for label in others]

    def _apply(self, intent: Intent) -> None:
        self._window.train.forget_choice()
        self._window.controller.apply(intent)


def _words(label: Label, fs: float) -> str:
    known = load_vocabulary().get(label.activity)
    term = known.term if known else label.activity
    return f"{term}, {len(label.peak_samples)} potentials from {clock(label.interval.start / fs)}"
