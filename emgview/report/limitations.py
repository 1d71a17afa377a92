"""What the reader of the report must know of its limits."""

from __future__ import annotations

from collections.abc import Mapping

from emgview.findings import CellState, ExaminedRecording
from emgview.findings.clinical_words import ClinicalWords, load_clinical_words
from emgview.findings.decide.criteria import NCS
from emgview.findings.table import seconds_text
from emgview.report.content import ReportInput
from emgview.report.texts import load_report_texts
from emgview.report.words import load_words

_SPONTANEOUS = ("fib", "psw", "fp", "other")


def limitations(source: ReportInput) -> list[str]:
    """Standing limits, then those of each recording, then those that the reader states."""
    words = load_words(source.language)
    texts = {**load_report_texts().limitation, **words.limitation}
    found = [texts["simulated"]] if source.study.simulated else []
    found.append(texts["offline"])
    found += _of_recordings(source)
    if not _judged(source):
        found.append(texts["scope"])
    told = any(source.entries.get(key) is not None for key in NCS)
    if not told and not source.texts.get("report_nerve_conduction", "").strip():
        found.append(texts["nerve_conduction"])
    if any(recording.run is not None for recording in source.recordings):
        found.append(texts["validation"])
    found += [line.strip() for line in source.limitations.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def _judged(source: ReportInput) -> bool:
    """Whether anything but spontaneous activity was measured, or judged by the reader."""
    return source.grid is not None and any(
        cell.state is CellState.OBSERVED
        for row in source.grid.rows
        for name, cell in row.cells
        if name not in _SPONTANEOUS
    )


def _of_recordings(source: ReportInput) -> list[str]:
    """One line for each limit, with the numbers of the recordings that share it."""
    texts, clinical = _texts(source), load_clinical_words(source.language)
    numbers: dict[str, list[str]] = {}
    for number, recording in enumerate(source.recordings, 1):
        for text in dict.fromkeys(_of_recording(recording, texts, clinical)):
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


def _of_recording(
    recording: ExaminedRecording, texts: Mapping[str, str], clinical: ClinicalWords
) -> list[str]:
    info, run = recording.info, recording.run
    found = []
    if not recording.muscle:
        found.append(texts["no_muscle"])
    if run is None:
        found.append(texts["no_run"])
    for remark in run.remarks if run else ():
        why = clinical.reason(remark.reason)
        refused = texts["refused"].format(channel=remark.channel + 1, text=why)
        found.append(refused if remark.refused else why)
    if info.gaps:
        lost = seconds_text(sum(gap.lost for gap in info.gaps) / info.sampling_rate_hz)
        found.append(texts["gaps"].format(count=len(info.gaps), lost=lost))
    if any(c.high_pass_hz is None or c.low_pass_hz is None for c in info.channels):
        found.append(texts["filters"])
    return [*found, *info.notes]
