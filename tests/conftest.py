"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Streams of the tests are not announced beyond this machine, whatever its own settings say.
os.environ["LSLAPICFG"] = str(Path(__file__).with_name("lsl_api.cfg"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of real recordings; the test is skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("EMGVIEW_TEST_DATA", default))
    if not path.is_dir():
        pytest.skip("no real recordings: set EMGVIEW_TEST_DATA to their folder")
    return path
