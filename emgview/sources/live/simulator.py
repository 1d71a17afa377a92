"""The simulator as a device: choose what the needle meets."""

from __future__ import annotations

from emgview.sources.live.pacing import PacedSource, Piece
from emgview.sources.live.protocol import FoundSource, LiveSource, Option, SourceKind, SourceSpec

_DEFAULT = "demo_tibialis_anterior"
_TURN_S = 60.0


def _discover() -> tuple[FoundSource, ...]:
    from emgview.simulation import scenarios

    return tuple(FoundSource(f"simulator:{s.id}", s.title, "simulated") for s in scenarios())


def _make(spec: SourceSpec) -> LiveSource:
    from emgview.simulation import scenario

    wanted = scenario(spec.what or _DEFAULT)
    seconds = spec.number("seconds", max(wanted.seconds, _TURN_S))
    rate = spec.number("rate", 20_000.0)
    channels = round(spec.number("channels", float(wanted.channels)))
    seed = round(spec.number("seed", 1.0))

    def load() -> Piece:
        from emgview.simulation import simulate

        made = simulate(wanted, seconds=seconds, seed=seed, fs=rate, channels=channels)
        return Piece(made.info, str(made.samples.dtype), made.chunks)

    return PacedSource(load, spec.number("speed", 1.0), loop=spec.get("loop", "yes") != "no")


KIND = SourceKind(
    name="simulator",
    title="Simulator",
    what="scenario",
    options=(
        Option("rate", "Sampling rate in Hz", "20000"),
        Option("channels", "Number of channels; the scenario's own by default"),
        Option("seed", "Another seed gives another muscle of the same kind", "1"),
        Option("seconds", "Length of a turn; at its end it begins anew", "60"),
        Option("speed", "1 is real time", "1"),
        Option("loop", "no: end after one turn", "yes"),
    ),
    discover=_discover,
    make=_make,
)
