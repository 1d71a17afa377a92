"""The list of recordings, as data: what is drawn, how hard it is, how it was recorded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.second_simulator import artefacts as art
from tests.second_simulator import discharges as dis
from tests.second_simulator.canvas import Canvas, Conditions
from tests.second_simulator.discharges import Effort, Part
from tests.second_simulator.truth import Made

RATES_HZ = (10_000.0, 12_500.0, 16_000.0, 20_000.0, 24_000.0, 25_000.0, 30_000.0, 48_000.0)
# Sharp waves are 50 uV and more: only over more noise are they of middling size.
LOUDER = (5.0, 12.0)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One recording of the list; ``fs`` and the rest are drawn by the seed where not given."""

    name: str
    level: str
    parts: tuple[Part, ...]
    seconds: float = 30.0
    channels: int = 1
    silent: bool = False
    fs: float | None = None
    inverted: bool = False
    noise_uv: tuple[float, float] = (2.0, 8.0)


def _silent(name: str, *parts: Part, seconds: float = 30.0, channels: int = 1,
            noise_uv: tuple[float, float] = (2.0, 10.0)) -> Scenario:  # fmt: skip
    return Scenario(name, "silent", parts, seconds, channels, silent=True, noise_uv=noise_uv)


_MOVES = tuple(
    partial(art.movement, start_s=s, length_s=w, crackle=c, channel=0)
    for s, w, c in ((4.0, 0.4, True), (13.0, 0.25, True), (21.0, 0.8, True), (27.0, 0.5, False))
)

SILENT = (
    _silent("rest_a", seconds=60.0),
    _silent("rest_loud", noise_uv=(12.0, 18.0)),
    _silent("rest_four", channels=4, seconds=30.0),
    _silent("endplate_noise", dis.endplate_noise((10.0, 30.0), 250.0)),
    _silent("endplate_noise_dense", dis.endplate_noise((15.0, 50.0), 700.0, span=(4.0, 28.0))),
    _silent("endplate_spikes", dis.endplate_spikes((5.0, 15.0))),
    _silent("endplate_bursts", dis.endplate_spikes((3.0, 8.0), bursts=True)),
    _silent("endplate_positive", dis.endplate_spikes((5.0, 12.0), positive=True)),
    _silent(
        "endplate_both",
        dis.endplate_noise((10.0, 35.0), 300.0),
        dis.endplate_spikes((6.0, 18.0), snr="medium"),
        seconds=60.0,
    ),
    _silent("mains_50", partial(art.mains, amplitude_uv=60.0, base_hz=50.0, harmonics=5)),
    _silent("mains_60", partial(art.mains, amplitude_uv=25.0, base_hz=60.0, harmonics=15)),
    _silent("mains_spikes", partial(art.mains_spikes, amplitude_uv=120.0, base_hz=50.0)),
    _silent("heart", partial(art.heart, amplitude_uv=150.0)),
    _silent("heart_three", partial(art.heart, amplitude_uv=300.0), channels=3),
    _silent("pops", partial(art.pops, per_min=20.0, amplitude_uv=(100.0, 3000.0)), seconds=60.0),
    _silent("pops_two", partial(art.pops, per_min=50.0, amplitude_uv=(60.0, 400.0)), channels=2),
    _silent("pacemaker", partial(art.pacemaker, amplitude_uv=400.0)),
    _silent(
        "pacemaker_heart",
        partial(art.pacemaker, amplitude_uv=200.0),
        partial(art.heart, amplitude_uv=100.0),
        channels=2,
    ),
    _silent("phone", partial(art.phone, amplitude_uv=150.0)),
    _silent("stimulator", partial(art.stimulator, rate_hz=37.0, amplitude_uv=300.0)),
    _silent("movement", *_MOVES),
)

