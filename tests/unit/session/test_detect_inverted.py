"""A file whose polarity is the other way round is turned over when the caller says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter
from emgview.session.detecting import detect_in_file


def test_inverted_sharp_waves_are_named_when_turned_over(tmp_path: Path) -> None:
    fs, n = 20_000.0, 200_000
    rng = np.random.default_rng(3)
    late = np.maximum(np.arange(600) / 20.0 - 3.0, 0.0)
    wave = 300 * np.exp(-0.5 * ((np.arange(600) / 20.0 - 2.0) / 0.6) ** 2)
    wave -= 150 * (late / 2.0) * np.exp(-late / 3.5)
    uv = 4.0 * rng.standard_normal(n)
    for at in np.cumsum(4000 * (1 + 0.04 * rng.standard_normal(47))).astype(int):
        uv[at : at + 600] -= wave
    path = tmp_path / "turned.h5"
    info = RecordingInfo("turned", fs, n, (Channel("EMG", 0.25),))
    with RecordingWriter.create(path, info, "int16") as writer:
        writer.append(Chunk(np.round(uv / 0.25).astype(np.int16)[:, np.newaxis], 0))
    plain, turned = detect_in_file(path), detect_in_file(path, invert=True)
    assert "psw" not in {p.activity for p in plain.proposals}
    assert "psw" in {p.activity for p in turned.proposals}
