"""The demo without a window: what it must leave, started as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from emgview.report.verification import verify_report
from emgview.session.study_folder import StudyFolder

LIMIT_S = 110


def _run(out: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {
        "EMGVIEW_SETTINGS": str(out.parent / "settings.json"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        [sys.executable, "-m", "emgview", "demo", "--headless", str(out)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_the_demo_leaves_study_report_and_picture(tmp_path: Path) -> None:
    out = tmp_path / "emgview demo"
    first = _run(out)
    assert first.returncode == 0, first.stderr
    assert StudyFolder.is_study(out / "Demo.emg")
    assert (out / "screen.png").stat().st_size > 20_000
    body = json.loads((out / "report.json").read_bytes())
    assert body["encounter"]["simulated"]
    assert len(body["muscles"]) == 3
    assert verify_report(out / "report.pdf", trust=out / "demo-identity.pem").ok


def test_the_demo_does_not_overwrite_what_is_not_a_demo(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("important", encoding="utf-8")
    found = _run(out)
    assert found.returncode == 1
    assert "is not empty" in found.stderr
    assert (out / "thesis.txt").read_text(encoding="utf-8") == "important"
