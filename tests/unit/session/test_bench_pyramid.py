"""The figures of ``emgview bench pyramid``: their form, not their size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emgview.session.bench_pyramid import bench_pyramid


def test_the_figures_have_the_form_of_the_other_measurements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_a, **_k: str(tmp_path))
    figures = bench_pyramid(2, 2000.0, 0.2)
    assert json.loads(json.dumps(figures)) == figures
    names = [case["name"] for case in figures["cases"]]
    assert names[:4] == ["build", "adopt", "read_0.1s", "again_0.1s"]
    assert names[-2:] == ["read_all", "again_all"]
    for case in figures["cases"]:
        assert set(case) == {
            "name",
            "n",
            "median_ms",
            "p95_ms",
            "max_ms",
            "reference_ms",
            "ratio",
        }
        assert 0 < case["median_ms"] <= case["max_ms"]
    assert figures["msamples_per_s"] > 0
    assert figures["msamples_per_cpu_s"] > 0
