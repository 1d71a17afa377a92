"""What all DICOM objects of one report share: UIDs, patient, study, series, equipment.

The study and its waveforms belong to the report set: an amended report speaks of the same objects.
Documents belong to one version.
"""

from __future__ import annotations

from typing import Any

from emgview.model import Device
from emgview.report.content import Report
from emgview.report.dicom_parts import EXPLICIT_LITTLE_ENDIAN, moment, person, sequence, uid

_SEXES = {"male": "M", "female": "F", "m": "M", "f": "F", "other": "O"}
_IMPLEMENTATION = "2.25.302012838215489283"
WAVEFORMS, MACHINE, REVIEWED, DOCUMENT, PDF = 1, 3, 2, 4, 5
"""Series of the objects; the waveforms' is one for all versions."""
_PER_VERSION = 10


class Frame:
    """The shared part of the objects of one report."""

    def __init__(self, report: Report) -> None:
        self._report, self._body = report, report.body
        self._set = str(report.body["report_set_id"])

    @property
    def study(self) -> str:
        """UID of the study, the same for all versions of a report."""
        return uid(self._set, "study")

    def series(self, number: int, report_id: str = "") -> str:
        """UID of a series; of this report where no other is named."""
        if number == WAVEFORMS:
            return uid(self._set, f"series/{number}")
        return uid(report_id or self._report.id, f"series/{number}")

    def waveform(self, recording_id: str) -> str:
        """UID of a recording's waveform: follows from its content."""
        row = self.row(recording_id)
        return uid(self._set, f"waveform/{recording_id}/{row['sha256']}")

    def document(self, name: str, report_id: str = "") -> str:
        """UID of a document, of this report where no other is named."""
        return uid(report_id or self._report.id, name)

    def row(self, recording_id: str) -> dict[str, Any]:
        """What the record says of a recording."""
        row: dict[str, Any] = next(r for r in self._body["recordings"] if r["id"] == recording_id)
        return row

    def dataset(self, sop_class: str, instance: str, modality: str, series: int) -> Any:
        """A data set with all that does not depend on its content."""
        from pydicom.dataset import Dataset, FileMetaDataset

        found = Dataset()
        found.file_meta = FileMetaDataset()
        found.file_meta.MediaStorageSOPClassUID = sop_class
        found.file_meta.MediaStorageSOPInstanceUID = instance
        found.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE_ENDIAN
        found.file_meta.ImplementationClassUID = _IMPLEMENTATION
        found.SpecificCharacterSet = "ISO_IR 192"
        found.SOPClassUID, found.SOPInstanceUID = sop_class, instance
        found.TimezoneOffsetFromUTC = "+0000"
        found.Modality, found.InstanceNumber = modality, 1
        per_version = 0 if series == WAVEFORMS else (self._report.version - 1) * _PER_VERSION
        found.SeriesNumber = per_version + series
        found.SeriesInstanceUID = self.series(series)
        self._patient(found)
        self._times(found)
        self.equipment(found, Device())
        return found

    def _patient(self, found: Any) -> None:
        from pydicom.dataset import Dataset

        patient = self._body["patient"]
        found.PatientName = person(patient["name"])
        found.PatientID = patient["identifier"][:64]
        if patient["second_identifier"].strip():
            other = Dataset()
            other.PatientID, other.TypeOfPatientID = patient["second_identifier"][:64], "TEXT"
            found.OtherPatientIDsSequence = sequence(other)
        found.PatientBirthDate = patient["birth_date"].replace("-", "")[:8]
        found.PatientSex = _SEXES.get(patient["sex"].lower(), "")

    def _times(self, found: Any) -> None:
        made = moment(self._body["created_at"])
        recorded = moment(self._body["encounter"]["recorded_at"] or self._body["created_at"])
        found.StudyInstanceUID = self.study
        found.StudyID, found.AccessionNumber, found.ReferringPhysicianName = "1", "", ""
        found.StudyDate, found.StudyTime = recorded.strftime("%Y%m%d"), recorded.strftime("%H%M%S")
        found.ContentDate, found.ContentTime = made.strftime("%Y%m%d"), made.strftime("%H%M%S")

    def equipment(self, found: Any, device: Device) -> None:
        """What made the object: the amplifier where it is known, else the program."""
        software = f"emgview {self._body['software']['version']}"
        found.Manufacturer = device.manufacturer[:64] or "emgview"
        found.ManufacturerModelName = device.model[:64] or "emgview"
        found.DeviceSerialNumber = device.serial[:64] or "not stated"
        found.SoftwareVersions = [v[:64] for v in (device.software, software) if v]
