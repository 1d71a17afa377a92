"""Stage two: alike events become units.

Sequential leader clustering with running templates: an event joins the template from which it
differs least, if the difference is no more than noise plus a small part of the shape's energy
(the counterpart of a correlation of at least 0.9 that also minds amplitude); else it founds one.
Order of events only, so independent of chunks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters

Shape = NDArray[np.float32]
_T = TypeVar("_T", bound=np.generic)

_SWAP_MS = 5.0  # one potential may have been found at its peak or at the trough beside it
_KEEP_EVERY = 4  # of a long train every fourth waveform is kept: bounded memory, whole train seen
_LEAST_TARGET = 3  # only a unit seen so often takes others in
_HEAVIEST = 30  # events after which a template's mean forgets: follows slow changes of shape


@dataclass(slots=True, eq=False)
class Unit:
    """Alike events and their mean shape (detection band, template rate)."""

    shape: Shape
    support: NDArray[np.bool_]
    events: list[Event] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    last_seen: int = 0
    parent: list[Event] | None = None
    _measured: tuple[Shape, float] | None = None

    @property
    def relatives(self) -> list[Event]:
        """Events whose waveforms may stand for one that gave its own up.

        Those of the unit that it is a part of: a part may have kept none.
        """
        return self.events if self.parent is None else self.parent

    @property
    def height(self) -> float:
        """Largest deflection of the mean shape; measured once for each shape."""
        if self._measured is None or self._measured[0] is not self.shape:
            self._measured = (self.shape, float(np.abs(self.shape).max()))
        return self._measured[1]

    @property
    def sigma(self) -> float:
        """Median noise at the events."""
        return float(np.median([event.sigma for event in self.events]))


class TemplateBank:
    """Groups the events of one channel into units."""

    def __init__(self, shape_rate_hz: float, stride: int, parameters: Parameters) -> None:
        self._t = parameters.template
        self._n_lags = 2 * round(self._t.lag_ms * shape_rate_hz / 1000) + 1
        self._margin = max(1, round(0.5 * shape_rate_hz / 1000))
        self._rate, self._stride = shape_rate_hz, stride
        self._active: list[Unit] = []
        self._heights: list[float] = []  # of the active units: asked for at each event
        self._retired: list[Unit] = []

    def add(self, event: Event) -> None:
        """Give the event to the unit it fits, or to a new one."""
        windows = sliding_window_view(event.shape, len(event.shape) - self._n_lags + 1)
        middle = self._n_lags // 2
        own = self._support(windows[middle], event.sigma)
        index, lag = self._best(event, windows, own)
        if index is None:
            unit, lag = Unit(windows[middle].copy(), own), middle
            self._make_room()
            self._active.append(unit)
            self._heights.append(unit.height)
        else:
            unit = self._active[index]
            weight = 1 / min(len(unit.events) + 1, _HEAVIEST)
            unit.shape = unit.shape + np.float32(weight) * (windows[lag] - unit.shape)
            noise = event.sigma / np.sqrt(min(len(unit.events) + 1, _HEAVIEST))
            unit.support = self._support(unit.shape, noise)
            self._heights[index] = unit.height
        unit.events.append(event)
        unit.times.append(
            event.anchor + (lag - middle) * self._stride if index is not None else event.anchor
        )
        unit.last_seen = event.anchor
        if len(unit.events) > self._t.keep_waves and len(unit.events) % _KEEP_EVERY:
            event.wave = None

    def finish(self) -> list[Unit]:
        """All units, near-identical ones joined, in the order of their first event."""
        units = self._join(self._retired + self._active)
        return sorted(units, key=lambda unit: unit.times[0])

    def peek(self, since: int = 0) -> list[Unit]:
        """What :meth:`finish` would give of the events from that sample on; changes nothing."""
        found = []
        for unit in self._retired + self._active:
            chosen = [i for i, time in enumerate(unit.times) if time >= since]
            if chosen:
                events, times = [unit.events[i] for i in chosen], [unit.times[i] for i in chosen]
                found.append(
                    Unit(unit.shape, unit.support, events, times, unit.last_seen, unit.events)
                )
        return sorted(self._join(found), key=lambda unit: unit.times[0])

    def _support(self, shape: Shape, sigma: float) -> NDArray[np.bool_]:
        size = np.abs(shape)
        inside = np.flatnonzero(size > max(0.12 * float(size.max()), 2.5 * sigma))
        mask = np.zeros(len(shape), dtype=bool)
        if inside.size:
            peak = int(np.argmax(size))
            near = inside[np.abs(inside - peak) <= len(shape)]
            mask[max(0, near[0] - self._margin) : near[-1] + self._margin + 1] = True
        return mask

    def _best(
        self, event: Event, windows: NDArray[np.float32], own: NDArray[np.bool_]
    ) -> tuple[int | None, int]:
        if not self._active:
            return None, 0
        heights = np.array(self._heights)
        height = abs(event.height)
        spare = 3 * event.sigma
        near = np.flatnonzero((heights > 0.6 * height - spare) & (heights < 1.67 * height + spare))
        if near.size == 0:
            return None, 0
        shapes = np.stack([self._active[i].shape for i in near])
        masks = np.stack([self._active[i].support for i in near]) | own
        distance = np.empty((len(near), self._n_lags), dtype=np.float32)
        for lag in range(self._n_lags):
            distance[:, lag] = np.einsum("tl,tl->t", (shapes - windows[lag]) ** 2, masks)
        energy = np.einsum("tl,tl->t", shapes**2, masks)
        noise = self._t.noise_factor * event.sigma**2 * masks.sum(axis=1)
        allowed = np.minimum(noise + self._t.shape_fraction * energy, 0.5 * energy)
        ratio = distance.min(axis=1) / np.maximum(allowed, 1e-9)
        best = int(np.argmin(ratio))
        if ratio[best] > 1:
            return None, 0
        return int(near[best]), int(np.argmin(distance[best]))

    def _make_room(self) -> None:
        """Keep the bank bounded: the smallest, longest unseen unit is no longer compared."""
        if len(self._active) < self._t.greatest_number:
            return
        index = min(
            range(len(self._active)),
            key=lambda i: (min(len(self._active[i].events), 4), self._active[i].last_seen),
        )
        self._retired.append(self._active.pop(index))
        del self._heights[index]

    def _join(self, units: list[Unit]) -> list[Unit]:
        """Join units whose means are the same; the larger one takes the smaller in."""
        ordered = sorted(units, key=lambda unit: (-len(unit.events), unit.times[0]))
        targets = [unit for unit in ordered if len(unit.events) >= _LEAST_TARGET]
        shapes = np.stack([t.shape for t in targets]) if targets else np.empty((0, 0), np.float32)
        masks = np.stack([t.support for t in targets]) if targets else np.empty((0, 0), bool)
        heights = np.array([target.height for target in targets])
        open_targets = np.ones(len(targets), dtype=bool)
        kept: list[Unit] = []
        for number, unit in enumerate(ordered):
            reachable = open_targets & (np.arange(len(targets)) < number)
            near = np.flatnonzero(
                reachable & (unit.height > 0.6 * heights) & (unit.height < 1.67 * heights)
            )
            found = self._same_as(unit, shapes[near], masks[near]) if near.size else None
            if found is None:
                kept.append(unit)
                continue
            index, lag = found
            _take_in(targets[int(near[index])], unit, -lag * self._stride)
            if number < len(targets):
                open_targets[number] = False
        return kept

    def _same_as(
        self, unit: Unit, shapes: NDArray[np.float32], masks: NDArray[np.bool_]
    ) -> tuple[int, int] | None:
        """First of some templates that the unit's mean equals, and the lag; None for none."""
        reach, length = self._n_lags // 2, len(unit.shape)
        if len(unit.events) >= _LEAST_TARGET:
            reach = max(reach, round(_SWAP_MS * self._rate / 1000))
        lags = np.arange(-reach, reach + 1)
        moved = np.stack([_moved(unit.shape, lag) for lag in lags.tolist()])
        carried = np.stack([_moved(unit.support, lag) for lag in lags.tolist()])
        distance = np.empty((len(shapes), len(lags)), dtype=np.float32)
        for k in range(len(lags)):
            support = masks | carried[k]
            distance[:, k] = np.einsum("tl,tl->t", (shapes - moved[k]) ** 2, support)
        own = max(float(unit.shape @ unit.shape), 1e-9)
        energy = np.maximum(np.einsum("tl,tl->t", shapes, shapes), own)
        noise = unit.sigma**2 / len(unit.events) * unit.support.sum() / own
        limit = self._t.merge_fraction + 2 * noise
        fits = np.flatnonzero(distance.min(axis=1) / energy < limit)
        if fits.size == 0 or length == 0:
            return None
        return int(fits[0]), int(lags[np.argmin(distance[fits[0]])])


def _moved(row: NDArray[_T], lag: int) -> NDArray[_T]:
    """The row, later by so many places; zero where nothing is known."""
    out = np.zeros_like(row)
    n = len(row)
    out[max(lag, 0) : n + min(lag, 0)] = row[max(-lag, 0) : n - max(lag, 0)]
    return out


def _take_in(target: Unit, unit: Unit, shift: int) -> None:
    """Give the events of one unit to another, in the order of time."""
    order = sorted(
        zip(
            target.times + [t + shift for t in unit.times],
            target.events + unit.events,
            strict=True,
        ),
        key=lambda pair: pair[0],
    )
    target.times = [time for time, _ in order]
    target.events = [event for _, event in order]
