"""Types that two threads meet for the first time together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import emgview

_CHILD = """
import sys, threading, tomllib
from emgview.detection.parameters import load_parameters
from emgview.resource_files import resource

sys.setswitchinterval(1e-6)
path, found = resource("detection/parameters.toml"), []
together = threading.Barrier(8)

def work():
    together.wait()
    found.append(load_parameters(path).sha256())

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), len(set(found)))
"""


def test_two_threads_that_meet_a_type_first_do_not_crash() -> None:
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", _CHILD], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout.strip()) == (0, "8 1"), done.stderr


def test_nothing_else_lets_msgspec_read_a_type() -> None:
    package = Path(emgview.__file__).parent
    typed = re.compile(r"msgspec\.convert\(|\bdecode\([^\n]*type=|Decoder\([^)]")
    readers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if typed.search(path.read_text("utf-8"))
    }
    assert readers == {"typed_data.py"}
