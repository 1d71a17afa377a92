"""Parts of a FHIR bundle that stand for themselves: codes, the recordings, the signature."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from emgview.model import Side, load_vocabulary
from emgview.report.content import Report
from emgview.report.dicom_frame import WAVEFORMS, Frame
from emgview.report.dicom_parts import EMG_WAVEFORM
from emgview.report.public_codes import LOCAL as LOCAL_SCHEME
from emgview.report.public_codes import MDC as MDC_SCHEME
from emgview.report.public_codes import Code, event, site

LOINC = "http://loinc.org"
MDC = "urn:iso:std:iso:11073:10101"
HPO = "http://human-phenotype-ontology.org"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
LOCAL = "urn:emgview:codes"
_SYSTEMS = {MDC_SCHEME: MDC, "DCM": DCM, LOCAL_SCHEME: LOCAL}
_MODALITY = {"system": DCM, "code": "EMG", "display": "Electromyography"}
_SIGNATURE_TYPE = "urn:iso-astm:E1762-95:2013"
_AUTHOR = {"system": _SIGNATURE_TYPE, "code": "1.2.840.10065.1.12.1.1",
           "display": "Author's Signature"}  # fmt: skip


def coding(code: Code) -> dict[str, str]:
    """A code as FHIR writes it: MDC as one number."""
    value = code.mdc_number if code.scheme == MDC_SCHEME else code.value
    return {"system": _SYSTEMS[code.scheme], "code": value, "display": code.name}


def class_codings(column: str) -> Iterator[dict[str, str]]:
    """Public codes of a column's class, where it is one."""
    known = load_vocabulary().get(column)
    if known is None:
        return
    yield from (coding(code) for code in event(column).codes if code.scheme != LOCAL_SCHEME)
    if known.hpo:
        yield {"system": HPO, "code": known.hpo, "display": known.term}


def body_site(row: Mapping[str, Any]) -> dict[str, Any]:
    """Muscle and side of a row of the table."""
    codes = [coding(code) for code in site(row["muscle"], Side(row["side"])).codes]
    return {"coding": codes, "text": f"{row['name']}, {row['side_name']}"}


def imaging_study(report: Report) -> dict[str, Any]:
    """The recordings as the waveform objects that the DICOM set holds, under the same UIDs.

    Whether that set was sent anywhere is not known here, hence ``registered``.
    """
    frame, rows = Frame(report), report.body["recordings"]
    instances = [
        {
            "uid": frame.waveform(row["id"]),
            "sopClass": {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{EMG_WAVEFORM}"},
            "number": row["number"],
        }
        for row in rows
    ]
    found: dict[str, Any] = {
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{frame.study}"}],
        "status": "registered",
        "modality": [_MODALITY],
        "numberOfSeries": 1 if rows else 0,
        "numberOfInstances": len(rows),
    }
    started = report.body["encounter"]["recorded_at"]
    if started:
        found["started"] = started
    if rows:
        found["series"] = [
            {"uid": frame.series(WAVEFORMS), "number": 1, "modality": _MODALITY,
             "numberOfInstances": len(rows), "instance": instances}
        ]  # fmt: skip
    return found


def author_signature(cms: bytes, who: dict[str, str], target: str) -> dict[str, Any]:
    """A detached signature upon the record, as it lies beside it."""
    from emgview.report.signed_bytes import signing_time

    return {
        "type": [_AUTHOR],
        "when": signing_time(cms).isoformat(timespec="milliseconds"),
        "who": who,
        "targetFormat": target,
        "sigFormat": "application/pkcs7-signature",
        "data": base64.b64encode(cms).decode("ascii"),
    }
