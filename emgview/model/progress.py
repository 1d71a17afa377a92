"""How long work tells its progress and learns that it is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable

from emgview.errors import CancelledError


class Progress:
    """Handed down to every work that can take more than half a second.

    Parameters
    ----------
    on_report : callable (fraction, text), optional
        Called from the working thread with 0…1 and a short text.
    cancelled : callable -> bool, optional
        Asked from the working thread.
    """

    def __init__(
        self,
        on_report: Callable[[float, str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._on_report = on_report
        self._cancelled = cancelled

    def report(self, fraction: float, text: str) -> None:
        """Tell the progress.

        Raises
        ------
        CancelledError
            If the work is no longer wanted.
        """
        if self._cancelled is not None and self._cancelled():
            raise CancelledError
        if self._on_report is not None:
            self._on_report(min(max(fraction, 0.0), 1.0), text)

    def part(self, start: float, stop: float) -> Progress:
        """A progress whose 0…1 is ``start``…``stop`` of this one."""

        def scaled(fraction: float, text: str) -> None:
            self.report(start + fraction * (stop - start), text)

        return Progress(scaled, self._cancelled)


def silent() -> Progress:
    """A progress that nobody watches."""
    return Progress()
