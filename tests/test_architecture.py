"""The rules of the house as tests: shape of the tree, direction of imports, sizes, words.

Each test tells its rule in its docstring. They read the source as text or as a syntax tree, so
they hold for code that no other test runs.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "emgview"

TOP_LEVEL = {"emgview", "resources", "tests", "packaging", "pyproject.toml", "README.md", "LICENSE"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
NETWORK_MODULES = {"socket", "socketserver", "http", "ftplib", "smtplib", "requests", "aiohttp"}
POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix"}
POSIX_NAMES = {
    "os": {
        "fork", "forkpty", "getuid", "geteuid", "getgid", "setsid", "setuid", "chown", "mkfifo",
        "nice", "uname", "wait", "wait3", "wait4", "killpg", "getpgid", "O_DIRECTORY",
    },
    "signal": {
        "SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGSTOP",
        "SIGCONT", "alarm", "pause", "setitimer", "sigwait", "pthread_kill",
    },
}  # fmt: skip
DEVICE_MODULES = {"brainflow", "pylsl"}
HEAVY = {
    "scipy.signal", "numba", "pyhanko", "typst", "wfdb", "pypdfium2", "pandas", "matplotlib",
    "miniaudio",
} | DEVICE_MODULES  # fmt: skip
FORBIDDEN_WORDS = re.compile(
    r"denervation|diagnosis of|diagnostic of|diagnosis confirmed|confirmed diagnosis|ALS confirmed"
    r"|ruled out|rules out|benign, no follow-up|benign motor neurone? disease|always brainstem"
    r"|\bno MND\b",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.:/<>*-])/(?:work|root|home|Users)/[\w.]")


@dataclass(frozen=True, slots=True)
class Module:
    """One source file of the product, read and parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Path below the project with forward slashes: what a failing test prints."""
        return self.path.relative_to(ROOT).as_posix()


@cache
def product() -> tuple[Module, ...]:
    """All modules of the product."""
    paths = sorted(PRODUCT.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return tuple(Module(p, t, ast.parse(t)) for p, t in zip(paths, texts, strict=True))


@cache
def tracked() -> tuple[Path, ...]:
    """All files under version control; the test is skipped where this is not a checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "-c", f"safe.directory={ROOT.as_posix()}", "ls-files", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    if answer.returncode != 0:
        pytest.skip("git does not read this checkout")
    names = [name for name in answer.stdout.decode().split("\0") if name]
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module with its line, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def importers(modules: set[str], allowed: tuple[str, ...] = ()) -> list[str]:
    """Places that import one of ``modules`` (or a part of it) outside ``allowed`` paths."""
    return [
        f"{module.name}:{line} {name}"
        for module in product()
        if not module.name.startswith(allowed)
        for name, line in imports(module.tree)
        if any(name == m or name.startswith(f"{m}.") for m in modules)
    ]


