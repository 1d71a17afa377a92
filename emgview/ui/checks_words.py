"""Answers of the checks as words and rows of tables."""

from __future__ import annotations

from collections.abc import Sequence

from emgview.model import load_vocabulary
from emgview.session.rerun import RunDifferences
from emgview.session.rhythm_answers import RecordingRhythm
from emgview.session.second_reader import CANNOT_TELL, NONE, Agreement
from emgview.session.site_constancy import AtSites, MuscleSites
from emgview.session.study_session import SIDE_WORDS
from emgview.ui.wording import clock

Rows = list[tuple[str, ...]]

RUN_HEADERS = ("Difference", "Time", "Class before", "Class now")
RHYTHM_HEADERS = (
    "Train",
    "Potentials",
    "Rate, Hz",
    "Interval variation, drift removed",
    "Bursts",
    "Rate in bursts, Hz",
    "Doubles",
)
SITE_HEADERS = ("Muscle", "What", "Sites", "Items at each site", "Potentials at each site")
READER_HEADERS = ("Recording", "Time", "First reader", "Second reader")
_KINDS = {"new": "＋ only in the new run", "gone": "－ only in the run before", "class": "≠ class"}


def term(activity: str) -> str:
    """Term of the vocabulary; words for what is none."""
    if activity == NONE:
        return "nothing of the kind"
    if activity == CANNOT_TELL:
        return "cannot tell"
    known = load_vocabulary().get(activity)
    return known.term if known else activity


def run_answer(found: RunDifferences | None, fs: float) -> tuple[str, Rows, tuple[str, ...]]:
    """Words, rows and ids of two runs beside each other."""
    if found is None:
        return "There is no earlier run of this recording to compare with.", [], ()
    rows: Rows = [
        (
            _KINDS[d.kind],
            clock(d.interval.start / fs),
            term(d.before) if d.before else "",
            term(d.after) if d.after else "",
        )
        for d in found.differences
    ]
    words = (
        f"{found.n_same} items are the same, {len(rows)} differ. "
        f"Before: {found.before}. Now: {found.after}."
    )
    if found.left_behind:
        words += (
            f" {len(found.left_behind)} decided items of earlier runs match none of the new ones: "
            "they stay as they were decided."
        )
    return words, rows, tuple(d.item for d in found.differences)


def rhythm_answer(found: RecordingRhythm) -> tuple[str, Rows, tuple[str, ...]]:
    """Words, rows and ids of the trains of a recording."""
    rows: Rows = [
        (
            term(t.activity),
            str(t.n),
            _number(t.rate_hz, "{:.2f}"),
            _number(None if t.local_cv is None else 100 * t.local_cv, "{:.1f} %"),
            str(t.bursts) if t.bursts else "–",
            _number(t.burst_hz, "{:.1f}"),
            str(t.doubles),
        )
        for t in found.trains
    ]
    units = ", ".join(map(str, found.units))
    words = f"Units in each {found.window_s:g} s: {units}. Rejected items are left out."
    return words, rows, tuple(t.item for t in found.trains)


def sites_answer(found: Sequence[MuscleSites]) -> tuple[str, Rows, tuple[str, ...]]:
    """Words, rows and ids of what comes back at the sites of each muscle."""
    several = [muscle for muscle in found if len(muscle.sites) > 1]
    if not several:
        return (
            "No muscle has two sites: state the muscle and side of each recording, or record it "
            "at another site.",
            [],
            (),
        )
    rows: Rows = []
    ids: list[str] = []
    for muscle in several:
        shapes = [s for s in muscle.shapes if s.found_at > 1]
        for row in (*muscle.classes, *shapes):
            rows.append(_at_sites(muscle, row))
            ids.append(row.item)
    return " ".join(map(_sites_words, several)), rows, tuple(ids)


def _sites_words(found: MuscleSites) -> str:
    within, between = found.within, found.between
    n_open, n_items = (sum(getattr(s, k) for s in found.sites) for k in ("n_open", "n_items"))
    return (
        f"{_of_muscle(found)}, sites {', '.join(s.name for s in found.sites)}: "
        f"{found.classes_again} of {len(found.classes)} classes and {found.shapes_again} of "
        f"{len(found.shapes)} shapes come back at another site. Pairs of trains alike: "
        f"between sites {between.alike} of {between.of}, within a site, where two trains are two "
        f"units, {within.alike} of {within.of}. {n_open} of {n_items} items are not decided yet."
    )


def _at_sites(muscle: MuscleSites, row: AtSites) -> tuple[str, ...]:
    return (
        _of_muscle(muscle),
        term(row.activity) + (f", shape {row.shape}" if row.shape else ""),
        f"{row.found_at} of {len(muscle.sites)}",
        " / ".join(map(str, row.items)),
        " / ".join(map(str, row.potentials)),
    )


def _of_muscle(found: MuscleSites) -> str:
    side = SIDE_WORDS[found.side]
    return f"{found.name}, {side}" if side else found.name


def reader_answer(
    found: Agreement | None, recordings: dict[str, tuple[str, float]]
) -> tuple[str, Rows, tuple[str, ...]]:
    """Words, rows and keys of two readings beside each other.

    ``recordings``: title and sampling rate in Hz of each by its id.
    """
    if found is None:
        return "There is no second reading of this study yet.", [], ()
    by_class = "; ".join(
        f"{term(name)} {_number(kappa, '{:.2f}')} (n {n})" for name, kappa, n in found.by_class
    )
    words = (
        f"Both decided {found.n_both} items, one alone {found.n_one}. "
        f"Not decided yet: {found.n_open[0]} by the first reader, {found.n_open[1]} by the second. "
        f"Cohen's kappa {_number(found.kappa, '{:.2f}')}. By class: {by_class or '–'}. "
        f"{len(found.disagreements)} to adjudicate: Alt+5 takes the first reader's word, Alt+6 the "
        "second one's."
    )
    rows: Rows = [
        (
            recordings[d.recording_id][0],
            clock(d.interval.start / recordings[d.recording_id][1]),
            term(d.first) if d.item else "no label here",
            term(d.second) if d.second_item else "no label here",
        )
        for d in found.disagreements
        if d.recording_id in recordings
    ]
    return words, rows, tuple(d.key for d in found.disagreements if d.recording_id in recordings)


def audit_words(n_done: int, n_all: int) -> str:
    """How far an audit has come."""
    return (
        f"Window {n_done + 1} of {n_all}. Is there spontaneous activity in the marked stretch? "
        "Alt+Shift+C: yes, Alt+Shift+X: no, Alt+Shift+V: cannot tell. "
        "What the detector said, and its scores, are hidden until the end."
    )


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)
