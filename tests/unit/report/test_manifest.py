"""The manifest: one form, the truth about each file, problems in words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from emgview.errors import FileError
from emgview.report import canonical_json
from emgview.report.manifest import check, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 not really")
    (tmp_path / "report.json").write_bytes(b"{}")
    write_manifest(tmp_path, [tmp_path / "report.pdf", tmp_path / "report.json"])
    return tmp_path


def test_lists_length_and_hash_by_name_in_canonical_form(folder: Path) -> None:
    content = (folder / "manifest.json").read_bytes()
    body = json.loads(content)
    assert canonical_json(body) == content
    pdf = (folder / "report.pdf").read_bytes()
    assert [line["name"] for line in body["files"]] == ["report.json", "report.pdf"]
    expected = {
        "name": "report.pdf",
        "bytes": len(pdf),
        "sha256": hashlib.sha256(pdf).hexdigest(),
    }
    assert body["files"][1] == expected


def test_order_and_repeats_do_not_matter(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    files = [folder / "report.json", folder / "report.pdf", folder / "report.json"]
    assert write_manifest(folder, files) == folder / "manifest.json"
    assert (folder / "manifest.json").read_bytes() == before
    assert not (folder / "manifest.json.part").exists()


def test_untouched_files_have_no_problems(folder: Path) -> None:
    assert check(folder) == ()


def test_changed_byte_longer_and_missing_file_are_told_apart(folder: Path) -> None:
    pdf = folder / "report.pdf"
    content = pdf.read_bytes()
    pdf.write_bytes(b"#" + content[1:])
    assert check(folder) == ("report.pdf was changed",)
    pdf.write_bytes(content + b"\n")
    assert check(folder) == (f"report.pdf has {len(content) + 1} bytes, not {len(content)}",)
    pdf.unlink()
    (problem,) = check(folder)
    assert problem.startswith("report.pdf: cannot be read")


def test_other_files_are_not_looked_at(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert check(folder) == ()


def test_missing_manifest_is_a_problem(tmp_path: Path) -> None:
    (problem,) = check(tmp_path)
    assert problem.startswith("manifest.json: cannot be read")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"files":[]}',
        b'{"files":{},"schema":"emg-manifest/1"} ',
        b'{"files":[{"bytes":1,"name":"a"}],"schema":"emg-manifest/1"}',
        b'{"files":[1],"schema":"emg-manifest/1"}',
    ],
)  # fmt: skip
def test_damaged_manifest_is_a_problem_never_a_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    assert check(tmp_path) == ("manifest.json: is damaged. Use the original files.",)


@pytest.mark.parametrize("name", ["../secret", "/etc/hosts", "..", "C:x", "a\\b", ""])
def test_line_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    line = {"name": name, "bytes": 1, "sha256": "0" * 64}
    body = {"schema": "emg-manifest/1", "files": [line]}
    (tmp_path / "manifest.json").write_bytes(canonical_json(body))
    assert check(tmp_path) == ("manifest.json: is damaged. Use the original files.",)


@pytest.mark.parametrize(("n_bytes", "sha256"), [(True, "0" * 64), (1, "0" * 63), (1, "G" * 64)])
def test_line_of_the_wrong_kind_is_refused(tmp_path: Path, n_bytes: int, sha256: str) -> None:
    line = {"name": "a", "bytes": n_bytes, "sha256": sha256}
    body = {"schema": "emg-manifest/1", "files": [line]}
    (tmp_path / "manifest.json").write_bytes(canonical_json(body))
    assert check(tmp_path) == ("manifest.json: is damaged. Use the original files.",)


def test_name_listed_twice_is_refused(tmp_path: Path) -> None:
    line = {"name": "a", "bytes": 1, "sha256": "0" * 64}
    body = {"schema": "emg-manifest/1", "files": [line, line]}
    (tmp_path / "manifest.json").write_bytes(canonical_json(body))
    assert check(tmp_path) == ("manifest.json: is damaged. Use the original files.",)


def test_file_of_another_folder_and_the_manifest_itself_are_refused(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "x.pdf").write_bytes(b"x")
    with pytest.raises(FileError, match=r"x\.pdf"):
        write_manifest(folder, [folder / "inner" / "x.pdf"])
    with pytest.raises(FileError, match=r"manifest\.json"):
        write_manifest(folder, [folder / "manifest.json"])


def test_missing_file_is_a_file_error_and_the_old_manifest_stays(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(FileError, match=r"absent\.pdf: cannot be read"):
        write_manifest(folder, [folder / "absent.pdf"])
    assert (folder / "manifest.json").read_bytes() == before