def functions() -> list[tuple[str, int]]:
    """Every function with its number of lines, docstring not counted."""
    return [
        (f"{module.name}:{node.lineno} {node.name}", _length(node))
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def calls(name: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Places that call the builtin ``name`` outside ``allowed`` paths."""
    return [
        f"{module.name}:{node.lineno}"
        for module in product()
        if not module.name.startswith(allowed)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


# --- shape ---------------------------------------------------------------------------------------


def test_imports_go_down_only() -> None:
    """Imports follow the way of the data: every contract in pyproject.toml is kept."""
    command = "from importlinter.cli import lint_imports_command as run; run()"
    answer = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-1000:]


def test_top_level_holds_only_what_was_agreed() -> None:
    """A newcomer reads the program off seven names; anything else at the top is a dot-file."""
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_every_layer_has_its_place() -> None:
    """A package without a layer could import anything: each is named in the contract."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    placed = set(re.findall(r"\w+", " ".join(contract["layers"])))
    present = {p.stem for p in PRODUCT.glob("*.py")} | {p.parent.name for p in packages()}
    assert present - {"__init__", "__main__", "emgview"} <= placed


def packages() -> list[Path]:
    """The ``__init__`` of each package directly below the root package."""
    return sorted(PRODUCT.glob("*/__init__.py"))


@pytest.mark.parametrize("path", packages(), ids=lambda path: path.parent.name)
def test_package_tells_what_it_takes_gives_and_imports(path: Path) -> None:
    """Each package opens with what it takes, what it gives and what it may import."""
    words = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").lower()
    missing = [word for word in ("take", "give", "import") if word not in words]
    assert not missing, f"the docstring of {path.parent.name} does not tell: {missing}"


def test_root_package_is_the_first_page() -> None:
    """The root docstring shows the newcomer the way of the data."""
    tree = ast.parse((PRODUCT / "__init__.py").read_text(encoding="utf-8"))
    words = (ast.get_docstring(tree) or "").lower()
    assert [w for w in ("recording", "detection", "review", "report") if w not in words] == []


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without ``__init__`` escapes the import contracts and the wheel."""
    folders = {module.path.parent for module in product()}
    assert [f.name for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_no_vague_module_names() -> None:
    """A name says one thing of the field; ``utils`` and its kin say nothing."""
    vague = [m.name for m in product() if VAGUE_NAMES & set(m.path.stem.lower().split("_"))]
    folders = [m.name for m in product() if VAGUE_NAMES & set(m.path.parent.parts)]
    assert vague + folders == []


# --- sizes ---------------------------------------------------------------------------------------


def test_files_stay_readable() -> None:
    """No file of the product has more than 500 lines."""
    lengths = {module.name: len(module.text.splitlines()) for module in product()}
    assert {name: n for name, n in lengths.items() if n > 500} == {}


def test_functions_stay_short() -> None:
    """No function has more than 60 lines, docstring not counted."""
    assert [entry for entry in functions() if entry[1] > 60] == []


def test_most_functions_are_very_short() -> None:
    """At least 90 % of the functions have fewer than 25 lines, docstring not counted."""
    lengths = functions()
    long = sorted((entry for entry in lengths if entry[1] >= 25), key=lambda entry: -entry[1])
    assert len(long) <= 0.10 * len(lengths), f"{len(long)} of {len(lengths)}: {long}"


def test_classes_stay_small() -> None:
    """No class has more than 300 lines."""
    sizes = {
        f"{module.name} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    assert {name: n for name, n in sizes.items() if n > 300} == {}


# --- what may be used where ----------------------------------------------------------------------


def test_qt_lives_in_ui_and_app_alone() -> None:
    """The domain runs without a screen: Qt and pyqtgraph are imported in ui/ and app.py only."""
    qt = {"PySide6", "shiboken6", "pyqtgraph", "PyQt5", "PyQt6"}
    assert importers(qt, ("emgview/ui/", "emgview/app.py")) == []


def test_h5py_lives_in_recording_alone() -> None:
    """One package knows how a recording lies on disk."""
    assert importers({"h5py"}, ("emgview/recording/",)) == []


def test_network_lives_in_live_sources_alone() -> None:
    """The program talks to no one: only a live source may open a connection."""
    network = NETWORK_MODULES | DEVICE_MODULES | {"urllib.request"}
    assert importers(network, ("emgview/sources/live/",)) == []


def test_miniaudio_lives_in_sound_alone() -> None:
    """One package talks to the sound card, for the ear and for a live source."""
    assert importers({"miniaudio"}, ("emgview/sound/",)) == []


def test_live_sources_start_quickly() -> None:
    """A kind of source is known without its library: that is loaded when it is opened."""
    code = (
        "import json, sys; from emgview.sources.live import source_kinds; source_kinds();"
        "print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert HEAVY & set(json.loads(answer.stdout)) == set()


def test_nothing_that_runs_foreign_code() -> None:
    """A file from elsewhere must never be able to run code: no pickle, eval, exec or shell."""
    found = importers(UNSAFE_MODULES)
    found += [place for name in ("eval", "exec", "__import__") for place in calls(name)]
    found += [
        f"{module.name}: {word}"
        for module in product()
        for word in ("allow_pickle=True", "shell=True", "os.system(", "os.popen(")
        if word in module.text
    ]
    assert found == []


def test_runs_on_every_desktop() -> None:
    """Windows and macOS have the same program: no module or constant of POSIX alone."""
    found = importers(POSIX_MODULES)
    for module in product():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if node.attr in POSIX_NAMES.get(node.value.id, ()):
                found.append(f"{module.name}:{node.lineno} {node.value.id}.{node.attr}")
        found += [
            f"{module.name}:{line} {name}"
            for name, line in imports(module.tree)
            if name.partition(".")[2] in POSIX_NAMES.get(name.partition(".")[0], ())
        ]
    assert found == []


def test_text_files_name_their_encoding() -> None:
    """Text is UTF-8 on every system: ``open``, ``read_text`` and ``write_text`` say so."""
    found = []
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _opens_text_unnamed(node):
                found.append(f"{module.name}:{node.lineno}")
    assert found == []


def _opens_text_unnamed(node: ast.Call) -> bool:
    named = any(keyword.arg == "encoding" for keyword in node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "read_text":
        return not named and not node.args
    if isinstance(node.func, ast.Attribute) and node.func.attr == "write_text":
        return not named and len(node.args) < 2
    if isinstance(node.func, ast.Name) and node.func.id == "open":
        modes = [a.value for a in node.args[1:2] if isinstance(a, ast.Constant)]
        return not named and not any("b" in str(mode) for mode in modes)
    return False


def test_no_assert_in_the_product() -> None:
    """A check that ``python -O`` removes is no check: errors are raised."""
    found = [
        f"{module.name}:{node.lineno}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_no_error_is_swallowed() -> None:
    """No bare ``except``, none with an empty body, no suppression of everything."""
    found = []
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or _is_empty(node.body)):
                found.append(f"{module.name}:{node.lineno}")
            if isinstance(node, ast.Call) and _suppresses_everything(node):
                found.append(f"{module.name}:{node.lineno}")
    assert found == []


def _is_empty(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in body
    )


def _suppresses_everything(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    broad = {"Exception", "BaseException"}
    return name == "suppress" and any(getattr(arg, "id", "") in broad for arg in node.args)


def test_only_the_command_line_prints() -> None:
    """Packages return values; what a person reads goes through the command line or the window."""
    assert calls("print", ("emgview/cli",)) == []


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("emgview.cli", HEAVY | {"PySide6", "pyqtgraph", "h5py"}),
        ("emgview.session", HEAVY | {"PySide6", "pyqtgraph"}),
        ("emgview.detection", HEAVY | {"PySide6", "pyqtgraph"}),
        ("emgview.ui", HEAVY),
        ("emgview.ui.main_window", HEAVY | {"scipy"}),
        ("emgview.app", HEAVY),
    ],
)
def test_start_is_quick(module: str, unwanted: set[str]) -> None:
    """Libraries that take seconds to import wait until they are needed; the command line alone
    needs neither Qt nor HDF5.
    """
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} does not exist yet")
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert unwanted & set(json.loads(answer.stdout)) == set()


# --- words and traces ----------------------------------------------------------------------------


def test_lock_files_name_no_host() -> None:
    """Packages are known by name and checksum; where they come from is the machine's affair."""
    locks = sorted((ROOT / "packaging").glob("*.lock"))
    assert locks
    assert [lock.name for lock in locks if "://" in lock.read_text(encoding="utf-8")] == []


def test_no_path_of_a_machine_is_tracked() -> None:
    """Nothing in the tree points into one person's or one machine's folders."""
    found = []
    for path in tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a font or a picture
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}:{n}" for n, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]
    assert found == []


def shown_strings(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """String constants that are not docstrings, with their lines."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.value, node.lineno


def test_code_says_no_forbidden_words() -> None:
    """The program describes findings; it never names a diagnosis as found or excluded."""
    found = [
        f"{module.name}:{line} {text[:60]!r}"
        for module in product()
        for text, line in shown_strings(module.tree)
        if FORBIDDEN_WORDS.search(text)
    ]
    assert found == []


def resource_texts() -> Iterator[tuple[str, str]]:
    """Every text resource by name; of TOML files all but the lists of forbidden words."""
    for path in sorted((ROOT / "resources").rglob("*")):
        if path.suffix == ".toml":
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            table.pop("lint", None)
            yield path.name, json.dumps(table, ensure_ascii=False, default=str)
        elif path.suffix in {".csv", ".md", ".txt", ".typ", ".json", ".html", ".svg", ".qss"}:
            yield path.name, path.read_text(encoding="utf-8")


def test_resources_say_no_forbidden_words() -> None:
    """Texts that are shown or printed keep to the wording guard; only a ``lint`` table of a data
    file may name the words, to forbid them.
    """
    found = {name: FORBIDDEN_WORDS.findall(text) for name, text in resource_texts()}
    assert {name: words for name, words in found.items() if words} == {}
