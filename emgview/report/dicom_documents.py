"""Structured reports: the machine's annotations, the reviewed ones, and the report itself.

The machine's annotations are all that it proposed, as it was proposed; the reviewed ones name them
as predecessor and hold what a person confirmed, edited or added, never what was rejected. An
amended report names the documents of the version that it takes the place of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emgview.model import Proposal, SampleInterval, Side
from emgview.report.content import Report
from emgview.report.dicom_frame import DOCUMENT, MACHINE, REVIEWED, WAVEFORMS, Frame
from emgview.report.dicom_parts import (
    COMPREHENSIVE_SR,
    EMG_WAVEFORM,
    WAVEFORM_ANNOTATION_SR,
    as_bytes,
    code_item,
    coded,
    container,
    item,
    moment,
    number_item,
    person,
    sequence,
    text_item,
    uid,
)
from emgview.report.public_codes import LOCAL, Code, Coded, event, site

MACHINE_TITLE = Code("130869", "DCM", "Neurophysiology Automated Analysis Annotations")
REVIEWED_TITLE = Code("130868", "DCM", "Neurophysiology Post-hoc Review Annotations")
REPORT_TITLE = Code("18749-2", "LN", "Electromyogram study")
ANNOTATION = Code("130862", "DCM", "EMG Annotation")
_OBSERVER_TYPE = Code("121005", "DCM", "Observer Type")
_PERSON, _DEVICE = Code("121006", "DCM", "Person"), Code("121007", "DCM", "Device")
_PERSON_NAME = Code("121008", "DCM", "Person Observer Name")
_DEVICE_UID = Code("121012", "DCM", "Device Observer UID")
_DEVICE_NAME = Code("121013", "DCM", "Device Observer Name")
_SITE = Code("site", LOCAL, "Finding site")
_NUMBERS = (
    ("count", Code("count", LOCAL, "Count"), Code("1", "UCUM", "no units")),
    ("rate_per_min", Code("rate_per_min", LOCAL, "Rate"), Code("/min", "UCUM", "per minute")),
    ("watched_s", Code("watched_s", LOCAL, "Time watched"), Code("s", "UCUM", "second")),
    ("sites", Code("sites", LOCAL, "Sites"), Code("1", "UCUM", "no units")),
)
_STANDS = ("confirmed", "edited", "added")
Reference = tuple[str, str, str]
"""SOP class, instance and series of another object of the study."""


class Documents:
    """Makes the documents of one report.

    ``proposals`` are those of the runs that the report names. ``state`` is that of the log:
    ``final`` and ``superseded`` give verified documents; in another state they are other objects,
    with UIDs of their own.
    """

    def __init__(
        self, report: Report, frame: Frame, state: str, proposals: Sequence[Proposal]
    ) -> None:
        self._report, self._body, self._frame = report, report.body, frame
        self._proposals = proposals
        self._final, self._retracted = state in ("final", "superseded"), state == "retracted"
        self._suffix = "" if self._final else f"/{state}"

    def annotations(self, *, reviewed: bool) -> bytes:
        """Labels as the machine proposed them, or as the reader decided."""
        frame, series = self._frame, REVIEWED if reviewed else MACHINE
        name = "annotations/reviewed" if reviewed else "annotations/machine"
        instance = frame.document(name + self._suffix)
        found = frame.dataset(WAVEFORM_ANNOTATION_SR, instance, "SR", series)
        before: list[Reference] = []
        if reviewed:
            labels = [self._label(x) for x in self._body["labels"] if x["decision"] in _STANDS]
            observer = self._person_observer()
            machine = frame.document(f"annotations/machine{self._suffix}")
            before = [(WAVEFORM_ANNOTATION_SR, machine, frame.series(MACHINE))]
            before += self._earlier(WAVEFORM_ANNOTATION_SR, name, REVIEWED)
        else:
            labels = [
                self._finding(p.activity, p.recording_id, p.channel, p.interval)
                for p in self._proposals
            ]
            observer = self._device_observer()
        content = [*observer, *labels]
        title = REVIEWED_TITLE if reviewed else MACHINE_TITLE
        self._structure(found, title, content, verified=reviewed and self._final)
        self._precede(found, before)
        return as_bytes(found)

    def comprehensive(self) -> bytes:
        """The report: question, conclusion, one container for each muscle."""
        instance = self._frame.document(f"report/sr{self._suffix}")
        found = self._frame.dataset(COMPREHENSIVE_SR, instance, "SR", DOCUMENT)
        content = [*self._person_observer(), *self._texts()]
        content += [self._muscle(row) for row in self._body["muscles"]]
        self._structure(found, REPORT_TITLE, content, verified=self._final)
        self._precede(found, self._earlier(COMPREHENSIVE_SR, "report/sr", DOCUMENT))
        return as_bytes(found)

    def _texts(self) -> Iterator[Any]:
        body = self._body
        retraction = "This report was retracted: it must not be used." if self._retracted else ""
        changes = "; ".join(f"{r['reason_code']}: {r['reason']}" for r in body["relates_to"])
        for code, name, text in (
            ("retraction", "Retraction", retraction),
            ("change", "Reason of the new version", changes),
            ("question", "Referral question", body["referral"]["question"]),
            ("conclusion", "Conclusion", body["conclusion"]["text"]),
            ("limitations", "Limitations", "\n".join(body["limitations"])),
            ("notice", "Notice", body["notice"]),
            ("sha256", "SHA-256 of the record", self._report.sha256),
        ):
            if text.strip():
                yield text_item(Code(code, LOCAL, name), text)

    def _muscle(self, row: Mapping[str, Any]) -> Any:
        """Where; each cell in words with its numbers; the potentials behind them."""
        titles = {column["id"]: column["title"] for column in self._body["columns"]}
        own = Code(row["muscle"] or "not_stated", LOCAL, f"{row['name']}, {row['side_name']}")
        content = [code_item(_SITE, site(row["muscle"], Side(row["side"])), "HAS CONCEPT MOD")]
        cited: set[str] = set()
        for key, cell in row["findings"].items():
            numbers = [number_item(name, cell[field], unit) for field, name, unit in _NUMBERS
                       if cell.get(field) is not None]  # fmt: skip
            content.append(text_item(Code(key, LOCAL, titles[key]), cell["text"], numbers))
            cited.update(cell.get("items", ()))
        labels = [x for x in self._body["labels"] if x["id"] in cited and x["decision"] in _STANDS]
        return container(own, [*content, *(self._label(x) for x in labels)])

    def _label(self, label: Mapping[str, Any]) -> Any:
        interval = SampleInterval(label["start_sample"], label["end_sample"])
        return self._finding(label["code"], label["recording_id"], label["channel"], interval)

    def _finding(
        self, activity: str, recording_id: str, channel: int, interval: SampleInterval
    ) -> Any:
        """CODE finding, inferred from TCOORD (1-based samples), selected from WAVEFORM."""
        from pydicom.dataset import Dataset

        reference = Dataset()
        reference.ReferencedSOPClassUID = EMG_WAVEFORM
        reference.ReferencedSOPInstanceUID = self._frame.waveform(recording_id)
        reference.ReferencedWaveformChannels = [1, channel + 1]
        wave = item("WAVEFORM", None, "SELECTED FROM")
        wave.ReferencedSOPSequence = sequence(reference)
        place = item("TCOORD", None, "INFERRED FROM", [wave])
        place.TemporalRangeType = "SEGMENT"
        place.ReferencedSamplePositions = [interval.start + 1, interval.stop]
        return code_item(ANNOTATION, event(activity), "CONTAINS", [place])

    def _person_observer(self) -> list[Any]:
        name = item("PNAME", _PERSON_NAME, "HAS OBS CONTEXT")
        name.PersonName = person(self._body["performers"][0]["name"]) or "not stated"
        return [code_item(_OBSERVER_TYPE, Coded(_PERSON), "HAS OBS CONTEXT"), name]

    def _device_observer(self) -> list[Any]:
        runs = self._body["machine_contribution"]["runs"][:1]
        run = runs[0] if runs else {"detector": "none", "version": "", "parameters_sha256": ""}
        device = item("UIDREF", _DEVICE_UID, "HAS OBS CONTEXT")
        device.UID = uid("detector", "/".join(
            (run["detector"], run["version"], run["parameters_sha256"])))  # fmt: skip
        name = text_item(_DEVICE_NAME, f"{run['detector']} {run['version']}".strip())
        name.RelationshipType = "HAS OBS CONTEXT"
        return [code_item(_OBSERVER_TYPE, Coded(_DEVICE), "HAS OBS CONTEXT"), device, name]

    def _structure(
        self, found: Any, title: Code, content: Sequence[Any], *, verified: bool
    ) -> None:
        found.update(container(title, content))
        del found.RelationshipType
        found.CompletionFlag = "COMPLETE"
        found.VerificationFlag = "VERIFIED" if verified else "UNVERIFIED"
        found.PreliminaryFlag = "FINAL" if verified else "PRELIMINARY"
        found.PerformedProcedureCodeSequence = sequence()
        found.ReferencedPerformedProcedureStepSequence = sequence()
        series = self._frame.series(WAVEFORMS)
        evidence = [
            (EMG_WAVEFORM, self._frame.waveform(row["id"]), series)
            for row in self._body["recordings"]
        ]
        if evidence:
            found.CurrentRequestedProcedureEvidenceSequence = sequence(self._study(evidence))
        if verified:
            found.VerifyingObserverSequence = sequence(self._verifier())

    def _verifier(self) -> Any:
        from pydicom.dataset import Dataset

        found = Dataset()
        found.VerifyingOrganization = self._body["laboratory"]["name"][:64] or "not stated"
        found.VerificationDateTime = moment(self._body["created_at"]).strftime("%Y%m%d%H%M%S+0000")
        found.VerifyingObserverName = person(self._body["performers"][0]["name"]) or "not stated"
        found.VerifyingObserverIdentificationCodeSequence = sequence()
        return found

    def _earlier(self, sop_class: str, name: str, series: int) -> list[Reference]:
        """The same document of the version that this one takes the place of.

        A retracted report names itself as it was final, too.
        """
        before = [str(relation["report_id"]) for relation in self._body["relates_to"]]
        before += [self._report.id] if self._retracted else []
        frame = self._frame
        return [(sop_class, frame.document(name, x), frame.series(series, x)) for x in before]

    def _precede(self, found: Any, references: list[Reference]) -> None:
        if references:
            found.PredecessorDocumentsSequence = sequence(self._study(references))

    def _study(self, references: Sequence[Reference]) -> Any:
        """References into this study, by series."""
        from pydicom.dataset import Dataset

        study, by_series = Dataset(), dict[str, list[Any]]()
        for sop_class, instance, series in references:
            one = Dataset()
            one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = sop_class, instance
            by_series.setdefault(series, []).append(one)
        rows = []
        for series, instances in by_series.items():
            row = Dataset()
            row.SeriesInstanceUID, row.ReferencedSOPSequence = series, sequence(*instances)
            rows.append(row)
        study.StudyInstanceUID = self._frame.study
        study.ReferencedSeriesSequence = sequence(*rows)
        return study


def title_of(pdf: Any) -> None:
    """Name a data set as the report's document."""
    pdf.DocumentTitle = "Electromyogram report"
    pdf.ConceptNameCodeSequence = sequence(coded(REPORT_TITLE))
