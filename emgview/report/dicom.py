"""The report and its signals as DICOM objects, by pydicom, where it is installed.

Electromyogram waveforms, the machine's annotations (kept as they were), the reviewed ones (which
name the machine's as predecessor), a comprehensive SR and the signed PDF. Written by plain data
elements: highdicom builds no SR that holds waveforms. Made as PS3.3 and PS3.16 are described in
secondary sources; conformance to TID 3750 ff. is not claimed.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError, MissingExtraError
from emgview.model import RecordingInfo, load_vocabulary
from emgview.report.content import Report

EMG_WAVEFORM = "1.2.840.10008.5.1.4.1.1.9.7.2"
WAVEFORM_ANNOTATION_SR = "1.2.840.10008.5.1.4.1.1.88.77"
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
MACHINE_TITLE = ("130869", "DCM", "Neurophysiology Automated Analysis Annotations")
REVIEWED_TITLE = ("130868", "DCM", "Neurophysiology Post-hoc Review Annotations")
REPORT_TITLE = ("18749-2", "LN", "Electromyogram study")
ANNOTATION = ("130862", "DCM", "EMG Annotation")
_EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
_MOST_CHANNELS = 64
_LOCAL = "99EMGVIEW"
_ITERATIVE = ("2:24336", "MDC", "Unspecified waveform")

Signals = Mapping[str, tuple[RecordingInfo, NDArray[np.float32]]]
Code = tuple[str, str, str]


def dicom_set(report: Report, pdf: bytes, signals: Signals, state: str) -> dict[str, bytes]:
    """File contents by file name.

    Parameters
    ----------
    signals : mapping
        Recording id to its description and its samples (n_samples, n_channels), float32 µV.
    state : str
        ``final`` and ``superseded`` give verified documents, others unverified ones.

    Raises
    ------
    MissingExtraError
        If pydicom is not installed.
    EmgviewError
        If a recording has more channels than a waveform object holds.
    """
    try:
        import pydicom  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "DICOM needs the library pydicom", "Install pydicom 3 beside emgview."
        ) from error
    maker = _Maker(report, state)
    files = {}
    for number, (info, samples) in enumerate(signals.values(), 1):
        files[f"waveform-{number:02d}.dcm"] = maker.waveform(number, info, samples)
    machine = maker.annotations(reviewed=False)
    files["annotations-machine.dcm"] = machine
    files["annotations-reviewed.dcm"] = maker.annotations(reviewed=True)
    files["report-sr.dcm"] = maker.comprehensive()
    files["report-pdf.dcm"] = maker.encapsulated(pdf)
    return files


class _Maker:
    """Makes the objects of one report; all UIDs follow from the report's id."""

    def __init__(self, report: Report, state: str) -> None:
        self._report, self._body = report, report.body
        self._final = state in ("final", "superseded")
        self._numbers = {r["id"]: r["number"] for r in report.body["recordings"]}

    def _uid(self, name: str) -> str:
        """A UID derived from a UUID (PS3.5 B.2)."""
        space = uuid.uuid5(uuid.NAMESPACE_OID, f"emgview/{self._report.id}")
        return f"2.25.{uuid.uuid5(space, name).int}"

    def _dataset(self, sop_class: str, name: str, modality: str, series: int) -> Any:
        """Patient, study, series, equipment, common part."""
        from pydicom.dataset import Dataset, FileMetaDataset

        found, patient = Dataset(), self._body["patient"]
        found.file_meta = FileMetaDataset()
        found.file_meta.MediaStorageSOPClassUID = sop_class
        found.file_meta.MediaStorageSOPInstanceUID = self._uid(name)
        found.file_meta.TransferSyntaxUID = _EXPLICIT_LITTLE
        found.file_meta.ImplementationClassUID = "2.25.302012838215489283"
        made, recorded = (
            _moment(self._body["created_at"]),
            _moment(self._body["encounter"]["recorded_at"] or self._body["created_at"]),
        )
        found.SpecificCharacterSet = "ISO_IR 192"
        found.SOPClassUID, found.SOPInstanceUID = sop_class, self._uid(name)
        found.StudyInstanceUID, found.SeriesInstanceUID = (
            self._uid("study"),
            self._uid(f"s/{series}"),
        )
        found.PatientName = _person(patient["name"])
        found.PatientID = patient["identifier"][:64]
        found.PatientBirthDate = patient["birth_date"].replace("-", "")[:8]
        sexes = {"male": "M", "female": "F", "m": "M", "f": "F", "other": "O"}
        found.PatientSex = sexes.get(patient["sex"].lower(), "")
        found.StudyID, found.AccessionNumber, found.ReferringPhysicianName = "", "", ""
        found.StudyDate, found.StudyTime = recorded.strftime("%Y%m%d"), recorded.strftime("%H%M%S")
        found.ContentDate, found.ContentTime = made.strftime("%Y%m%d"), made.strftime("%H%M%S")
        found.Modality, found.SeriesNumber, found.InstanceNumber = modality, series, 1
        found.Manufacturer, found.ManufacturerModelName = "emgview", "emgview"
        found.DeviceSerialNumber = "1"
        found.SoftwareVersions = self._body["software"]["version"]
        return found

    def waveform(self, number: int, info: RecordingInfo, samples: NDArray[np.float32]) -> bytes:
        """One recording as Electromyogram Waveform, 32 bit."""
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence

        if samples.shape[1] > _MOST_CHANNELS:
            raise EmgviewError(
                f"The recording has {samples.shape[1]} channels, {_MOST_CHANNELS} are allowed",
                "Export fewer channels.",
            )
        found = self._dataset(EMG_WAVEFORM, f"waveform/{info.id}", "EMG", 1)
        found.InstanceNumber = number
        started = info.started_at or _moment(self._body["created_at"])
        found.AcquisitionDateTime = started.strftime("%Y%m%d%H%M%S.%f")
        found.AcquisitionContextSequence = Sequence([])
        steps = [channel.gain_uv or 1.0 for channel in info.channels]
        stored = np.rint(np.nan_to_num(samples.astype(np.float64)) / np.array(steps))
        group = Dataset()
        group.WaveformOriginality = "ORIGINAL"
        group.NumberOfWaveformChannels = samples.shape[1]
        group.NumberOfWaveformSamples = samples.shape[0]
        group.SamplingFrequency = f"{info.sampling_rate_hz:.10g}"
        group.ChannelDefinitionSequence = Sequence(
            [self._channel(info, n, step) for n, step in enumerate(steps)]
        )
        group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 32, "SL"
        group.WaveformData = stored.astype("<i4").tobytes()
        found.WaveformSequence = Sequence([group])
        return _bytes(found)

    def _channel(self, info: RecordingInfo, index: int, step: float) -> Any:
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence

        channel, row = info.channels[index], self._row(info.id)
        found = Dataset()
        muscle = f"{row['muscle_name']}, {row['side_name']}"[:64]
        found.ChannelSourceSequence = Sequence(
            [_code((row["muscle"] or "not_stated", _LOCAL, muscle))]
        )
        found.ChannelSensitivity, found.ChannelSensitivityCorrectionFactor = f"{step:.10g}", "1"
        found.ChannelSensitivityUnitsSequence = Sequence([_code(("uV", "UCUM", "microvolt"))])
        found.ChannelBaseline, found.WaveformBitsStored = "0", 32
        if channel.high_pass_hz is not None:
            found.FilterLowFrequency = f"{channel.high_pass_hz:g}"
        if channel.low_pass_hz is not None:
            found.FilterHighFrequency = f"{channel.low_pass_hz:g}"
        return found

    def _row(self, recording_id: str) -> dict[str, Any]:
        row: dict[str, Any] = next(r for r in self._body["recordings"] if r["id"] == recording_id)
        return row

    def annotations(self, *, reviewed: bool) -> bytes:
        """Labels as the machine proposed them, or as the reader decided."""
        from pydicom.sequence import Sequence

        name = "annotations/reviewed" if reviewed else "annotations/machine"
        title = REVIEWED_TITLE if reviewed else MACHINE_TITLE
        found = self._dataset(WAVEFORM_ANNOTATION_SR, name, "SR", 2 if reviewed else 3)
        labels = [label for label in self._body["labels"] if reviewed or label["machine"]]
        content = [self._observer(person=reviewed)]
        content += [self._label(label, reviewed=reviewed) for label in labels]
        self._sr(found, title, content, verified=reviewed and self._final)
        if reviewed:
            found.PredecessorDocumentsSequence = Sequence(
                [self._document(WAVEFORM_ANNOTATION_SR, "annotations/machine", 3)]
            )
        return _bytes(found)

    def comprehensive(self) -> bytes:
        """The report: question, conclusion, one container for each muscle."""
        found = self._dataset(COMPREHENSIVE_SR, "report/sr", "SR", 4)
        body = self._body
        content = [self._observer(person=True)]
        content += [
            _text((code, _LOCAL, name), text)
            for code, name, text in (
                ("question", "Referral question", body["referral"]["question"]),
                ("conclusion", "Conclusion", body["conclusion"]["text"]),
                ("sha256", "SHA-256 of the record", self._report.sha256),
            )
            if text.strip()
        ]
        content += [self._muscle(row) for row in body["muscles"]]
        self._sr(found, REPORT_TITLE, content, verified=self._final)
        return _bytes(found)

    def _muscle(self, row: Mapping[str, Any]) -> Any:
        name = f"{row['name']}, {row['side_name']}"[:64]
        titles = {column["id"]: column["title"] for column in self._body["columns"]}
        cells = [
            _text((key, _LOCAL, titles[key][:64]), cell["text"])
            for key, cell in row["findings"].items()
        ]
        return _container((row["muscle"] or "not_stated", _LOCAL, name), cells)

    def encapsulated(self, pdf: bytes) -> bytes:
        """The signed PDF, byte by byte."""
        from pydicom.sequence import Sequence

        found = self._dataset(ENCAPSULATED_PDF, "report/pdf", "DOC", 5)
        found.ConversionType, found.BurnedInAnnotation = "WSD", "YES"
        found.AcquisitionDateTime = _moment(self._body["created_at"]).strftime("%Y%m%d%H%M%S")
        found.DocumentTitle = "Electromyogram report"
        found.ConceptNameCodeSequence = Sequence([_code(REPORT_TITLE)])
        found.MIMETypeOfEncapsulatedDocument = "application/pdf"
        found.EncapsulatedDocumentLength = len(pdf)
        found.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
        return _bytes(found)

    def _sr(self, found: Any, title: Code, content: list[Any], *, verified: bool) -> None:
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence

        root = _container(title, content)
        for element in root:
            found.add(element)
        del found.RelationshipType
        found.CompletionFlag = "COMPLETE"
        found.VerificationFlag = "VERIFIED" if verified else "UNVERIFIED"
        found.PreliminaryFlag = "FINAL" if verified else "PRELIMINARY"
        found.PerformedProcedureCodeSequence = Sequence([])
        found.ReferencedPerformedProcedureStepSequence = Sequence([])
        evidence = [self._document(EMG_WAVEFORM, f"waveform/{key}", 1) for key in self._numbers]
        if evidence:
            found.CurrentRequestedProcedureEvidenceSequence = Sequence(evidence)
        if verified:
            observer = Dataset()
            observer.VerifyingOrganization = self._body["laboratory"]["name"][:64] or "not stated"
            observer.VerificationDateTime = _moment(self._body["created_at"]).strftime(
                "%Y%m%d%H%M%S"
            )
            observer.VerifyingObserverName = _person(self._body["performers"][0]["name"])
            observer.VerifyingObserverIdentificationCodeSequence = Sequence([])
            found.VerifyingObserverSequence = Sequence([observer])

    def _document(self, sop_class: str, name: str, series: int) -> Any:
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence

        instance, rows, study = Dataset(), Dataset(), Dataset()
        instance.ReferencedSOPClassUID = sop_class
        instance.ReferencedSOPInstanceUID = self._uid(name)
        rows.SeriesInstanceUID = self._uid(f"s/{series}")
        rows.ReferencedSOPSequence = Sequence([instance])
        study.StudyInstanceUID = self._uid("study")
        study.ReferencedSeriesSequence = Sequence([rows])
        return study

    def _observer(self, *, person: bool) -> Any:
        kind = ("121006", "DCM", "Person") if person else ("121007", "DCM", "Device")
        found = _item("CODE", ("121005", "DCM", "Observer Type"), "HAS OBS CONTEXT")
        from pydicom.sequence import Sequence

        found.ConceptCodeSequence = Sequence([_code(kind)])
        return found

    def _label(self, label: Mapping[str, Any], *, reviewed: bool) -> Any:
        """CODE finding, inferred from TCOORD (1-based samples), selected from WAVEFORM."""
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence

        code = label["code"] if reviewed else label["machine"]["proposed_code"]
        found = _item("CODE", ANNOTATION, "CONTAINS")
        found.ConceptCodeSequence = Sequence([_code(_class_code(code))])
        wave = _item("WAVEFORM", None, "SELECTED FROM")
        reference = Dataset()
        reference.ReferencedSOPClassUID = EMG_WAVEFORM
        reference.ReferencedSOPInstanceUID = self._uid(f"waveform/{label['recording_id']}")
        reference.ReferencedWaveformChannels = [1, label["channel"] + 1]
        wave.ReferencedSOPSequence = Sequence([reference])
        place = _item("TCOORD", None, "INFERRED FROM")
        place.TemporalRangeType = "SEGMENT"
        place.ReferencedSamplePositions = [label["start_sample"] + 1, label["end_sample"]]
        place.ContentSequence = Sequence([wave])
        found.ContentSequence = Sequence([place])
        return found


