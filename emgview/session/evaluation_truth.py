"""Truth of a recording as the evaluation takes it: from a simulation, or from a ``truth.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emgview.detection.evaluation import KnownPotential, KnownStretch, Truth
from emgview.errors import FileError
from emgview.model import RecordingInfo, SampleInterval

if TYPE_CHECKING:
    from emgview.simulation import Simulation

SATELLITE = "satellite"
_SURFACE = "surface"


def truth_of(simulation: Simulation) -> Truth:
    """Truth of a simulated recording; a linked potential is a satellite."""
    potentials = tuple(
        KnownPotential(
            activity=SATELLITE if one.linked else one.activity,
            channel=one.channel,
            peak_sample=one.peak_sample,
            interval=one.interval,
            amplitude_uv=one.amplitude_uv,
            snr=one.snr,
            unit=one.unit,
            train=one.train,
        )
        for one in simulation.truth
    )
    stretches = (KnownStretch(s.activity, s.channel, s.interval) for s in simulation.stretches)
    return _truth(simulation.info, potentials, tuple(stretches))


def truth_in_file(path: Path, recording: Path, info: RecordingInfo) -> Truth:
    """Truth of a recording from a file of the form that ``emgview simulate`` writes.

    The entry is found by its ``recording_id``, else by its ``file``; a single one is taken as it
    is. A potential needs ``activity``, ``channel`` and ``peak``; the rest may be missing.

    Raises
    ------
    FileError
        If the file cannot be read, or tells nothing of the recording.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        row = _entry(told["recordings"], path, recording, info)
        potentials = tuple(_potential(n, one) for n, one in enumerate(row["potentials"]))
        stretches = tuple(
            KnownStretch(s["activity"], int(s["channel"]), SampleInterval(s["start"], s["stop"]))
            for s in row.get("stretches", ())
        )
    except KeyError as error:
        raise FileError(path.name, str(error), "is missing", "Complete the truth.") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise FileError(path.name, "", "cannot be read", "See 'emgview simulate'.") from error
    return _truth(info, potentials, stretches)


def _entry(
    rows: list[Mapping[str, Any]], path: Path, recording: Path, info: RecordingInfo
) -> Mapping[str, Any]:
    for row in rows:
        if row.get("recording_id") == info.id:
            return row
    for row in rows:
        if "file" in row and (path.parent / row["file"]).resolve() == recording.resolve():
            return row
    if len(rows) != 1:
        raise FileError(path.name, "", f"does not tell of {recording.name}", "Add its truth.")
    return rows[0]


def _potential(number: int, row: Mapping[str, Any]) -> KnownPotential:
    peak = int(row["peak"])
    start, stop = int(row.get("onset", peak)), int(row.get("offset", peak + 1))
    return KnownPotential(
        activity=SATELLITE if row.get("linked") else str(row["activity"]),
        channel=int(row["channel"]),
        peak_sample=peak,
        interval=SampleInterval(start, stop),
        amplitude_uv=row.get("amplitude_uv"),
        snr=row.get("snr"),
        unit=int(row.get("unit", number)),
        train=row.get("train"),
    )


def _truth(
    info: RecordingInfo,
    potentials: tuple[KnownPotential, ...],
    stretches: tuple[KnownStretch, ...],
) -> Truth:
    missing = sum(len(gap.interval) for gap in info.gaps)
    return Truth(
        sampling_rate_hz=info.sampling_rate_hz,
        n_channels=len(info.channels),
        watched_s=(info.n_samples - missing) / info.sampling_rate_hz,
        surface=any(channel.electrode == _SURFACE for channel in info.channels),
        potentials=potentials,
        stretches=stretches,
    )
