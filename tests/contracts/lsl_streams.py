"""Starts and stops :mod:`lsl_sender` around a test."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SENDER = Path(__file__).with_name("lsl_sender.py")


@contextmanager
def sender(**options: Any) -> Iterator[str]:
    """An outlet in another process; gives its name, which no other stream has."""
    with sending(**options) as (name, _process):
        yield name


@contextmanager
def sending(**options: Any) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, with the process."""
    name = options.pop("name", f"emgview-{uuid.uuid4().hex[:12]}")
    text = json.dumps({"name": name, **options})
    with subprocess.Popen([sys.executable, str(SENDER), text], stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or process.stdout.readline().strip() != b"ready":
                raise RuntimeError("the sender did not start")
            yield name, process
        finally:
            process.kill()
            process.wait(10)
