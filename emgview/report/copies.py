"""Copies of the report for hospital systems: HTML and DOCX, marked as not signed.

Made from the record alone, without pictures of the trace: the signed PDF has them. The DOCX file is
written as its standard (ECMA-376) asks, with the parts that every reader needs and no more. (Lost:
python-docx, a further library for one page of XML.)
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from emgview.report.content import Report
from emgview.report.words import Words, load_words

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same record gives the same bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Heading of level 1 or 2, paragraph (level 0), or table with its head in the first row."""

    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def parts_of(report: Report) -> Iterator[Part]:
    """The report in reading order."""
    body, words = report.body, load_words(str(report.body["language"]))
    w = words.words
    yield Part(w["title"], 1)
    yield Part(f"{w['unsigned_copy']} {w['record_sha']}: {report.sha256}")
    yield Part(body["notice"])
    for relation in body["relates_to"]:
        kind = w["replaces"] if relation["type"] == "replaces" else w["adds"]
        text = kind.format(version=body["version"], earlier=relation["version"])
        yield Part(f"{text}. {w['reason'].format(reason=relation['reason'])}")
    yield Part(rows=tuple(_head(body, w)))
    yield Part(w["referral"], 2)
    yield Part(body["referral"]["question"] or w["no_question"])
    yield Part(f"{w['answer']}: {body['impression']['answers_question'] or w['no_answer']}")
    yield Part(w["conclusion"], 2)
    yield Part(body["conclusion"]["text"] or w["no_conclusion"])
    if body["summary"]["text"]:
        yield Part(w["summary"], 2)
        yield Part(body["summary"]["text"])
    yield Part(w["muscles"], 2)
    yield (
        Part(rows=tuple(_muscles(body, words))) if body["muscles"] else Part(w["nothing_examined"])
    )
    yield from _grid(body.get("examination"), w)
    if body["statements"]:
        yield Part(w["statements"], 2)
        head = (w["question_rule"], w["muscle_side"], w["outcome"], w["statement"])
        yield Part(rows=(head, *(_statement(s, words) for s in body["statements"])))
    yield Part(w["limitations"], 2)
    for limitation in body["limitations"]:
        yield Part(f"• {limitation}")


def _head(body: dict[str, Any], w: dict[str, str]) -> Iterator[tuple[str, str]]:
    patient = body["patient"]
    yield w["patient"], patient["name"] or w["not_stated"]
    yield w["identifier"], patient["identifier"] or w["not_stated"]
    yield w["second_identifier"], patient["second_identifier"] or w["not_stated"]
    yield w["born"], patient["birth_date"] or w["not_stated"]
    yield w["recorded"], body["encounter"]["recorded_at"] or w["time_not_stated"]
    yield w["read_by"], body["performers"][0]["name"] or w["not_stated"]
    yield w["report_made"], body["created_at"]
    yield w["report"], f"{body['report_id']}, {w['version']} {body['version']}"


def _muscles(body: dict[str, Any], words: Words) -> Iterator[tuple[str, ...]]:
    w, columns = words.words, body["columns"]
    titles = (words.column.get(c["id"], c["title"]) for c in columns)
    yield w["muscle_side_nerve"], w["rest_watched"], w["sites"], *titles
    for row in body["muscles"]:
        what = ", ".join(
            part
            for part in (row["name"], row["side_name"], row["nerve"], " ".join(row["roots"]))
            if part
        )
        watched = f"{row['watched_rest_s']:g} s " + w["of_examined"].format(
            seconds=f"{row['examined_s']:g}"
        )
        yield what, watched, str(row["sites"]), *(row["findings"][c["id"]]["text"] for c in columns)


_SPONTANEOUS = ("insertional", "fib", "psw", "fp", "other")


