"""The figures of ``emgview bench review``: their form, not their size."""

from __future__ import annotations

import pytest

from emgview.ui.bench_review import bench_review

CASES = (
    *("open", "decide", "findings", "undo", "redo", "relabel", "take_out"),
    *("bulk", "bulk_findings", "bulk_undo"),
)


@pytest.mark.usefixtures("qapp")
def test_every_kind_of_decision_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp()))
    figures = bench_review(trains=24, potentials=240, rounds=4)
    assert tuple(case["name"] for case in figures["cases"]) == CASES
    assert all(case["median_ms"] > 0 for case in figures["cases"])
    assert {case["name"]: case["n"] for case in figures["cases"]} == {
        **dict.fromkeys(CASES, 4),
        **{"open": 1, "redo": 2, "bulk": 1, "bulk_findings": 1, "bulk_undo": 1},
    }
