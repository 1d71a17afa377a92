"""The two commands for a fresh machine, the lock files, and the wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
SCRIPTS = sorted([*PACKAGING.glob("*.sh"), ROOT / ".ci" / "run"])
LOCKS = {"run": PACKAGING / "requirements.lock", "test": PACKAGING / "requirements-dev.lock"}
BASH = shutil.which("bash") or ""

needs_bash = pytest.mark.skipif(
    not BASH or sys.platform == "win32", reason="the scripts are for systems with bash"
)


# --- lock files ----------------------------------------------------------------------------------


def locked(profile: str) -> dict[str, set[str]]:
    """Versions by canonical name: a name has two where they differ between Pythons."""
    versions: dict[str, set[str]] = {}
    for entry in entries(profile):
        requirement = Requirement(entry.split(" \\")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement.name} is not pinned"
        versions.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return versions


def entries(profile: str) -> list[str]:
    """The requirements of a lock file, each with the hashes and comments that follow it."""
    text = LOCKS[profile].read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return re.split(r"\n(?=[A-Za-z0-9])", "\n".join(lines).strip())


def declared(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for: dependencies, the extras, and the named groups."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = list(settings["project"]["dependencies"])
    for extra in settings["project"]["optional-dependencies"].values():
        texts += extra
    for group in groups:
        texts += settings["dependency-groups"][group]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("profile", LOCKS)
def test_every_locked_package_has_hashes(profile: str) -> None:
    """A package that was changed on its way is refused: each entry has SHA-256 sums, no other."""
    bare = [
        entry.splitlines()[0]
        for entry in entries(profile)
        if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)
    ]
    assert bare == []
    assert not re.search(r"--hash=(?!sha256:)", LOCKS[profile].read_text(encoding="utf-8"))


@pytest.mark.parametrize(("profile", "groups"), [("run", ["build"]), ("test", ["build", "dev"])])
def test_lock_answers_what_the_project_asks(profile: str, groups: list[str]) -> None:
    """Each declared package is locked, in versions that the declaration admits."""
    versions = locked(profile)
    missing = [r.name for r in declared(*groups) if canonicalize_name(r.name) not in versions]
    assert missing == []
    refused = [
        f"{requirement.name} {version}"
        for requirement in declared(*groups)
        for version in versions[canonicalize_name(requirement.name)]
        if Version(version) not in requirement.specifier
    ]
    assert refused == []


def test_test_environment_holds_the_program() -> None:
    """The environment of the tests serves to run as well: same packages, same versions."""
    run, test = locked("run"), locked("test")
    assert {name: test.get(name) for name in run} == run


# --- state of the environment --------------------------------------------------------------------


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``environment_state`` looking at a project and a prefix of its own."""
    spec = importlib.util.spec_from_file_location("state", PACKAGING / "environment_state.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(module, "_installed", lambda: {"numpy": "2.0"})
    return module


def test_stamped_environment_is_ready(state: ModuleType) -> None:
    """The second run finds nothing to do; the environment of the tests also serves to run."""
    assert state.main(["stamp", "test"]) == 0
    assert state.check("test") == "ready"
    assert state.check("run") == "ready"


def test_run_environment_is_not_enough_for_tests(state: ModuleType) -> None:
    """The tools of the tests are added where only the program was installed."""
    state.main(["stamp", "run"])
    assert state.check("run") == "ready"
    assert state.check("test").startswith("packages")


def test_unstamped_or_garbled_environment_is_installed_again(
    state: ModuleType, tmp_path: Path
) -> None:
    """No stamp, or half a stamp, is no proof that everything is there."""
    assert state.check("run").startswith("packages")
    (tmp_path / "stamp.json").write_text('{"profile": "ru', encoding="utf-8")
    assert state.check("run").startswith("packages")


@pytest.mark.parametrize(
    ("changed", "answer"), [("requirements.lock", "packages"), ("pyproject.toml", "project")]
)
def test_changed_files_are_noticed(
    state: ModuleType, tmp_path: Path, changed: str, answer: str
) -> None:
    """A pulled lock file or project file is installed, and no more than needed."""
    state.main(["stamp", "run"])
    (tmp_path / changed).write_text("newer", encoding="utf-8")
    assert state.check("run").startswith(answer)


def test_moved_checkout_is_rebuilt(
    state: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripts in an environment hold absolute paths: after a move they would run the old place."""
    state.main(["stamp", "run"])
    monkeypatch.setattr(state, "ROOT", tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(tmp_path / "pyproject.toml", tmp_path / "elsewhere")
    assert state.check("run").startswith("rebuild")


def test_removed_package_is_noticed(state: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that somebody uninstalled comes back; one that was added does no harm."""
    state.main(["stamp", "run"])
    monkeypatch.setattr(state, "_installed", lambda: {"numpy": "2.0", "added": "1"})
    assert state.check("run") == "ready"
    monkeypatch.setattr(state, "_installed", lambda: {"added": "1"})
    assert state.check("run").startswith("packages")


# --- scripts -------------------------------------------------------------------------------------


def run_script(script: Path, *words: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """Exit status and all output of a script that sees this environment only."""
    base = {"PATH": os.defpath, "HOME": str(cwd), "TMPDIR": str(cwd)}
    answer = subprocess.run(
        [BASH, str(script), *words],
        cwd=cwd,
        env={**base, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    return answer.returncode, answer.stdout.decode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the scripts in a folder whose name has spaces."""
    root = tmp_path / "a project"
    shutil.copytree(PACKAGING, root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A search path with the basic tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "mktemp", "rm", "ls", "id", "tail", "mkdir", "cat", "timeout", "find"):
        if tool := shutil.which(name):
            (folder / name).symlink_to(tool)
    for name in ("sort", "head"):
        if tool := shutil.which(name):
            (folder / name).symlink_to(tool)
    return folder


def write_script(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)


@needs_bash
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_valid_and_strict(script: Path) -> None:
    """Each script parses, and stops at the first error instead of going on with half a set-up."""
    answer = subprocess.run([BASH, "-n", str(script)], capture_output=True, check=False, timeout=20)
    assert answer.returncode == 0, answer.stderr
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert "\r" not in text


@needs_bash
def test_setup_refuses_an_unknown_profile(project: Path) -> None:
    """A mistyped profile is answered with the allowed ones, before anything is made."""
    status, output = run_script(project / "packaging/setup.sh", "tests", cwd=project)
    assert status == 1
    assert "'tests'" in output
    assert "run, test" in output
    assert not (project / ".venv").exists()


@needs_bash
def test_setup_names_what_to_install_without_python(project: Path, bare_path: Path) -> None:
    """A machine without a suitable Python gets the command to run, not an error of the shell."""
    status, output = run_script(
        project / "packaging/setup.sh", "run", cwd=project, PATH=str(bare_path)
    )
    assert status == 1
    assert "No Python from 3.11 to 3.13" in output
    assert "sudo apt-get install -y python3 python3-venv" in output


@needs_bash
def test_setup_passes_over_a_python_that_is_too_old(project: Path, bare_path: Path) -> None:
    """An interpreter that answers the version question with no is not taken."""
    write_script(bare_path / "python3", '[ "$1" = -V ] && echo Python 3.9.2', "exit 1")
    status, output = run_script(
        project / "packaging/setup.sh", "run", cwd=project, PATH=str(bare_path)
    )
    assert status == 1
    assert "python3 is: Python 3.9.2" in output


@needs_bash
def test_setup_names_the_missing_venv_package(project: Path, bare_path: Path) -> None:
    """Debian's Python without ensurepip: where nothing may be installed, one command is named."""
    write_script(
        bare_path / "python3",
        'case "$*" in',
        "  -V) echo Python 3.11.2 ;;",
        "  *ensurepip*) exit 1 ;;",
        "  *%d.%d-venv*) echo python3.11-venv ;;",
        "esac",
    )
    status, output = run_script(
        project / "packaging/setup.sh",
        "run",
        cwd=project,
        PATH=str(bare_path),
        EMGVIEW_SYSTEM_PACKAGES="no",
    )
    assert status == 1
    assert "sudo apt-get install -y --no-install-recommends python3-venv" in output
    assert not (project / ".venv").exists()


@needs_bash
def test_setup_starts_again_after_an_interruption(project: Path, bare_path: Path) -> None:
    """An environment whose making was cut off is removed, not trusted."""
    write_script(project / ".venv/bin/python", "exit 0")
    (project / ".venv/setup-unfinished").touch()
    _, output = run_script(project / "packaging/setup.sh", "run", cwd=project, PATH=str(bare_path))
    assert "Removing .venv (the last set-up was interrupted)" in output
    assert not (project / ".venv/bin").exists()


@needs_bash
def test_setup_keeps_a_folder_that_is_no_environment(project: Path, bare_path: Path) -> None:
    """A folder of that name that somebody else filled is not deleted."""
    (project / ".venv").mkdir()
    (project / ".venv/thesis.txt").write_text("mine", encoding="utf-8")
    status, output = run_script(
        project / "packaging/setup.sh", "run", cwd=project, PATH=str(bare_path)
    )
    assert status == 1
    assert "not a Python environment" in output
    assert (project / ".venv/thesis.txt").exists()


@pytest.fixture
def demo(project: Path) -> Path:
    """run.sh with a set-up that does nothing and an emgview that tells how it was called."""
    write_script(project / "packaging/setup.sh", "exit 0")
    write_script(project / ".venv/bin/python", "exit ${DISPLAY_ANSWER:-1}")
    write_script(
        project / ".venv/bin/emgview",
        'echo "emgview [$*] on ${QT_QPA_PLATFORM:-the display}"',
        '[ "$2" = --headless ] && mkdir -p "$3/demo.emg/reports/1" && cd "$3/demo.emg" || exit 0',
        "touch study.json ../report.pdf ../report.json",
        '[ -n "${NO_PICTURE:-}" ] || touch ../screen.png',
    )
    return project / "packaging/run.sh"


@needs_bash
def test_run_without_a_display_leaves_the_results(demo: Path, tmp_path: Path) -> None:
    """Headless, the study, both reports and the picture lie in the caller's folder, and each is
    named.
    """
    status, output = run_script(demo, "--seed", "3", cwd=tmp_path)
    assert status == 0, output
    assert "emgview [demo --headless ./emgview-demo --seed 3] on offscreen" in output
    for name in ("demo.emg/", "report.pdf", "report.json", "screen.png"):
        assert f"./emgview-demo/{name}" in output
    assert (tmp_path / "emgview-demo/screen.png").is_file()


@needs_bash
def test_run_fails_when_a_result_is_missing(demo: Path, tmp_path: Path) -> None:
    """Success means that everything that was promised is there."""
    status, output = run_script(demo, cwd=tmp_path, NO_PICTURE="1")
    assert status != 0
    assert "the demo left no screen.png" in output


@needs_bash
def test_run_names_the_results_nearest_to_hand(demo: Path, tmp_path: Path) -> None:
    """The copies at the top of the folder are named.

    The script named those deep inside the study, whose folders have names that nobody can type.
    """
    deep = tmp_path / "emgview-demo/Demo.emg/reports/364669e5_v1"
    deep.mkdir(parents=True)
    for name in ("report.pdf", "report.json"):
        (deep / name).write_text("x", encoding="utf-8")
    status, output = run_script(demo, cwd=tmp_path)
    assert status == 0, output
    assert "./emgview-demo/report.pdf" in output
    assert "./emgview-demo/report.json" in output
    assert "364669e5_v1" not in output


@needs_bash
def test_run_opens_a_window_on_a_display(demo: Path, tmp_path: Path) -> None:
    """With a display that answers, the window opens and nothing is left behind."""
    status, output = run_script(demo, cwd=tmp_path, DISPLAY=":7", DISPLAY_ANSWER="0")
    assert status == 0
    assert "emgview [demo] on the display" in output
    assert not (tmp_path / "emgview-demo").exists()


@needs_bash
def test_run_does_not_trust_the_name_of_a_display(demo: Path, tmp_path: Path) -> None:
    """DISPLAY may name a screen that is gone: then the way is headless, not a crash of Qt."""
    status, output = run_script(demo, cwd=tmp_path, DISPLAY=":7", DISPLAY_ANSWER="134")
    assert status == 0
    assert "on offscreen" in output


@needs_bash
def test_run_passes_on_a_folder_of_the_callers_choice(demo: Path, tmp_path: Path) -> None:
    """``--headless DIR`` goes through as it is, also where there is a display."""
    status, output = run_script(
        demo, "--headless", "out", cwd=tmp_path, DISPLAY=":7", DISPLAY_ANSWER="0"
    )
    assert status == 0
    assert "emgview [demo --headless out] on offscreen" in output


# --- wheel and README ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel, built from this tree without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=100)
    assert answer.returncode == 0, answer.stderr.decode()[-2000:]
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_wheel_holds_program_and_resources(wheel: zipfile.ZipFile) -> None:
    """An installed copy finds every module and every resource that a checkout has."""
    names = set(wheel.namelist())
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "emgview").rglob("*.py")}
    shown = [p for p in (ROOT / "resources").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert shown
    resources = {f"emgview/{p.relative_to(ROOT).as_posix()}" for p in shown}
    assert (modules | resources) - names == set()


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Tests, scripts and caches stay at home; the command and the licence come along."""
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"emgview"}
    entry = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "emgview = emgview.cli:main" in wheel.read(entry).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def readme_commands() -> list[str]:
    """The lines of the README's code blocks, and the commands in its text."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", text
    )


def test_readme_names_the_two_commands() -> None:
    """A newcomer finds both commands in the README, and every script named there exists."""
    scripts = {m for line in readme_commands() for m in re.findall(r"^bash (\S+)", line)}
    assert {"packaging/run.sh", "packaging/test.sh"} <= scripts
    assert [name for name in scripts if not (ROOT / name).is_file()] == []


def test_readme_names_commands_that_exist() -> None:
    """Every ``emgview`` command of the README is one that the program knows."""
    if importlib.util.find_spec("emgview.cli") is None:
        pytest.skip("emgview.cli does not exist yet")
    named = {m for line in readme_commands() for m in re.findall(r"^emgview ([a-z]+)\b", line)}
    code = "import sys; from emgview.cli import main; sys.exit(main())"
    for name in sorted(named):
        answer = subprocess.run(
            [sys.executable, "-c", code, name, "--help"],
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert answer.returncode == 0, f"emgview {name}: {answer.stderr.decode()[-300:]}"
        assert name in answer.stdout.decode()
