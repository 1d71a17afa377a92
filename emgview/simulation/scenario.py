"""Scenarios: what a simulated recording is made of, as replaceable data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from emgview.errors import EmgviewError, FileError
from emgview.model import Phase, Side
from emgview.resource_files import resource

Value = float | str | tuple[float, ...]

_FILES = ("scenarios.toml", "examples.toml", "pairs.toml", "mixtures.toml")
_PLACES = {"kind", "start_s", "stop_s", "channel"}


@dataclass(frozen=True, slots=True)
class Component:
    """One kind of activity or artefact in a stretch of a recording.

    Parameters
    ----------
    kind : str
        Name of a table below ``[defaults]`` of the scenario file.
    parameters : tuple of (str, value)
        All parameters of the kind, defaults included; a pair of numbers is a range to draw from.
    start_s, stop_s : float
        Stretch; ``stop_s`` is infinite where the activity lasts to the end.
    channel : int or None
        None: the same on all channels.
    """

    kind: str
    parameters: tuple[tuple[str, Value], ...] = ()
    start_s: float = 0.0
    stop_s: float = float("inf")
    channel: int | None = 0

    def has(self, name: str) -> bool:
        """Whether the kind has this parameter."""
        return name in dict(self.parameters)

    def number(self, name: str) -> float:
        """A parameter that is one number; KeyError if absent."""
        value = dict(self.parameters)[name]
        if not isinstance(value, float):
            raise TypeError(f"{self.kind}.{name} is {value!r}, one number is needed")
        return value

    def range(self, name: str) -> tuple[float, float]:
        """A parameter that is a range; KeyError if absent."""
        value = dict(self.parameters)[name]
        if not isinstance(value, tuple) or len(value) != 2:
            raise TypeError(f"{self.kind}.{name} is {value!r}, two numbers are needed")
        return value[0], value[1]

    def numbers(self, name: str) -> tuple[float, ...]:
        """A parameter that is a list of numbers; KeyError if absent."""
        value = dict(self.parameters)[name]
        if not isinstance(value, tuple):
            raise TypeError(f"{self.kind}.{name} is {value!r}, a list of numbers is needed")
        return value

    def text(self, name: str) -> str:
        """A parameter that is a word; KeyError if absent."""
        return str(dict(self.parameters)[name])


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """Part of the examination in seconds; ``stop_s`` may be infinite."""

    phase: Phase
    start_s: float
    stop_s: float
    site: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A recording to simulate.

    Parameters
    ----------
    id, title : str
    muscle : str
        Id of the muscle table.
    side : Side
    electrode : str
    seconds : float
        Length at which everything of the scenario is seen.
    noise_uv : float
        RMS of the baseline noise from 10 Hz to 10 kHz.
    high_pass_hz : float or None
        Corner of this recording; None: that of the chain.
    channels : int
    phases : tuple of PhaseSpan
    components : tuple of Component
    group : str
        What it is for: ``class``, ``normal``, ``artefact``, ``pair``, ``mixture``, ``hard``,
        ``demo``, or empty.
    look_for : str
        One sentence for the learner: what is to be seen and heard.
    gain_uv, full_scale_uv, low_pass_hz : float or None
        Step and full scale of this recording's converter, and its upper corner; None: the chain's.
    """

    id: str
    title: str
    muscle: str
    side: Side
    electrode: str
    seconds: float
    noise_uv: float
    high_pass_hz: float | None
    channels: int
    phases: tuple[PhaseSpan, ...]
    components: tuple[Component, ...]
    group: str = ""
    look_for: str = ""
    gain_uv: float | None = None
    full_scale_uv: float | None = None
    low_pass_hz: float | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Acquisition chain and the rules of the truth.

    ``low_pass_fraction``: greatest low-pass corner as a part of the sampling rate.
    ``edge_fraction``: part of the peak-to-peak amplitude at which a potential starts and ends;
    ``phase_fraction``: part of it that a lobe must reach to count as a phase.
    ``full_scale_uv``: where the amplifier clips; infinite: where 16 bits end.
    """

    high_pass_hz: float
    low_pass_hz: float
    low_pass_fraction: float
    gain_uv: float
    edge_fraction: float
    phase_fraction: float
    least_rate_hz: float
    greatest_rate_hz: float
    full_scale_uv: float = float("inf")


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """All that the scenario file holds."""

    version: str
    chain: Chain
    scenarios: tuple[Scenario, ...]


@lru_cache(maxsize=1)
def load_scenarios() -> ScenarioFile:
    """The shipped scenarios: those of the main file, then those of the further ones.

    Raises
    ------
    FileError
        If a field is missing or of the wrong kind.
    """
    first, *further = (resource(f"simulation/{name}") for name in _FILES)
    text = first.read_text(encoding="utf-8")
    file = parse_scenarios(text, first.name)
    for path in further:
        own = path.read_text(encoding="utf-8")
        file = replace(file, scenarios=file.scenarios + _further(own, path.name, text))
    _check_ids(file.scenarios, "scenarios")
    return file


def parse_scenarios(text: str, name: str) -> ScenarioFile:
    """Scenarios from TOML text; ``name`` is the file's name for errors (see ``load_scenarios``)."""
    with _named(name):
        data = tomllib.loads(text)
        rows = tuple(_scenario(row, data["defaults"]) for row in data["scenario"])
        file = ScenarioFile(data["version"], Chain(**data["chain"]), rows)
    _check_ids(file.scenarios, name)
    return file


