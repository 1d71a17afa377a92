"""Labels and runs in, muscle table out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emgview.findings.rules import Column, FindingsRules, load_findings_rules
from emgview.findings.table import (
    Absent,
    Cell,
    ExaminedRecording,
    FindingsRow,
    FindingsTable,
    NotAssessable,
    NotExamined,
    Observed,
    floor_tenth,
    seconds_text,
)
from emgview.findings.watched import (
    Item,
    WatchedTime,
    items_of,
    potentials_in,
    under_blanks,
    watched_time,
    without_blanks,
)
from emgview.model import (
    Label,
    LabelState,
    Phase,
    Side,
    load_muscles,
    load_vocabulary,
    making_many,
)
from emgview.model.interval import total_length


@dataclass(frozen=True, slots=True)
class _Watched:
    """One recording with its items and its time."""

    recording: ExaminedRecording
    items: tuple[Item, ...]
    time: WatchedTime

    def seconds(self, samples: int) -> float:
        return samples / self.recording.info.sampling_rate_hz

    @property
    def rest_s(self) -> float:
        return self.seconds(total_length(self.time.rest))

    @property
    def examined_s(self) -> float:
        return self.seconds(total_length(self.time.examined))

    @property
    def n_sites(self) -> int:
        """Needle positions: as marked, at least one for a recording that was looked at."""
        looked_at = bool(self.time.examined) or any(item.counts for item in self.items)
        return max(1, len({mark.site for mark in self.recording.info.phases})) if looked_at else 0

    def site_of(self, item: Item) -> tuple[str, int]:
        marks = self.recording.info.phases
        site = next((m.site for m in marks if m.interval.overlaps(item.interval)), 1)
        return self.recording.info.id, site


def examine(
    recordings: Sequence[ExaminedRecording],
    labels: Sequence[Label],
    rules: FindingsRules | None = None,
) -> FindingsTable:
    """The muscle table: one row for each muscle and side.

    Parameters
    ----------
    recordings : sequence of ExaminedRecording
        Several of one muscle and side are its sites. Those whose muscle, or needed side, is not
        stated get a row each.
    labels : sequence of Label
        All labels of the study, of every state. Proposals of the runs that no label speaks of
        count as not reviewed.
    rules : FindingsRules, optional
        The shipped table if left out.
    """
    rules = rules or load_findings_rules()
    vocabulary = load_vocabulary()
    rows: dict[tuple[str, str, str], list[_Watched]] = {}
    for recording in recordings:
        with making_many():
            items = items_of(recording, labels, vocabulary)
            watched = _Watched(recording, items, watched_time(recording, items, rules))
        rows.setdefault(_row_key(recording), []).append(watched)
    return FindingsTable(
        rules.columns, tuple(_row(sites, rules) for sites in rows.values()), rules.version
    )


def _row_key(recording: ExaminedRecording) -> tuple[str, str, str]:
    unstated = _unstated(recording.muscle, recording.side)
    return recording.muscle, recording.side.value, recording.info.id if unstated else ""


def _unstated(muscle_id: str, side: Side) -> str:
    """Which of muscle and side is missing: ``no_muscle``, ``no_side`` or nothing."""
    muscle = load_muscles().get(muscle_id)
    if not muscle_id:
        return "no_muscle"
    if side is Side.NOT_STATED and (muscle is None or muscle.sided):
        return "no_side"
    return ""


def _row(sites: Sequence[_Watched], rules: FindingsRules) -> FindingsRow:
    first = sites[0].recording
    table = load_muscles()
    muscle = table.get(first.muscle)
    examined_s = sum(site.examined_s for site in sites)
    artefact_s = sum(site.seconds(site.time.artefact_samples) for site in sites)
    return FindingsRow(
        muscle=first.muscle,
        name=table.name(first.muscle),
        side=first.side,
        nerve=muscle.nerve if muscle else "",
        roots=muscle.roots if muscle else (),
        region=muscle.region if muscle else "",
        recording_ids=tuple(site.recording.info.id for site in sites),
        sites=sum(site.n_sites for site in sites),
        examined_s=examined_s,
        watched_rest_s=sum(site.rest_s for site in sites),
        artefact_share=artefact_s / examined_s if examined_s else 0.0,
        sustained_sites=_sustained_sites(sites, rules),
        cells=tuple((column.id, _cell(column, sites, rules)) for column in rules.columns),
        cautions=_cautions(sites, rules),
    )


def _cell(column: Column, sites: Sequence[_Watched], rules: FindingsRules) -> Cell:
    own = [(s, i) for s in sites for i in s.items if i.counted_as in column.classes]
    counted = [(site, item) for site, item in own if item.counts]
    given = len(counted)
    if column.about_rest:
        counted = _outside_blanks(counted)
    unreviewed = sum(item.state is LabelState.PROPOSED for _, item in own)
    if counted:
        return _observed(column, counted, sites, unreviewed)
    if given:  # a person saw them: that is not absence
        return NotAssessable(rules.text("cell", "blanked", n=given))
    refused = next((reason for s in sites for _, reason in s.time.refusals), "")
    if not any(site.time.examined for site in sites):
        return NotAssessable(refused) if refused else NotExamined()
    if unreviewed:
        return _unreviewed(unreviewed, "proposal", rules)
    undecided = sum(item.state is LabelState.CANNOT_TELL for _, item in own)
    if undecided:
        return NotAssessable(rules.text("cell", "undecided", n=undecided))
    return _absent(column, sites, rules) if column.about_rest else _no_effort(sites, rules)


def _outside_blanks(counted: list[tuple[_Watched, Item]]) -> list[tuple[_Watched, Item]]:
    """Less what lies in stretches that a reader called artefact or voluntary."""
    kept = [(site, without_blanks(item, under_blanks(site.items))) for site, item in counted]
    return [(site, item) for site, item in kept if item is not None]


def _observed(
    column: Column,
    counted: Sequence[tuple[_Watched, Item]],
    sites: Sequence[_Watched],
    unreviewed: int,
) -> Observed:
    per_peak = column.unit == "potentials"
    count = sum(max(1, len(item.peak_samples)) if per_peak else 1 for _, item in counted)
    in_rest = 0
    for site, item in counted:
        inside = potentials_in(item, site.time.rest)
        in_rest += inside if per_peak else min(1, inside)
    rest_s = sum(site.rest_s for site in sites)
    return Observed(
        count=count,
        count_in_rest=in_rest if column.about_rest else None,
        watched_s=rest_s,
        rate_per_min=in_rest * 60 / rest_s if rest_s > 0 and column.about_rest else None,
        sites=len({site.site_of(item) for site, item in counted}),
        item_ids=tuple(item.id for _, item in counted),
        unreviewed=unreviewed,
        unit=column.unit,
    )


def _absent(column: Column, sites: Sequence[_Watched], rules: FindingsRules) -> Cell:
    open_items = sum(
        item.group == "undecided" and item.state is LabelState.PROPOSED
        for site in sites
        for item in site.items
    )
    if open_items:
        return _unreviewed(open_items, "undetermined proposal", rules)
    if floor_tenth(sum(site.rest_s for site in sites)) <= 0:
        return NotAssessable(rules.text("cell", "no_rest"))
    fast = [s for s in sites if s.recording.info.sampling_rate_hz >= column.rate_needed_hz]
    if not fast:
        rate = f"{max(s.recording.info.sampling_rate_hz for s in sites):g}"
        needed = f"{column.rate_needed_hz:g}"
        return NotAssessable(rules.text("cell", "slow", rate=rate, needed=needed))
    rest_s = sum(site.rest_s for site in fast)
    if rest_s < column.rest_needed_s:
        needed = seconds_text(column.rest_needed_s)
        rest = seconds_text(rest_s)
        return NotAssessable(rules.text("cell", "short_rest", rest=rest, needed=needed))
    return Absent(rest_s)


def _no_effort(sites: Sequence[_Watched], rules: FindingsRules) -> Cell:
    """Cell of a column about effort without any potentials: was there an effort or not."""
    efforts = (Phase.SLIGHT, Phase.MAXIMAL)
    tried = any(m.phase in efforts for site in sites for m in site.recording.info.phases)
    return NotAssessable(rules.text("cell", "effort")) if tried else NotExamined()


def _unreviewed(n: int, noun: str, rules: FindingsRules) -> NotAssessable:
    proposals = noun if n == 1 else f"{noun}s"
    return NotAssessable(rules.text("cell", "unreviewed", n=n, proposals=proposals), n)


def _sustained_sites(sites: Sequence[_Watched], rules: FindingsRules) -> int:
    """Sites with a confirmed train of fibrillation potentials or positive sharp waves."""
    found = set()
    for site in sites:
        for item in site.items:
            long_enough = site.seconds(len(item.interval)) > rules.limits.m1_train_s
            if item.counts and item.counted_as in ("fib", "psw") and long_enough:
                found.add(site.site_of(item))
    return len(found)


def _cautions(sites: Sequence[_Watched], rules: FindingsRules) -> tuple[str, ...]:
    first = sites[0].recording
    found: list[str] = []
    missing = _unstated(first.muscle, first.side)
    if missing:
        found.append(rules.text("caution", missing))
    for site in sites:
        run = site.recording.run
        found += [r.reason for r in run.remarks if not r.refused] if run else []
        found += [
            rules.text("caution", "refused", channel=channel + 1, reason=reason)
            for channel, reason in site.time.refusals
        ]
    items = [item for site in sites for item in site.items if item.state is not LabelState.PROPOSED]
    undecided = [i for i in items if _undecided(i)]
    if undecided:
        found.append(rules.text("caution", "undecided", n=len(undecided)))
    counted = {item.counted_as for item in items if item.counts}
    if counted & {"fib", "psw"} and counted & {"eps", "epn"}:
        found.append(rules.text("caution", "endplate"))
    return tuple(dict.fromkeys(found))


def _undecided(item: Item) -> bool:
    return item.state is LabelState.CANNOT_TELL or item.group == "undecided"
