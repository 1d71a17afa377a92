"""Building blocks of DICOM objects: codes, content items, moments, the bytes of a file.

Everything here needs pydicom, which is imported where it is used.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from emgview.report.public_codes import LOCAL, Code, Coded

EMG_WAVEFORM = "1.2.840.10008.5.1.4.1.1.9.7.2"
WAVEFORM_ANNOTATION_SR = "1.2.840.10008.5.1.4.1.1.88.77"
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_CLASS_OF_FINDING = Code("class", LOCAL, "Class or muscle, as named here")
_BROADER = Code("broader", LOCAL, "Broader public code")


def uid(space: str, name: str) -> str:
    """A UID derived from a UUID (PS3.5 B.2): the same for the same names."""
    root = uuid.uuid5(uuid.NAMESPACE_OID, f"emgview/{space}")
    return f"2.25.{uuid.uuid5(root, name).int}"


def sequence(*items: Any) -> Any:
    """A sequence of data sets."""
    from pydicom.sequence import Sequence as DicomSequence

    return DicomSequence(items)


def coded(code: Code) -> Any:
    """One item of a code sequence."""
    from pydicom.dataset import Dataset

    found = Dataset()
    found.CodeValue, found.CodingSchemeDesignator = code.value[:16], code.scheme
    found.CodeMeaning = code.name[:64] or code.value
    return found


def item(kind: str, name: Code | None, relation: str, content: Sequence[Any] = ()) -> Any:
    """A content item of a structured report."""
    from pydicom.dataset import Dataset

    found = Dataset()
    found.RelationshipType, found.ValueType = relation, kind
    if name is not None:
        found.ConceptNameCodeSequence = sequence(coded(name))
    if content:
        found.ContentSequence = sequence(*content)
    return found


def code_item(name: Code, value: Coded, relation: str, content: Sequence[Any] = ()) -> Any:
    """A CODE; what its first code does not say stands below it as a modifier."""
    below = list(content)
    if value.beside is not None:
        meaning = _CLASS_OF_FINDING if value.beside.scheme == LOCAL else _BROADER
        below.insert(0, code_item(meaning, Coded(value.beside), "HAS CONCEPT MOD"))
    found = item("CODE", name, relation, below)
    found.ConceptCodeSequence = sequence(coded(value.main))
    return found


def text_item(name: Code, text: str, content: Sequence[Any] = ()) -> Any:
    """A TEXT."""
    found = item("TEXT", name, "CONTAINS", content)
    found.TextValue = text
    return found


def number_item(name: Code, value: float, unit: Code) -> Any:
    """A NUM that tells a property of what it stands under."""
    from pydicom.dataset import Dataset

    found, measured = item("NUM", name, "HAS PROPERTIES"), Dataset()
    measured.NumericValue = number(value)
    measured.MeasurementUnitsCodeSequence = sequence(coded(unit))
    found.MeasuredValueSequence = sequence(measured)
    return found


def container(name: Code, content: Sequence[Any]) -> Any:
    """A CONTAINER."""
    found = item("CONTAINER", name, "CONTAINS", content)
    found.ContinuityOfContent = "SEPARATE"
    return found


def number(value: float) -> str:
    """A decimal string of 16 characters at most, as exact as that allows."""
    from pydicom.valuerep import format_number_as_ds

    if value == int(value) and abs(value) < 1e15:
        return f"{value:.0f}"
    return str(format_number_as_ds(float(value)))


def person(name: str) -> str:
    """``Family, Given`` as DICOM writes it; signs with a meaning of their own are left out."""
    family, _, given = name.partition(",")
    clean = ("".join(c for c in part.strip() if c not in "^=\\") for part in (family, given))
    return "^".join(part for part in clean if part)[:64]


def moment(stated: str | datetime) -> datetime:
    """In UTC: all times of the objects are, and say so (Timezone Offset From UTC)."""
    found = stated if isinstance(stated, datetime) else datetime.fromisoformat(stated)
    return found.astimezone(UTC)


def as_bytes(dataset: Any) -> bytes:
    """The file."""
    from pydicom import dcmwrite

    out = io.BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()