EASY = (
    Scenario("fib_one", "easy", (dis.fibs((2.0, 8.0), "easy"),)),
    Scenario("fib_slow", "easy", (dis.fibs((0.6, 1.2), "easy"),), 60.0),
    Scenario("fib_fast", "easy", (dis.fibs((11.0, 15.0), "easy"),), 20.0),
    Scenario(
        "fib_two_channels",
        "easy",
        (dis.fibs((2.0, 6.0), "easy"), dis.fibs((4.0, 9.0), "easy", channel=1)),
        channels=3,
    ),
    Scenario("psw_one", "easy", (dis.sharp_waves((1.0, 8.0), "easy"),), noise_uv=LOUDER),
    Scenario(
        "psw_inverted",
        "easy",
        (dis.sharp_waves((2.0, 9.0), "easy"),),
        inverted=True,
        noise_uv=LOUDER,
    ),
    Scenario("fp_simple", "easy", (dis.fasciculations(15.0, "large"),), 60.0),
    Scenario(
        "fp_complex", "easy", (dis.fasciculations(20.0, "large", shape_kind="complex"),), 60.0
    ),
    Scenario("fp_double", "easy", (dis.fasciculations(20.0, "large", pair_part=0.5),), 60.0),
    Scenario("myokymia", "easy", (dis.myokymia("large"),)),
    Scenario("multiplets", "easy", (dis.multiplets("large"),), 40.0),
    Scenario("neuromyotonia", "easy", (dis.neuromyotonia((3.0, 10.0, 19.0), "easy"),), 25.0),
    Scenario("myotonia_spike", "easy", (dis.myotonia((2.0, 13.0), "easy"),), 25.0),
    Scenario("myotonia_wave", "easy", (dis.myotonia((3.0, 15.0), "easy", wave=True),), 25.0),
    Scenario("crd", "easy", (dis.repetitive(((3.0, 16.0),), "easy"),), 20.0),
    Scenario(
        "crd_fast",
        "easy",
        (dis.repetitive(((2.0, 9.0), (12.0, 18.0)), "easy", rate_hz=(40.0, 90.0)),),
        20.0,
    ),
    Scenario("cramp", "easy", (dis.cramp((5.0, 22.0), "large"),)),
    Scenario(
        "voluntary", "easy", (dis.voluntary(Effort(((3.0, 12.0), (17.0, 27.0)), 0.35, 3), "large"),)
    ),
)

