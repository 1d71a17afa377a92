"""The retraction of a signed report: a record of its own, rendered and signed like a report.

It names the report by id and hash and copies nothing of it: what was written about the wrong
patient must not be written a second time.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from emgview.errors import EmgviewError
from emgview.report.canonical import canonical_json, sha256_hex
from emgview.report.content import LogHead, Reader
from emgview.report.currency import Edition
from emgview.report.texts import load_report_texts
from emgview.resource_files import resource

SCHEMA = "emg-retraction/1"
REASON_CODES = ("wrong_patient", "wrong_data", "wrong_conclusion", "other")


@dataclass(frozen=True, slots=True)
class Retraction:
    """What is retracted, why, by whom.

    Parameters
    ----------
    reason : str
        The reader's words; must not name the patient.
    """

    edition: Edition
    report_id: str
    retraction_id: str
    reason_code: str
    reason: str
    reader: Reader
    retracted_at: str
    log_head: LogHead
    software_version: str

    def json_bytes(self) -> bytes:
        """Canonical JSON.

        Raises
        ------
        EmgviewError
            If the reason is not one of the list or is not explained.
        """
        if self.reason_code not in REASON_CODES or not self.reason.strip():
            raise EmgviewError(
                f"Reason {self.reason_code!r}",
                f"Give one of {', '.join(REASON_CODES)}, and say why in words.",
            )
        return canonical_json(
            {
                "schema": SCHEMA,
                "retraction_id": self.retraction_id,
                "report_set_id": self.edition.report_set_id,
                "report_id": self.report_id,
                "version": self.edition.version,
                "sha256": self.edition.sha256,
                "status": "retracted",
                "reason_code": self.reason_code,
                "reason": self.reason.strip(),
                "retracted_by": {"name": self.reader.name, "credential": self.reader.credential},
                "retracted_at": self.retracted_at,
                "audit_anchor": {"seq": self.log_head.seq, "head": self.log_head.hash},
                "software": {"name": "emgview", "version": self.software_version},
                "notice": load_report_texts().notice,
            }
        )


def compile_retraction(json_bytes: bytes, created_at: str) -> bytes:
    """The PDF's bytes, PDF/A-3a and PDF/UA-1, with the record attached.

    Raises
    ------
    EmgviewError
        If the typesetter refuses the document.
    """
    import typst

    from emgview.report.render import timestamp_of, undrawable_in

    with tempfile.TemporaryDirectory(prefix="emgview-retraction-") as folder:
        root = Path(folder)
        (root / "retraction.json").write_bytes(json_bytes)
        source = resource("report/retraction.typ").read_bytes()
        (root / "retraction.typ").write_bytes(source)
        try:
            return bytes(
                typst.compile(
                    str(root / "retraction.typ"),
                    root=str(root),
                    font_paths=[str(resource("fonts"))],
                    ignore_system_fonts=True,
                    sys_inputs={
                        "sha256": sha256_hex(json_bytes),
                        "undrawable": undrawable_in(json_bytes.decode("utf-8")),
                    },
                    pdf_standards=["a-3a", "ua-1"],
                    timestamp=timestamp_of(created_at),
                )
            )
        except typst.TypstError as error:
            raise EmgviewError(
                "The retraction could not be typeset", "Look for unusual characters in the reason."
            ) from error
