"""Parameters of the detector: read from a data file, hashed, stored with every proposal."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec
import rfc8785

from emgview.errors import FileError
from emgview.resource_files import resource
from emgview.typed_data import typed

Range = tuple[float, float]


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


class Fib(msgspec.Struct, frozen=True):
    """Fibrillation potentials."""

    duration_ms: Range
    amplitude_uv: Range
    rate_hz: Range
    local_cv: float
    phases: tuple[int, int]
    least_s: float


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

    local_cv: float
    rate_hz: Range
    least_n: int
    phases: tuple[int, int]


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


class Insertional(msgspec.Struct, frozen=True):
    """Bursts of needle insertion."""

    longest_s: float
    fall: float


class Decide(msgspec.Struct, frozen=True):
    """When to name a class and when to say *cannot tell*."""

    least_score: float
    least_margin: float
    least_snr_single: float
    least_snr_unnamed: float


class Trace(msgspec.Struct, frozen=True):
    """What is kept for the patterns."""

    rate_hz: float
    block_s: float
    hang_s: float
    noise_back_s: float
    noise_quantile: float
    dense_uv: float


class Periodic(msgspec.Struct, frozen=True):
    """Activity that repeats itself."""

    windows_s: tuple[float, ...]
    least_cycles: float
    fastest_hz: float
    core_sigma: float
    least_over_noise: float
    least_likeness: float
    nearly: float
    greatest_step: float
    template_ms: float
    least_n: int
    least_sigma: float
    search: float
    cycle_likeness: float
    least_size: float
    most_misses: int
    follow: float
    learn: float


class Crd(msgspec.Struct, frozen=True):
    """Complex repetitive discharges."""

    rate_hz: Range
    local_cv: float
    slow_hz: float
    slow_components: int
    slow_cv: float
    slow_simple: int
    simple_cv: float
    fast_hz: float
    least_n: int
    least_s: float
    components: int
    least_components: int
    alone_hz: float
    complex_ms: float
    exact_cv: float
    mains_hz: tuple[float, ...]
    mains_part: float
    machine_cv: float
    machine_ms: float
    rate_span: float
    size_span: float
    likeness: float


class Myotonic(msgspec.Struct, frozen=True):
    """Myotonic discharges."""

    rate_hz: Range
    local_cv: float
    least_s: float
    least_n: int
    change: float
    roughness: float
    only_waning: float


class Neuromyotonic(msgspec.Struct, frozen=True):
    """Neuromyotonic discharges."""

    rate_hz: Range
    local_cv: float
    machine_cv: float
    least_n: int
    decrement: float
    slowing: float
    steady: float
    free_cv: float


class Groups(msgspec.Struct, frozen=True):
    """Groups of discharges of one unit."""

    nearest_ms: float
    lobe_ms: float
    lobe_part: float
    half_ms: float
    lag_ms: float
    size_part: float
    likeness: float
    most_units: int
    least_n: int
    most_per_s: float
    least_within: float
    cut_s: Range
    contrast: float
    outliers: int
    locked: float
    within_cv: float
    pause_factor: float
    pause_least_s: float
    least_groups: int
    foreign_part: float


class Myokymic(msgspec.Struct, frozen=True):
    """Myokymic discharges of limb and face."""

    rate_hz: Range
    usual_hz: float
    most: float
    length_s: float
    grouped: float
    recur_hz: Range
    least_groups: int
    contrast: float
    slow_hz: float
    slow_contrast: float
    pair_count: float
    pair_cv: float
    pair_groups: int
    foreign: float
    crowd: float
    recur_cv: float
    exact_cv: float
    irregular: float
    irregular_count: float


class Multiplet(msgspec.Struct, frozen=True):
    """Doublets, triplets, multiplets."""

    rate_hz: Range
    most: float
    grouped: float
    least_groups: int
    contrast: float
    foreign: float
    crowd: float
    recur_cv: float
    regular: float
    count: float


class Bursts(msgspec.Struct, frozen=True):
    """Short bursts of any units."""

    gap_ms: float
    least_n: int
    length_s: Range


class Hfs(msgspec.Struct, frozen=True):
    """Synchronous bursts of two channels."""

    onset_ms: float
    least_n: int
    together: float
    rate_hz: float
    recur_cv: float
    same_ms: float
    same_peaks: float
    edge_ms: float


class Cramp(msgspec.Struct, frozen=True):
    """Cramp discharges."""

    frame_s: float
    least_s: float
    least_uv: float
    over_noise: float
    begin: float
    full: float
    rise_s: float
    fall_s: float
    abrupt: float
    edge_s: float
    least_n: int
    local_cv: float


class Claim(msgspec.Struct, frozen=True):
    """When a pattern is claimed."""

    least_score: float
    least_margin: float
    shared: float
    long_s: float
    covered: float


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
    multiplet: Multiplet
    bursts: Bursts
    hfs: Hfs
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
