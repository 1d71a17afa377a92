"""Which object carries out the commands of which group; one line a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from emgview.ui.checks_actions import ChecksActions
from emgview.ui.display_actions import DisplayActions
from emgview.ui.file_actions import FileActions
from emgview.ui.findings_actions import FindingsActions
from emgview.ui.key_actions import KeyActions
from emgview.ui.live_desk import LiveDesk
from emgview.ui.measure_actions import MeasureActions
from emgview.ui.mode_actions import ModeActions
from emgview.ui.picture_actions import PictureActions
from emgview.ui.place_actions import PlaceActions
from emgview.ui.quantify.quantify_actions import QuantifyActions
from emgview.ui.record_actions import RecordActions
from emgview.ui.review_actions import ReviewActions
from emgview.ui.similar_actions import SimilarActions
from emgview.ui.sound_actions import SoundActions
from emgview.ui.train_actions import TrainActions
from emgview.ui.view_actions import ViewActions

if TYPE_CHECKING:
    from emgview.ui.main_window import MainWindow


class CommandGroup(Protocol):
    """Carries out the commands whose id begins with the name of the group."""

    def run(self, name: str, checked: bool) -> None:
        """Carry out ``name``: the id without the group."""


BLIND_WORDS = "Hidden during the audit: Alt+Shift+Z ends it"
_TELLING = frozenset(
    (
        "file.report",
        "record.history",
        "record.export",
        "review.next",
        "review.previous",
        "similar.channels",
        "findings.change",
        "units.show",
        "checks.runs",
        "checks.rhythm",
        "checks.sites",
        "checks.compare",
    )
)
"""Commands that would tell what the detector or a reader said, or where."""


class Groups:
    """All groups of one window.

    Parameters
    ----------
    window : MainWindow
        Its widgets must be there already.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.files = FileActions(window)
        self.review = ReviewActions(window)
        self.navigation = ViewActions(window)
        self.display = DisplayActions(window)
        self.sound = SoundActions(window)
        self.measure = MeasureActions(window)
        self.places = PlaceActions(window)
        self.keys = KeyActions(window)
        self.modes = ModeActions(window)
        self.live = LiveDesk(window)
        self.record = RecordActions(window)
        self.train = TrainActions(window)
        self.similar = SimilarActions(window)
        self.checks = ChecksActions(window)
        self.units = QuantifyActions(window)
        self._by_name: dict[str, CommandGroup] = {
            "file": self.files,
            "edit": self.review,
            "review": self.review,
            "detect": self.review,
            "view": self.navigation,
            "go": self.navigation,
            "help": self.files,
            "display": self.display,
            "sound": self.sound,
            "measure": self.measure,
            "place": self.places,
            "keys": self.keys,
            "mode": self.modes,
            "live": self.live,
            "record": self.record,
            "train": self.train,
            "similar": self.similar,
            "checks": self.checks,
            "units": self.units,
            "picture": PictureActions(window),
            "findings": FindingsActions(window),
        }

    def run(self, command: str, checked: bool) -> None:
        """Carry out a command of the table by its id."""
        if command in _TELLING and self._window.shown.blind:
            self._window.tell(BLIND_WORDS)
            return
        group, _, name = command.partition(".")
        self._by_name[group].run(name, checked)
