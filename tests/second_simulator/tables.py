"""The judge's figures as text and as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.second_simulator.matching import Counts
from tests.second_simulator.scoring import (
    NORMAL,
    Row,
    alarms,
    figures,
    macro_f1,
    presence,
    summed,
)
from tests.second_simulator.truth import PATHOLOGICAL

LEVELS = {
    "all": ("silent", "easy", "medium", "hard"),
    "easy and medium": ("easy", "medium"),
    "hard": ("hard",),
}


def _number(value: float) -> str:
    return "   - " if value != value else f"{value:5.3f}"


def class_table(rows: Sequence[Row], title: str) -> list[str]:
    """Events, sensitivity, PPV and F1 per class, and the macro-F1."""
    counts = summed(rows)
    lines = [
        f"== {title}: {len(rows)} recordings",
        "class          true   hit  miss false  sens   ppv    f1   fragments",
    ]
    for kind in (*PATHOLOGICAL, *NORMAL):
        of = figures(counts, kind)
        lines.append(
            f"{kind:14s}{of.true:5d} {of.hit:5d} {of.missed:5d} {of.false:5d} "
            f"{_number(of.sensitivity)} {_number(of.ppv)} {_number(of.f1)} "
            f"{counts.fragments[kind]:5d}"
        )
    lines.append(f"macro-F1 over the pathological classes: {_number(macro_f1(counts))}")
    return lines


def confusion_table(counts: Counts) -> list[str]:
    """Rows are true, columns found; ``-``: nothing there."""
    true = sorted({t for t, _ in counts.confused} | set(counts.hit))
    found = sorted({f for _, f in counts.confused} | set(counts.hit))
    lines = ["== Confusions (rows true, columns found; - nothing)"]
    lines.append(f"{'':14s}" + "".join(f"{name[:9]:>10s}" for name in found))
    for t in true:
        cells = [counts.hit[t] if t == f else counts.confused[t, f] for f in found]
        lines.append(f"{t:14s}" + "".join(f"{cell or '.':>10}" for cell in cells))
    return lines


def row_line(row: Row) -> str:
    """One recording on a line."""
    f1 = "  -  " if row.f1 is None else f"{row.f1:5.3f}"
    missed = " ".join(f"{k}:{n}" for k, n in sorted(row.counts.missed.items()))
    false = " ".join(f"{k}:{n}" for k, n in sorted(row.counts.false.items()))
    hit = " ".join(f"{k}:{n}" for k, n in sorted(row.counts.hit.items()))
    return (
        f"{row.name:22s} {row.level:6s} {row.fs / 1e3:5.1f} kHz noise {row.noise_uv:4.1f} "
        f"f1 {f1} | hit {hit or '-'} | missed {missed or '-'} | false {false or '-'}"
    )


def report(rows: Sequence[Row], seed: int) -> str:
    """Everything as text."""
    lines = [f"Second simulator, seed {seed}"]
    for title, levels in LEVELS.items():
        lines += ["", *class_table([r for r in rows if r.level in levels], title)]
    found = alarms(rows)
    lines += [
        "", f"== False alarms on silent recordings ({found.minutes:.1f} min)",
        f"proposals of spontaneous classes, a train as one: {found.proposals:.2f} a minute",
        f"single potentials of them:                        {found.potentials:.2f} a minute",
    ]  # fmt: skip
    for row in rows:
        if row.silent and row.false_proposals:
            kinds = " ".join(f"{k}:{n}" for k, n in sorted(row.proposals.items()))
            lines.append(
                f"  {row.name}: {row.false_proposals} proposals, {row.false_potentials} "
                f"potentials ({kinds})"
            )
    there = presence(rows)
    lines += [
        "", "== Fibrillations or sharp waves, per channel",
        f"sensitivity {there['present_found']} of {there['present']}, "
        f"specificity {there['absent_quiet']} of {there['absent']}",
        "", *confusion_table(summed(rows)), "", "== Recordings", *map(row_line, rows),
    ]  # fmt: skip
    worst = sorted(
        (r for r in rows if r.f1 is not None and not r.silent), key=lambda r: r.f1 or 0.0
    )
    lines += ["", "== Worst", *(f"{r.f1:.3f} {r.name} ({r.level})" for r in worst[:20])]
    lines += [f"remark, {r.name}: {text}" for r in rows for text in r.remarks]
    return "\n".join(lines)


def as_json(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """Everything as JSON values."""
    parts = {}
    for title, levels in LEVELS.items():
        counts = summed(r for r in rows if r.level in levels)
        classes = {}
        for kind in (*PATHOLOGICAL, *NORMAL):
            of = figures(counts, kind)
            f1 = None if of.f1 != of.f1 else round(of.f1, 4)
            classes[kind] = {"true": of.true, "hit": of.hit, "false": of.false, "f1": f1}
        macro = macro_f1(counts)
        parts[title] = {"macro_f1": None if macro != macro else round(macro, 4), "classes": classes}
    found = alarms(rows)
    return {
        "seed": seed,
        "parts": parts,
        "silent": {
            "minutes": found.minutes,
            "proposals": sum(r.false_proposals for r in rows if r.silent),
            "potentials": sum(r.false_potentials for r in rows if r.silent),
        },
        "presence": presence(rows),
        "recordings": [_row_json(row) for row in rows],
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.name, "level": row.level, "fs": row.fs, "noise_uv": row.noise_uv, "f1": row.f1,
        "hit": dict(row.counts.hit), "missed": dict(row.counts.missed),
        "false": dict(row.counts.false), "false_proposals": row.false_proposals,
        "false_potentials": row.false_potentials, "seconds": row.seconds,
    }  # fmt: skip
