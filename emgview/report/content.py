"""Values of the report: what goes in, what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emgview.errors import EmgviewError
from emgview.findings import Entries, ExaminedRecording, FindingsTable, Grid, Statement
from emgview.model import Label, SampleInterval, Study
from emgview.report.canonical import canonical_json, parse_json, sha256_hex

SCHEMA = "emg-report/1"

SampleProvider = Callable[[str, int, SampleInterval], NDArray[np.float32]]
"""Samples of (recording id, channel, interval) as float32 µV, NaN where there are none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read the recording and answers for the report."""

    name: str
    credential: str = ""


@dataclass(frozen=True, slots=True)
class LogHead:
    """Last row of the command log at the time of the report: number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Relation:
    """The report that this one takes the place of, or adds to.

    Parameters
    ----------
    kind : str
        ``replaces`` or ``appends``.
    sha256 : str
        Hash of its JSON.
    reason_code : str
        ``amended`` (data changed), ``corrected`` (it was wrong) or ``appended`` (only added to).
    created_at : str
        When it was made.
    """

    kind: str
    report_id: str
    version: int
    sha256: str
    reason: str
    reason_code: str = "amended"
    created_at: str = ""


SECTIONS = (
    "referral",
    "conclusion",
    "summary",
    "clinical",
    "muscles",
    "counts",
    "statements",
    "machine",
    "traces",
    "technical",
    "limitations",
    "anchor",
)
"""Sections of the printed report in the usual order: the impression stands early."""
PAPERS = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class Laboratory:
    """What a laboratory prints around the record.

    Parameters
    ----------
    logo : str
        Name of the picture (``logo.svg`` or ``logo.png``) that is handed to the rendering.
    logo_sha256 : str
        Its hash, so that the record binds it.
    sections : tuple of str
        Order of :data:`SECTIONS`. Limitations and audit anchor cannot be left out.
    """

    name: str = ""
    address: str = ""
    footer: str = ""
    paper: str = "a4"
    logo: str = ""
    logo_sha256: str = ""
    sections: tuple[str, ...] = SECTIONS

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise EmgviewError(f"Paper {self.paper!r}", f"Use one of: {', '.join(PAPERS)}.")
        unknown = set(self.sections) - set(SECTIONS)
        missing = {"referral", "conclusion", "muscles", "limitations", "anchor"}
        missing -= set(self.sections)
        if unknown or missing:
            raise EmgviewError(
                f"Sections of the report: unknown {sorted(unknown)}, missing {sorted(missing)}",
                f"Choose from: {', '.join(SECTIONS)}.",
            )


@dataclass(frozen=True, slots=True)
class ReportInput:
    """All that a report is made of.

    Parameters
    ----------
    study : Study
        Holds the patient and the referral question.
    labels : tuple of Label
        All labels of the study, of every state.
    created_at : str
        UTC time, RFC 3339; also the date of the PDF.
    report_set_id : str
        The same over all versions of one report.
    status : str
        ``draft`` or ``final``: what the bytes claim to be. The signature makes it so.
    grid, entries
        The twelve findings of each muscle with overrides, and what the clinician entered.
    required_roles : tuple of str
        Who must sign before it is final: ``author``, or ``author`` and ``verifier``.
    texts : mapping
        Fields of the study by name, from which :func:`emgview.report.entries.stated` reads.
    audits : tuple of mapping
        Blinded audits of the detector on these recordings, as the schema asks.
    language : str
        Language of the printed words: ``en``, ``de`` or ``fr``.
    summary_template : str, optional
        Text with blanks, conditions and loops that becomes the summary, see
        :mod:`emgview.report.macros`; that of the program by default.
    """

    study: Study
    recordings: tuple[ExaminedRecording, ...]
    labels: tuple[Label, ...]
    findings: FindingsTable
    statements: tuple[Statement, ...]
    reader: Reader
    log_head: LogHead
    report_id: str
    report_set_id: str
    created_at: str
    software_version: str
    conclusion: str = ""
    limitations: str = ""
    version: int = 1
    status: str = "draft"
    relates_to: tuple[Relation, ...] = ()
    grid: Grid | None = None
    entries: Entries = field(default_factory=Entries)
    required_roles: tuple[str, ...] = ("author",)
    texts: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Mapping[str, str], ...] = ()
    audits: tuple[Mapping[str, Any], ...] = ()
    language: str = "en"
    laboratory: Laboratory = Laboratory()
    summary_template: str | None = None


@dataclass(frozen=True, slots=True)
class TraceSpec:
    """One picture to be drawn: which stretch, what is marked on it.

    Parameters
    ----------
    kind : str
        Id of the findings column that it shows, or ``rest``.
    letter : str
        Letter of the class, drawn at each mark.
    marks : tuple of int
        Samples of the marked potentials.
    item_ids : tuple of str
        Labels that the marks belong to.
    settings : str
        Sampling rate and filters in words.
    inverted : bool
        The amplifier's inputs were exchanged: the picture turns the trace over.
    enlarged : SampleInterval or None
        Part of ``interval`` that is drawn a second time, wider.
    """

    id: str
    recording_id: str
    channel: int
    interval: SampleInterval
    sampling_rate_hz: float
    kind: str
    letter: str
    marks: tuple[int, ...]
    item_ids: tuple[str, ...]
    caption: str
    alt: str
    settings: str
    inverted: bool = False
    enlarged: SampleInterval | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its body, the canonical bytes, their hash.

    Made by :func:`emgview.report.build_report` or read back by :meth:`from_json`.
    """

    body: dict[str, Any]
    json_bytes: bytes = field(repr=False)
    sha256: str
    traces: tuple[TraceSpec, ...] = ()
    body_map: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls, body: dict[str, Any], traces: tuple[TraceSpec, ...] = (), body_map: bytes = b""
    ) -> Report:
        """The report with that body; ``body_map`` is a drawing as SVG, or empty."""
        content = canonical_json(body)
        return cls(body, content, sha256_hex(content), traces, body_map)

    @classmethod
    def from_json(cls, content: bytes) -> Report:
        """A report read back; its pictures are not drawn again.

        Raises
        ------
        EmgviewError
            If the bytes are not a JSON object of the schema ``emg-report/1``.
        """
        body = parse_json(content)
        if body.get("schema") != SCHEMA:
            raise EmgviewError(
                f"The report has schema {body.get('schema')!r}, {SCHEMA!r} is understood",
                "Open it with a newer emgview.",
            )
        return cls(body, content, sha256_hex(content))

    @property
    def id(self) -> str:
        """Id of this report."""
        return str(self.body["report_id"])

    @property
    def version(self) -> int:
        """Number of this version, from 1 on."""
        return int(self.body["version"])
