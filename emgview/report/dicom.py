"""The report and its signals as DICOM objects, by pydicom, where it is installed.

Electromyogram waveforms, the machine's annotations (kept as they were), the reviewed ones (which
name the machine's as predecessor), a comprehensive SR and the signed PDF. Written by plain data
elements: highdicom builds no SR that holds waveforms. Made as PS3.3 and PS3.16 are described in
secondary sources; conformance to TID 3750 ff. is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from emgview.errors import MissingExtraError
from emgview.model import Proposal, RecordingInfo
from emgview.report.content import Report
from emgview.report.dicom_documents import Documents, title_of
from emgview.report.dicom_frame import PDF, Frame
from emgview.report.dicom_parts import ENCAPSULATED_PDF, as_bytes, moment
from emgview.report.dicom_waveform import Native, waveform

Signals = Mapping[str, tuple[RecordingInfo, Native]]


def dicom_set(
    report: Report, pdf: bytes, signals: Signals, state: str, proposals: Sequence[Proposal]
) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files, one after the other: only one is held in memory.

    Parameters
    ----------
    pdf : bytes
        The signed PDF.
    signals : mapping
        Recording id to its description and what gives its native samples.
    state : str
        ``final`` and ``superseded`` give verified documents, others unverified ones.
    proposals : sequence of Proposal
        What the machine proposed in the runs that the report names.

    Raises
    ------
    MissingExtraError
        If pydicom is not installed.
    EmgviewError
        If a recording does not fit into a waveform object.
    """
    try:
        import pydicom  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "DICOM needs the library pydicom", "Install emgview with its extra: emgview[interop]."
        ) from error
    return _files(report, pdf, signals, state, proposals)


def _files(
    report: Report, pdf: bytes, signals: Signals, state: str, proposals: Sequence[Proposal]
) -> Iterator[tuple[str, bytes]]:
    frame = Frame(report)
    documents = Documents(report, frame, state, proposals)
    for number, (info, native) in enumerate(signals.values(), 1):
        yield f"waveform-{number:02d}.dcm", waveform(frame, number, info, native)
    yield "annotations-machine.dcm", documents.annotations(reviewed=False)
    yield "annotations-reviewed.dcm", documents.annotations(reviewed=True)
    yield "report-sr.dcm", documents.comprehensive()
    yield "report-pdf.dcm", _encapsulated(report, frame, pdf, state)


def _encapsulated(report: Report, frame: Frame, pdf: bytes, state: str) -> bytes:
    """The signed PDF, byte by byte: it is another one before the last signature."""
    name = "report/pdf/preliminary" if state == "preliminary" else "report/pdf"
    found = frame.dataset(ENCAPSULATED_PDF, frame.document(name), "DOC", PDF)
    found.ConversionType, found.BurnedInAnnotation = "WSD", "YES"
    found.AcquisitionDateTime = moment(report.body["created_at"]).strftime("%Y%m%d%H%M%S")
    title_of(found)
    found.MIMETypeOfEncapsulatedDocument = "application/pdf"
    found.EncapsulatedDocumentLength = len(pdf)
    found.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return as_bytes(found)
