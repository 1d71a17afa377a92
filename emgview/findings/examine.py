"""Labels and runs in, muscle table out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emgview.findings.remembered import FindingsMemo
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
from emgview.findings.watched import Item, WatchedRecording, without_blanks
from emgview.model import (
    Label,
    LabelState,
    Phase,
    Side,
    load_muscles,
    load_vocabulary,
)

RowKey = tuple[str, str, str]
"""Muscle, side, recording (only where muscle or needed side is not stated)."""


def examine(
    recordings: Sequence[ExaminedRecording],
    labels: Sequence[Label],
    rules: FindingsRules | None = None,
    memo: FindingsMemo | None = None,
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
    memo : FindingsMemo, optional
        Kept by the caller from one call to the next: only what changed is worked out anew.
    """
    rules = rules or load_findings_rules()
    return table_of(watch(recordings, labels, rules, memo), rules)


def table_of(
    watched: Mapping[RowKey, Sequence[WatchedRecording]], rules: FindingsRules
) -> FindingsTable:
    """The muscle table of recordings that were gathered by muscle and side."""
    rows = tuple(row_of(sites, rules) for sites in watched.values())
    return FindingsTable(rules.columns, rows, rules.version)


def watch(
    recordings: Sequence[ExaminedRecording],
    labels: Sequence[Label],
    rules: FindingsRules,
    memo: FindingsMemo | None = None,
) -> dict[RowKey, list[WatchedRecording]]:
    """Recordings with their items and time, gathered by muscle and side."""
    memo = memo if memo is not None else FindingsMemo()
    known = {each.id: each for each in load_vocabulary().classes}
    of_recording: dict[str, list[Label]] = {}
    for label in labels:
        of_recording.setdefault(label.recording_id, []).append(label)
    rows: dict[RowKey, list[WatchedRecording]] = {}
    for recording in recordings:
        remembered = memo.of(recording.info.id)
        remembered.look(recording, of_recording.get(recording.info.id, ()), known, rules)
        rows.setdefault(row_key(recording), []).append(remembered.watched(recording))
    return rows


def row_key(recording: ExaminedRecording) -> RowKey:
    """Muscle, side, and the recording where one of the two is not stated."""
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


def row_of(sites: Sequence[WatchedRecording], rules: FindingsRules) -> FindingsRow:
    """The row of one muscle and side out of its recordings."""
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


def _cell(column: Column, sites: Sequence[WatchedRecording], rules: FindingsRules) -> Cell:
    own = [item for site in sites for item in site.of_classes(column.classes)]
    counted = [(site, _counted(site, column)) for site in sites]
    given = sum(len(items) for _, items in counted)
    if column.about_rest:
        counted = [(site, _outside_blanks(site, items)) for site, items in counted]
    unreviewed = sum(item.state is LabelState.PROPOSED for item in own)
    if any(items for _, items in counted):
        return _observed(column, counted, sites, unreviewed)
    if given:  # a person saw them: that is not absence
        return NotAssessable(rules.text("cell", "blanked", n=given))
    refused = next((reason for s in sites for _, reason in s.time.refusals), "")
    if not any(site.time.examined for site in sites):
        return NotAssessable(refused) if refused else NotExamined()
    if unreviewed:
        return _unreviewed(unreviewed, "proposal", rules)
    undecided = sum(item.state is LabelState.CANNOT_TELL for item in own)
    if undecided:
        return NotAssessable(rules.text("cell", "undecided", n=undecided))
    return _absent(column, sites, rules) if column.about_rest else _no_effort(sites, rules)


def _counted(site: WatchedRecording, column: Column) -> list[Item]:
    """Items of the column that a reader stands behind, in time."""
    found = [item for item in site.of_classes(column.classes) if item.counts]
    if len(column.classes) > 1:
        found.sort(key=lambda i: (i.interval.start, i.interval.stop, i.channel, i.id))
    return found


def _outside_blanks(site: WatchedRecording, items: list[Item]) -> list[Item]:
    """Less what lies in stretches that a reader called artefact or voluntary."""
    if not site.blanks:
        return items
    kept = (without_blanks(item, site.blanks) for item in items)
    return [item for item in kept if item is not None]


def _observed(
    column: Column,
    counted: Sequence[tuple[WatchedRecording, list[Item]]],
    sites: Sequence[WatchedRecording],
    unreviewed: int,
) -> Observed:
    """The cell of a column of which a reader stands behind at least one item of a site."""
    per_peak = column.unit == "potentials"
    items = [item for _, own in counted for item in own]
    count = sum(max(1, len(item.peak_samples)) for item in items) if per_peak else len(items)
    in_rest = sum(
        inside if per_peak else min(1, inside)
        for site, own in counted
        for inside in site.in_rest(own)
    )
    rest_s = sum(site.rest_s for site in sites)
    return Observed(
        count=count,
        count_in_rest=in_rest if column.about_rest else None,
        watched_s=rest_s,
        rate_per_min=in_rest * 60 / rest_s if rest_s > 0 and column.about_rest else None,
        sites=len({site.site_of(item) for site, own in counted for item in own}),
        item_ids=tuple(item.id for item in items),
        unreviewed=unreviewed,
        unit=column.unit,
    )


def _absent(column: Column, sites: Sequence[WatchedRecording], rules: FindingsRules) -> Cell:
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


def _no_effort(sites: Sequence[WatchedRecording], rules: FindingsRules) -> Cell:
    """Cell of a column about effort without any potentials: was there an effort or not."""
    efforts = (Phase.SLIGHT, Phase.MAXIMAL)
    tried = any(m.phase in efforts for site in sites for m in site.recording.info.phases)
    return NotAssessable(rules.text("cell", "effort")) if tried else NotExamined()


def _unreviewed(n: int, noun: str, rules: FindingsRules) -> NotAssessable:
    proposals = noun if n == 1 else f"{noun}s"
    return NotAssessable(rules.text("cell", "unreviewed", n=n, proposals=proposals), n)


def _sustained_sites(sites: Sequence[WatchedRecording], rules: FindingsRules) -> int:
    """Sites with a confirmed train of fibrillation potentials or positive sharp waves."""
    found = set()
    for site in sites:
        for item in site.of_classes(("fib", "psw")):
            long_enough = site.seconds(len(item.interval)) > rules.train_s
            if long_enough and item.counts:
                found.add(site.site_of(item))
    return len(found)


def _cautions(sites: Sequence[WatchedRecording], rules: FindingsRules) -> tuple[str, ...]:
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
    outside = sum(_left_out(site, column) for site in sites for column in rules.columns)
    if outside:
        potentials = "potential" if outside == 1 else "potentials"
        found.append(rules.text("caution", "outside", n=outside, potentials=potentials))
    undecided = [i for i in items if _undecided(i)]
    if undecided:
        found.append(rules.text("caution", "undecided", n=len(undecided)))
    counted = {item.counted_as for item in items if item.counts}
    if counted & {"fib", "psw"} and counted & {"eps", "epn"}:
        found.append(rules.text("caution", "endplate"))
    return tuple(dict.fromkeys(found))


def _left_out(site: WatchedRecording, column: Column) -> int:
    """Potentials of a column about rest that lie in stretches the reader took out of the count."""
    if not column.about_rest:
        return 0
    given = _counted(site, column)
    return _size(given) - _size(_outside_blanks(site, given))


def _size(items: Sequence[Item]) -> int:
    return sum(len(item.peak_samples) or 1 for item in items)


def _undecided(item: Item) -> bool:
    return item.state is LabelState.CANNOT_TELL or item.group == "undecided"
