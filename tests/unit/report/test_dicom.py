"""The DICOM set: against tables of the standard, other people's readers, and what went in."""

from __future__ import annotations

import importlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emgview.errors import EmgviewError, MissingExtraError
from emgview.model import Channel, Device, Gap, LabelState, Patient, Side, load_muscles
from emgview.model import load_vocabulary as vocabulary
from emgview.report import Relation, Report, build_report
from emgview.report.dicom import dicom_set
from emgview.report.dicom_frame import Frame
from emgview.report.dicom_waveform import waveform
from emgview.report.public_codes import LOCAL, MDC, event, site
from tests.unit.report.conftest import CaseMaker
from tests.unit.report.dicom_iod import iod_faults

PDF = b"%PDF-1.7 odd!"
COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.33"
GENERAL_ECG = "1.2.840.10008.5.1.4.1.1.9.1.2"
DOCUMENTS = ("annotations-machine.dcm", "annotations-reviewed.dcm", "report-sr.dcm")

needs_dcmtk = pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dcmtk is not installed")
needs_dciodvfy = pytest.mark.skipif(
    shutil.which("dciodvfy") is None, reason="dicom3tools is not installed"
)


@pytest.fixture(scope="module")
def pydicom() -> Any:
    return pytest.importorskip("pydicom", reason="pydicom is not installed")


def native_of(made: CaseMaker, recording_id: str) -> NDArray[np.int16]:
    """Microvolt of the case in steps of its gain, 0.1 µV."""
    native: NDArray[np.int16] = np.rint(made.samples[recording_id] / 0.1).astype(np.int16)
    return native


def exported(made: CaseMaker, state: str = "final", **changes: Any) -> dict[str, bytes]:
    pytest.importorskip("pydicom", reason="pydicom is not installed")
    report = build_report(made.source(status="final", **changes))
    signals = {
        r.info.id: (r.info, lambda key=r.info.id: native_of(made, key)) for r in made.recordings
    }
    proposals = [p for r in made.recordings if r.run is not None for p in r.run.proposals]
    return dict(dicom_set(report, PDF, signals, state, proposals))


def small_case() -> CaseMaker:
    made = CaseMaker()
    leg = made.recording(seconds=20)
    made.label(leg, "fib", list(np.arange(5.0, 9.0, 0.1)))
    made.label(leg, "psw", [12.0, 12.2], LabelState.REJECTED)
    arm = made.recording("biceps", Side.LEFT, seconds=5)
    made.label(arm, "fp_simple", [1.0, 2.0], proposed="fib")
    made.label(arm, "neuromyotonic", [3.0, 3.1])
    return made


@pytest.fixture(scope="module")
def case() -> CaseMaker:
    return small_case()


@pytest.fixture(scope="module")
def files(case: CaseMaker) -> dict[str, bytes]:
    return exported(case)


def items(dataset: Any, kind: str) -> Iterator[Any]:
    """All content items of a value type, at any depth."""
    for item in dataset.get("ContentSequence", ()):
        if item.ValueType == kind:
            yield item
        yield from items(item, kind)


def read(content: bytes) -> Any:
    return importlib.import_module("pydicom").dcmread(io.BytesIO(content))


# -- what the standard asks ---------------------------------------------------------------------


def test_each_object_holds_what_its_iod_asks(pydicom: Any, files: dict[str, bytes]) -> None:
    pytest.importorskip("highdicom", reason="highdicom is not installed")
    assert len(files) == 6
    for name, content in files.items():
        assert iod_faults(read(content)) == [], name


def _without(keyword: str) -> Callable[[Any], None]:
    return lambda dataset: dataset.__delattr__(keyword)


def _empty(keyword: str) -> Callable[[Any], None]:
    return lambda dataset: setattr(dataset, keyword, "")


