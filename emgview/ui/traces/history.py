"""Where the reader was before: back and forward through views. Pure, no Qt."""

from __future__ import annotations

from dataclasses import replace

from emgview.ui.traces.viewport import Viewport

MOST = 100


class ViewHistory:
    """Views of one recording. Scrolling on is one view; a zoom or a jump makes a new one."""

    def __init__(self) -> None:
        self._past: list[Viewport] = []
        self._future: list[Viewport] = []
        self._now: Viewport | None = None

    def forget(self) -> None:
        """Another recording."""
        self._past, self._future, self._now = [], [], None

    def saw(self, viewport: Viewport) -> None:
        """The view has changed."""
        now = self._now
        if now is not None and viewport != now:
            if not _goes_on(now, viewport):
                self._past = [*self._past[-MOST + 1 :], now]
            self._future = []
        self._now = viewport

    def back(self) -> Viewport | None:
        """The view before; None if there is none."""
        return self._step(self._past, self._future)

    def forward(self) -> Viewport | None:
        """The view that :meth:`back` came from; None if there is none."""
        return self._step(self._future, self._past)

    def _step(self, source: list[Viewport], target: list[Viewport]) -> Viewport | None:
        if not source or self._now is None:
            return None
        target.append(self._now)
        self._now = source.pop()
        return self._now


def _goes_on(before: Viewport, after: Viewport) -> bool:
    """Whether a view is the one before, scrolled by a page at most or with another scale in µV.

    Which channel the keys act upon is no matter of the view.
    """
    like = replace(after, start=before.start, uv_per_div=before.uv_per_div, chosen=before.chosen)
    same = like == before
    return same and abs(after.start - before.start) <= before.span
