"""Streams of the Lab Streaming Layer (LSL) by the `pylsl` package.

The stamps are taken as the sender made them, on the sender's clock: they tell what was lost
(:mod:`.stamps`). What that clock differs from the clock of this computer is measured beside.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np

from emgview.errors import EmgviewError, MissingExtraError
from emgview.sources.live.lsl_description import (
    NumberType,
    channels_of,
    check_regular,
    device_of,
    number_type,
)
from emgview.sources.live.protocol import (
    Block,
    FoundSource,
    LiveFormat,
    LiveSource,
    Option,
    SourceEndedError,
    SourceKind,
    SourceLostError,
    SourceSpec,
)
from emgview.sources.live.stamps import HOLD_S, LossFinder

BUFFER_S = 360
LOST_AFTER_S = 2.0

_LOOK_S = 1.0
_FIND_S = 3.0
_OPEN_S = 5.0
_LEAST_S = 0.005  # of signal in a block, unless the time is over
_MOST_S = 0.05
_SILENT_S = 0.5  # then it is looked whether the stream is still announced
_MORE_S = 0.7  # one process of a machine answers at once, the others to the second call after 0.5 s
_OFFSET_EVERY_S = 10.0
_OFFSET_TOLD_S = 0.005


def _pylsl() -> Any:
    try:
        import pylsl
    except (ImportError, RuntimeError) as error:  # RuntimeError: its library cannot be loaded
        raise MissingExtraError(
            "LSL streams need the package pylsl, which is not installed or cannot be loaded",
            "Install it with: pip install 'emgview[live]'.",
        ) from error
    return pylsl


class LslSource:
    """One stream.

    Parameters
    ----------
    spec : SourceSpec
        Name of the stream, and options.
    """

    def __init__(self, spec: SourceSpec) -> None:
        self._spec = spec
        self._inlet: Any = None
        self._watch: Any = None  # resolver, while the stream is silent
        self._uid = ""
        self._type = NumberType("float32", "float32")
        self._chunk = np.zeros((1, 1), np.float32)
        self._least = 1
        self._ready: deque[Block] = deque()
        self._finder = LossFinder(1.0)
        self._heard = self._watched = self._measured = 0.0
        self._offset_s = self._offset_told_s = 0.0

    def open(self) -> LiveFormat:
        """Find the stream and subscribe: every sample from now on is kept until it is read."""
        pylsl = _pylsl()
        self.close()
        info = _find(pylsl, self._spec)
        name, rate = info.name(), float(info.nominal_srate())
        check_regular(rate, name)
        self._type = number_type(info.channel_format(), name)
        self._inlet = pylsl.StreamInlet(info, max_buflen=BUFFER_S, recover=False, as_numpy=True)
        try:
            full = self._inlet.info(_OPEN_S)
            self._inlet.open_stream(_OPEN_S)
            offset = self._inlet.time_correction(_OPEN_S)
        except RuntimeError as error:  # TimeoutError and LostError of pylsl
            self.close()
            raise SourceLostError(
                f"The stream {name} is announced but does not answer ({error})",
                "Check the sender and the network, then connect again.",
            ) from error
        try:
            channels, notes = channels_of(full, self._spec.get("unit"))
        except EmgviewError:
            self.close()
            raise
        self._begin(info.uid(), rate, len(channels), offset)
        return LiveFormat(
            channels, rate, self._type.given, device_of(full), (*notes, *self._notes())
        )

    def read(self, timeout_s: float) -> Block | None:
        """The next samples; a jump of the stamps is waited out for a quarter of a second."""
        if self._inlet is None:
            raise SourceEndedError("The stream is not open", "Open it first.")
        until = monotonic() + timeout_s
        while not self._ready:
            left = until - monotonic()
            if not self._pull(max(left, 0.0)):
                self._silent()
            if left <= 0.0:
                break
        if not self._ready:
            return None
        block = self._ready.popleft()
        return self._with_offset(block)

    def close(self) -> None:
        """Unsubscribe."""
        inlet, self._inlet = self._inlet, None
        self._watch = None
        self._ready.clear()
        if inlet is not None:
            inlet.close_stream()

    def _begin(self, uid: str, rate: float, n_channels: int, offset_s: float) -> None:
        self._uid = uid
        most = max(round(_MOST_S * rate), 16)
        self._least = max(min(round(_LEAST_S * rate), most), 1)
        self._chunk = np.zeros((most, n_channels), self._type.sent)
        self._finder = LossFinder(rate, smooth=self._spec.get("dejitter", "yes") != "no")
        self._offset_s = self._offset_told_s = offset_s
        self._heard = self._measured = monotonic()

    def _notes(self) -> tuple[str, ...]:
        smooth = self._spec.get("dejitter", "yes") != "no"
        how = "smoothed (dejitter)" if smooth else "taken as they are"
        notes = (
            f"Clock of the stream: {1e3 * self._offset_s:+.3f} ms to the clock of this computer "
            f"at the start, measured again every {_OFFSET_EVERY_S:g} s",
            f"Time stamps of the stream {how}; lost samples are found from them",
        )
        return (*notes, self._type.note) if self._type.note else notes

    def _pull(self, timeout_s: float) -> bool:
        """Take what is there; False where nothing is."""
        try:
            samples, stamps = self._inlet.pull_chunk(
                timeout_s, len(self._chunk), dest_obj=self._chunk, min_samples=self._least
            )
        except RuntimeError as error:
            self._ready.extend(self._finder.settle())
            if self._ready:
                return True  # what was kept back first; the next pull fails again
            raise SourceLostError(
                f"The stream {self._spec.what} went away ({error})", "Check the sender."
            ) from error
        if len(stamps) == 0:
            return False
        self._heard, self._watch = monotonic(), None
        given = samples.astype(self._type.given)  # a copy: the chunk is written over
        self._ready.extend(self._finder.feed(np.asarray(stamps, np.float64), given))
        return True

    def _silent(self) -> None:
        """Nothing came: give what was held, and look whether the stream is still there."""
        now = monotonic()
        silent_s = now - self._heard
        if self._finder.holding and silent_s > HOLD_S:
            self._ready.extend(self._finder.settle())
        if silent_s < _SILENT_S:
            return
        if self._watch is None:
            self._watched = now
            self._watch = _pylsl().ContinuousResolver(
                pred=f"uid='{self._uid}'", forget_after=LOST_AFTER_S
            )
        elif now - self._watched > LOST_AFTER_S - _SILENT_S and not self._watch.results():
            raise SourceLostError(
                f"The stream {self._spec.what} is gone for {silent_s:.1f} s", "Check the sender."
            )

    def _with_offset(self, block: Block) -> Block:
        """The block; with a note where the clocks have moved against each other."""
        now = monotonic()
        if now - self._measured < _OFFSET_EVERY_S:
            return block
        self._measured = now
        try:
            self._offset_s = self._inlet.time_correction(0.01)
        except RuntimeError:
            return block  # not measured this time; a stream that is lost is told by the next pull
        moved = self._offset_s - self._offset_told_s
        if abs(moved) < _OFFSET_TOLD_S:
            return block
        self._offset_told_s = self._offset_s
        note = f"Clock of the stream moved by {1e3 * moved:+.1f} ms against this computer's"
        return replace(block, note="; ".join(filter(None, (block.note, note))))


def _find(pylsl: Any, spec: SourceSpec) -> Any:
    """The one stream that the spec names; the newest where a sender was started again.

    Raises
    ------
    EmgviewError
        If there is none, or several.
    """
    wanted = {"name": spec.what, "source_id": spec.get("source_id"), "type": spec.get("type")}
    parts = [f"{name}={_quoted(text)}" for name, text in wanted.items() if text]
    if not parts:
        raise EmgviewError("lsl names no stream", "Write it as lsl:NAME.")
    predicate = " and ".join(parts)
    found = pylsl.resolve_bypred(predicate, 1, _FIND_S)
    if not found:
        raise EmgviewError(
            f"There is no LSL stream {spec.what or predicate}",
            "Start the sender, or see the names of the streams with: emgview sources.",
        )
    if not spec.get("source_id"):
        found = pylsl.resolve_bypred(predicate, 2, _MORE_S) or found
    newest = max(found, key=lambda info: info.created_at())
    if any(i.source_id() != newest.source_id() or not i.source_id() for i in found if i != newest):
        ids = ", ".join(sorted(info.source_id() or "none" for info in found))
        raise EmgviewError(
            f"{len(found)} LSL streams are named {spec.what or predicate}",
            f"Add ?source_id=… (found: {ids}) or ?type=….",
        )
    return newest


def _quoted(text: str) -> str:
    """A text for an XPath predicate, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    raise EmgviewError(f"lsl: the text {text} holds both kinds of quotes", "Name another option.")


def _discover() -> tuple[FoundSource, ...]:
    found = []
    for info in _pylsl().resolve_streams(_LOOK_S):
        same = SourceSpec("lsl", info.name(), _told(info))
        rate = float(info.nominal_srate())
        detail = f"{info.type()}, {info.channel_count()} channels, {rate:g} Hz"
        if rate > 0:
            found.append(FoundSource(same.text(), info.name(), detail))
    return tuple(sorted(found, key=lambda one: one.text))


def _told(info: Any) -> tuple[tuple[str, str], ...]:
    return (("source_id", info.source_id()),) if info.source_id() else ()


def _make(spec: SourceSpec) -> LiveSource:
    return LslSource(spec)


KIND = SourceKind(
    name="lsl",
    title="Lab Streaming Layer",
    what="name of the stream",
    options=(
        Option("source_id", "Identifier of the sender, where several streams have one name"),
        Option("type", "Type of the stream, such as EMG"),
        Option("unit", "Unit of the numbers where the stream does not tell it: uV, mV or V"),
        Option("dejitter", "no: believe each time stamp as it is", "yes"),
    ),
    discover=_discover,
    make=_make,
)
