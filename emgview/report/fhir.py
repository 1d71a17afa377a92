"""The report as FHIR R4 document bundle: a rendering of the record, never the record.

Codes of findings are those of ISO/IEEE 11073-10101 (MDC) and the Human Phenotype Ontology; LOINC
18749-2 names the study. SNOMED CT needs a licence and is left out. Bundle entries are plain JSON;
the tests hold them against fhir.resources (R4B) where it is installed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from emgview.errors import EmgviewError
from emgview.report.content import Report
from emgview.report.fhir_parts import (
    LOCAL,
    LOINC,
    author_signature,
    body_site,
    class_codings,
    imaging_study,
)

STUDY_CODE = {"system": LOINC, "code": "18749-2", "display": "Electromyogram study"}
_OUTCOME_WORDS = {"not_examined": "not-performed", "not_assessable": "unknown"}
_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_ATTESTER = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def status_of(body: Mapping[str, Any], state: str) -> tuple[str, str]:
    """Status of DiagnosticReport and Composition (reporting §5).

    ``state`` is that of the log: ``draft``, ``preliminary``, ``final``, ``superseded`` or
    ``retracted``.
    """
    if state == "retracted":
        return "entered-in-error", "entered-in-error"
    if state in ("final", "superseded"):
        if not body["relates_to"]:
            return "final", "final"
        return body["relates_to"][0]["reason_code"], "amended"
    if state == "preliminary":
        return "preliminary", "preliminary"
    return "partial", "preliminary"


def document_bundle(
    report: Report, pdf: bytes, state: str, signature: bytes = b""
) -> dict[str, Any]:
    """The bundle as plain values.

    Parameters
    ----------
    pdf : bytes
        The signed PDF, presented with its hash (SHA-1, as FHIR asks).
    signature : bytes
        The author's detached signature upon ``report.json``, if there is one.
    """
    builder = _Builder(report, state)
    resources = [
        builder.composition(),
        builder.patient(),
        *builder.practitioners(),
        builder.device(),
        builder.imaging_study(),
        builder.diagnostic_report(pdf),
        *builder.observations(),
        builder.document_reference(pdf),
        builder.provenance(signature),
    ]
    bundle = {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{report.id}"},
        "type": "document",
        "timestamp": report.body["created_at"],
        "entry": [{"fullUrl": _url(r["id"]), "resource": r} for r in resources],
    }
    problems = bundle_problems(bundle)
    if problems:
        raise EmgviewError(f"The bundle would be faulty ({problems[0]})", "Report this defect.")
    return bundle


class _Builder:
    """Makes the resources of one report; their ids follow from the report's id."""

    def __init__(self, report: Report, state: str) -> None:
        self._report, self._body = report, report.body
        self._status, self._composition_status = status_of(report.body, state)

    def _id(self, kind: str, name: str = "") -> str:
        space = uuid.uuid5(uuid.NAMESPACE_OID, f"emgview/{self._report.id}")
        return str(uuid.uuid5(space, f"{kind}/{name}"))

    def _to(self, kind: str, name: str = "") -> dict[str, str]:
        return {"reference": _url(self._id(kind, name))}

    def _base(self, kind: str, name: str = "") -> dict[str, Any]:
        return {"resourceType": kind, "id": self._id(kind, name)}

    def patient(self) -> dict[str, Any]:
        """Who was examined."""
        stated = self._body["patient"]
        found = self._base("Patient")
        ids = [stated["identifier"], stated["second_identifier"]]
        found["identifier"] = [{"value": value} for value in ids if value.strip()]
        if not found["identifier"]:
            del found["identifier"]
        if stated["name"].strip():
            found["name"] = [{"text": stated["name"]}]
        if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", stated["birth_date"]):
            found["birthDate"] = stated["birth_date"]
        gender = stated["sex"].strip().lower()
        found["gender"] = gender if gender in ("male", "female", "other") else "unknown"
        return found

    def practitioners(self) -> Iterator[dict[str, Any]]:
        """Who reads and signs."""
        for n, person in enumerate(self._body["performers"]):
            found = {
                **self._base("Practitioner", str(n)),
                "name": [{"text": person["name"] or "-"}],
            }
            if person["credential"].strip():
                found["qualification"] = [{"code": {"text": person["credential"]}}]
            yield found

    def device(self) -> dict[str, Any]:
        """The program and its detector, with the hash of its parameters."""
        software = self._body["software"]
        versions = [{"value": software["version"]}]
        for run in self._body["machine_contribution"]["runs"][:1]:
            versions.append({"value": f"{run['detector']} {run['version']}"})
            versions.append({"value": f"sha256:{run['parameters_sha256']}"})
        return {
            **self._base("Device"),
            "deviceName": [{"name": software["name"], "type": "model-name"}],
            "version": versions,
        }

    def imaging_study(self) -> dict[str, Any]:
        """The recordings."""
        base = self._base("ImagingStudy")
        return {**base, "subject": self._to("Patient"), **imaging_study(self._report)}

    def composition(self) -> dict[str, Any]:
        """The document's head: its sections as plain text."""
        body = self._body
        reader = self._to("Practitioner", "0")
        found = {
            **self._base("Composition"),
            "status": self._composition_status,
            "type": {"coding": [STUDY_CODE]},
            "subject": self._to("Patient"),
            "date": body["created_at"],
            "author": [reader],
            "title": "Electromyogram report",
            "identifier": {"value": body["report_set_id"]},
            "section": [
                _section("Referral question", body["referral"]["question"]),
                _section("Conclusion", body["conclusion"]["text"]),
                _section("Summary of the findings", body["summary"]["text"]),
                {
                    "title": "Findings",
                    "entry": [
                        self._to("Observation", str(n)) for n, _ in enumerate(body["muscles"])
                    ]
                    or None,
                    "emptyReason": None if body["muscles"] else {"text": "nothing was examined"},
                },
                _section("Limitations", "\n".join(body["limitations"])),
            ],
        }
        if self._status in ("final", "amended", "corrected", "appended"):
            found["attester"] = [{"mode": "legal", "time": body["created_at"], "party": reader}]
        found["relatesTo"] = [
            {"code": r["type"], "targetIdentifier": {"value": r["report_id"]}}
            for r in body["relates_to"]
        ] or None
        found["section"] = [_without_none(section) for section in found["section"] if section]
        return _without_none(found)

    def diagnostic_report(self, pdf: bytes) -> dict[str, Any]:
        """The report as most systems look for it."""
        body = self._body
        muscles = range(len(body["muscles"]))
        return _without_none(
            {
                **self._base("DiagnosticReport"),
                "identifier": [{"value": self._report.id}],
                "status": self._status,
                "code": {"coding": [STUDY_CODE]},
                "subject": self._to("Patient"),
                "effectiveDateTime": body["encounter"]["recorded_at"] or None,
                "issued": body["created_at"],
                "resultsInterpreter": [self._to("Practitioner", "0")],
                "result": [self._to("Observation", str(n)) for n in muscles] or None,
                "imagingStudy": [self._to("ImagingStudy")],
                "conclusion": body["conclusion"]["text"].strip() or None,
                "presentedForm": [_attachment(pdf)],
            }
        )

    def observations(self) -> Iterator[dict[str, Any]]:
        """One for each muscle, and one for each of its cells."""
        for n, row in enumerate(self._body["muscles"]):
            cells = list(row["findings"].items())
            yield _without_none(
                {
                    **self._observation(str(n), {"coding": [STUDY_CODE]}, row),
                    "hasMember": [self._to("Observation", f"{n}/{key}") for key, _ in cells]
                    or None,
                    "valueString": None if cells else "no cells",
                }
            )
            for key, cell in cells:
                yield self._cell(f"{n}/{key}", key, cell, row)

    def _observation(
        self, name: str, code: dict[str, Any], row: Mapping[str, Any]
    ) -> dict[str, Any]:
        final = self._status not in ("partial", "preliminary", "entered-in-error")
        status = "final" if final else self._status.replace("partial", "preliminary")
        return {
            **self._base("Observation", name),
            "status": status,
            "code": code,
            "subject": self._to("Patient"),
            "effectiveDateTime": self._body["encounter"]["recorded_at"] or None,
            "device": self._to("Device"),
            "bodySite": body_site(row),
            "derivedFrom": [self._to("ImagingStudy")],
        }

    def _cell(
        self, name: str, key: str, cell: Mapping[str, Any], row: Mapping[str, Any]
    ) -> dict[str, Any]:
        title = next(c["title"] for c in self._body["columns"] if c["id"] == key)
        code = {"coding": [*class_codings(key), {"system": LOCAL, "code": key, "display": title}]}
        code["text"] = title
        found = self._observation(name, code, row)
        found["note"] = [{"text": cell["text"]}]
        match cell["state"]:
            case "observed":
                found["valueBoolean"] = True
                found["component"] = list(_components(cell))
            case "absent":
                found["valueBoolean"] = False
                found["component"] = [_component("watched_s", cell["watched_s"], "s")]
            case state:
                word = _OUTCOME_WORDS[state]
                found["dataAbsentReason"] = {"coding": [{"system": _ABSENT_REASON, "code": word}]}
        return _without_none(found)

    def document_reference(self, pdf: bytes) -> dict[str, Any]:
        """The PDF as a document, and what it takes the place of."""
        retracted = self._status == "entered-in-error"
        return _without_none(
            {
                **self._base("DocumentReference"),
                "status": "entered-in-error" if retracted else "current",
                "type": {"coding": [STUDY_CODE]},
                "subject": self._to("Patient"),
                "date": self._body["created_at"],
                "author": [self._to("Practitioner", "0")],
                "relatesTo": [
                    {"code": r["type"], "target": {"identifier": {"value": r["report_id"]}}}
                    for r in self._body["relates_to"]
                ]
                or None,
                "content": [{"attachment": _without_data(_attachment(pdf))}],
            }
        )

    def provenance(self, signature: bytes) -> dict[str, Any]:
        """Who stands for what: the reader as attester, the program as assembler; the signature."""
        reader = self._to("Practitioner", "0")
        record = {"identifier": {"value": f"sha256:{self._report.sha256}"}}
        found = {
            **self._base("Provenance"),
            "target": [self._to("DiagnosticReport"), self._to("Composition")],
            "recorded": self._body["created_at"],
            "agent": [
                {"type": _role("attester"), "who": reader},
                {"type": _role("assembler"), "who": self._to("Device")},
            ],
            "entity": [{"role": "source", "what": {**record, "display": "report.json"}}],
        }
        if signature:
            found["signature"] = [author_signature(signature, reader, "application/json")]
        return found


