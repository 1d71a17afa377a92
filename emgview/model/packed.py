"""Many proposals in little room: columns of numbers, and each text once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from emgview.model.id_table import IdTable
from emgview.model.interval import SampleInterval
from emgview.model.label import Label, LabelState, Origin
from emgview.model.proposal import Evidence, Potential, Proposal

POTENTIAL = np.dtype([("start", "<i8"), ("stop", "<i8"), ("peak", "<i8"), ("score", "<f8")])
"""One potential as packed, and as stored: 32 bytes."""

Text = str | tuple[str, ...] | None


class _Texts:
    """Texts by number; equal ones have the same."""

    __slots__ = ("known", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.known: dict[Any, int] = {}

    def number(self, value: Text) -> int:
        """Number of a text, a new one if it has none yet."""
        found = self.known.get(value)
        if found is None:
            if isinstance(value, tuple):
                value = tuple(self.values[self.number(text)] for text in value)
            found = self.known[value] = len(self.values)
            self.values.append(value)
        return found

    def seal(self) -> None:
        """No more texts come: what finds equal ones is no longer needed."""
        self.known = {}


MEASURES = (
    "duration_ms",
    "amplitude_uv",
    "phases",
    "rate_hz",
    "interval_cv",
    "n_potentials",
    "snr",
)
"""Numbers of the evidence, in the order in which they are packed."""

_N_TEXTS = 8


class PackedProposals(Sequence[Proposal]):
    """The proposals of a run, each made anew when it is asked for.

    A proposal takes about 250 bytes with a potential, where the objects take 1500. Equal to any
    sequence of the same proposals. Filled by :meth:`add`, then :meth:`sealed` for good.

    Attributes
    ----------
    ids : list of str
        Of all of them, in order; not to be changed.
    """

    __slots__ = (
        "_channels",
        "_codes",
        "_ends",
        "_measures",
        "_peaks",
        "_scores",
        "_spans",
        "_table",
        "_texts",
        "ids",
    )

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._texts = _Texts()
        self._codes = array("i")
        self._channels = array("i")
        self._spans = array("q")
        self._scores = array("d")
        self._measures = array("d")
        self._ends = array("q", (0,))
        self._peaks: bytes | bytearray = bytearray()
        self._table: IdTable | None = None

    @classmethod
    def of(cls, proposals: Iterable[Proposal]) -> PackedProposals:
        """The same proposals, packed."""
        packed = cls()
        for p in proposals:
            e = p.evidence
            texts = (p.recording_id, p.activity, p.detector, p.version, p.parameters_hash)
            packed.add(
                p.id,
                (*texts, p.train_id, e.first_deflection, e.reasons),
                (p.channel, p.interval.start, p.interval.stop, p.score),
                [getattr(e, name) for name in MEASURES],
                packed_potentials(p.potentials),
            )
        return packed.sealed()

    def add(
        self,
        item: str,
        texts: Sequence[Text],
        place: tuple[int, int, int, float],
        measures: Iterable[float | None],
        potentials: bytes,
    ) -> None:
        """Take one in at the end.

        Parameters
        ----------
        item : str
            Its id.
        texts : sequence, 8
            Recording, activity, detector, version, hash of the parameters, train, first
            deflection, reasons.
        place : tuple
            Channel, start, stop, score.
        measures : iterable of float or None, 7
            As the evidence names them: duration, amplitude, phases, rate, variation of the
            intervals, number of potentials, SNR.
        potentials : bytes
            In the form of ``POTENTIAL``.
        """
        channel, start, stop, score = place
        known, number = self._texts.known, self._texts.number
        self.ids.append(item)
        self._codes.extend([known[text] if text in known else number(text) for text in texts])
        self._channels.append(channel)
        self._spans.extend((start, stop))
        self._scores.append(score)
        self._measures.extend([math.nan if value is None else value for value in measures])
        self._peaks += potentials
        self._ends.append(len(self._peaks))

    def sealed(self) -> PackedProposals:
        """These, for good.

        Raises
        ------
        ValueError
            If a proposal was not given all its values.
        """
        n = len(self.ids)
        lengths = (len(self._codes), len(self._measures))
        if lengths != (n * _N_TEXTS, n * len(MEASURES)) or len(self._peaks) % POTENTIAL.itemsize:
            raise ValueError(f"{n} proposals have {lengths} texts and measures")
        self._texts.seal()
        self._peaks = bytes(self._peaks)
        return self

    # -- reading -----------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Proposal: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Proposal, ...]: ...

    def __getitem__(self, index: int | slice) -> Proposal | tuple[Proposal, ...]:
        if isinstance(index, slice):
            return tuple(self._proposal(n) for n in range(*index.indices(len(self.ids))))
        n = index + len(self.ids) if index < 0 else index
        if not 0 <= n < len(self.ids):
            raise IndexError(f"proposal {index} of {len(self.ids)}")
        return self._proposal(n)

    def __iter__(self) -> Iterator[Proposal]:
        return map(self._proposal, range(len(self.ids)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PackedProposals | tuple):
            same = len(self) == len(other)
            return same and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def get(self, item: str) -> Proposal | None:
        """The proposal of that id; None if it is not among them. May be asked by any thread."""
        n = self._position(item)
        return None if n is None else self._proposal(n)

    def score(self, item: str) -> float | None:
        """The score of that proposal alone."""
        n = self._position(item)
        return None if n is None else self._scores[n]

    def _position(self, item: str) -> int | None:
        if self._table is None:
            self._table = IdTable(self.ids)
        return self._table.position(item)

    def labels(self) -> Iterator[Label]:
        """The item of each proposal before anybody decided."""
        peaks = np.frombuffer(self._peaks, POTENTIAL)["peak"].tolist()
        size, texts, spans = POTENTIAL.itemsize, self._texts.values, self._spans
        for n, item in enumerate(self.ids):
            yield Label(
                id=item,
                recording_id=texts[self._codes[n * _N_TEXTS]],
                channel=self._channels[n],
                interval=SampleInterval(spans[2 * n], spans[2 * n + 1]),
                peak_samples=tuple(peaks[self._ends[n] // size : self._ends[n + 1] // size]),
                activity=texts[self._codes[n * _N_TEXTS + 1]],
                origin=Origin.DETECTOR,
                state=LabelState.PROPOSED,
                proposal_id=item,
            )

    def _proposal(self, n: int) -> Proposal:
        first = n * _N_TEXTS
        texts = [self._texts.values[code] for code in self._codes[first : first + _N_TEXTS]]
        recording, activity, detector, version, parameters, train, deflection, reasons = texts
        stored = bytes(self._peaks[self._ends[n] : self._ends[n + 1]])
        return Proposal(
            id=self.ids[n],
            recording_id=recording,
            channel=self._channels[n],
            interval=SampleInterval(self._spans[2 * n], self._spans[2 * n + 1]),
            potentials=tuple(
                Potential(SampleInterval(start, stop), peak, score)
                for start, stop, peak, score in np.frombuffer(stored, POTENTIAL).tolist()
            ),
            activity=activity,
            score=self._scores[n],
            evidence=self._evidence(n, deflection, reasons),
            detector=detector,
            version=version,
            parameters_hash=parameters,
            train_id=train,
        )

    def _evidence(self, n: int, deflection: str, reasons: tuple[str, ...]) -> Evidence:
        first = n * len(MEASURES)
        values: list[float | None] = [
            None if math.isnan(value) else value
            for value in self._measures[first : first + len(MEASURES)]
        ]
        duration, amplitude, phases, rate, variation, n_potentials, snr = values
        return Evidence(
            first_deflection=deflection,
            duration_ms=duration,
            amplitude_uv=amplitude,
            phases=None if phases is None else int(phases),
            rate_hz=rate,
            interval_cv=variation,
            n_potentials=int(n_potentials or 0),
            snr=snr,
            reasons=reasons,
        )


def proposals_without(
    proposals: Sequence[Proposal], known: Container[str | None]
) -> Iterator[Proposal]:
    """Those whose id is not known; of packed ones no other is made."""
    if isinstance(proposals, PackedProposals):
        return (proposals[n] for n, item in enumerate(proposals.ids) if item not in known)
    return (proposal for proposal in proposals if proposal.id not in known)


def packed_potentials(potentials: Iterable[Potential]) -> bytes:
    """Potentials in the form of ``POTENTIAL``."""
    values = [(p.interval.start, p.interval.stop, p.peak_sample, p.score) for p in potentials]
    return np.array(values, dtype=POTENTIAL).tobytes()