MEDIUM = (
    Scenario(
        "fib_three",
        "medium",
        (
            dis.fibs((1.0, 3.0), "medium"),
            dis.fibs((4.0, 6.0), "easy"),
            dis.fibs((7.0, 10.0), "medium"),
        ),
    ),
    Scenario(
        "fib_psw",
        "medium",
        (dis.fibs((2.0, 6.0), "medium"), dis.sharp_waves((1.0, 4.0), "medium")),
        noise_uv=LOUDER,
    ),
    Scenario(
        "fib_stops", "medium", (dis.fibs((5.0, 9.0), "medium", kind="slowing", span=(2.0, 22.0)),)
    ),
    Scenario(
        "fib_insertion", "medium", (*_MOVES[:2], dis.fibs((3.0, 8.0), "medium", span=(5.0, 29.0)))
    ),
    Scenario(
        "fib_endplate_noise",
        "medium",
        (dis.fibs((3.0, 8.0), "easy"), dis.endplate_noise((8.0, 20.0), 200.0)),
    ),
    Scenario(
        "fib_heart",
        "medium",
        (dis.fibs((2.0, 7.0), "medium"), partial(art.heart, amplitude_uv=120.0)),
        channels=2,
    ),
    Scenario(
        "psw_two",
        "medium",
        (dis.sharp_waves((1.0, 3.0), "medium"), dis.sharp_waves((4.0, 7.0), "easy")),
        noise_uv=LOUDER,
    ),
    Scenario(
        "psw_long",
        "medium",
        (dis.sharp_waves((0.7, 4.0), "medium", length_ms=(30.0, 60.0)),),
        40.0,
        noise_uv=LOUDER,
    ),
    Scenario(
        "psw_channels",
        "medium",
        (
            dis.sharp_waves((1.0, 5.0), "medium"),
            dis.fibs((2.0, 6.0), "medium", channel=2),
            dis.sharp_waves((3.0, 9.0), "medium", channel=3),
        ),
        channels=4,
        seconds=20.0,
        noise_uv=LOUDER,
    ),
    Scenario(
        "fp_two_foci",
        "medium",
        (dis.fasciculations(12.0, "medium"), dis.fasciculations(20.0, "large")),
        60.0,
    ),
    Scenario(
        "fp_channels",
        "medium",
        (
            dis.fasciculations(15.0, "large", also=1),
            dis.fasciculations(10.0, "medium", channel=2, shape_kind="complex"),
        ),
        40.0,
        channels=3,
    ),
    Scenario(
        "fp_fib",
        "medium",
        (dis.fasciculations(15.0, "large"), dis.fibs((2.0, 6.0), "medium")),
        60.0,
    ),
    Scenario(
        "fp_heart",
        "medium",
        (dis.fasciculations(15.0, "medium"), partial(art.heart, amplitude_uv=100.0)),
        60.0,
    ),
    Scenario(
        "myokymia_triplets", "medium", (dis.myokymia("medium", size=(2, 3), burst_hz=(2.0, 4.0)),)
    ),
    Scenario(
        "myokymia_two",
        "medium",
        (
            dis.myokymia("medium", size=(5, 15), burst_hz=(0.3, 0.8)),
            dis.myokymia("easy", burst_hz=(1.0, 2.0), channel=1),
        ),
        channels=2,
    ),
    Scenario(
        "neuromyotonia_more",
        "medium",
        (dis.neuromyotonia((2.0, 6.0, 11.0, 16.0), "medium"), dis.multiplets("medium")),
        20.0,
    ),
    Scenario("myotonia_needle", "medium", (*_MOVES[:2], dis.myotonia((5.0, 14.0, 22.0), "medium"))),
    Scenario("crd_change", "medium", (dis.repetitive(((2.0, 8.0), (8.1, 14.0)), "medium"),), 20.0),
    Scenario(
        "crd_fib",
        "medium",
        (dis.repetitive(((10.0, 20.0),), "easy"), dis.fibs((3.0, 7.0), "medium")),
    ),
    Scenario(
        "fp_cramp",
        "medium",
        (dis.fasciculations(30.0, "large"), dis.cramp((12.0, 26.0), "easy")),
        40.0,
    ),
    Scenario(
        "voluntary_more", "medium", (dis.voluntary(Effort(((3.0, 17.0),), 0.8, 8), "large"),), 20.0
    ),
    Scenario(
        "voluntary_satellites",
        "medium",
        (dis.voluntary(Effort(((2.0, 18.0), (21.0, 29.0)), 0.25, 2), "large", satellites=True),),
    ),
)