def _role(name: str) -> dict[str, Any]:
    return {"coding": [{"system": _ATTESTER, "code": name}], "text": name}


def _url(identifier: str) -> str:
    """Full url of a resource in the bundle."""
    return f"urn:uuid:{identifier}"


def _components(cell: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield _component("count", cell["count"], "1")
    yield _component("watched_s", cell["watched_s"], "s")
    yield _component("sites", cell["sites"], "1")
    if cell["rate_per_min"] is not None:
        yield _component("rate_per_min", cell["rate_per_min"], "/min")


def _component(name: str, value: float, unit: str) -> dict[str, Any]:
    quantity = {"value": value, "system": "http://unitsofmeasure.org", "code": unit, "unit": unit}
    return {"code": {"coding": [{"system": LOCAL, "code": name}]}, "valueQuantity": quantity}


def _section(title: str, text: str) -> dict[str, Any] | None:
    if not text.strip():
        return None
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = "".join(c for c in escaped if c in "\n\t" or ord(c) >= 32)
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>' + escaped.replace("\n", "<br/>")
    return {"title": title, "text": {"status": "generated", "div": div + "</p></div>"}}


def _attachment(pdf: bytes) -> dict[str, Any]:
    return {
        "contentType": "application/pdf",
        "data": base64.b64encode(pdf).decode("ascii"),
        "size": len(pdf),
        "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode("ascii"),
        "title": "report.pdf",
    }


def _without_data(attachment: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in attachment.items() if k != "data"}, "url": "report.pdf"}


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


