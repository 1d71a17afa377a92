"""The native recording file, and the reader of foreign HDF5. The only importer of h5py."""

from emgview.recording.content_hash import file_sha256
from emgview.recording.layout import SCHEMA_VERSION
from emgview.recording.overview import column_edges
from emgview.recording.reader import RecordingReader, build_overview, is_native
from emgview.recording.structure import Problem
from emgview.recording.validation import validate
from emgview.recording.writer import RecordingWriter, WriterState

__all__ = [
    "SCHEMA_VERSION",
    "Problem",
    "RecordingReader",
    "RecordingWriter",
    "WriterState",
    "build_overview",
    "column_edges",
    "file_sha256",
    "is_native",
    "validate",
]
