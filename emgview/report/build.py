"""Everything that is known of a study, put into the form ``emg-report/1``."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from emgview.findings import (
    Absent,
    Cell,
    ExaminedRecording,
    FindingsRow,
    NotAssessable,
    Observed,
    cell_text,
)
from emgview.findings.clinical_words import load_clinical_words
from emgview.findings.table import floor_tenth
from emgview.model import Channel, load_muscles, load_vocabulary
from emgview.report.citations import cited_labels, machine_contribution
from emgview.report.content import SCHEMA, Laboratory, Report, ReportInput, TraceSpec
from emgview.report.entries import of_examination, stated
from emgview.report.examination import body_map, examination
from emgview.report.limitations import limitations
from emgview.report.macros import expand, load_blocks
from emgview.report.texts import load_report_texts
from emgview.report.traces import choose_traces, filter_text
from emgview.report.words import Words, load_words


def build_report(source: ReportInput) -> Report:
    """The report of a study.

    Seconds are cut to tenths and rates rounded to tenths, in the JSON as in print.

    Raises
    ------
    EmgviewError
        If a value cannot be written as canonical JSON.
    """
    traces = choose_traces(source)
    words = load_words(source.language)
    body: dict[str, Any] = {
        **_header(source),
        **_persons(source),
        "recordings": [_recording(n, r, words) for n, r in enumerate(source.recordings, 1)],
        "columns": _columns(source, words),
        "muscles": [_muscle(row, source, words) for row in source.findings.rows],
        "examination": examination(source, words),
        "labels": cited_labels(source),
        "machine_contribution": machine_contribution(source),
        "figures": [_figure(n, trace) for n, trace in enumerate(traces, 1)],
        "statements": _statements(source),
        "conclusion": {"text": source.conclusion, "author": source.reader.name},
        **{part: stated(part, source.texts) for part in ("impression", "clinical")},
        "technical": {
            **stated("technical", source.texts),
            **of_examination(source.entries, source.language),
        },
        "limitations": limitations(source),
        "audit_anchor": {"seq": source.log_head.seq, "head": source.log_head.hash},
        "software": {"name": "emgview", "version": source.software_version},
        "tables": {
            "findings": source.findings.rules_version,
            "muscles": load_muscles().version,
            "vocabulary": load_vocabulary().version,
            "texts": load_report_texts().version,
            "words": words.version,
        },
    }
    template = source.summary_template
    text = load_blocks(source.language)["summary"].text if template is None else template
    body["summary"] = {"text": expand(text, body)}
    return Report.of(body, traces, body_map(source, words))


def _columns(source: ReportInput, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "id": c.id,
            "title": words.column.get(c.id, c.title),
            "unit": c.unit,
            "rest_needed_s": c.rest_needed_s,
        }
        for c in source.findings.columns
    ]


def _statements(source: ReportInput) -> list[dict[str, str]]:
    return [
        {
            "rule": s.rule_id,
            "title": s.title,
            "subject": s.subject,
            "outcome": s.outcome.value,
            "text": s.text,
        }
        for s in source.statements
    ]


def _header(source: ReportInput) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "report_set_id": source.report_set_id,
        "report_id": source.report_id,
        "version": source.version,
        "status": source.status,
        "created_at": source.created_at,
        "notice": load_words(source.language).notice or load_report_texts().notice,
        "relates_to": [
            {
                "type": r.kind,
                "report_id": r.report_id,
                "version": r.version,
                "sha256": r.sha256,
                "reason": r.reason,
                "reason_code": r.reason_code,
                "created_at": r.created_at,
            }
            for r in source.relates_to
        ],
        "changes": [dict(change) for change in source.changes],
        "language": source.language,
        "laboratory": _laboratory(source.laboratory),
        "sign_off": {"required_roles": list(source.required_roles)},
    }


def _laboratory(laboratory: Laboratory) -> dict[str, Any]:
    return {
        "name": laboratory.name,
        "address": laboratory.address,
        "footer": laboratory.footer,
        "paper": laboratory.paper,
        "logo": laboratory.logo,
        "logo_sha256": laboratory.logo_sha256,
        "sections": list(laboratory.sections),
    }


def _persons(source: ReportInput) -> dict[str, Any]:
    patient = source.study.patient
    starts = [r.info.started_at for r in source.recordings if r.info.started_at is not None]
    first = min(starts).isoformat(timespec="milliseconds") if starts else ""
    return {
        "patient": {
            "name": patient.name,
            "identifier": patient.identifier,
            "second_identifier": patient.second_identifier,
            "birth_date": patient.birth_date,
            "sex": patient.sex,
        },
        "encounter": {
            "study_id": source.study.id,
            "study_created_at": source.study.created_at,
            "recorded_at": first,
            "simulated": source.study.simulated,
        },
        "referral": {"question": source.study.referral_question},
        "performers": [
            {
                "role": "interpreter",
                "name": source.reader.name,
                "credential": source.reader.credential,
            }
        ],
    }


def _recording(number: int, recording: ExaminedRecording, words: Words) -> dict[str, Any]:
    info = recording.info
    started = info.started_at
    return {
        "number": number,
        "id": info.id,
        "sha256": info.sha256,
        "muscle": recording.muscle,
        "muscle_name": load_clinical_words(words.language).muscle_name(recording.muscle),
        "side": recording.side.value,
        "side_name": words.side_name(recording.side.value),
        "started_at": started.astimezone(UTC).isoformat(timespec="milliseconds") if started else "",
        "duration_s": floor_tenth(info.duration_s),
        "n_samples": info.n_samples,
        "sampling_rate_hz": info.sampling_rate_hz,
        "channels": [_channel(channel, words) for channel in info.channels],
        "gaps": [{"start_sample": gap.start, "lost_samples": gap.lost} for gap in info.gaps],
        "device": {
            "manufacturer": info.device.manufacturer,
            "model": info.device.model,
            "serial": info.device.serial,
            "software": info.device.software,
        },
        "origin": {"name": info.origin_name, "sha256": info.origin_sha256},
        "notes": list(info.notes),
    }


def _channel(channel: Channel, words: Words) -> dict[str, Any]:
    return {
        "label": channel.label,
        "unit": channel.unit,
        "gain_uv": channel.gain_uv,
        "electrode": channel.electrode,
        "filter_low_hz": channel.high_pass_hz,
        "filter_high_hz": channel.low_pass_hz,
        "filter_text": filter_text(channel, words),
        "inverted": channel.inverted,
    }


def _muscle(row: FindingsRow, source: ReportInput, words: Words) -> dict[str, Any]:
    numbers = {r.info.id: n for n, r in enumerate(source.recordings, 1)}
    clinical = load_clinical_words(source.language)
    return {
        "muscle": row.muscle,
        "name": clinical.muscle_name(row.muscle),
        "side": row.side.value,
        "side_name": words.side_name(row.side.value),
        "nerve": clinical.name("nerve", row.nerve),
        "roots": list(row.roots),
        "region": row.region,
        "recordings": [numbers[recording] for recording in row.recording_ids],
        "sites": row.sites,
        "examined_s": floor_tenth(row.examined_s),
        "watched_rest_s": floor_tenth(row.watched_rest_s),
        "artefact_share": round(row.artefact_share, 3),
        "findings": {column: _in_words(cell, words) for column, cell in row.cells},
        "cautions": [clinical.reason(caution) for caution in row.cautions],
    }


def _in_words(cell: Cell, words: Words) -> dict[str, Any]:
    """The cell; its text in the language of the report, in English the findings' own."""
    found = _cell(cell)
    if words.language == "en":
        return found
    said = load_clinical_words(words.language).reason(found.get("reason", ""))
    return {**found, "text": words.cell({**found, "reason": said})}