def bundle_problems(bundle: Mapping[str, Any]) -> tuple[str, ...]:
    """What no public validator looks for: references, order, pairs of code and name, values."""
    entries = bundle["entry"]
    found = []
    if entries[0]["resource"]["resourceType"] != "Composition":
        found.append("Composition is not first")
    urls = [entry["fullUrl"] for entry in entries]
    if len(set(urls)) != len(urls):
        found.append("two entries have one address")
    for text in _references(bundle):
        if text not in urls:
            found.append(f"{text} leads nowhere")
    for entry in entries:
        found += _resource_problems(entry["resource"])
    return tuple(found)


_STATUS = {
    "DiagnosticReport": (
        "registered", "partial", "preliminary", "final", "amended", "corrected", "appended",
        "cancelled", "entered-in-error", "unknown",
    ),
    "Composition": ("preliminary", "final", "amended", "entered-in-error"),
    "Observation": ("registered", "preliminary", "final", "amended", "entered-in-error"),
    "DocumentReference": ("current", "superseded", "entered-in-error"),
}  # fmt: skip


def _resource_problems(resource: Mapping[str, Any]) -> Iterator[str]:
    kind = resource["resourceType"]
    if kind in _STATUS and resource.get("status") not in _STATUS[kind]:
        yield f"{kind} has status {resource.get('status')!r}"
    values = [key for key in resource if re.fullmatch(r"value[A-Z]\w*", key)]
    if len(values) > 1:
        yield f"{kind} has two values"
    for coding in _codings(resource):
        same_code = coding.get("code") == STUDY_CODE["code"]
        if coding.get("system") == LOINC and coding != STUDY_CODE:
            yield f"LOINC {coding.get('code')} is not {STUDY_CODE['display']}"
        elif same_code and coding.get("system") != LOINC:
            yield "the study's code has another system"


def _references(value: Any) -> Iterator[str]:
    for item in _walk(value):
        if isinstance(item.get("reference"), str):
            yield item["reference"]


def _codings(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in _walk(value):
        if isinstance(item.get("coding"), list):
            yield from item["coding"]


def _walk(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