def _grid(examination: dict[str, Any] | None, w: dict[str, str]) -> Iterator[Part]:
    """The grid in two tables, as the signed report has it, and below what the reader changed."""
    if examination is None or not examination["grid"]:
        return
    yield Part(w["grid"], 2)
    yield Part(w["grid_note"])
    columns = examination["columns"]
    for part in (
        [c for c in columns if c["id"] in _SPONTANEOUS],
        [c for c in columns if c["id"] not in _SPONTANEOUS],
    ):
        head = (w["muscle_side"], *(c["title"] for c in part))
        rows = [(row["title"], *(_cell(row, c) for c in part)) for row in examination["grid"]]
        yield Part(rows=(head, *rows))
    for row in examination["grid"]:
        for column in columns:
            if "override" in row["cells"][column["id"]]:
                yield Part(_changed(row, column, w))
    entered = [entry for entry in examination["entries"] if entry["entered"]]
    yield Part(w["entries"], 2)
    if entered:
        yield Part(rows=tuple((entry["shown_title"], entry["shown"]) for entry in entered))
    else:
        yield Part(w["no_entries"])


def _cell(row: dict[str, Any], column: dict[str, Any]) -> str:
    cell = row["cells"][column["id"]]
    return f"{cell['shown']} †" if "override" in cell else str(cell["shown"])


def _changed(row: dict[str, Any], column: dict[str, Any], w: dict[str, str]) -> str:
    cell = row["cells"][column["id"]]
    said = cell["override"]
    by = w["grid_by"].format(by=said["by"]) if said["by"] else w["grid_by_reader"]
    found = w["grid_found"].format(text=cell["original"]["shown"])
    return f"† {row['title']}, {column['title']}: {by}: {said['reason']}; {found}"


def _statement(statement: dict[str, Any], words: Words) -> tuple[str, str, str, str]:
    outcome = words.outcome.get(statement["outcome"], statement["outcome"])
    title = f"{statement['title']} ({statement['rule']})"
    return title, statement["subject"], outcome, statement["text"]


def html_copy(report: Report) -> bytes:
    """One HTML page, UTF-8, no scripts, nothing fetched."""
    language = str(report.body["language"])
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{escape(load_words(language).words['title'])}</title>",
        "<style>body{font-family:sans-serif;max-width:60em;margin:2em auto}"
        "table{border-collapse:collapse}td,th{border:1px solid #888;padding:.3em;"
        "text-align:left;vertical-align:top;font-size:.9em}</style></head><body>",
        *(_html(part) for part in parts_of(report)),
        "</body></html>\n",
    ]
    return "\n".join(lines).encode("utf-8")


def _html(part: Part) -> str:
    if part.rows:
        head, *rest = part.rows
        wide = len(head) > 2
        first = _html_row(head, "th" if wide else "td")
        return f"<table>{first}{''.join(_html_row(row, 'td') for row in rest)}</table>"
    name = {0: "p", 1: "h1", 2: "h2"}[part.level]
    text = escape(_plain(part.text)).replace("\n", "<br>")
    return f"<{name}>{text}</{name}>"


def _html_row(row: tuple[str, ...], name: str) -> str:
    cells = "".join(f"<{name}>{escape(_plain(cell))}</{name}>" for cell in row)
    return f"<tr>{cells}</tr>"


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_DOCUMENT}" Target="word/document.xml"/></Relationships>'
)


def docx_copy(report: Report) -> bytes:
    """A word-processor document (ECMA-376); the same record gives the same bytes."""
    content = "".join(_docx(part) for part in parts_of(report))
    document = (
        f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{content}'
        '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" w:header="500" '
        'w:footer="500" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), text.encode("utf-8"))
    return out.getvalue()


def _docx(part: Part) -> str:
    if not part.rows:
        return _paragraph(part.text, {0: 20, 1: 32, 2: 24}[part.level], bold=part.level > 0)
    borders = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="888888"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "<w:gridCol/>" * len(part.rows[0])
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:tcPr/>{_paragraph(cell, 15, bold=n == 0)}</w:tc>" for cell in row)
        + "</w:tr>"
        for n, row in enumerate(part.rows)
    )
    properties = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{borders}</w:tblBorders>'
    return f"<w:tbl>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>"


def _paragraph(text: str, half_points: int, *, bold: bool) -> str:
    run = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{half_points}"/></w:rPr>'
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>'
        for line in _plain(text).split("\n")
    )
    return f"<w:p><w:r>{run}{lines}</w:r></w:p>"


def _plain(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(c if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) < 0xE000) else "�"
                   for c in text.replace("\r\n", "\n"))  # fmt: skip
