"""A live source that does what a script says: for faults that no device shows on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emgview.errors import EmgviewError
from emgview.model import Channel
from emgview.session.live.acquisition import Happening
from emgview.session.live.finished import Finished
from emgview.session.live.states import LiveState
from emgview.session.live.suggesting import Suggested
from emgview.sources.live import Block, LiveFormat, SourceEndedError, SourceLostError

Step = Block | Exception | float
Script = Callable[["Scripted"], Iterator[Step]]


class Scripted:
    """Gives the steps of a script: blocks, errors, seconds of silence.

    Samples of channel 0 hold their own number, counted by the device, lost ones included.
    """

    def __init__(
        self, script: Script, *, channels: int = 2, rate: float = 10_000.0, dtype: str = "int32"
    ) -> None:
        self.rate, self.n_channels, self.dtype = rate, channels, dtype
        self.number = 0
        self.opened = 0
        self.failures_to_open = 0
        self.format_channels = channels
        self._steps = script(self)
        self._silent_until = 0.0

    def block(self, n: int, lost: int | None = 0, note: str = "") -> Block:
        """The next samples, after some that the device lost."""
        self.number += lost or 0
        numbers = np.arange(self.number, self.number + n)
        self.number += n
        rows = np.stack([numbers] + [-numbers] * (self.n_channels - 1), axis=1)
        return Block(rows.astype(self.dtype), lost, note)

    def open(self) -> LiveFormat:
        self.opened += 1
        if self.failures_to_open > 0:
            self.failures_to_open -= 1
            raise EmgviewError("The device is not there", "Plug it in.")
        channels = tuple(Channel(f"C{n + 1}") for n in range(self.format_channels))
        return LiveFormat(channels, self.rate, self.dtype)

    def read(self, timeout_s: float) -> Block | None:
        now = time.monotonic()
        if now < self._silent_until:
            time.sleep(min(timeout_s, self._silent_until - now))
            return None
        step = next(self._steps, None)
        if step is None:
            raise SourceEndedError("The script is at its end")
        if isinstance(step, float):
            self._silent_until = now + step
            return None
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        pass


@dataclass
class Heard:
    """Events of an exam, as lists."""

    states: list[LiveState] = field(default_factory=list)
    told: list[Happening] = field(default_factory=list)
    suggestions: list[Suggested] = field(default_factory=list)
    files: list[Finished] = field(default_factory=list)

    def changed(self, state: LiveState) -> None:
        self.states.append(state)

    def happened(self, happening: Happening) -> None:
        self.told.append(happening)

    def suggested(self, suggested: Suggested) -> None:
        self.suggestions.append(suggested)

    def finished(self, finished: Finished) -> None:
        self.files.append(finished)

    def texts(self) -> str:
        return " | ".join(h.text for h in self.told)


def lost(text: str = "The cable is out") -> SourceLostError:
    return SourceLostError(text, "Plug it in.")


def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait; fails the test where it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.005)
