"""Stage two: alike events become units.

Sequential leader clustering with running templates: an event joins the template from which it
differs least, if the difference is no more than noise plus a small part of the shape's energy
(the counterpart of a correlation of at least 0.9 that also minds amplitude); else it founds one.
Order of events only, so independent of chunks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emgview.detection.events import Event
from emgview.detection.parameters import Parameters
from emgview.detection.products import product
from emgview.signal.noise import median_of

Shape = NDArray[np.float32]
Float = NDArray[np.float64]

_SWAP_MS = 5.0  # one potential may have been found at its peak or at the trough beside it
_KEEP_EVERY = 4  # of a long train every fourth waveform is kept: bounded memory, whole train seen
_LEAST_TARGET = 3  # only a unit seen so often takes others in
_SAFE = 1 + 1e-6  # rounding of a distance that comes of a difference of large numbers
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
        return median_of([event.sigma for event in self.events])


class _Compared:
    """Units that an event is compared with; shapes and supports also as rows of one matrix."""

    def __init__(self, capacity: int) -> None:
        self.units: list[Unit] = []
        self._capacity = capacity
        self._heights = np.empty(capacity)
        self._worth = np.empty(capacity)
        self._shapes = self._supports = np.empty((0, 0))

    def __len__(self) -> int:
        return len(self.units)

    @property
    def heights(self) -> Float:
        """Largest deflection of each unit's mean shape."""
        return self._heights[: len(self.units)]

    def rows(self, chosen: NDArray[np.intp]) -> tuple[Float, Float]:
        """Shapes and supports (0 or 1) of some units: copies."""
        return self._shapes[chosen], self._supports[chosen]

    def append(self, unit: Unit) -> int:
        """Take one more; gives its number. Its shape must be noted."""
        if not self._shapes.size:
            self._shapes, self._supports = np.empty((2, self._capacity, len(unit.shape)))
        self.units.append(unit)
        return len(self.units) - 1

    def note(self, index: int) -> None:
        """Take over the changed shape of a unit."""
        unit = self.units[index]
        self._shapes[index], self._supports[index] = unit.shape, unit.support
        self._heights[index] = unit.height
        self._worth[index] = min(len(unit.events), 4) * 1e15 + unit.last_seen

    def least(self) -> int:
        """The unit that is missed least: of few events, and long unseen."""
        return int(self._worth[: len(self.units)].argmin())

    def pop(self, index: int) -> Unit:
        """Give one away; those behind it move up."""
        n = len(self.units)
        for rows in (self._shapes, self._supports, self._heights, self._worth):
            rows[index : n - 1] = rows[index + 1 : n]
        return self.units.pop(index)


class TemplateBank:
    """Groups the events of one channel into units."""

    def __init__(self, shape_rate_hz: float, stride: int, parameters: Parameters) -> None:
        self._t = parameters.template
        self._n_lags = 2 * round(self._t.lag_ms * shape_rate_hz / 1000) + 1
        self._margin = max(1, round(0.5 * shape_rate_hz / 1000))
        self._rate, self._stride = shape_rate_hz, stride
        self._active = _Compared(max(1, self._t.greatest_number))
        self._retired: list[Unit] = []

    def add(self, event: Event) -> None:
        """Give the event to the unit it fits, or to a new one."""
        windows = windows_of(event.shape, len(event.shape) - self._n_lags + 1)
        middle = self._n_lags // 2
        own = self._support(windows[middle], event.sigma)
        index, lag = self._best(event, windows, own)
        if index is None:
            self._make_room()
            index, lag = self._active.append(Unit(windows[middle].copy(), own)), middle
            unit = self._active.units[index]
        else:
            unit = self._active.units[index]
            weight = 1 / min(len(unit.events) + 1, _HEAVIEST)
            unit.shape = unit.shape + np.float32(weight) * (windows[lag] - unit.shape)
            noise = event.sigma / np.sqrt(min(len(unit.events) + 1, _HEAVIEST))
            unit.support = self._support(unit.shape, noise)
        unit.events.append(event)
        unit.times.append(event.anchor + (lag - middle) * self._stride)
        unit.last_seen = event.anchor
        self._active.note(index)
        if len(unit.events) > self._t.keep_waves and len(unit.events) % _KEEP_EVERY:
            event.wave = None

    def finish(self) -> list[Unit]:
        """All units, near-identical ones joined, in the order of their first event."""
        units = self._join(self._retired + self._active.units)
        return sorted(units, key=lambda unit: unit.times[0])

    def peek(self, since: int = 0) -> list[Unit]:
        """What :meth:`finish` would give of the events from that sample on; changes nothing."""
        found = []
        for unit in self._retired + self._active.units:
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
            mask[max(0, inside[0] - self._margin) : inside[-1] + self._margin + 1] = True
        return mask

    def _best(
        self, event: Event, windows: NDArray[np.float32], own: NDArray[np.bool_]
    ) -> tuple[int | None, int]:
        heights = self._active.heights
        height = abs(event.height)
        spare = 3 * event.sigma
        near = np.flatnonzero((heights > 0.6 * height - spare) & (heights < 1.67 * height + spare))
        if near.size == 0:
            return None, 0
        shapes, masks = self._active.rows(near)
        masks[:, own] = 1
        masked = shapes * masks
        energy = np.einsum("tl,tl->t", masked, shapes)
        distance = _distances(masked, masks, energy, windows.astype(np.float64))
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
        self._retired.append(self._active.pop(self._active.least()))

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
        moved = _moved(unit.shape, reach)
        own = max(float(unit.shape @ unit.shape), 1e-9)
        energy = np.maximum(np.einsum("tl,tl->t", shapes, shapes), own)
        noise = unit.sigma**2 / len(unit.events) * unit.support.sum() / own
        limit = self._t.merge_fraction + 2 * noise
        # where the template alone has its support: less than the distance, and soon worked out
        masked = (shapes * masks).astype(np.float64)
        least = _distances(
            masked, masks.astype(np.float64), np.einsum("tl,tl->t", masked, shapes), moved
        ).min(axis=1)
        if length == 0:
            return None
        carried = _moved(unit.support, reach) > 0
        for index in np.flatnonzero(least < _SAFE * limit * energy):
            support = masks[index] | carried
            distance = np.einsum("kl,kl->k", (shapes[index] - moved) ** 2, support)
            if distance.min() / energy[index] < limit:
                return int(index), int(np.argmin(distance)) - reach
        return None


def _distances(masked: Float, masks: Float, energy: Float, windows: Float) -> Float:
    """Squared distance of each template from each window, where its mask is 1.

    Parameters
    ----------
    masked, masks : ndarray, (n_templates, length)
        Templates times masks, and the masks.
    energy : ndarray, (n_templates,)
        Energy of the masked templates.
    windows : ndarray, (n_windows, length)
    """
    shared = product(masked, -2 * windows.T)
    shared += product(masks, (windows**2).T)
    return shared + energy[:, np.newaxis]


def windows_of(row: Shape, length: int) -> Shape:
    """All windows of a length in a row, as rows: a copy."""
    starts = np.arange(len(row) - length + 1)
    return np.asarray(row[starts[:, np.newaxis] + np.arange(length)])


def _moved(row: NDArray[np.float32] | NDArray[np.bool_], reach: int) -> Float:
    """The row, earlier and later by up to so many places; zero where nothing is known."""
    padded = np.zeros(len(row) + 2 * reach)
    padded[reach : reach + len(row)] = row
    starts = np.arange(2 * reach, -1, -1)
    return np.asarray(padded[starts[:, np.newaxis] + np.arange(len(row))])


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
