"""What the reader of the report must know of its limits."""

from __future__ import annotations

from emgview.findings import ExaminedRecording
from emgview.findings.table import seconds_text
from emgview.report.content import ReportInput
from emgview.report.texts import load_report_texts


def limitations(source: ReportInput) -> list[str]:
    """Standing limits, then those of each recording, then those that the reader states."""
    texts = load_report_texts().limitation
    found = [texts["simulated"]] if source.study.simulated else []
    found.append(texts["offline"])
    for number, recording in enumerate(source.recordings, 1):
        found += _of_recording(number, recording)
    found += [texts["scope"], texts["nerve_conduction"]]
    if any(recording.run is not None for recording in source.recordings):
        found.append(texts["validation"])
    found += [line.strip() for line in source.limitations.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def _of_recording(number: int, recording: ExaminedRecording) -> list[str]:
    texts = load_report_texts().limitation
    info, run = recording.info, recording.run
    found = []
    if not recording.muscle:
        found.append(texts["no_muscle"].format(number=number))
    if run is None:
        found.append(texts["no_run"].format(number=number))
    for remark in run.remarks if run else ():
        kind = "refused" if remark.refused else "remark"
        channel = remark.channel + 1
        found.append(texts[kind].format(number=number, channel=channel, text=remark.reason))
    if info.gaps:
        lost = seconds_text(sum(gap.lost for gap in info.gaps) / info.sampling_rate_hz)
        found.append(texts["gaps"].format(number=number, count=len(info.gaps), lost=lost))
    if any(c.high_pass_hz is None or c.low_pass_hz is None for c in info.channels):
        found.append(texts["filters"].format(number=number))
    found += [texts["remark"].format(number=number, text=note) for note in info.notes]
    return found
