"""Structural subset of PDF/A-3: no replacement of veraPDF; it catches what breaks in practice."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf


def faults(content: bytes) -> list[str]:
    """What is not as PDF/A-3 asks; empty if nothing was found."""
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", content):
        return ["header"]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_head(pdf), *_attachments(pdf), *_pages(pdf)]


def _head(pdf: Any) -> Iterator[str]:
    root, metadata = pdf.Root, pdf.open_metadata()
    if "/ID" not in pdf.trailer or pdf.is_encrypted:
        yield "no /ID, or encrypted"
    if metadata.get("pdfaid:part") != "3" or metadata.get("pdfaid:conformance") not in ("A", "B"):
        yield "XMP claims no PDF/A-3"
    intents = root.get("/OutputIntents", [])
    if not any(str(i.get("/S")) == "/GTS_PDFA1" and "/DestOutputProfile" in i for i in intents):
        yield "no output intent"
    if "/AA" in root or "/JavaScript" in root.get("/Names", {}):
        yield "actions"
    if bool(root.get("/AcroForm", {}).get("/NeedAppearances", False)):
        yield "NeedAppearances"


def _attachments(pdf: Any) -> Iterator[str]:
    pairs = pdf.Root.Names.EmbeddedFiles.Names
    associated = [x.objgen for x in pdf.Root.get("/AF", [])]
    for n in range(1, len(pairs), 2):
        spec = pairs[n]
        if not isinstance(spec.get("/AFRelationship"), pikepdf.Name):
            yield "attachment without AFRelationship"
        if spec.objgen not in associated:
            yield "attachment not in /AF"
        stream = spec.EF.F
        if "/Subtype" not in stream or "/ModDate" not in stream.get("/Params", {}):
            yield "attachment without type or date"


def _pages(pdf: Any) -> Iterator[str]:
    for page in pdf.pages:
        yield from _fonts(page.get("/Resources"))
        for note in page.get("/Annots", []):
            flags = int(note.get("/F", 0))
            if not flags & 4 or flags & (1 | 2 | 32):
                yield f"annotation with flags {flags}"
            left, bottom, right, top = (float(x) for x in note.Rect)
            look = note.get("/AP")
            if look is None and (left, bottom) != (right, top):
                yield "annotation without appearance"
            if look is not None:
                if set(look.keys()) != {"/N"}:
                    yield "annotation with further appearances"
                yield from _fonts(look.N.get("/Resources"))


def _fonts(resources: Any) -> Iterator[str]:
    for font in (resources or {}).get("/Font", {}).values():
        inner = font.get("/DescendantFonts", [font])[0]
        described = inner.get("/FontDescriptor")
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        if described is None or not any(file in described for file in files):
            yield f"font {font.get('/BaseFont')} is not embedded"
    for thing in (resources or {}).get("/XObject", {}).values():
        if str(thing.get("/Subtype")) == "/Form":
            yield from _fonts(thing.get("/Resources"))
