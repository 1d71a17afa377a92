r"""The native recording file, and the reader of foreign HDF5. The only importer of h5py.

Takes chunks of samples and what is known of them, gives windows, chunks, overview and findings
about files; may import ``model``, ``resource_files`` and ``errors`` only (and ``signal``, which it
does not need). Readers and writers belong to the thread that made them: HDF5 lets one thread at a
time into the whole library, so all of them should live in the I/O thread of a study.

Decisions that rule this package
--------------------------------
One file is one continuous acquisition on one sample clock. A crash or a bad sector costs one
recording. (Lost: all recordings of a study in one file.)

Row index equals sample position. Lost samples are rows with a filler, named in ``/gaps``. (Lost:
rows without holes and a table of jumps; each reader would have to do the arithmetic.)

The file grows in SWMR mode (single writer, multiple readers): a second process can read it, and
what was flushed survives a killed writer. Therefore all parts are made first, nothing has variable
length, and decisions about the signal live elsewhere. (Lost: HDF5 without SWMR, of which a killed
writer leaves a file that opens by luck only; raw segments with a text header, which need a
program of their own to be read.)

Samples are not compressed: noise of an amplifier shrinks to about 60 %, and reading would cost ten
times as much. (Lost: gzip, lzf.) A file that another program compressed with gzip is read.

Minimum and maximum over blocks are stored while writing, so that a window of any width is drawn
from a few values per pixel. Inner column edges of wide windows are rounded to whole blocks, by half
a column at most: then every column still holds the true extremes of known samples. (Lost: exact
edges, for which every pixel would cost two reads at random places of the file.)

A file without overview, or with one that does not fit, gets one in a file beside it, made in
portions while windows are read. (Lost: writing into the recording, which is never changed; memory,
which a recording of a day would fill.)

The smallest stored blocks are of 16 samples, each level joins 4 of the one below: at most eight
blocks are read for a pixel column, at the price of a sixth of the samples' room. Blocks of 8 are
made on the way and kept within a bound. (Lost: blocks from 64 samples on in steps of 8, which
take a thirtieth; a window of 10 s or 60 s then read its samples, and a step took twice the time.
Files that hold those are given an overview beside them.)

The window that is likely to come next is read ahead, and the small blocks of a file that does not
grow lie together in long chunks: a page from a disk then costs what one from memory does. (Lost:
short chunks everywhere, eight places of the disk for a page; long ones everywhere, which a file
that is flushed twenty times a second would write again and again.)

HDF5 gives zeros for what lies behind the end of a file that is cut off while it is open, and tells
no error. Each read is therefore followed by a look at the size of the file.

The hash covers content, not bytes of the file: it can be kept up while samples arrive, and a
lossless copy by another program keeps it. The hash of the whole file stands in the study.

The file, schema version 1
--------------------------
HDF5 (format of library 1.10 or older). Numbers are little-endian by preference; big-endian ones
are read too. Texts are fixed-length UTF-8 padded with zero bytes, as long as needed; readers also
take variable length. "Optional" parts may be left out.

Attributes of the root group:

====================== ========= ===================================================================
``format``             text      ``emgview-recording``
``schema_version``     integer   1; a reader refuses a higher number
``recording_id``       text      not empty; a UUID
``sampling_rate_hz``   float64   above 0
``closed``             uint8     1 once finished; 0 while growing and after a crash
``content_sha256``     text      64 lower-case hexadecimal digits, see below; optional
``started_at``         text      RFC 3339 with offset (``2026-03-01T09:30:00+01:00``); optional
``device_manufacturer``, ``device_model``, ``device_serial``, ``device_software``: text; optional
``muscle``             text      id of the muscle table; optional
``side``               text      ``L``, ``R``, ``M`` (midline) or empty; optional
``origin_name``        text      name of the imported file; optional
``origin_sha256``      text      SHA-256 of the imported file; optional
``notes``              text      remarks, one a line, separated by ``\n``; optional
====================== ========= ===================================================================

``/samples``: (n_samples, n_channels), int16, int32 or float32; MATLAB's ``size`` shows the
dimensions the other way round. Physical value = number * ``gain_uv`` + ``offset_uv``. Rows in a
gap hold the lowest integer of the type, or NaN; ``/gaps`` alone tells what a gap is.

``/channels``: n_channels rows, compound; fields are found by name:

====================== ========= ===================================================================
``label``              text
``gain_uv``            float64   finite, not 0
``offset_uv``          float64   finite
``unit``               text      ``uV`` for every voltage; else the unit after gain and offset
``high_pass_hz``       float64   corner of the acquisition's filter, NaN: not known; optional
``low_pass_hz``        float64   likewise; optional
``electrode``          text      ``concentric``, ``monopolar``, ``surface`` … or empty; optional
``inverted``           uint8     1 where the inputs of the amplifier were exchanged; optional
====================== ========= ===================================================================

``/gaps`` (optional): rows ``start`` int64, ``lost`` int64: the samples from ``start`` on that were
lost; sorted, not overlapping, inside the recording.

``/phases`` (optional): rows ``start`` int64, ``stop`` int64 (half-open), ``phase`` text
(``insertion``, ``rest``, ``slight``, ``maximal``), ``site`` int64 from 1 on.

``/overview/<factor>`` (optional, but all or none) for the factors 16, 64, 256, 1024, 4096, 16384,
65536, 262144: (ceil(n_samples / factor), n_channels, 2) of the type of ``/samples``; row b holds
minimum and maximum of the samples from b * factor on, before gain and offset, without gaps and NaN.
A block of gaps only has the highest number of its type (or +infinity) as minimum and the lowest
(-infinity) as maximum.

``content_sha256`` is SHA-256 over the following, one after the other. A text is its UTF-8 bytes and
one zero byte; an integer is 8 bytes, signed; a real is 8 bytes, IEEE 754; all little-endian.

1. text ``emgview-recording``, integer 1, text ``recording_id``, real ``sampling_rate_hz``;
2. texts ``started_at``, ``device_manufacturer``, ``device_model``, ``device_serial``,
   ``device_software``, ``muscle``, ``side``, ``origin_name``, ``origin_sha256``, ``notes`` (empty
   where the attribute is left out; ``started_at`` as it stands in the file);
3. integer n_channels; for each channel: text ``label``, reals ``gain_uv``, ``offset_uv``, text
   ``unit``, reals ``high_pass_hz``, ``low_pass_hz`` (-1 where not known), text ``electrode``,
   integer ``inverted``;
4. the bytes of ``/samples``, row after row, little-endian;
5. integers n_samples, number of gaps; for each gap: integers ``start``, ``lost``;
6. integer number of phases; for each: integers ``start``, ``stop``, text ``phase``, integer
   ``site``.

The overview file, version 1
---------------------------
``<name of the recording>.overview`` beside the recording, or under the first 32 digits of the
fingerprint in a cache folder. Plain binary, little-endian; not part of the recording, and made anew
whenever anything of it does not fit. It grows under a name of its own that ends in ``.part``.

====================== =============================================================================
bytes 0–15             ``emgview-overview``
bytes 16–27            three unsigned 32-bit integers: version (1), length of the JSON, its CRC-32
bytes 28–4095          JSON in UTF-8, padded with zero bytes
from 4096 on           the blocks of the factors 16, 64, 256, 1024, 4096, 16384, 65536, 262144, one
                       after the other: (ceil(n_samples / factor), 2, n_channels) of the type of
                       ``/samples``, for each block all minima, then all maxima, as in ``/overview``
to the end             CRC-32 (unsigned 32-bit) of each page of 1024 blocks, level by level; the
                       last page of a level is shorter
====================== =============================================================================

The JSON holds ``recording_id``, ``n_samples``, ``n_channels``, ``dtype``, ``stated_sha256`` (the
``content_sha256`` that the recording states, or empty), ``fingerprint``, ``content_sha256`` (of the
samples that the blocks were made of, by the recipe above; empty where none is stated), ``factors``,
``page_blocks`` and ``table_crc32``, the CRC-32 of the checksums at the end. At opening all of these
but ``content_sha256`` must be those of the recording; `identity` tells what the fingerprint covers.
The pages are compared with their checksums when they are first read. A ``content_sha256`` that is
not the stated one tells that the recording was changed or damaged; the reader is told.

A file that was never closed has ``closed`` 0, no hash, and an overview that may end early. It is
opened with ``swmr=True`` (HDF5's ordinary open refuses it) and can be copied to a new file chunk by
chunk.
"""