_IOD_FAULTS: list[tuple[str, Callable[[Any], None]]] = [
    ("waveform-01.dcm", _without("AcquisitionDateTime")),
    ("waveform-01.dcm", _empty("DeviceSerialNumber")),
    ("waveform-01.dcm", lambda d: _without("ChannelSourceSequence")(
        d.WaveformSequence[0].ChannelDefinitionSequence[0])),
    ("waveform-01.dcm", lambda d: setattr(d, "PixelSpacing", [1, 1])),
    ("annotations-machine.dcm", _without("CompletionFlag")),
    ("annotations-reviewed.dcm", lambda d: _without("VerifyingObserverName")(
        d.VerifyingObserverSequence[0])),
    ("report-sr.dcm", _without("VerificationFlag")),
    ("report-pdf.dcm", _without("BurnedInAnnotation")),
    ("report-pdf.dcm", _empty("MIMETypeOfEncapsulatedDocument")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fault"), _IOD_FAULTS)
def test_table_check_finds_a_seeded_fault(
    files: dict[str, bytes], name: str, fault: Callable[[Any], None]
) -> None:
    pytest.importorskip("highdicom", reason="highdicom is not installed")
    dataset = read(files[name])
    fault(dataset)
    assert iod_faults(dataset)


def ran(program: str, path: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and all that it says."""
    found = subprocess.run(
        [program, *arguments, str(path)], capture_output=True, check=False, timeout=60
    )
    return found.returncode, (found.stdout + found.stderr).decode("utf-8", "replace")


def relabelled(content: bytes, sop_class: str, modality: str, path: Path) -> Path:
    """The same object under a class that an old program knows."""
    dataset = read(content)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.Modality = modality
    dataset.save_as(path)
    return path


@needs_dcmtk
@pytest.mark.parametrize("name", DOCUMENTS)
def test_dcmtk_reads_the_documents(files: dict[str, bytes], name: str, tmp_path: Path) -> None:
    """dcmtk 3.6.7 does not know class 88.77, so the annotations go under 88.33 for it."""
    good = relabelled(files[name], COMPREHENSIVE, "SR", tmp_path / "good.dcm")
    status, said = ran("dsrdump", good)
    assert status == 0, said
    assert "EMG fibrillation potential" in said
    assert "inferred from TCOORD:=(SEGMENT,99961" in said
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(good.read_bytes().replace(b"TCOORD", b"TCOORX"))
    assert ran("dsrdump", bad)[0] != 0


@needs_dciodvfy
@pytest.mark.parametrize("name", [*DOCUMENTS, "report-pdf.dcm", "waveform-01.dcm"])
def test_dciodvfy_finds_no_error(files: dict[str, bytes], name: str, tmp_path: Path) -> None:
    """The program is older than classes 88.77 and 9.7.2: it sees them as their older relatives."""
    path, content = tmp_path / "good.dcm", files[name]
    path.write_bytes(content)
    if name.startswith("annotations"):
        relabelled(content, COMPREHENSIVE, "SR", path)
    elif name.startswith("waveform"):
        relabelled(content, GENERAL_ECG, "ECG", path)
    _, said = ran("dciodvfy", path)
    assert [line for line in said.splitlines() if line.startswith("Error")] == []
    dataset = read(path.read_bytes())
    del dataset.SeriesInstanceUID
    dataset.save_as(path)
    assert "Error" in ran("dciodvfy", path)[1]


@pytest.mark.skipif(shutil.which("dcm2pdf") is None, reason="dcmtk is not installed")
def test_another_program_takes_the_pdf_out_as_it_went_in(
    case: CaseMaker, files: dict[str, bytes], tmp_path: Path
) -> None:
    path, out = tmp_path / "pdf.dcm", tmp_path / "out.pdf"
    path.write_bytes(files["report-pdf.dcm"])
    subprocess.run(["dcm2pdf", path, out], check=True, capture_output=True, timeout=60)
    assert len(PDF) % 2 == 1  # the pad byte is no part of it
    assert out.read_bytes() == PDF


# -- signals ------------------------------------------------------------------------------------


def test_samples_come_back_as_the_numbers_of_the_recording(
    pydicom: Any, case: CaseMaker, files: dict[str, bytes]
) -> None:
    for number, recording in enumerate(case.recordings, 1):
        found = read(files[f"waveform-{number:02d}.dcm"])
        group = found.WaveformSequence[0]
        native = native_of(case, recording.info.id)
        stored = np.frombuffer(group.WaveformData, "<i2").reshape(native.shape)
        np.testing.assert_array_equal(stored, native)
        np.testing.assert_allclose(found.waveform_array(0), native * 0.1, rtol=1e-12)
        assert float(group.SamplingFrequency) == 20_000
        channel = group.ChannelDefinitionSequence[0]
        assert channel.ChannelSensitivityUnitsSequence[0].CodeValue == "uV"
        assert (channel.FilterLowFrequency, channel.FilterHighFrequency) == (20, 10_000)
        assert found.AcquisitionDateTime.startswith(f"2026030409{number:02d}00")


def _recorded(samples: NDArray[Any], channel: Channel, **changes: Any) -> Any:
    """One recording of these native numbers as it is read back."""
    pytest.importorskip("pydicom", reason="pydicom is not installed")
    made = small_case()
    info = replace(
        made.recordings[0].info, n_samples=len(samples),
        channels=(channel,) * samples.shape[1], **changes,
    )  # fmt: skip
    frame = Frame(build_report(made.source(status="final")))
    return read(waveform(frame, 1, info, lambda: samples))


def test_offset_and_steps_of_24_bit_numbers_are_kept() -> None:
    native = np.array([[-8_388_608], [0], [1], [8_388_607]], np.int32)
    found = _recorded(native, Channel("EMG", 0.0298023223876953125, -12.5))
    np.testing.assert_allclose(
        found.waveform_array(0), native * 0.0298023223876953125 - 12.5, rtol=1e-9
    )


def test_floating_numbers_keep_their_resolution() -> None:
    """They were rounded to whole microvolts where the gain is 1."""
    microvolt = np.random.default_rng(1).normal(0, 3, (5000, 2)).astype(np.float32)
    microvolt[:, 1] *= 1e-3
    found = _recorded(microvolt, Channel("EMG"))
    read_back = found.waveform_array(0)
    for n, largest in enumerate(np.abs(microvolt).max(axis=0)):
        assert np.abs(read_back[:, n] - microvolt[:, n]).max() < largest * 1e-8


def test_gap_is_padding_never_zero_volt() -> None:
    native = np.ones((100, 1), np.int16)
    found = _recorded(native, Channel("EMG"), gaps=(Gap(40, 10),))
    group = found.WaveformSequence[0]
    stored = np.frombuffer(group.WaveformData, "<i2")
    assert np.frombuffer(group.WaveformPaddingValue, "<i2")[0] == -32_768
    assert (stored[40:50] == -32_768).all()
    assert (np.delete(stored, np.s_[40:50]) == 1).all()
    floating = np.ones((100, 1), np.float32)
    floating[7] = np.nan
    group = _recorded(floating, Channel("EMG")).WaveformSequence[0]
    assert np.frombuffer(group.WaveformData, "<i4")[7] == np.iinfo(np.int32).min
    assert "WaveformPaddingValue" not in _recorded(native, Channel("EMG")).WaveformSequence[0]


def test_time_of_another_zone_and_the_amplifier_are_stated() -> None:
    east = datetime(2026, 3, 5, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    found = _recorded(
        np.zeros((4, 1), np.int16), Channel("force", unit="N"),
        started_at=east, device=Device("Maker", "Model", "S/N 7", "3.1"),
    )  # fmt: skip
    assert found.AcquisitionDateTime == east.astimezone(UTC).strftime("%Y%m%d%H%M%S.%f")
    assert found.TimezoneOffsetFromUTC == "+0000"
    assert (found.Manufacturer, found.ManufacturerModelName) == ("Maker", "Model")
    assert found.DeviceSerialNumber == "S/N 7"
    channel = found.WaveformSequence[0].ChannelDefinitionSequence[0]
    assert channel.ChannelSensitivityUnitsSequence[0].CodeValue == "N"


def test_too_many_channels_are_refused() -> None:
    with pytest.raises(EmgviewError, match="65 channels"):
        _recorded(np.zeros((4, 65), np.int16), Channel("EMG"))


# -- documents ----------------------------------------------------------------------------------


def test_machine_and_person_are_kept_apart(case: CaseMaker, files: dict[str, bytes]) -> None:
    machine, reviewed = (read(files[f"annotations-{kind}.dcm"]) for kind in ("machine", "reviewed"))
    said = [
        [i.ConceptCodeSequence[0].CodeMeaning for i in items(d, "CODE") if "ContentSequence" in i
         and i.RelationshipType == "CONTAINS"]
        for d in (machine, reviewed)
    ]  # fmt: skip
    assert said[0].count("EMG fibrillation potential") == 2  # one of them became a fasciculation
    assert said[0].count("EMG positive sharp wave") == 1
    assert said[1].count("EMG fibrillation potential") == 1
    assert said[1].count("EMG fasciculation potential") == 1
    assert "EMG positive sharp wave" not in said[1]  # rejected
    assert (machine.VerificationFlag, reviewed.VerificationFlag) == ("UNVERIFIED", "VERIFIED")
    assert (machine.PreliminaryFlag, reviewed.PreliminaryFlag) == ("PRELIMINARY", "FINAL")
    titles = [d.ConceptNameCodeSequence[0].CodeValue for d in (machine, reviewed)]
    assert titles == ["130869", "130868"]
    observers = [next(items(d, "CODE")).ConceptCodeSequence[0].CodeValue
                 for d in (machine, reviewed)]  # fmt: skip
    assert observers == ["121007", "121006"]


def test_every_reference_leads_to_an_object_of_the_set(files: dict[str, bytes]) -> None:
    sets = [read(content) for content in files.values()]
    known = {(d.SOPClassUID, d.SOPInstanceUID): d for d in sets}
    assert len({d.StudyInstanceUID for d in sets}) == 1
    seen = 0
    for dataset in sets:
        for item in items(dataset, "WAVEFORM"):
            reference = item.ReferencedSOPSequence[0]
            assert (reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID) in known
            seen += 1
        for name in ("PredecessorDocumentsSequence", "CurrentRequestedProcedureEvidenceSequence"):
            for study in dataset.get(name, ()):
                for series in study.ReferencedSeriesSequence:
                    for one in series.ReferencedSOPSequence:
                        key = (one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID)
                        assert known[key].SeriesInstanceUID == series.SeriesInstanceUID
                        seen += 1
    assert seen > 10


def test_report_holds_the_numbers_of_the_record(case: CaseMaker, files: dict[str, bytes]) -> None:
    found = read(files["report-sr.dcm"])
    body = build_report(case.source(status="final")).body
    counts = [
        float(item.MeasuredValueSequence[0].NumericValue)
        for item in items(found, "NUM")
        if item.ConceptNameCodeSequence[0].CodeValue == "count"
    ]
    cells = [c for m in body["muscles"] for c in m["findings"].values()]
    assert sorted(counts) == sorted(c["count"] for c in cells if c["state"] == "observed")
    texts = [item.TextValue for item in items(found, "TEXT")]
    assert {cell["text"] for cell in cells} <= set(texts)
    spans = [list(item.ReferencedSamplePositions) for item in items(found, "TCOORD")]
    labels = [x for x in body["labels"] if x["decision"] == "confirmed"]
    assert sorted(spans) == sorted([x["start_sample"] + 1, x["end_sample"]] for x in labels)


def test_amended_report_names_its_predecessor_and_keeps_the_study(case: CaseMaker) -> None:
    set_id = "3f0c"
    first = exported(case, report_id="first", report_set_id=set_id)
    relation = Relation(
        "replaces", "first", 1, "ab" * 32, "wrong side", "corrected", "2026-01-01T00:00:00Z"
    )
    second = exported(
        case, report_id="second", report_set_id=set_id, version=2, relates_to=(relation,)
    )
    old, new = read(first["report-sr.dcm"]), read(second["report-sr.dcm"])
    assert old.StudyInstanceUID == new.StudyInstanceUID
    assert old.SOPInstanceUID != new.SOPInstanceUID
    before = new.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0]
    assert before.SeriesInstanceUID == old.SeriesInstanceUID
    assert before.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == old.SOPInstanceUID
    assert any("wrong side" in item.TextValue for item in items(new, "TEXT"))
    assert "PredecessorDocumentsSequence" not in old
    assert first["waveform-01.dcm"] == second["waveform-01.dcm"]  # the same object


@pytest.mark.parametrize("state", ["preliminary", "retracted"])
def test_what_is_not_final_says_so(case: CaseMaker, state: str) -> None:
    files = exported(case, state)
    found, final = read(files["report-sr.dcm"]), read(exported(case)["report-sr.dcm"])
    assert found.SOPInstanceUID != final.SOPInstanceUID
    assert (found.VerificationFlag, found.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert "VerifyingObserverSequence" not in found
    withdrawn = any("retracted" in item.TextValue for item in items(found, "TEXT"))
    assert withdrawn is (state == "retracted")
    if withdrawn:
        before = found.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0]
        assert before.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == final.SOPInstanceUID
    reviewed, machine = (read(files[f"annotations-{x}.dcm"]) for x in ("reviewed", "machine"))
    names = reviewed.PredecessorDocumentsSequence[0].ReferencedSeriesSequence
    instances = {one.ReferencedSOPInstanceUID for row in names for one in row.ReferencedSOPSequence}
    assert machine.SOPInstanceUID in instances


def test_file_names_and_titles_hold_no_patient(case: CaseMaker) -> None:
    files = exported(case, patient=Patient("Kanarienvogel, Käthe", "K-4711"))
    assert all(re.fullmatch(r"[a-z0-9-]+\.dcm", name) for name in files)
    found = read(files["report-pdf.dcm"])
    assert found.PatientName == "Kanarienvogel^Käthe"
    assert "Kanarienvogel" not in f"{found.DocumentTitle} {found.SeriesInstanceUID}"


# -- codes --------------------------------------------------------------------------------------


def _standard(*groups: int) -> dict[tuple[str, str], str]:
    """Names by scheme and code of DICOM context groups, as pydicom lists them."""
    pytest.importorskip("pydicom", reason="pydicom is not installed")
    concepts = importlib.import_module("pydicom.sr._concepts_dict").concepts
    return {
        (scheme, code): meaning
        for scheme in ("MDC", "DCM")
        for rows in concepts[scheme].values()
        for code, (meaning, cids) in rows.items()
        if set(groups) & set(cids)
    }


def test_event_codes_are_those_of_the_standard_with_their_names() -> None:
    standard = _standard(3035, 3036)
    for known in vocabulary().classes:
        codes = event(known.id)
        public = [code for code in codes.codes if code.scheme != LOCAL]
        assert len(public) == 1, known.id
        assert standard[public[0].scheme, public[0].value] == public[0].name
        if known.mdc:
            assert public[0].value == known.mdc
        assert all(len(code.value) <= 16 for code in codes.codes)
    fibrillation = event("fib").main
    assert (fibrillation.value, fibrillation.mdc_number) == ("2:24416", "155488")
    discharge = event("neuromyotonic")
    assert discharge.beside is not None
    assert (discharge.main.scheme, discharge.beside.value) == (LOCAL, "2:24408")


def test_muscle_codes_agree_with_name_and_side() -> None:
    standard = _standard(3031)
    coded = 0
    for muscle in load_muscles().muscles:
        for side, word in ((Side.LEFT, "left"), (Side.RIGHT, "right")):
            for code in site(muscle.id, side).codes:
                assert len(code.value) <= 16
                if code.scheme == MDC:
                    coded += 1
                    listed = standard[MDC, code.value]  # one right side is listed without it
                    assert code.name in (listed, f"{listed}, {word}")
                    assert code.name.endswith(f", {word}") or muscle.id == "anal_sph"
                else:
                    assert code.name.endswith(word)
    assert coded >= 180
    assert site("biceps", Side.LEFT).main.mdc_number == "459381"
    assert site("", Side.NOT_STATED).main.scheme == LOCAL


# -- without the library ------------------------------------------------------------------------


def test_without_the_library_dicom_says_what_to_install(
    case: CaseMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    report: Report = build_report(case.source())
    with pytest.raises(MissingExtraError, match="pydicom") as caught:
        dicom_set(report, PDF, {}, "final", ())
    assert "emgview[interop]" in str(caught.value)