def _further(text: str, name: str, main_text: str) -> tuple[Scenario, ...]:
    """Scenarios of a file that holds nothing else; defaults come from the main one."""
    defaults = tomllib.loads(main_text)["defaults"]
    with _named(name):
        return tuple(_scenario(row, defaults) for row in tomllib.loads(text)["scenario"])


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Errors of reading, with the name of the file."""
    try:
        yield
    except KeyError as error:
        raise FileError(name, str(error), "is missing or unknown", "Replace the file.") from error
    except (TypeError, ValueError) as error:
        raise FileError(name, "", str(error), "Replace the file.") from error


def _check_ids(rows: tuple[Scenario, ...], name: str) -> None:
    ids = [row.id for row in rows]
    if len(ids) != len(set(ids)):
        raise FileError(name, "scenario.id", "is used twice", "Make each id unique.")


def scenarios() -> tuple[Scenario, ...]:
    """All shipped scenarios in the order of the file."""
    return load_scenarios().scenarios


def scenario(scenario_id: str) -> Scenario:
    """The shipped scenario of that id.

    Raises
    ------
    EmgviewError
        If there is none.
    """
    found = next((row for row in scenarios() if row.id == scenario_id), None)
    if found is None:
        known = ", ".join(row.id for row in scenarios())
        raise EmgviewError(f"There is no scenario {scenario_id!r}", f"Choose one of: {known}.")
    return found


def _scenario(row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Scenario:
    return Scenario(
        id=row["id"],
        title=row["title"],
        muscle=row.get("muscle", ""),
        side=Side(row.get("side", "")),
        electrode=row.get("electrode", "concentric"),
        seconds=float(row["seconds"]),
        noise_uv=float(row["noise_uv"]),
        high_pass_hz=_optional(row, "high_pass_hz"),
        channels=int(row.get("channels", 1)),
        phases=tuple(_phase(phase) for phase in row.get("phases", ())),
        components=tuple(_component(part, defaults) for part in row.get("components", ())),
        group=row.get("group", ""),
        look_for=row.get("look_for", ""),
        gain_uv=_optional(row, "gain_uv"),
        full_scale_uv=_optional(row, "full_scale_uv"),
        low_pass_hz=_optional(row, "low_pass_hz"),
    )


def _optional(row: Mapping[str, Any], name: str) -> float | None:
    return float(row[name]) if name in row else None


def _phase(row: Mapping[str, Any]) -> PhaseSpan:
    stop_s = float(row.get("stop_s", "inf"))
    return PhaseSpan(Phase(row["phase"]), float(row["start_s"]), stop_s, int(row.get("site", 1)))


def _component(row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Component:
    kind = row["kind"]
    known = defaults[kind]
    own = {name: value for name, value in row.items() if name not in _PLACES}
    if unknown := set(own) - set(known):
        raise ValueError(f"{kind} has no parameter {', '.join(sorted(unknown))}")
    merged = tuple((name, _value(own.get(name, value))) for name, value in known.items())
    channel = row.get("channel", 0)
    return Component(
        kind=kind,
        parameters=merged,
        start_s=float(row.get("start_s", 0.0)),
        stop_s=float(row.get("stop_s", "inf")),
        channel=None if channel == "all" else int(channel),
    )


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(float(part) for part in value)
    return value if isinstance(value, str) else float(value)
