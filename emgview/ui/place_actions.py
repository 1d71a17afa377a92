"""What the keys of places do: bookmarks, zoom box, views before, neighbours of one class, time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QInputDialog

from emgview.model import SampleInterval
from emgview.session.bookmarks import Bookmark, Bookmarks
from emgview.session.intents import RemoveBookmark, SetBookmark
from emgview.ui.small_dialogs import QuestionDialog
from emgview.ui.traces.bookmark_flags import BookmarkFlags
from emgview.ui.traces.history import ViewHistory
from emgview.ui.traces.viewport import DIVISIONS, Viewport
from emgview.ui.traces.zoom_box import ZoomBox
from emgview.ui.wording import clock, sample_of

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class PlaceActions:
    """Commands of the group ``place``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._flags = BookmarkFlags()
        self._history = ViewHistory()
        window.traces.add_overlay(self._flags)
        window.traces.viewportChanged.connect(self._history.saw)

    def run(self, name: str, checked: bool) -> None:
        """Carry out one command."""
        actions: dict[str, Callable[[], object]] = {
            "bookmark": self._set_bookmark,
            "name": self._name_bookmark,
            "remove": self._remove_bookmark,
            "next": lambda: self._go_bookmark(+1),
            "previous": lambda: self._go_bookmark(-1),
            "list": self._list,
            "zoom_box": lambda: self._zoom_box(checked),
            "before": lambda: self._show(self._history.back(), "There is no view before this one"),
            "after": lambda: self._show(self._history.forward(), "There is no view after this one"),
            "next_same": lambda: self._same(+1),
            "previous_same": lambda: self._same(-1),
            "time": self._ask_time,
        }
        actions[name]()

    # -- bookmarks ---------------------------------------------------------------------------

    def show_bookmarks(self) -> None:
        """Of the recording on the screen, on traces and overview."""
        self._flags.marks = self._marks
        self._window.traces.redraw()
        self._window.overview.set_marks([mark.sample for mark in self._marks.marks])

    def new_recording(self) -> None:
        """Another recording is on the screen: its bookmarks, and no views before."""
        self._history.forget()
        viewport = self._window.traces.viewport_now
        if viewport is not None:
            self._history.saw(viewport)
        self.show_bookmarks()

    @property
    def _marks(self) -> Bookmarks:
        view = self._window.view
        return view.bookmarks.get(self._window.recording_id, Bookmarks()) if view else Bookmarks()

    def _set_bookmark(self, text: str = "") -> None:
        sample = self._here()
        if sample is not None:
            recording = self._window.recording_id
            self._window.controller.apply(SetBookmark(recording, sample, text))

    def _name_bookmark(self) -> None:
        text, taken = QInputDialog.getText(self._window, "Bookmark", "&Name of the place")
        if taken:
            self._set_bookmark(text.strip())

    def _remove_bookmark(self) -> None:
        """The one nearest to the mark, if it is on the screen."""
        viewport, here = self._window.traces.viewport_now, self._here()
        shown = [m for m in self._marks.marks if viewport and viewport.interval.contains(m.sample)]
        if here is None or not shown:
            self._window.tell("There is no bookmark on the screen")
            return
        near = min(shown, key=lambda mark: abs(mark.sample - here))
        self._window.controller.apply(RemoveBookmark(self._window.recording_id, near.sample))

    def _go_bookmark(self, by: int) -> None:
        viewport = self._window.traces.viewport_now
        if viewport is None:
            return
        middle = viewport.start + viewport.span // 2
        found = self._marks.next_after(middle) if by > 0 else self._marks.last_before(middle)
        if found is None:
            self._window.tell("There is no bookmark further on; B sets one")
            return
        self._go(found)

    def _go(self, mark: Bookmark) -> None:
        self._window.traces.center_on(mark.sample)
        self._window.tell(f"Bookmark {mark.text}" if mark.text else "Bookmark")

    def _list(self) -> None:
        recording, marks = self._window.recording, self._marks.marks
        if recording is None or not marks:
            self._window.tell("There are no bookmarks; B sets one")
            return
        fs = recording.info.sampling_rate_hz
        texts = [f"{clock(mark.sample / fs)}  {mark.text}" for mark in marks]
        chosen, taken = QInputDialog.getItem(
            self._window, "Bookmarks", "&Go to", texts, 0, editable=False
        )
        if taken:
            self._go(marks[texts.index(chosen)])

    # -- views -------------------------------------------------------------------------------

    def _zoom_box(self, on: bool) -> None:
        self._window.traces.set_tool(ZoomBox(self._look_closely) if on else None)
        self._window.tell("Drag a box to look closely; Alt+Left goes back" if on else "")

    def _look_closely(self, interval: SampleInterval) -> None:
        viewport = self._window.traces.viewport_now
        if viewport is not None:
            ms = len(interval) / viewport.fs * 1000 / DIVISIONS
            closer = viewport.swept(max(ms, 2000 / viewport.fs / DIVISIONS))
            self._window.traces.set_viewport(closer.at(interval.start))

    def _show(self, viewport: Viewport | None, otherwise: str) -> None:
        if viewport is None:
            self._window.tell(otherwise)
        else:
            self._window.traces.set_viewport(viewport)

    def _same(self, by: int) -> None:
        """The next item of the class of the selected one, whatever its state."""
        chosen = self._window.items.selection()
        label = self._window.label(chosen[0]) if chosen else None
        view = self._window.view
        if label is None or view is None:
            self._window.tell("Select an item first")
            return
        same = [i for i in view.items[self._window.recording_id] if i.activity == label.activity]
        keys = [(i.interval.start, i.id) for i in same]
        key = (label.interval.start, label.id)
        place = bisect_right(keys, key) if by > 0 else bisect_left(keys, key) - 1
        if not 0 <= place < len(same):
            self._window.tell("There is no further item of this class")
            return
        self._window.select_item(same[place].id)

    # -- time --------------------------------------------------------------------------------

    def _ask_time(self) -> None:
        recording = self._window.recording
        if recording is None:
            return
        field = ("time", "&Time: s, m:s, h:m:s, clock time, or # and a sample", "")
        dialog = QuestionDialog("Go to time", (field,), self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.go_to(dialog.value("time"))

    def go_to(self, text: str) -> None:
        """Go to a time as typed; says what is possible where it is not in the recording."""
        recording = self._window.recording
        if recording is None:
            return
        info, clock_time = recording.info, self._window.settings.clock_time
        sample = sample_of(text, info, clock_time=clock_time)
        if sample is None or not 0 <= sample < info.n_samples:
            self._window.tell(
                f"{text!r} is no time of this recording: it has {info.duration_s:.1f} s, "
                f"samples #0 to #{info.n_samples - 1}"
            )
            return
        self._window.traces.center_on(sample)

    def _here(self) -> int | None:
        """The mark if it is on the screen, else the middle of the screen."""
        viewport, mark = self._window.traces.viewport_now, self._window.groups.sound.marked
        if viewport is None:
            return None
        if mark is not None and viewport.interval.contains(mark):
            return mark
        return min(viewport.start + viewport.span // 2, viewport.n_samples - 1)
