"""How a laboratory's reports look: header, paper, language, text blocks, from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from emgview.errors import FileError
from emgview.report import Laboratory, sha256_hex
from emgview.report.macros import Block, load_blocks, read_blocks

_LARGEST_LOGO_BYTES = 2_000_000


class LaboratorySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user states once; empty for what is not wanted.

    Parameters
    ----------
    logo_file : str
        Picture in SVG or PNG.
    blocks_file : str
        Own text blocks, in the form of ``resources/report/blocks.toml``.
    sections : tuple of str
        Order of the printed sections; empty for the usual one.
    """

    name: str = ""
    address: str = ""
    footer: str = ""
    paper: str = "a4"
    language: str = "en"
    logo_file: str = ""
    blocks_file: str = ""
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportLook:
    """The same, read and ready for a report."""

    laboratory: Laboratory = field(default_factory=Laboratory)
    logo: bytes = b""
    language: str = "en"
    blocks: Mapping[str, Block] = field(default_factory=dict)

    @property
    def summary_template(self) -> str | None:
        """The laboratory's own summary, or None for that of the program."""
        own = self.blocks.get("summary")
        return own.text if own else None

    def in_language(self, language: str) -> ReportLook:
        """The same in another language."""
        return replace(self, language=language)


def all_blocks(look: ReportLook) -> dict[str, Block]:
    """The shipped text blocks, those of the laboratory in their place."""
    return {**load_blocks(look.language), **look.blocks}


def look_of(settings: LaboratorySettings) -> ReportLook:
    """Read logo and text blocks.

    Raises
    ------
    FileError
        If one cannot be read, or a text block has a fault.
    EmgviewError
        If paper or sections are not such.
    """
    logo, name = _logo(settings.logo_file)
    laboratory = Laboratory(
        settings.name, settings.address, settings.footer, settings.paper, name,
        sha256_hex(logo) if logo else "",
    )  # fmt: skip
    if settings.sections:
        laboratory = replace(laboratory, sections=settings.sections)
    blocks = read_blocks(Path(settings.blocks_file)) if settings.blocks_file else {}
    return ReportLook(laboratory, logo, settings.language, blocks)


def _logo(file: str) -> tuple[bytes, str]:
    if not file:
        return b"", ""
    path = Path(file)
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise FileError(path.name, "", "is neither SVG nor PNG", "Choose another logo.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Choose another logo."
        ) from error
    if not content or len(content) > _LARGEST_LOGO_BYTES:
        raise FileError(path.name, "", "is empty or too large", "Choose a logo under 2 MB.")
    return content, f"logo{kind}"
