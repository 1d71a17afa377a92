"""Works out the findings after a decision is on the screen, on a thread of its own.

A decision is shown and on the disk in the time of a few frames; what follows from it for all
muscles and rules takes longer with thousands of items, and waits until the decisions rest.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from emgview.findings import FindingsMemo
from emgview.session.examining import Examination, ExaminationInputs
from emgview.session.jobs import Worker

_REST_MS = 40
"""So long after a change nothing is worked out: its picture comes first."""


class FindingsDesk(QObject):
    """The latest wish wins; an answer to an older one is dropped. GUI thread.

    Signals
    -------
    examined(Examination)
        The answer to the latest wish.

    Parameters
    ----------
    guarded : callable
        Runs work so that its errors reach the user.
    """

    examined = Signal(object)
    _done = Signal(object, object)

    def __init__(
        self, guarded: Callable[[Callable[[], None]], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._guarded = guarded
        self._worker = Worker("findings")
        self._memo = FindingsMemo()  # touched on the worker's thread only
        self._wanted: ExaminationInputs | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._done.connect(self._arrived)

    @property
    def is_waiting(self) -> bool:
        """Whether findings are wanted that are not there yet."""
        return self._wanted is not None

    def want(self, inputs: ExaminationInputs) -> None:
        """Work out what follows from these, when the changes rest."""
        self._wanted = inputs
        self._rest.start()

    def forget(self) -> None:
        """Nothing is wanted any more, and another study may come."""
        self._wanted, self._memo = None, FindingsMemo()
        self._rest.stop()

    def close(self, timeout_s: float) -> bool:
        """Join the thread; False if it did not end in time."""
        self._wanted = None
        self._rest.stop()
        return self._worker.close(timeout_s)

    def _ask(self) -> None:
        inputs, memo = self._wanted, self._memo
        if inputs is None:
            return

        def work() -> None:
            self._done.emit(inputs, inputs.examine(memo))

        self._worker.submit_latest("findings", lambda: self._guarded(work))

    def _arrived(self, inputs: ExaminationInputs, found: Examination) -> None:
        if inputs is self._wanted:
            self._wanted = None
            self.examined.emit(found)
