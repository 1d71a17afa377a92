"""Parameters of the detector: read from a data file, hashed, stored with every proposal."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec
import rfc8785

from emgview.detection.pattern_parameters import (
    Beats,
    Bursts,
    Claim,
    Cramp,
    Crd,
    FacialSingles,
    Groups,
    Hfs,
    Multiplet,
    Myokymic,
    Myotonic,
    Neuromyotonic,
    Periodic,
    Range,
    Trace,
)
from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed


class Gate(msgspec.Struct, frozen=True):
    """What can be judged at all."""

    refuse_below_hz: float
    warn_below_hz: float
    short_spike_ms: float
    fibre_low_pass_hz: float
    tail_high_pass_hz: float
    rail_ms: float
    rail_share: float
    gap_share: float


class Stream(msgspec.Struct, frozen=True):
    """Filters, noise tracking and segmentation."""

    frame_s: float
    band_low_hz: float
    band_high_hz: float
    wide_low_hz: float
    slow_high_hz: float
    noise_before_s: float
    noise_after_s: float
    noise_quantile: float
    noise_floor_uv: float
    threshold_sigma: float
    threshold_uv: float
    merge_ms: float
    joined_ms: float
    joined_fraction: float
    mains_window_s: float
    mains_harmonics: int
    mains_subtract_uv: float
    mains_fraction: float
    mains_artefact_uv: float
    mains_artefact_fraction: float
    movement_uv: float
    movement_mask_s: float


class Template(msgspec.Struct, frozen=True):
    """Comparison of shapes."""

    rate_hz: float
    before_ms: float
    after_ms: float
    lag_ms: float
    noise_factor: float
    shape_fraction: float
    merge_fraction: float
    greatest_number: int
    keep_waves: int
    wave_before_ms: float
    wave_after_ms: float


class Measure(msgspec.Struct, frozen=True):
    """Extent of a potential."""

    floor_fraction: float
    quiet_ms: float
    single_quiet_ms: float


class Train(msgspec.Struct, frozen=True):
    """Runs of alike potentials."""

    pause_factor: float
    pause_least_s: float
    least_fib: int
    least_mup: int
    least_machine: int


class Split(msgspec.Struct, frozen=True):
    """Parting units of one shape."""

    least: int
    local_cv: float
    enough: float
    gain: float


class Chain(msgspec.Struct, frozen=True):
    """Trains found by their rhythm alone."""

    least: int
    tolerance: float
    period_s: Range
    chance: float
    least_share: float
    pool: tuple[int, int]
    pool_share: float
    pool_snr: float


class Fib(msgspec.Struct, frozen=True):
    """Fibrillation potentials."""

    duration_ms: Range
    amplitude_uv: Range
    rate_hz: Range
    local_cv: float
    phases: tuple[int, int]
    least_s: float
    on_beat: float
    negative_on_beat: float
    negative_short: float
    free_cv: Range
    free_rate_hz: Range
    free_duration_ms: Range
    free_shortest: float
    free_short_share: float
    free_n: int
    free_least_s: float
    free_score: float


class Psw(msgspec.Struct, frozen=True):
    """Positive sharp waves."""

    duration_ms: Range
    main_width_ms: float
    tail_ratio: float
    rate_hz: Range
    local_cv: float
    amplitude_uv: Range


class Mup(msgspec.Struct, frozen=True):
    """Voluntary motor unit potentials."""

    duration_ms: Range
    rate_hz: Range
    local_cv: Range


class Eps(msgspec.Struct, frozen=True):
    """End-plate spikes."""

    duration_ms: Range
    local_cv: float
    rate_hz: Range
    shortest_s: float
    least_snr: float


class Epn(msgspec.Struct, frozen=True):
    """End-plate noise."""

    amplitude_uv: float
    join_s: float
    least_n: int
    least_hz: float
    negative_share: float
    score: float


class Machine(msgspec.Struct, frozen=True):
    """Stimulators, pumps, telephones."""

    local_cv: float


class Ecg(msgspec.Struct, frozen=True):
    """Heart."""

    rate_hz: Range
    local_cv: Range
    main_width_ms: float
    duration_ms: Range


class RegularUnit(msgspec.Struct, frozen=True):
    """Motor units that fire like a metronome."""

    duration_ms: Range
    amplitude_uv: Range
    local_cv: float
    rate_hz: Range
    least_n: int
    phases: tuple[int, int]
    on_beat: float
    least_s: float


class Fp(msgspec.Struct, frozen=True):
    """Fasciculation potentials."""

    isolation_s: float
    duration_ms: Range
    amplitude_uv: Range
    snr: float
    complex_phases: int
    context_s: float
    context_events: int
    train_ratio: float
    decay_ms: float
    part_ms: float
    most_phases: int
    burst_ms: float
    double_ms: Range
    double_ratio: float
    same_gain: float
    alone_share: float
    pop_uv: float
    pops_least: int
    step_ms: float
    step_before: float
    beat_hz: Range
    beat_cv: float
    beat_n: int
    will_factor: float
    will_gain: float
    will_height: float


class Voluntary(msgspec.Struct, frozen=True):
    """Context of voluntary activity."""

    dense_factor: float
    dense_least_s: float
    crowd_least: int
    join_s: float
    context_fraction: float
    context_factor: float
    sure_cv: float
    sure_n: int
    short_ms: float
    crowded_hz: float


class Superposition(msgspec.Struct, frozen=True):
    """Discharges that coincide."""

    tolerance: float
    least_gain: float
    sure_gain: float
    pair_gain: float


class Satellite(msgspec.Struct, frozen=True):
    """Potentials locked to a motor unit."""

    least: int
    ratio: float
    jitter_ms: float
    share: float
    gap_ms: Range
    reach_ms: float
    followed: float
    unit_ms: float


class Insertional(msgspec.Struct, frozen=True):
    """Bursts of needle insertion."""

    longest_s: float
    fall: float
    least_hz: float


class Decide(msgspec.Struct, frozen=True):
    """When to name a class and when to say *cannot tell*."""

    least_score: float
    least_margin: float
    least_snr_single: float
    least_snr_unnamed: float


class Parameters(msgspec.Struct, frozen=True):
    """All parameters; see ``resources/detection/parameters.toml`` for meaning and source."""

    version: str
    gate: Gate
    stream: Stream
    template: Template
    measure: Measure
    train: Train
    split: Split
    chain: Chain
    fib: Fib
    psw: Psw
    mup: Mup
    eps: Eps
    epn: Epn
    machine: Machine
    ecg: Ecg
    regular_unit: RegularUnit
    fp: Fp
    voluntary: Voluntary
    superposition: Superposition
    satellite: Satellite
    insertional: Insertional
    decide: Decide
    trace: Trace
    periodic: Periodic
    crd: Crd
    myotonic: Myotonic
    neuromyotonic: Neuromyotonic
    groups: Groups
    myokymic: Myokymic
    facial_singles: FacialSingles
    multiplet: Multiplet
    bursts: Bursts
    hfs: Hfs
    beats: Beats
    cramp: Cramp
    claim: Claim

    def canonical(self) -> str:
        """RFC 8785 text of all values."""
        return rfc8785.dumps(msgspec.to_builtins(self)).decode()

    def sha256(self) -> str:
        """Hash of :meth:`canonical`."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def load_parameters(path: Path) -> Parameters:
    """Parameters of a TOML file.

    Raises
    ------
    FileError
        If a value is missing or of the wrong type; the text names it.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return typed(data, Parameters, strict=False)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FileError(path.name, "", str(error), "Correct the parameter file.") from error


@lru_cache(maxsize=1)
def default_parameters() -> Parameters:
    """The shipped parameters."""
    return load_parameters(resource("detection/parameters.toml"))
