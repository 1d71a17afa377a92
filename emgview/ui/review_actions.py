"""What the keys of review do: decide, go on, label, undo, detect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from emgview.model import LabelState, Origin, SampleInterval, Side, load_vocabulary
from emgview.session.intents import (
    CannotTell,
    ChangeSet,
    Confirm,
    Intent,
    Redo,
    Reject,
    Relabel,
    RemoveLabel,
    StateMuscle,
    Undo,
)
from emgview.session.own_labels import SnapLabel
from emgview.session.second_reader import ROLES
from emgview.ui.small_dialogs import QuestionDialog

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class ReviewActions(QObject):
    """Commands of the groups ``review``, ``edit`` and ``detect``.

    A QObject, so that signals of other threads reach it in the GUI thread.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._pending: frozenset[str] = frozenset()
        window.controller.changed.connect(self._arrived)
        window.controller.failed.connect(self._forget_pending)
        window.controller.opened.connect(self._forget_pending)

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        if name.startswith("class."):
            self._relabel(name.removeprefix("class."))
            return
        actions: dict[str, Callable[[], object]] = {
            "confirm": lambda: self._decide(Confirm),
            "reject": lambda: self._decide(Reject),
            "cannot_tell": lambda: self._decide(CannotTell),
            "next": lambda: self._step(+1),
            "previous": lambda: self._step(-1),
            "undo": lambda: self._apply(Undo()),
            "redo": lambda: self._apply(Redo()),
            "label": lambda: self._window.traces.set_label_mode(checked),
            "remove": self._remove,
            "reader": self._ask_reader,
            "this": lambda: self._detect(whole_study=False),
            "all": lambda: self._detect(whole_study=True),
            "cancel": self._window.controller.cancel,
        }
        actions[name]()

    def state_muscle(self, recording_id: str, muscle: str, side: Side) -> None:
        """The user chose muscle or side; the keys decide again."""
        self._window.traces.setFocus()
        self._apply(StateMuscle(recording_id, muscle, side))

    def go_to(self, item: str) -> None:
        """Show an item, in whichever recording it is."""
        view = self._window.view
        if view is None:
            return
        for recording_id, labels in view.items.items():
            if any(label.id == item for label in labels):
                if recording_id != self._window.recording_id:
                    self._window.show_recording(recording_id)
                self._window.select_item(item)
                return

    def label_stretch(self, interval: SampleInterval, channel: int) -> None:
        """A stretch was dragged: ask the class at the pointer, by mouse or digit."""
        menu = QMenu(self._window)
        for known in load_vocabulary().classes:
            if known.id in ("fp", "cannot_tell"):
                continue
            key = f"&{known.key}  " if known.key else "     "
            action = menu.addAction(f"{key}{known.term}")
            action.setData(known.id)
        menu.triggered.connect(lambda action: self._add(interval, channel, str(action.data())))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())

    def label_place(self, sample: int, channel: int) -> None:
        """A click in label mode: the potential there gets a class."""
        if self._window.menus.actions["edit.label"].isChecked():
            self.label_stretch(SampleInterval(sample, sample + 1), channel)

    def _add(self, interval: SampleInterval, channel: int, activity: str) -> None:
        self._apply(SnapLabel(self._window.recording_id, channel, interval, activity))

    def _apply(self, intent: Intent) -> None:
        self._window.controller.apply(intent)

    def _decide(self, kind: type[Confirm] | type[Reject] | type[CannotTell]) -> None:
        """Decide the selected items and go to the next open one."""
        chosen = self._window.items.selection()
        if not chosen:
            return
        self._decide_and_go_on(chosen, kind(chosen))

    def _decide_and_go_on(self, chosen: tuple[str, ...], intent: Intent) -> None:
        """What was decided but is not yet shown as decided is not open any more.

        Else impatient keys at the end of the table would come back to it and decide it again.
        """
        self._pending |= frozenset(chosen)
        following = self._window.items.neighbour(+1, without=self._pending)
        self._apply(intent)
        if following is None and self._window.items.model.shown.only is not None:
            self._window.groups.similar.run("end", checked=False)
            following = self._window.items.neighbour(+1, without=self._pending)
        if following is None:  # impatient keys decide nothing in another muscle
            self._window.tell("Nothing more is open here: D goes on to the next recording")
        else:
            self._window.shown.select_item(following, deciding=True)

    def _arrived(self, _view: object, change: ChangeSet) -> None:
        self._pending -= change.items

    def _forget_pending(self, _what: object) -> None:
        self._pending = frozenset()

    def _relabel(self, activity: str) -> None:
        chosen = self._window.items.selection()
        if not chosen:
            return
        self._decide_and_go_on(chosen, Relabel(chosen, activity))

    def _step(self, by: int) -> None:
        following = self._window.items.neighbour(by, without=self._pending)
        if following is not None:
            self._window.select_item(following)
        else:
            self._go_on_elsewhere()

    def _go_on_elsewhere(self) -> None:
        """To the first open item of the next recording that has one."""
        window, hidden = self._window, self._window.items.hidden_open()
        if hidden:
            window.tell(f"{hidden} open proposals are hidden by the least score")
            return
        view = window.view
        keys = [r.entry.id for r in view.recordings] if view is not None else []
        place = keys.index(window.recording_id) if window.recording_id in keys else 0
        for key in keys[place + 1 :] + keys[:place]:
            labels = view.items.get(key, ()) if view is not None else ()
            if any(i.state is LabelState.PROPOSED and i.id not in self._pending for i in labels):
                window.show_recording(key)
                following = window.items.neighbour(+1, without=self._pending)
                if following is not None:
                    window.select_item(following)
                return
        window.tell("Nothing is open any more")

    def _remove(self) -> None:
        for item in self._window.items.selection():
            label = self._window.label(item)
            if label is not None and label.origin is Origin.READER:
                self._apply(RemoveLabel(item))
            else:
                self._window.tell("Only labels of your own are removed; reject a proposal with X")

    def _ask_reader(self) -> None:
        settings = self._window.settings
        dialog = QuestionDialog(
            "Reader",
            (
                ("name", "&Name", settings.reader_name),
                ("credential", "&Credential", settings.reader_credential),
                ("role", f"&Role ({', '.join(ROLES)})", settings.reader_role),
            ),
            self._window,
        )
        if dialog.exec():
            values = (dialog.value("name"), dialog.value("credential"), dialog.value("role"))
            self._window.files.set_reader(*values)

    def _detect(self, *, whole_study: bool) -> None:
        window = self._window
        if window.view is None:
            return
        chosen = (
            tuple(r.entry.id for r in window.view.recordings)
            if whole_study
            else (window.recording_id,)
        )
        window.controller.detect(chosen)
