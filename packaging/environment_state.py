"""Tells whether the environment that runs this file is what the lock file asks for.

Called by ``setup.sh`` with the interpreter of ``.venv``; standard library only.

``check PROFILE`` prints one word and a reason: ``ready``, ``project`` (install emgview again),
``packages`` (install the lock file on top) or ``rebuild`` (start from an empty folder).
``stamp PROFILE`` records the present state as complete.

The stamp holds checksums of the lock file and of ``pyproject.toml``, the version of Python, the
place of the checkout (scripts in an environment hold absolute paths: a moved one is useless), and
the version of every installed distribution, so that one that was removed by hand is noticed.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib.metadata import distributions
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STAMP = Path(sys.prefix) / "setup-stamp.json"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    return {dist.metadata["Name"]: dist.version for dist in distributions(path=_site_packages())}


def _site_packages() -> list[str]:
    prefix = Path(sys.prefix)
    return [path for path in sys.path if prefix in Path(path).parents]


def _present(profile: str) -> dict[str, str]:
    return {
        "profile": profile,
        "lock": _sha256(HERE / LOCKS[profile]),
        "project": _sha256(ROOT / "pyproject.toml"),
        "python": platform.python_version(),
        "root": str(ROOT),
    }


def _read_stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def check(profile: str) -> str:
    """Word and reason of what is to be done before this environment serves ``profile``.

    The environment of the tests holds everything that the program needs, so it serves both.
    """
    stamp = _read_stamp()
    if not stamp:
        return "packages no stamp"
    if profile == "run" and stamp.get("profile") == "test":
        profile = "test"
    present = _present(profile)
    for field, reason in (("root", "the checkout was moved"), ("python", "Python has changed")):
        if stamp.get(field) != present[field]:
            return f"rebuild {reason}"
    recorded, installed = stamp.get("distributions"), _installed()
    if not isinstance(recorded, dict) or not recorded.items() <= installed.items():
        return "packages some were removed or replaced"
    if stamp.get("profile") != profile or stamp.get("lock") != present["lock"]:
        return "packages the lock file has changed"
    if stamp.get("project") != present["project"]:
        return "project pyproject.toml has changed"
    return "ready"


def main(arguments: list[str]) -> int:
    """Exit status 0, 2 for arguments that are not understood."""
    if len(arguments) != 2 or arguments[0] not in {"check", "stamp"} or arguments[1] not in LOCKS:
        sys.stderr.write("usage: environment_state.py check|stamp run|test\n")
        return 2
    if arguments[0] == "check":
        sys.stdout.write(check(arguments[1]) + "\n")
    else:
        stamp = {**_present(arguments[1]), "distributions": _installed()}
        STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
