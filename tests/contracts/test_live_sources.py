"""Every kind of live source keeps the contract; the example of the guide keeps it too."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from emgview.errors import EmgviewError
from emgview.model import Channel, Chunk, RecordingInfo
from emgview.recording import RecordingWriter
from emgview.sources.live import make_source, parse_spec, registry
from tests.contracts.lsl_streams import sender
from tests.contracts.source_contract import EndingSourceContract, LiveSourceContract

GUIDE = Path(__file__).resolve().parents[2] / "resources" / "guide" / "live-sources.md"

needs_lsl = pytest.mark.skipif(find_spec("pylsl") is None, reason="pylsl is not installed")
needs_brainflow = pytest.mark.skipif(
    find_spec("brainflow") is None, reason="brainflow is not installed"
)


class TestSimulator(EndingSourceContract):
    @pytest.fixture
    def text(self) -> str:
        return "simulator:rest_normal?seconds=4&rate=5000"

    @pytest.fixture
    def ending_text(self) -> str:
        return "simulator:rest_normal?seconds=2&rate=5000&loop=no&speed=10"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "six seconds.h5"
    info = RecordingInfo(str(uuid.uuid4()), 2000.0, 0, (Channel("a", 0.5), Channel("b", 0.25)))
    samples = np.random.default_rng(3).integers(-3000, 3000, (12_000, 2), dtype=np.int16)
    with RecordingWriter.create(path, info, np.int16) as writer:
        writer.append(Chunk(samples, 0))
        writer.close()
    return path


@pytest.fixture(scope="module")
def stream() -> Iterator[str]:
    """Name of a stream that another process sends."""
    with sender(wait=False) as name:
        yield name


class TestReplay(EndingSourceContract):
    @pytest.fixture
    def text(self, recording: Path) -> str:
        return f"replay:{recording}"

    @pytest.fixture
    def ending_text(self, recording: Path) -> str:
        return f"replay:{recording}?speed=20"


@needs_lsl
class TestLsl(LiveSourceContract):
    @pytest.fixture
    def text(self, stream: str) -> str:
        return f"lsl:{stream}"


@needs_brainflow
class TestBrainflow(LiveSourceContract):
    @pytest.fixture
    def text(self) -> str:
        return "brainflow:synthetic"


class TestAudio(LiveSourceContract):
    @pytest.fixture
    def text(self) -> str:
        return "audio:null?uv_full_scale=5000"


# --- other packages ------------------------------------------------------------------------------


def guide_block(language: str) -> str:
    """The code of the guide page in that language."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def install(folder: Path, name: str, entries: dict[str, str]) -> None:
    """A distribution as an installer leaves it: its metadata and entry points."""
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
    )
    lines = [f"[{registry.GROUP}]", *(f"{key} = {value}" for key, value in entries.items())]
    (place / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def forget() -> None:
    """Look for kinds anew."""
    importlib.invalidate_caches()
    registry._foreign.cache_clear()
    registry.source_kinds.cache_clear()


@pytest.fixture
def silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The device of the guide, installed from the text of the page."""
    (tmp_path / "emgview_silence.py").write_text(guide_block("python"), encoding="utf-8")
    entries = tomllib.loads(guide_block("toml"))["project"]["entry-points"][registry.GROUP]
    install(tmp_path, "emgview_silence", entries)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield tmp_path
    sys.modules.pop("emgview_silence", None)
    monkeypatch.undo()
    forget()


@pytest.mark.usefixtures("silence")
class TestDeviceOfTheGuide(LiveSourceContract):
    @pytest.fixture
    def text(self) -> str:
        return "silence:demo?rate=1000"


def test_a_device_that_fails_stops_no_other(silence: Path) -> None:
    """A package that cannot be loaded is named, and all other kinds are there."""
    install(
        silence,
        "broken",
        {"broken": "no_such_module:KIND", "odd": "emgview_silence:Silence"},
    )
    forget()
    names = [kind.name for kind in registry.source_kinds()]
    assert names == ["simulator", "replay", "lsl", "brainflow", "audio", "silence"]
    failed = sorted(registry.failed_kinds())
    assert failed == ["broken (ModuleNotFoundError)", "odd (not a SourceKind)"]


def test_a_name_of_the_program_is_not_taken(silence: Path) -> None:
    """A package that calls its kind ``simulator`` does not stand in for the simulator."""
    (silence / "impostor.py").write_text(
        "import dataclasses, emgview_silence\n"
        "KIND = dataclasses.replace(emgview_silence.KIND, name='simulator', title='Impostor')\n",
        encoding="utf-8",
    )
    install(silence, "impostor", {"simulator": "impostor:KIND"})
    forget()
    assert registry.find_kind("simulator").title == "Simulator"
    sys.modules.pop("impostor", None)


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(EmgviewError, match="simulator, replay, lsl, brainflow, audio"):
        make_source(parse_spec("telegraph:1"))


@pytest.mark.parametrize(
    ("library", "text"), [("pylsl", "lsl:Needle"), ("brainflow", "brainflow:synthetic")]
)
def test_missing_library_says_how_to_install(
    library: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra packages the kinds are listed all the same, and say what they need."""
    monkeypatch.setitem(sys.modules, library, None)
    spec = parse_spec(text)
    source = make_source(spec)
    with pytest.raises(EmgviewError, match=r"pip install 'emgview\[live\]'"):
        source.open()
    problems = {kind.name: problem for kind, _found, problem in registry.discover()}
    assert library in problems[spec.kind]
    assert problems["simulator"] == ""
