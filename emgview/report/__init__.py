"""The report: one canonical JSON, its rendering as PDF, its signature and verification.

Takes a study's values, findings, statements, decisions and the texts of the reader
(:class:`ReportInput`); gives a :class:`Report` (canonical JSON ``emg-report/1``), pictures of the
trace (:class:`Figure`) and a PDF. May import ``findings`` and everything below it; no Qt. typst is
imported inside the function that needs it. All of it runs on any thread.

Decisions that rule this package
--------------------------------
``report.json`` is the record, in the canonical form of RFC 8785; the PDF is a rendering of it and
carries it as attachment. The template reads the JSON file itself, so nothing can stand in the PDF
that is not in the record. (Lost: building the PDF from the program's values beside the JSON — two
truths.)

Texts of the reader reach the template as values, never as markup: what looks like a command of the
typesetter is printed, not run.

The same input gives the same bytes: the date is that of the report, fonts are ours, identifiers
come in from outside. (Lost: the clock and random numbers in here; a second rendering could then
not be compared with the first.)

A signed file is never edited. The second signature fills a field that was made before the first;
an amendment is a new version that names the old one by its hash and says what changed; a
retraction is a record of its own. :mod:`~emgview.report.states` rules which step may follow which;
nothing becomes final with a cited label that nobody has looked at. (Lost: incremental updates; the
withdrawn text would stay readable in the file.)

Beside the PDF the record and the manifest of the files are signed by the same key
(:mod:`~emgview.report.detached`); a manifest that leaves without a key has its hash in the log.
(Lost: a plain manifest; who changed a file could change its line.)

What stands around the record — words, sections, text blocks — is data that a laboratory replaces
(:mod:`~emgview.report.words`, :mod:`~emgview.report.macros`). FHIR, DICOM, HTML and DOCX are
renderings of the record, under public codes from tables
(:mod:`~emgview.report.public_codes`); a research copy is made anew from an allow-list.

Pictures are vectors drawn from the samples by true extremes of each column, negative up. (Lost:
matplotlib, 80 MB and a second look of everything; bitmaps, which blur in print.)
"""

from emgview.report.build import build_report
from emgview.report.canonical import canonical_json, sha256_hex
from emgview.report.content import (
    Laboratory,
    LogHead,
    Reader,
    Relation,
    Report,
    ReportInput,
    SampleProvider,
    TraceSpec,
)
from emgview.report.figures import Figure, draw_figures
from emgview.report.guard import blocking_problems, warnings_of
from emgview.report.render import SIGNATURE_BOX_PT, SIGNATURE_BOXES_PT, render_pdf

__all__ = [
    "SIGNATURE_BOXES_PT",
    "SIGNATURE_BOX_PT",
    "Figure",
    "Laboratory",
    "LogHead",
    "Reader",
    "Relation",
    "Report",
    "ReportInput",
    "SampleProvider",
    "TraceSpec",
    "blocking_problems",
    "build_report",
    "canonical_json",
    "draw_figures",
    "render_pdf",
    "sha256_hex",
    "warnings_of",
]