HARD = (
    Scenario("fib_noise", "hard", (dis.fibs((2.0, 9.0), "hard"),), noise_uv=(6.0, 14.0)),
    Scenario("fib_irregular", "hard", (dis.fibs((2.0, 7.0), "medium", kind="irregular"),)),
    Scenario("fib_negative", "hard", (dis.fibs((2.0, 8.0), "medium", negative_first=True),)),
    Scenario(
        "fib_crossing",
        "hard",
        (dis.fibs((5.0, 5.5), "medium"), dis.fibs((5.0, 5.5), "medium", kind="slowing")),
    ),
    Scenario(
        "fib_five",
        "hard",
        tuple(
            dis.fibs((r, r + 2.0), "medium", span=(2.0 + r, 29.0))
            for r in (1.0, 3.0, 5.0, 7.0, 9.0)
        ),
    ),
    Scenario(
        "fib_voluntary",
        "hard",
        (
            dis.fibs((3.0, 8.0), "medium"),
            dis.voluntary(Effort(((6.0, 14.0), (20.0, 27.0)), 0.35, 3), "large"),
        ),
    ),
    Scenario(
        "fib_endplate",
        "hard",
        (dis.fibs((3.0, 8.0), "medium"), dis.endplate_spikes((6.0, 15.0), span=(8.0, 28.0))),
    ),
    Scenario(
        "fib_pops",
        "hard",
        (
            dis.fibs((1.0, 6.0), "medium"),
            partial(art.pops, per_min=30.0, amplitude_uv=(80.0, 1500.0)),
        ),
    ),
    Scenario(
        "fib_ten_kilohertz",
        "hard",
        (dis.fibs((3.0, 9.0), "medium"), dis.fibs((1.0, 2.0), "hard")),
        fs=10_000.0,
    ),
    Scenario("psw_noise", "hard", (dis.sharp_waves((2.0, 8.0), "hard"),), noise_uv=(6.0, 14.0)),
    Scenario(
        "psw_crossing",
        "hard",
        (dis.sharp_waves((4.0, 4.4), "medium"), dis.sharp_waves((4.0, 4.4), "medium")),
        noise_uv=LOUDER,
    ),
    Scenario(
        "psw_heart",
        "hard",
        (dis.sharp_waves((1.0, 5.0), "medium"), partial(art.heart, amplitude_uv=150.0)),
        channels=2,
        noise_uv=LOUDER,
    ),
    Scenario(
        "psw_voluntary",
        "hard",
        (
            dis.sharp_waves((2.0, 7.0), "medium"),
            dis.voluntary(Effort(((8.0, 20.0),), 0.4, 4), "easy"),
        ),
        noise_uv=LOUDER,
    ),
    Scenario("fp_noise", "hard", (dis.fasciculations(20.0, "hard"),), 60.0, noise_uv=(12.0, 18.0)),
    Scenario(
        "fp_voluntary",
        "hard",
        (
            dis.fasciculations(15.0, "large"),
            dis.voluntary(Effort(((10.0, 30.0), (40.0, 55.0)), 0.2, 2), "medium"),
        ),
        60.0,
    ),
    Scenario(
        "fp_mixture",
        "hard",
        (
            dis.fasciculations(12.0, "medium", shape_kind="complex"),
            dis.fasciculations(15.0, "medium"),
            dis.fibs((2.0, 5.0), "medium"),
            dis.sharp_waves((1.0, 4.0), "medium"),
        ),
        60.0,
        noise_uv=LOUDER,
    ),
    Scenario(
        "myokymia_voluntary",
        "hard",
        (dis.myokymia("medium"), dis.voluntary(Effort(((8.0, 22.0),), 0.3, 2), "medium")),
    ),
    Scenario(
        "multiplets_noise",
        "hard",
        (dis.multiplets("hard"), dis.fibs((2.0, 5.0), "hard")),
        noise_uv=(12.0, 18.0),
    ),
    Scenario(
        "neuromyotonia_noise",
        "hard",
        (dis.neuromyotonia((3.0, 9.0, 15.0), "hard"),),
        20.0,
        noise_uv=(12.0, 18.0),
    ),
    Scenario(
        "myotonia_noise",
        "hard",
        (dis.myotonia((3.0, 15.0), "medium"), dis.fibs((2.0, 7.0), "hard")),
        noise_uv=(6.0, 12.0),
    ),
    Scenario(
        "crd_blocking",
        "hard",
        (dis.repetitive(((2.0, 18.0),), "medium", blocking=True), dis.fibs((3.0, 7.0), "medium")),
        20.0,
    ),
    Scenario("metronome", "hard", (dis.metronome((3.0, 9.0), "medium"),)),
    Scenario("cannot_tell_a", "hard", (dis.unclear(20.0),)),
    Scenario("cannot_tell_b", "hard", (dis.unclear(60.0),), noise_uv=(6.0, 14.0)),
)

SCENARIOS = SILENT + EASY + MEDIUM + HARD


def make(scenario: Scenario, seed: int) -> Made:
    """The recording of a scenario; the same for the same seed, whatever else is made."""
    rng = np.random.default_rng([seed, zlib.crc32(scenario.name.encode())])
    fs = scenario.fs or float(rng.choice(RATES_HZ))
    noise = float(np.exp(rng.uniform(*np.log(scenario.noise_uv))))
    conditions = Conditions(
        fs,
        scenario.seconds,
        scenario.channels,
        high_pass_hz=float(rng.choice((2.0, 5.0, 10.0, 20.0))),
        low_pass_hz=float(min(rng.choice((5_000.0, 10_000.0)), 0.42 * fs)),
        noise_uv=noise,
        colour=str(rng.choice(("white", "pink", "band"))),
        lsb_uv=float(rng.choice((0.1, 0.3, 0.5, 1.0))),
        inverted=scenario.inverted,
    )
    canvas = Canvas(rng, conditions)
    for part in scenario.parts:
        part(canvas)
    return canvas.finish(scenario.name, scenario.level, scenario.silent)
