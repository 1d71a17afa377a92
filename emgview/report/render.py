"""The report as PDF/A-3a and PDF/UA-1, with its JSON attached, by typst."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from emgview.errors import EmgviewError
from emgview.report.canonical import sha256_hex
from emgview.report.content import Report
from emgview.report.entries import load_entries
from emgview.report.figures import Figure
from emgview.report.glyphs import not_drawable
from emgview.report.words import load_words
from emgview.resource_files import resource

SIGNATURE_BOX_PT = (51.0, 62.4, 334.5, 119.1)
"""Left, bottom, right, top of the box left for a visible signature on the last page, in points
from the lower left corner of the page; a test compares it with the drawn box."""
SIGNATURE_BOXES_PT = {
    1: (SIGNATURE_BOX_PT,),
    2: ((51.0, 62.4, 289.1, 119.1), (306.1, 62.4, 544.3, 119.1)),
}
"""The boxes by number of signers, in the order of their roles."""


def render_pdf(report: Report, figures: Sequence[Figure], out: Path, logo: bytes = b"") -> None:
    """Write the report as PDF.

    The same report and pictures give the same bytes. Takes 0.3 to 3 seconds: not for the GUI
    thread. The file appears under its name only when it is complete.

    Parameters
    ----------
    figures : sequence of Figure
        Pictures by id; one that the report names and that is missing is named in the PDF.
    logo : bytes
        The laboratory's picture, if the report names one.

    Raises
    ------
    EmgviewError
        If the typesetter refuses the document.
    OSError
        If the file cannot be written.
    """
    content = compile_pdf(report, figures, logo)
    part = out.with_name(out.name + ".part")
    part.write_bytes(content)
    os.replace(part, out)  # noqa: PTH105 - atomic on every system


def compile_pdf(report: Report, figures: Sequence[Figure], logo: bytes = b"") -> bytes:
    """The PDF's bytes; see :func:`render_pdf`."""
    import msgspec
    import typst

    name = str(report.body["laboratory"]["logo"])
    if sha256_hex(logo) != report.body["laboratory"]["logo_sha256"] and name:
        raise EmgviewError("The logo is not the one that the report names", "Choose it again.")

    with tempfile.TemporaryDirectory(prefix="emgview-report-") as folder:
        root = Path(folder)
        (root / "report.json").write_bytes(report.json_bytes)
        (root / "report.typ").write_bytes(resource("report/report.typ").read_bytes())
        words = msgspec.to_builtins(load_words(str(report.body["language"])))
        words["entry"] = {**{e.id: e.title for e in load_entries()}, **words["entry"]}
        (root / "words.json").write_text(json.dumps(words), encoding="utf-8")
        if name:
            (root / name).write_bytes(logo)
        for figure in figures:
            (root / f"{figure.id}.svg").write_bytes(figure.svg)
        try:
            return bytes(
                typst.compile(
                    str(root / "report.typ"),
                    root=str(root),
                    font_paths=[str(resource("fonts"))],
                    ignore_system_fonts=True,
                    sys_inputs=_inputs(report, figures),
                    pdf_standards=["a-3a", "ua-1"],
                    timestamp=timestamp_of(str(report.body["created_at"])),
                )
            )
        except typst.TypstError as error:  # its words may quote texts of the report
            raise EmgviewError(
                "The report could not be typeset",
                "Look for unusual characters in its texts; --debug shows the typesetter's words.",
            ) from error


def _inputs(report: Report, figures: Sequence[Figure]) -> dict[str, str]:
    """What the template cannot read out of the JSON: its hash, which pictures there are."""
    return {
        "sha256": report.sha256,
        "figures": json.dumps([figure.id for figure in figures]),
        "undrawable": undrawable_in(
            json.dumps(report.body, ensure_ascii=False) + _all_text(report.body)
        ),
    }


def undrawable_in(text: str) -> str:
    """Pattern of the characters in a text that the report's fonts cannot draw; may be empty."""
    return "|".join(f"\\x{{{ord(c):x}}}" for c in sorted(not_drawable(text)))


def _all_text(value: object) -> str:
    """All strings of a JSON value, one after the other."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(_all_text(item) for item in value.values())
    if isinstance(value, list):
        return "".join(_all_text(item) for item in value)
    return ""


def timestamp_of(text: str) -> int:
    """Seconds since 1970 of an RFC 3339 time; the PDF's date, so that bytes can be repeated."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        raise EmgviewError(f"The report's time {text!r} is no RFC 3339 time", "Build it again.")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())
