"""What the reader of the report must know of its limits."""

from __future__ import annotations

from collections.abc import Mapping

from emgview.findings import ExaminedRecording
from emgview.findings.table import seconds_text
from emgview.report.content import ReportInput
from emgview.report.texts import load_report_texts
from emgview.report.words import load_words


def limitations(source: ReportInput) -> list[str]:
    """Standing limits, then those of each recording, then those that the reader states."""
    words = load_words(source.language)
    texts = {**load_report_texts().limitation, **words.limitation}
    found = [texts["simulated"]] if source.study.simulated else []
    found.append(texts["offline"])
    found += _of_recordings(source)
    found.append(texts["scope"])
    if not source.texts.get("report_nerve_conduction", "").strip():
        found.append(texts["nerve_conduction"])
    if any(recording.run is not None for recording in source.recordings):
        found.append(texts["validation"])
    found += [line.strip() for line in source.limitations.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def _of_recordings(source: ReportInput) -> list[str]:
    """One line for each limit, with the numbers of the recordings that share it."""
    texts = _texts(source)
    numbers: dict[str, list[str]] = {}
    for number, recording in enumerate(source.recordings, 1):
        for text in dict.fromkeys(_of_recording(recording, texts)):
            numbers.setdefault(text, []).append(str(number))
    return [
        texts["prefix_one" if len(which) == 1 else "prefix_many"].format(
            numbers=", ".join(which), text=text
        )
        for text, which in numbers.items()
    ]


def _texts(source: ReportInput) -> Mapping[str, str]:
    words = load_words(source.language)
    return {**load_report_texts().limitation_of_recording, **words.limitation_of_recording}


def _of_recording(recording: ExaminedRecording, texts: Mapping[str, str]) -> list[str]:
    info, run = recording.info, recording.run
    found = []
    if not recording.muscle:
        found.append(texts["no_muscle"])
    if run is None:
        found.append(texts["no_run"])
    for remark in run.remarks if run else ():
        refused = texts["refused"].format(channel=remark.channel + 1, text=remark.reason)
        found.append(refused if remark.refused else remark.reason)
    if info.gaps:
        lost = seconds_text(sum(gap.lost for gap in info.gaps) / info.sampling_rate_hz)
        found.append(texts["gaps"].format(count=len(info.gaps), lost=lost))
    if any(c.high_pass_hz is None or c.low_pass_hz is None for c in info.channels):
        found.append(texts["filters"])
    return [*found, *info.notes]
