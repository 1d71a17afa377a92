"""Parameters of the discharge patterns: parts of :class:`.parameters.Parameters`."""

from __future__ import annotations

import msgspec

Range = tuple[float, float]


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
    least_snr: float


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
    most_within_cv: float
    pause_factor: float
    pause_least_s: float
    least_groups: int
    foreign_part: float
    beside_ms: float
    plate_widening: float
    plate_spread: float


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


class FacialSingles(msgspec.Struct, frozen=True):
    """Facial myokymia whose groups are mostly single discharges."""

    rate_hz: Range
    recur_cv: Range
    least_n: int
    least_s: float
    double: float
    crowd: float
    score: float


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
    facial: float


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


class Beats(msgspec.Struct, frozen=True):
    """The heart, seen at the same moments in several channels."""

    rate_hz: Range
    local_cv: float
    near_ms: float
    dead_ms: float
    least_n: int
    on_beat: float
    together: float
    most_parts: float
    alike: float
    before_ms: float
    after_ms: float


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
    unseen: float
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