from emgview.recording.block_source import BlocksInMemory, BlockSource
from emgview.recording.content_hash import FileHash, file_sha256
from emgview.recording.file_state import FileStamp, FileState, state_of
from emgview.recording.foreign import ForeignRecording, open_foreign
from emgview.recording.foreign_listing import DatasetSummary, list_datasets
from emgview.recording.identity import RecordingIdentity, identity_of
from emgview.recording.journal import Journal, JournalEntry, journal_of, read_journal
from emgview.recording.layout import SCHEMA_VERSION
from emgview.recording.overview import column_edges, needs_blocks
from emgview.recording.overview_build import OverviewBuild
from emgview.recording.overview_check import holds_true_extremes
from emgview.recording.reader import RecordingReader, build_overview, is_native
from emgview.recording.repair import Repaired, needs_repair, repair
from emgview.recording.ring import RingBuffer, RingTail
from emgview.recording.sidecar import Sidecar, SidecarWriter, sidecar_bytes
from emgview.recording.structure import Problem
from emgview.recording.validation import validate
from emgview.recording.writer import RecordingWriter, WriterState

__all__ = [
    "SCHEMA_VERSION",
    "BlockSource",
    "BlocksInMemory",
    "DatasetSummary",
    "FileHash",
    "FileStamp",
    "FileState",
    "ForeignRecording",
    "Journal",
    "JournalEntry",
    "OverviewBuild",
    "Problem",
    "RecordingIdentity",
    "RecordingReader",
    "RecordingWriter",
    "Repaired",
    "RingBuffer",
    "RingTail",
    "Sidecar",
    "SidecarWriter",
    "WriterState",
    "build_overview",
    "column_edges",
    "file_sha256",
    "holds_true_extremes",
    "identity_of",
    "is_native",
    "journal_of",
    "list_datasets",
    "needs_blocks",
    "needs_repair",
    "open_foreign",
    "read_journal",
    "repair",
    "sidecar_bytes",
    "state_of",
    "validate",
]
