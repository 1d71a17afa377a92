"""Looks through the samples of an import for what a reader must know: cut-off and flat parts."""

from __future__ import annotations

from emgview.sources.importable import ImportableRecording


def remarks_on(recording: ImportableRecording) -> tuple[str, ...]:
    """One sentence for each finding."""
    return ()
