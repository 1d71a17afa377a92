"""Labels that the report cites, and what became of the machine's proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emgview.findings import ExaminedRecording
from emgview.findings.clinical_words import load_clinical_words
from emgview.findings.table import floor_tenth
from emgview.model import (
    DetectionRun,
    Label,
    LabelState,
    Origin,
    Proposal,
    load_vocabulary,
)
from emgview.model.interval import total_length
from emgview.report.content import ReportInput

_DECISION_WORDS = {
    LabelState.PROPOSED: "unreviewed",
    LabelState.CONFIRMED: "confirmed",
    LabelState.EDITED: "edited",
    LabelState.REJECTED: "rejected",
    LabelState.CANNOT_TELL: "cannot_tell",
}
_OUTCOMES = ("confirmed", "edited", "rejected", "cannot_tell", "unreviewed")


def cited_labels(source: ReportInput) -> list[dict[str, Any]]:
    """Labels behind the counts, then what is not reviewed in the classes of the table.

    Sorted by recording (in the study's order), start sample and id.
    """
    order = {r.info.id: n for n, r in enumerate(source.recordings)}
    hashes = {r.info.id: r.info.sha256 for r in source.recordings}
    counted = source.findings.item_ids
    classes = _cited_classes(source)
    proposals = _proposals(source.recordings)
    rows: list[tuple[Label | Proposal, str]] = [
        (label, _decision(label))
        for label in source.labels
        if label.recording_id in order and (label.id in counted or _open(label, classes))
    ]
    rows += [
        (proposal, "unreviewed")
        for proposal in _not_spoken_of(proposals.values(), source.labels)
        if _coarse(proposal.activity) in classes
    ]
    rows.sort(key=lambda r: (order[r[0].recording_id], r[0].interval.start, r[0].id))
    return [_row(item, decision, hashes, proposals) for item, decision in rows]


def _cited_classes(source: ReportInput) -> frozenset[str]:
    """Coarse classes that a cell of the table speaks of, undetermined discharges included."""
    found = {name for column in source.findings.columns for name in column.classes}
    undecided = {c.counted_as for c in load_vocabulary().classes if c.group == "undecided"}
    return frozenset(found | undecided)


def _coarse(activity: str) -> str:
    known = load_vocabulary().get(activity)
    return known.counted_as if known else activity


def _open(label: Label, classes: frozenset[str]) -> bool:
    return label.state is LabelState.PROPOSED and _coarse(label.activity) in classes


def _decision(label: Label) -> str:
    if label.origin is Origin.READER and label.counts:
        return "added"
    return _DECISION_WORDS[label.state]


def _proposals(recordings: Iterable[ExaminedRecording]) -> dict[str, Proposal]:
    return {p.id: p for r in recordings if r.run is not None for p in r.run.proposals}


def _not_spoken_of(proposals: Iterable[Proposal], labels: Iterable[Label]) -> list[Proposal]:
    spoken_of = {key for label in labels for key in (label.id, label.proposal_id, *label.merged)}
    return [proposal for proposal in proposals if proposal.id not in spoken_of]


def _row(
    item: Label | Proposal,
    decision: str,
    hashes: dict[str, str],
    proposals: dict[str, Proposal],
) -> dict[str, Any]:
    label = item if isinstance(item, Label) else None
    proposal = proposals.get((label.proposal_id if label else None) or item.id)
    known = load_vocabulary().get(item.activity)
    return {
        "id": item.id,
        "recording_id": item.recording_id,
        "file_sha256": hashes[item.recording_id],
        "channel": item.channel,
        "start_sample": item.interval.start,
        "end_sample": item.interval.stop,
        "peak_samples": list(item.peak_samples),
        "code": item.activity,
        "mdc": known.mdc if known else "",
        "origin": label.origin.value if label else Origin.DETECTOR.value,
        "machine": _machine(proposal) if proposal else None,
        "decision": decision,
        "decided_by": label.decided_by if label else "",
        "decided_at": label.decided_at if label else "",
    }


def _machine(proposal: Proposal) -> dict[str, Any]:
    return {
        "detector": proposal.detector,
        "version": proposal.version,
        "parameters_sha256": proposal.parameters_hash,
        "score": round(proposal.score, 3),
        "proposed_code": proposal.activity,
    }


def machine_contribution(source: ReportInput) -> dict[str, Any]:
    """Which detector looked, what it proposed, what became of it, what the reader added.

    Counted are items: a train is one. ``by_class`` goes by the proposed class. Decisions upon
    proposals of earlier runs, whose proposals are no longer at hand, are counted apart.
    """
    by_proposal = {label.proposal_id or label.id: label for label in source.labels}
    proposals = _proposals(source.recordings)
    numbers = {r.info.id: n for n, r in enumerate(source.recordings, 1)}
    runs = [r.run for r in source.recordings if r.run is not None]
    rates = {r.info.id: r.info.sampling_rate_hz for r in source.recordings}
    classes = sorted({p.activity for p in proposals.values()}, key=_class_order)
    earlier = [
        label
        for label in source.labels
        if label.origin is Origin.DETECTOR
        and (label.proposal_id or label.id) not in proposals
        and label.recording_id in numbers
    ]
    added = [label for label in source.labels if label.recording_id in numbers and _own(label)]
    return {
        "runs": [_run(run, numbers, rates, by_proposal) for run in runs],
        "by_class": [
            {
                "code": code,
                "term": _term(code, source.language),
                "counts": _counts(
                    [p for p in proposals.values() if p.activity == code], by_proposal
                ),
            }
            for code in classes
        ],
        "counts": {**_counts(list(proposals.values()), by_proposal), "added": len(added)},
        "earlier_runs": _decision_counts(_DECISION_WORDS[label.state] for label in earlier),
        "audits": [dict(audit) for audit in source.audits],
    }


def _own(label: Label) -> bool:
    return label.origin is Origin.READER and label.counts


def _class_order(code: str) -> int:
    ids = [c.id for c in load_vocabulary().classes]
    return ids.index(code) if code in ids else len(ids)


def _term(code: str, language: str) -> str:
    known = load_vocabulary().get(code)
    term = known.term if known else code
    return load_clinical_words(language).activity.get(code, term)


def _run(
    run: DetectionRun,
    numbers: dict[str, int],
    rates: dict[str, float],
    by_proposal: dict[str, Label],
) -> dict[str, Any]:
    return {
        "recording": numbers[run.recording_id],
        "run_id": run.id,
        "detector": run.detector,
        "version": run.version,
        "parameters_sha256": run.parameters_hash,
        "examined_s": floor_tenth(total_length(run.examined) / rates[run.recording_id]),
        "examined_channels": list(run.examined_channels),
        "remarks": [
            {"channel": r.channel, "reason": r.reason, "refused": r.refused} for r in run.remarks
        ],
        "counts": _counts(list(run.proposals), by_proposal),
    }


def _counts(proposals: list[Proposal], by_proposal: dict[str, Label]) -> dict[str, int]:
    decisions = [
        _DECISION_WORDS[by_proposal[p.id].state] if p.id in by_proposal else "unreviewed"
        for p in proposals
    ]
    return {"proposed": len(proposals), **_decision_counts(decisions)}


def _decision_counts(decisions: Iterable[str]) -> dict[str, int]:
    found = list(decisions)
    return {outcome: found.count(outcome) for outcome in _OUTCOMES}
