"""Where samples come from. ``files``: recordings of other programs; ``live``: devices and streams.

Takes the path of a file and what a person says of it (:class:`~emgview.model.ImportHints`), gives
recordings that yield chunks of native numbers; may import ``recording``, ``signal``, ``model`` and
``errors``. Nothing here writes, and the original is opened for reading only. Any thread; each call
of ``chunks`` opens the file for itself and closes it at its end, so no handle stays behind.

Decisions that rule this package
--------------------------------
Every importer gives the numbers as the file stores them, with gain and offset beside them. (Lost:
physical values as floats everywhere; integers would no longer be what the amplifier gave.)

A file with several sampling rates becomes one recording for each rate. (Lost: resampling to the
highest, which invents samples; the lowest, which loses them.)

Nothing is guessed that would shift a number in the report: a rate or unit that the file does not
tell is asked by :class:`~emgview.errors.ImportNeedsHintError`. What was assumed or is odd stands in
``RecordingInfo.notes``, which the reader and the report show. A start time without a time zone is
kept as written, marked as UTC, and the notes say that the zone is not stated. (Lost: the zone of
this computer, which changes with the place of the import; no start at all.)

Facts of a person in a file are given as ``ImportableRecording.patient`` and nowhere else: they
are never part of labels, titles, notes or errors.
"""

from emgview.sources.files.registry import describe_file, find_importer, importers, open_file
from emgview.sources.importable import (
    DatasetChoice,
    FileDescription,
    FoundRecording,
    ImportableRecording,
    ImportedAnnotation,
    Importer,
)

__all__ = [
    "DatasetChoice",
    "FileDescription",
    "FoundRecording",
    "ImportableRecording",
    "ImportedAnnotation",
    "Importer",
    "describe_file",
    "find_importer",
    "importers",
    "open_file",
]
