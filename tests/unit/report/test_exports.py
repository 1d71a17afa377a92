"""What leaves beside the report: research copy without canaries, FHIR bundle, plain copies."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest

from emgview.errors import EmgviewError
from emgview.model import Device, Patient
from emgview.report import Reader, Relation, Report, build_report, canonical_json
from emgview.report.copies import docx_copy, html_copy
from emgview.report.deidentify import Secret, deidentified, identifying_texts, refuse_leaks
from emgview.report.dicom_frame import Frame
from emgview.report.entries import load_entries
from emgview.report.fhir import bundle_problems, document_bundle, status_of
from emgview.report.fhir_check import library_problems, refuse_faulty

SECRET = Secret(b"0123456789abcdef0123456789abcdef")
CANARY = "Kanarienvogel"


def canaries(made: Any) -> Report:
    """A report with a canary in every place where a person can type."""
    made.recordings = [
        replace(
            r,
            info=replace(
                r.info,
                notes=(f"{CANARY}-note",),
                origin_name=f"{CANARY}-file.edf",
                device=Device(f"{CANARY}-maker", f"{CANARY}-model", f"{CANARY}-serial", "1"),
                channels=tuple(
                    replace(c, label=f"{CANARY}-label", electrode=f"{CANARY}-electrode")
                    for c in r.info.channels
                ),
            ),
        )
        for r in made.recordings
    ]
    made.labels = [replace(label, decided_by=f"{CANARY}-decider") for label in made.labels]
    source = made.source(
        patient=Patient(f"{CANARY}, Käthe", f"{CANARY}-id", f"{CANARY}-id2", "1931-02-03", CANARY),
        question=f"{CANARY} question",
        conclusion=f"{CANARY} conclusion",
        limitations=f"{CANARY} limitation",
        reader=Reader(f"{CANARY} reader", f"{CANARY} credential"),
        texts={e.field: f"{CANARY} {e.id}" for e in load_entries()},
    )
    return build_report(source)


def test_no_canary_gets_into_the_research_copy(typical: Any) -> None:
    report = canaries(typical)
    assert report.json_bytes.decode().count(CANARY) > 40
    copy = canonical_json(deidentified(report.body, SECRET))
    text = copy.decode().lower()
    for word in (CANARY.lower(), "käthe", "1931", "2026-03-04", "rec-1", "study-1", "5a6f1d0e"):
        assert word not in text
    assert b'"count":82' in copy  # the findings are in it


def test_what_identifies_is_found_in_a_copy_that_holds_it(typical: Any) -> None:
    """The search after the allow-list is not idle: each canary planted in the copy is found."""
    body = canaries(typical).body
    searched = identifying_texts(body)
    clean = deidentified(body, SECRET)
    refuse_leaks({"findings.json": clean}, searched)
    for text in (f"{CANARY}-id", "kathe", f"x {CANARY.upper()}-DECIDER y", "1931-02-03"):
        with pytest.raises(EmgviewError, match="not made") as caught:
            refuse_leaks({"findings.json": {**clean, "remark": text}}, searched)
        assert CANARY.lower() not in str(caught.value).lower()
    with pytest.raises(EmgviewError, match="not made"):
        refuse_leaks({f"{CANARY}-id.json": clean}, searched)


def test_dates_are_shifted_alike_for_one_patient_and_keep_their_distance(typical: Any) -> None:
    body = build_report(typical.source()).body
    copy = deidentified(body, SECRET)
    days = [
        date.fromisoformat(new["started_at"][:10]) - date.fromisoformat(old["started_at"][:10])
        for new, old in zip(copy["recordings"], body["recordings"], strict=True)
    ]
    assert len(set(days)) == 1
    assert -365 <= days[0].days <= -1
    assert deidentified(body, SECRET)["case"] == copy["case"]
    other = Secret(b"x" * 32)
    assert deidentified(body, other)["case"] != copy["case"]


@pytest.mark.parametrize(
    ("born", "age"),
    [("1961-02-03", "65"), ("1961-03-05", "64"), ("1930-01-01", "90 or older"),
     ("", "not stated"), ("2030-01-01", "not stated")],
)  # fmt: skip
def test_age_in_years_and_one_class_above_89(typical: Any, born: str, age: str) -> None:
    patient = Patient("Müller", "4711", birth_date=born)
    copy = deidentified(build_report(typical.source(patient=patient)).body, SECRET)
    assert copy["age_at_recording"] == age


def test_export_fails_loudly_where_it_cannot_be_guaranteed(typical: Any) -> None:
    with pytest.raises(EmgviewError, match="not identified"):
        deidentified(build_report(typical.source(patient=Patient())).body, SECRET)
    body = deepcopy(build_report(typical.source()).body)
    body["muscles"][0]["region"] = 'Mrs. Ä said: "here"'
    with pytest.raises(EmgviewError, match="free text"):
        deidentified(body, SECRET)


# -- FHIR -----------------------------------------------------------------------------------------


def bundle_of(made: Any, state: str = "final", **changes: Any) -> dict[str, Any]:
    return document_bundle(build_report(made.source(status="final", **changes)), b"%PDF-", state)


def test_bundle_holds_the_numbers_of_the_record(typical: Any) -> None:
    bundle = bundle_of(typical)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[0] == "Composition"
    assert {"Patient", "DiagnosticReport", "Device", "Provenance", "DocumentReference"} <= set(
        kinds
    )
    counts = [
        component["valueQuantity"]["value"]
        for entry in bundle["entry"]
        for component in entry["resource"].get("component", ())
        if component["code"]["coding"][0]["code"] == "count"
    ]
    cells = [
        c for m in build_report(typical.source()).body["muscles"] for c in m["findings"].values()
    ]
    assert sorted(counts) == sorted(c["count"] for c in cells if c["state"] == "observed")
    assert canonical_json(bundle)


def test_not_examined_is_never_false_and_codes_are_those_of_the_vocabulary(typical: Any) -> None:
    for entry in bundle_of(typical)["entry"]:
        resource = entry["resource"]
        reason = resource.get("dataAbsentReason")
        if reason is not None:
            assert "valueBoolean" not in resource
    text = json.dumps(bundle_of(typical))
    assert '"155488"' in text  # fibrillation potential, 2:24416
    assert '"18749-2", "display": "Electromyogram study"' in text


def _first(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind
    )
    return found


_FHIR_FAULTS: list[Callable[[dict[str, Any]], Any]] = [
    lambda b: b["entry"].reverse(),
    lambda b: _first(b, "DiagnosticReport").update(status="signed"),
    lambda b: _first(b, "DiagnosticReport")["subject"].update(reference="urn:uuid:nobody"),
    lambda b: _first(b, "Observation").update(valueString="a", valueBoolean=True),
    lambda b: _first(b, "Composition")["type"]["coding"][0].update(display="EMG"),
    lambda b: _first(b, "Composition")["type"]["coding"][0].update(code="68524-8"),
    lambda b: b["entry"][1].update(fullUrl=b["entry"][2]["fullUrl"]),
]


@pytest.mark.parametrize("fault", _FHIR_FAULTS)
def test_seeded_fault_of_the_bundle_is_found(
    typical: Any, fault: Callable[[dict[str, Any]], Any]
) -> None:
    bundle = json.loads(json.dumps(bundle_of(typical)))
    assert bundle_problems(bundle) == ()
    fault(bundle)
    assert bundle_problems(bundle)


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        ("draft", "", ("partial", "preliminary")),
        ("preliminary", "", ("preliminary", "preliminary")),
        ("final", "", ("final", "final")),
        ("final", "amended", ("amended", "amended")),
        ("final", "corrected", ("corrected", "amended")),
        ("superseded", "appended", ("appended", "amended")),
        ("retracted", "", ("entered-in-error", "entered-in-error")),
    ],
)
def test_status_follows_the_state(state: str, code: str, expected: tuple[str, str]) -> None:
    body = {"relates_to": [{"reason_code": code}] if code else []}
    assert status_of(body, state) == expected


def test_sites_and_events_have_the_codes_of_the_standard(typical: Any) -> None:
    resources = [e["resource"] for e in bundle_of(typical)["entry"]]
    sites = {
        (c["system"], c["code"], c["display"])
        for r in resources if "bodySite" in r for c in r["bodySite"]["coding"]
    }  # fmt: skip
    mdc = "urn:iso:std:iso:11073:10101"
    assert (mdc, "459646", "Musculus tibialis anterior, right") in sites  # 7:894
    codings = [c for r in resources if r["resourceType"] == "Observation"
               for c in r["code"]["coding"]]  # fmt: skip
    assert {"system": mdc, "code": "155488", "display": "EMG fibrillation potential"} in codings


def test_recordings_are_the_objects_of_the_dicom_set(typical: Any) -> None:
    report = build_report(typical.source(status="final"))
    study = _first(bundle_of(typical), "ImagingStudy")
    frame = Frame(report)
    assert study["identifier"][0]["value"] == f"urn:oid:{frame.study}"
    assert [i["uid"] for i in study["series"][0]["instance"]] == [
        frame.waveform(row["id"]) for row in report.body["recordings"]
    ]
    assert _first(bundle_of(typical), "DiagnosticReport")["imagingStudy"][0]["reference"] in {
        e["fullUrl"] for e in bundle_of(typical)["entry"]
        if e["resource"]["resourceType"] == "ImagingStudy"
    }  # fmt: skip


def test_library_reads_the_bundle(typical: Any) -> None:
    pytest.importorskip("fhir.resources.R4B.bundle", reason="fhir.resources is missing")
    relation = Relation("replaces", "old", 1, "ab" * 32, "why", "corrected", "2026-01-01T00:00:00Z")
    later: dict[str, Any] = {"version": 2, "relates_to": (relation,)}
    for bundle in (bundle_of(typical), bundle_of(typical, **later)):
        assert library_problems(bundle) == ()


@pytest.mark.parametrize(
    "fault",
    [
        lambda b: _first(b, "DiagnosticReport").pop("code"),
        lambda b: _first(b, "DiagnosticReport").update(issued="yesterday"),
        lambda b: _first(b, "Patient").update(birthDate="1961-13-45"),
        lambda b: _first(b, "Observation").update(invented=1),
        lambda b: _first(b, "ImagingStudy")["series"][0].pop("modality"),
        lambda b: _first(b, "Composition").pop("title"),
        lambda b: _first(b, "Observation").update(valueString="a", valueBoolean=True),
        lambda b: _first(b, "Provenance").update(signature=[{"data": "AA=="}]),
    ],
)
def test_library_finds_a_seeded_fault_and_tells_no_value(
    typical: Any, fault: Callable[[dict[str, Any]], Any]
) -> None:
    pytest.importorskip("fhir.resources.R4B.bundle", reason="fhir.resources is missing")
    bundle = json.loads(json.dumps(bundle_of(typical)))
    fault(bundle)
    assert library_problems(bundle)
    with pytest.raises(EmgviewError, match="faulty") as caught:
        refuse_faulty(bundle)
    assert not {"1961", "yesterday"} & set(str(caught.value).replace("-", " ").split())


def test_without_the_library_the_bundle_goes_unchecked(
    typical: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fhir.resources.R4B.bundle", None)
    assert library_problems(bundle_of(typical)) is None
    refuse_faulty(bundle_of(typical))


# -- copies ---------------------------------------------------------------------------------------


def test_copies_say_that_they_are_not_signed_and_hold_every_cell(typical: Any) -> None:
    report = build_report(typical.source(conclusion="a < b & c\nsecond \x07 line"))
    page = html_copy(report).decode()
    with zipfile.ZipFile(io.BytesIO(docx_copy(report))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        document = archive.read("word/document.xml").decode()
    assert names == ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
    words = "".join(ElementTree.fromstring(document).itertext())
    for text in (page, words):
        assert "Copy without a signature" in text
        assert report.sha256 in text
    for row in report.body["muscles"]:
        for cell in row["findings"].values():
            assert cell["text"] in words
    assert "a &lt; b &amp; c<br>second" in page
    assert "<script" not in page
    assert docx_copy(report) == docx_copy(report)


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_copies_hold_the_grid_with_the_reader_s_word_and_what_was_found(
    typical: Any, language: str
) -> None:
    """Copies once left the grid out: the hospital system had counts but no grades."""
    report = build_report(typical.examined(language=language))
    with zipfile.ZipFile(io.BytesIO(docx_copy(report))) as archive:
        document = archive.read("word/document.xml").decode()
    words = "".join(ElementTree.fromstring(document).itertext())
    page = unescape(html_copy(report).decode())
    examination = report.body["examination"]
    for text in (words, page):
        for row in examination["grid"]:
            for cell in row["cells"].values():
                assert cell["shown"] in text
                if "override" in cell:
                    assert f"{cell['shown']} †" in text
                    assert cell["override"]["reason"] in text
                    assert cell["original"]["shown"] in text
        for column in examination["columns"]:
            assert column["title"] in text
        for entry in examination["entries"]:
            if entry["entered"]:
                assert entry["shown_title"] in text


def test_another_program_opens_the_docx(typical: Any) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    report = build_report(typical.source())
    document = docx.Document(io.BytesIO(docx_copy(report)))
    assert len(document.tables) >= 3
