"""What the examiner does, as stretches of time: phase and site of the needle."""

from __future__ import annotations

from dataclasses import dataclass

from emgview.model import Phase, PhaseMark, SampleInterval

OPEN_END = 2**62
"""Stop of a stretch that still goes on; a file cuts it at its end."""


@dataclass(frozen=True, slots=True)
class ExamMarks:
    """Phases of one muscle, the last of which may be open. All samples are absolute.

    Parameters
    ----------
    closed : tuple of PhaseMark
        In order of time, not overlapping.
    phase : Phase or None
        What goes on now; None: nothing was stated.
    site : int
        Site of the needle in this muscle, from 1 on.
    since : int
        First sample of the stretch that goes on.
    """

    closed: tuple[PhaseMark, ...] = ()
    phase: Phase | None = None
    site: int = 1
    since: int = 0

    def with_phase(self, phase: Phase | None, at: int) -> ExamMarks:
        """Another phase from that sample on; the same one again changes nothing."""
        if phase is self.phase:
            return self
        return ExamMarks(self._until(at), phase, self.site, at)

    def with_site(self, site: int, at: int) -> ExamMarks:
        """Another site: the needle moved, so what goes on begins anew there."""
        if site < 1 or site == self.site:
            return self
        return ExamMarks(self._until(at), self.phase, site, at)

    def moved(self, at: int) -> ExamMarks:
        """The needle moved while at rest: watching begins anew, at the same site."""
        if self.phase is not Phase.REST:
            return self
        return ExamMarks(self._until(at), self.phase, self.site, at)

    def rows(self) -> tuple[PhaseMark, ...]:
        """All stretches; the open one ends at :data:`OPEN_END`."""
        if self.phase is None:
            return self.closed
        open_mark = PhaseMark(SampleInterval(self.since, OPEN_END), self.phase, self.site)
        return (*self.closed, open_mark)

    def rows_from(self, base: int) -> tuple[PhaseMark, ...]:
        """The stretches as a recording that begins at that sample takes them."""
        whole = SampleInterval(base, OPEN_END)
        inside = ((m, m.interval.intersection(whole)) for m in self.rows())
        return tuple(
            PhaseMark(SampleInterval(i.start - base, i.stop - base), m.phase, m.site)
            for m, i in inside
            if i is not None
        )

    def rest_samples(self, head: int) -> int:
        """Samples of rest watched at this site since the needle moved last."""
        if self.phase is not Phase.REST:
            return 0
        return max(head - self.since, 0)

    def _until(self, at: int) -> tuple[PhaseMark, ...]:
        if self.phase is None or at <= self.since:
            return self.closed
        done = PhaseMark(SampleInterval(self.since, at), self.phase, self.site)
        return (*self.closed, done)