def _class_code(activity: str) -> Code:
    known = load_vocabulary().get(activity)
    if known is not None and known.mdc:
        return (known.mdc, "MDC", known.term[:64])
    return (activity[:16], _LOCAL, (known.term if known else activity)[:64])


def _code(code: Code) -> Any:
    from pydicom.dataset import Dataset

    found = Dataset()
    found.CodeValue, found.CodingSchemeDesignator = code[0][:16], code[1]
    found.CodeMeaning = code[2] or code[0]
    return found


def _item(kind: str, name: Code | None, relation: str) -> Any:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    found = Dataset()
    found.RelationshipType, found.ValueType = relation, kind
    if name is not None:
        found.ConceptNameCodeSequence = Sequence([_code(name)])
    return found


def _text(name: Code, text: str) -> Any:
    found = _item("TEXT", name, "CONTAINS")
    found.TextValue = text
    return found


def _container(name: Code, content: list[Any]) -> Any:
    from pydicom.sequence import Sequence

    found = _item("CONTAINER", name, "CONTAINS")
    found.ContinuityOfContent = "SEPARATE"
    if content:
        found.ContentSequence = Sequence(content)
    return found


def _person(name: str) -> str:
    """``Family, Given`` as DICOM writes it; signs with a meaning of their own are left out."""
    family, _, given = name.partition(",")
    clean = ("".join(c for c in part.strip() if c not in "^=\\") for part in (family, given))
    return "^".join(part for part in clean if part)[:64]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bytes(dataset: Any) -> bytes:
    from pydicom import dcmwrite

    out = io.BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def codes_of(report: Report) -> Iterator[Code]:
    """Codes of all labels, for the tests of pairs of code and name."""
    for label in report.body["labels"]:
        yield _class_code(label["code"])
