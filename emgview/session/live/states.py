"""Where an acquisition stands, and what may follow what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from emgview.errors import PolicyError


class LiveState(StrEnum):
    """``lost`` tries to connect again by itself; what was recorded goes on after a gap."""

    IDLE = "idle"
    CONNECTING = "connecting"
    PREVIEWING = "previewing"
    RECORDING = "recording"
    LOST = "lost"
    STOPPING = "stopping"


_ALLOWED: dict[LiveState, frozenset[LiveState]] = {
    LiveState.IDLE: frozenset({LiveState.CONNECTING}),
    LiveState.CONNECTING: frozenset({LiveState.PREVIEWING, LiveState.STOPPING}),
    LiveState.PREVIEWING: frozenset({LiveState.RECORDING, LiveState.LOST, LiveState.STOPPING}),
    LiveState.RECORDING: frozenset({LiveState.PREVIEWING, LiveState.LOST, LiveState.STOPPING}),
    LiveState.LOST: frozenset({LiveState.PREVIEWING, LiveState.RECORDING, LiveState.STOPPING}),
    LiveState.STOPPING: frozenset({LiveState.IDLE}),
}


class ImpossibleTransitionError(PolicyError):
    """A state that cannot follow the present one."""


class StateMachine:
    """The present state; any thread may ask and change it.

    Parameters
    ----------
    changed : callable
        Called with the new state on the thread that changed it.
    """

    def __init__(self, changed: Callable[[LiveState], None]) -> None:
        self._lock = threading.Lock()
        self._state = LiveState.IDLE
        self._changed = changed

    @property
    def state(self) -> LiveState:
        """The present state."""
        return self._state

    def to(self, new: LiveState) -> None:
        """Go on.

        Raises
        ------
        ImpossibleTransitionError
            If the new state cannot follow the present one; it stays.
        """
        with self._lock:
            if new not in _ALLOWED[self._state]:
                allowed = ", ".join(sorted(_ALLOWED[self._state]))
                raise ImpossibleTransitionError(
                    f"The acquisition is {self._state}; it cannot become {new}",
                    f"Possible now: {allowed}.",
                )
            self._state = new
        self._changed(new)

    def to_if(self, new: LiveState, present: LiveState) -> bool:
        """Go on only from that state; tells whether it did."""
        with self._lock:
            if self._state is not present or new not in _ALLOWED[present]:
                return False
            self._state = new
        self._changed(new)
        return True
