"""Signatures beside a file: detached CAdES, which ordinary programs check too.

``report.json.p7s`` lies beside the record, ``manifest.json.p7s`` beside the list of the files, so
that nobody can change a file and its line. They are made with the key that signs the PDF, in the
same session with it, and count only where it is one of the PDF's signers who made them.

    openssl cms -verify -cades -binary -inform DER -in manifest.json.p7s -content manifest.json ...
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from emgview.errors import FileError, SignatureError
from emgview.report.keys import OpenKey
from emgview.report.manifest import NAME, write_manifest
from emgview.report.signed_bytes import DefectError, read_detached

SUFFIX = ".p7s"


def beside(path: Path) -> Path:
    """Where the signature of a file lies."""
    return path.with_name(path.name + SUFFIX)


def sign_beside(path: Path, key: OpenKey, moment: datetime) -> Path:
    """Sign the file as it lies there; gives the signature's file.

    Raises
    ------
    SignatureError
        If the key does not sign.
    FileError
        If something cannot be read or written.
    """
    content, target = _read(path), beside(path)
    cms = _detached(content, key, moment)
    part = target.with_name(target.name + ".part")
    try:
        if read_detached(content, cms) != key.signer.signing_cert.dump():
            raise DefectError("another certificate")
        part.write_bytes(cms)
        os.replace(part, target)  # noqa: PTH105 - atomic on every system
    except DefectError as defect:
        raise SignatureError(
            f"The signature of {path.name} does not verify ({defect})", "Sign again."
        ) from defect
    except OSError as error:
        raise FileError(
            target.name, "", f"cannot be written ({error.strerror})", "Choose another folder."
        ) from error
    return target


def _detached(content: bytes, key: OpenKey, moment: datetime) -> bytes:
    import asyncio

    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    try:
        made = asyncio.run(
            key.signer.async_sign_general_data(
                content, "sha256", detached=True, use_cades=True,
                signed_attr_settings=PdfCMSSignedAttributes(signing_time=moment),
            )
        )  # fmt: skip
    except SigningError as error:
        raise SignatureError(
            f"The record could not be signed ({type(error).__name__})", "Check the identity."
        ) from error
    return bytes(made.dump())


def seal(folder: Path, files: Sequence[Path], key: OpenKey, moment: datetime) -> None:
    """Write the manifest of the files in ``folder`` and sign it."""
    sign_beside(write_manifest(folder, files), key, moment)


def seal_problem(folder: Path, signers: Collection[bytes]) -> str | None:
    """What is wrong with the manifest's signature, empty if nothing; None if there is none.

    Parameters
    ----------
    signers : collection of bytes
        Certificates (DER) of who signed the PDF.
    """
    manifest = folder / NAME
    if not beside(manifest).is_file():
        return None
    return problem_beside(_read(manifest), beside(manifest), signers)


def problem_beside(content: bytes, signature: Path, signers: Collection[bytes]) -> str:
    """What is wrong with a signature upon ``content``; empty if nothing."""
    name = signature.name.removesuffix(SUFFIX)
    try:
        signer = read_detached(content, _read(signature))
    except DefectError as defect:
        return f"the signature of {name} is not intact: {defect}"
    return "" if signer in signers else f"{name} was signed by somebody else than the report"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be read ({error.strerror})", "Use the original files."
        ) from error
