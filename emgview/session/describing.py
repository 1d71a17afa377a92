"""Use case of ``emgview info``: what a file or study holds, without changing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from emgview.model import ImportHints, RecordingInfo, load_muscles
from emgview.recording import RecordingReader, is_native, validate
from emgview.session.study_folder import StudyFolder
from emgview.sources import open_file


def describe(path: Path, hints: ImportHints) -> dict[str, Any]:
    """Plain values; patient data are left out.

    Raises
    ------
    FileError
        If the path holds nothing that can be read.
    """
    if StudyFolder.is_study(path):
        return _study(StudyFolder(path))
    if path.is_file() and is_native(path):
        with RecordingReader.open(path) as reader:
            return {
                "kind": "recording",
                "recordings": [_recording(path.stem, reader.info, closed=reader.closed)],
                "problems": [
                    msgspec.structs.asdict(p)
                    if isinstance(p, msgspec.Struct)
                    else msgspec.to_builtins(p)
                    for p in validate(path)
                ],
            }
    found = open_file(path, hints)
    return {
        "kind": "file",
        "recordings": [_recording(r.title, r.info, closed=True) for r in found],
        "problems": [],
    }


def _study(folder: StudyFolder) -> dict[str, Any]:
    study = folder.read()
    recordings = []
    for entry in study.recordings:
        with RecordingReader.open(folder.path_of(entry)) as reader:
            recordings.append(_recording(entry.title, reader.info, closed=reader.closed))
    return {
        "kind": "study",
        "study_id": study.id,
        "simulated": study.simulated,
        "recordings": recordings,
        "problems": [],
    }


def _recording(title: str, info: RecordingInfo, *, closed: bool) -> dict[str, Any]:
    return {
        "title": title,
        "id": info.id,
        "sampling_rate_hz": info.sampling_rate_hz,
        "n_samples": info.n_samples,
        "duration_s": info.duration_s,
        "started_at": info.started_at.isoformat() if info.started_at else "",
        "muscle": info.muscle,
        "muscle_name": load_muscles().name(info.muscle),
        "side": info.side.value,
        "channels": [msgspec.to_builtins(channel) for channel in info.channels],
        "gaps": [msgspec.to_builtins(gap) for gap in info.gaps],
        "closed": closed,
        "sha256": info.sha256,
        "origin": info.origin_name,
        "notes": list(info.notes),
    }


def describe_text(data: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{data['kind']} with {len(data['recordings'])} recording(s)"]
    for r in data["recordings"]:
        units = ", ".join(f"{c['label']} ({c['unit']})" for c in r["channels"])
        lines += [
            f"  {r['title']}: {r['duration_s']:.2f} s at {r['sampling_rate_hz']:g} Hz, "
            f"{r['muscle_name']} {r['side']}".rstrip(),
            f"    channels: {units}",
            *(f"    note: {note}" for note in r["notes"]),
        ]
        if r["gaps"]:
            lost = sum(gap["lost"] for gap in r["gaps"])
            lines.append(f"    {len(r['gaps'])} gap(s), {lost} samples lost")
        if not r["closed"]:
            lines.append("    not closed: the recording was interrupted")
    lines += [f"  {p['severity']}: {p['field']}: {p['found']}" for p in data["problems"]]
    return "\n".join(lines)
