"""When checkpoints are made: every so many rows, at the close of a study, before a signature."""

from __future__ import annotations

import logging

from emgview.errors import EmgviewError, FileError
from emgview.model import Study
from emgview.review import ReviewStore
from emgview.session.station import Register, StationKey

EVERY_ROWS = 64
_LOG = logging.getLogger(__name__)


def check_own(studies: frozenset[str], study: Study) -> None:
    """Refuse a log that was written for another study: its decisions are about other recordings.

    Raises
    ------
    FileError
    """
    if studies - {study.id}:
        raise FileError(
            "review.db", "study", "was written for another study", "Put this study's own back."
        )


class Checkpointing:
    """Checkpoints of one open study; its I/O thread.

    A decision never fails because of a checkpoint: where the key or the register of the
    workstation cannot be used, the log goes on without, and the audit tells that.
    """

    def __init__(self, store: ReviewStore) -> None:
        self._store = store
        checkpoints = store.checkpoints.all()
        self._last_seq = checkpoints[-1].seq if checkpoints else 0
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why no checkpoint could be made; empty if all is well."""
        return self._trouble

    def changed(self) -> None:
        """Rows were written: make a checkpoint if it is time for one."""
        if self._store.head().seq - self._last_seq >= EVERY_ROWS:
            self.make()

    def make(self) -> None:
        """Make one now, unless the head has one or the study is open read-only."""
        if self._store.read_only or self._store.head().seq <= self._last_seq:
            return
        try:
            made = self._store.checkpoints.sign(StationKey.load())
            if made is not None:
                self._last_seq = made.seq
                Register().keep(made)
        except EmgviewError as error:
            self._trouble = str(error)
            _LOG.warning("no checkpoint of the log: %s", error)