def _cell(cell: Cell) -> dict[str, Any]:
    text = cell_text(cell)
    match cell:
        case Observed():
            rate = cell.rate_per_min
            return {
                "state": "observed",
                "count": cell.count,
                "count_in_rest": cell.count_in_rest,
                "watched_s": floor_tenth(cell.watched_s),
                "rate_per_min": None if rate is None else round(rate, 1),
                "sites": cell.sites,
                "unit": cell.unit,
                "unreviewed": cell.unreviewed,
                "items": list(cell.item_ids),
                "text": text,
            }
        case Absent():
            return {"state": "absent", "watched_s": floor_tenth(cell.watched_s), "text": text}
        case NotAssessable():
            return {
                "state": "not_assessable",
                "reason": cell.reason,
                "unreviewed": cell.unreviewed,
                "text": text,
            }
        case _:
            return {"state": "not_examined", "text": text}


def _figure(number: int, trace: TraceSpec) -> dict[str, Any]:
    return {
        "number": number,
        "id": trace.id,
        "recording_id": trace.recording_id,
        "channel": trace.channel,
        "start_sample": trace.interval.start,
        "end_sample": trace.interval.stop,
        "enlarged": [trace.enlarged.start, trace.enlarged.stop] if trace.enlarged else None,
        "kind": trace.kind,
        "marks": list(trace.marks),
        "items": list(trace.item_ids),
        "caption": trace.caption,
        "alt": trace.alt,
        "settings": trace.settings,
    }
