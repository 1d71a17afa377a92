"""Commands of the report: write, sign, amend, retract, verify, export.

Each gives the lines to print, or data for ``--json``.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emgview.errors import EmgviewError, FileError, SignatureError
from emgview.model import Progress

PASSPHRASE_VARIABLE = "EMGVIEW_P12_PASSPHRASE"
PIN_VARIABLE = "EMGVIEW_TOKEN_PIN"


def open_study(study: Path, reader: str) -> Any:
    """A session upon a study, in the name of a reader."""
    from emgview.session.settings import load_settings
    from emgview.session.study_folder import StudyFolder
    from emgview.session.study_session import StudySession

    return StudySession(StudyFolder(study), reader or load_settings().reader_name or "reader")


def passphrase_for(path: Path, *, twice: bool = False) -> str:
    """Passphrase of an identity: from the environment, else asked without echo.

    Raises
    ------
    SignatureError
        If there is neither.
    """
    return _secret(PASSPHRASE_VARIABLE, f"Passphrase of {path.name}", path.name, twice=twice)


def _secret(variable: str, question: str, name: str, *, twice: bool = False) -> str:
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise SignatureError(f"{name}: no passphrase given", f"Set {variable} or use a terminal.")
    first = getpass.getpass(f"{question}: ")
    if twice and getpass.getpass("Again: ") != first:
        raise SignatureError("The two passphrases differ", "Try again.")
    return first


# -- arguments -----------------------------------------------------------------------------------


def report_arguments(parser: argparse.ArgumentParser) -> None:
    """``emgview report``."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    _signing_arguments(parser)
    parser.add_argument("--conclusion", default=None, metavar="TEXT", help="the reader's words")
    parser.add_argument(
        "--identify", type=Path, metavar="FILE.json",
        help="who the patient is: name, identifier, second_identifier, birth_date, sex",
    )  # fmt: skip
    parser.add_argument(
        "--verifier", action="store_true", help="a second person signs before it is final"
    )
    parser.add_argument(
        "--cosign", action="store_true", help="sign the newest report as its verifier"
    )
    _look_arguments(parser)


def amend_arguments(parser: argparse.ArgumentParser) -> None:
    """``emgview amend``."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path, metavar="DIR")
    parser.add_argument("--code", choices=("amended", "corrected", "appended"), default="amended")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="printed on page 1")
    _signing_arguments(parser, required=True)
    parser.add_argument("--conclusion", default=None, metavar="TEXT", help="the reader's words")
    _look_arguments(parser)


def retract_arguments(parser: argparse.ArgumentParser) -> None:
    """``emgview retract``."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--version", type=int, metavar="N", help="the newest if not stated")
    parser.add_argument(
        "--code", choices=("wrong_patient", "wrong_data", "wrong_conclusion", "other"),
        default="other",
    )  # fmt: skip
    parser.add_argument("--reason", required=True, metavar="TEXT", help="without patient data")
    _signing_arguments(parser, required=True)


def _look_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("en", "de", "fr"), help="as set if not stated")
    parser.add_argument("--paper", choices=("a4", "letter"), help="as set if not stated")


def _signing_arguments(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    key = parser.add_mutually_exclusive_group(required=required)
    key.add_argument("--sign", type=Path, metavar="FILE.p12", help="sign with this identity")
    key.add_argument(
        "--token", metavar="MODULE:TOKEN:LABEL", help="sign with a card or token (PKCS#11)"
    )
    parser.add_argument("--reader", default="", metavar="NAME", help="who answers for the report")
    parser.add_argument("--tsa", default="", metavar="URL", help="time-stamping server (B-T)")
    parser.add_argument("--archive", action="store_true", help="B-LTA: needs --roots and --crl")
    parser.add_argument("--roots", type=Path, metavar="CERTS.pem", help="authorities")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="FILE")


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """``emgview verify``."""
    parser.add_argument("report", type=Path, metavar="REPORT.pdf")
    parser.add_argument("--trust", type=Path, metavar="CERT.pem", help="certificate to trust")
    parser.add_argument(
        "--study", type=Path, metavar="DIR", help="study that knows of newer versions"
    )
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="FILE",
                        help="revocation list")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="machine-readable")


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """``emgview export``."""
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--deidentify", action="store_true", help="findings for research")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the laboratory's secret for it")
    parser.add_argument("--fhir", action="store_true", help="signed report as FHIR R4 document")
    parser.add_argument("--dicom", action="store_true", help="signed report and signals as DICOM")
    parser.add_argument("--copies", action="store_true", help="HTML and DOCX, not signed")
    parser.add_argument("--reader", default="", metavar="NAME", help="who exports")


# -- what they do --------------------------------------------------------------------------------


def report(args: argparse.Namespace, progress: Progress) -> Iterator[str]:
    """Write the report, signed if asked; or sign it a second time."""
    from emgview.report import Reader, warnings_of
    from emgview.session.amending import cosign
    from emgview.session.reporting import write_report

    signing, name = _signing(args, ("author", "verifier") if args.verifier else ("author",))
    with open_study(args.study, name) as session:
        if args.cosign:
            if signing is None:
                raise SignatureError("No identity is given", "Add --sign or --token.")
            files = cosign(session, signing, args.out)
        else:
            _state_patient(session, args.identify)
            _state_conclusion(session, args.conclusion)
            reader = Reader(name or session.actor.name)
            files = write_report(session, args.out, reader, signing, progress, look=_look(args))
    for warning in (*files.problems, *warnings_of(files.report)):
        yield f"note: {warning}"
    kind = "Signed report" if signing else "Unsigned report"
    yield f"{kind}: {files.pdf}" + (f" ({files.state})" if signing else "")


def amend(args: argparse.Namespace, progress: Progress) -> Iterator[str]:
    """A new signed version, with the reason."""
    from emgview.report import Reader
    from emgview.session.reporting import Amendment, write_report

    signing, name = _signing(args, ("author",))
    with open_study(args.study, name) as session:
        _state_conclusion(session, args.conclusion)
        files = write_report(
            session, args.out, Reader(name), signing, progress,
            Amendment(args.code, args.reason), _look(args),
        )  # fmt: skip
    yield f"Version {files.report.version}, {len(files.report.body['changes'])} change(s)"
    yield f"Signed report: {files.pdf} ({files.state})"


def retract(args: argparse.Namespace) -> Iterator[str]:
    """A signed retraction."""
    from emgview.report import Reader
    from emgview.session.amending import retract as retract_report

    signing, name = _signing(args, ("author",))
    if signing is None:
        raise SignatureError("No identity is given", "Add --sign or --token.")
    with open_study(args.study, name) as session:
        folder = retract_report(
            session, Reader(name), signing, args.code, args.reason, args.version
        )
    yield f"Signed retraction: {folder / 'retraction.pdf'}"


def _look(args: argparse.Namespace) -> Any:
    """The laboratory's look from the settings, with what the command line says otherwise."""
    import msgspec

    from emgview.session.report_look import look_of
    from emgview.session.settings import load_settings

    stated = {name: getattr(args, name) for name in ("language", "paper") if getattr(args, name)}
    return look_of(msgspec.structs.replace(load_settings().laboratory, **stated))


def _state_patient(session: Any, file: Path | None) -> None:
    """From a file, as words of the command line stay in the shell's history."""
    import msgspec

    from emgview.model import Patient
    from emgview.session.intents import StatePatient
    from emgview.typed_data import typed_json

    if file is None:
        return
    try:
        patient = typed_json(file.read_bytes(), Patient)
    except (OSError, msgspec.DecodeError) as error:
        raise FileError(
            file.name, "", "does not identify a patient", "Write a JSON object of texts."
        ) from error
    session.apply(StatePatient(patient))


def _state_conclusion(session: Any, text: str | None) -> None:
    from emgview.session.intents import StateText

    if text is not None:
        session.apply(StateText("conclusion", text))


def _signing(args: argparse.Namespace, roles: tuple[str, ...]) -> tuple[Any, str]:
    """How to sign, and the name of who reads: as given, else that of the certificate."""
    from emgview.report.keys import Pkcs12, opened
    from emgview.report.tokens import Pkcs11
    from emgview.session.reporting import Signing

    key: Any
    if args.sign is not None:
        key = Pkcs12(args.sign, passphrase_for(args.sign))
    elif args.token:
        parts = args.token.rsplit(":", 2)
        if len(parts) != 3:
            raise EmgviewError(f"Token {args.token!r}", "Write MODULE:TOKEN:LABEL.")
        pin = _secret(PIN_VARIABLE, f"PIN of {parts[1]}", parts[1])
        key = Pkcs11(Path(parts[0]), parts[1], parts[2], pin)
    else:
        return None, args.reader
    with opened(key) as ready:
        name = args.reader or ready.summary.name
    cosigning = getattr(args, "cosign", False)
    signing = Signing(
        Path(), "", "verification" if cosigning else "author", roles, key,
        "B-LTA" if args.archive else "B-T" if args.tsa else "B-B",
        args.tsa, args.roots, tuple(args.crl),
    )  # fmt: skip
    return signing, name


def verify(args: argparse.Namespace) -> Any:
    """The four answers."""
    from emgview.report.verification import verify_report

    registry = args.study / "reports" if args.study else None
    return verify_report(args.report, trust=args.trust, registry=registry, crls=args.crl)


def export(args: argparse.Namespace) -> Iterator[str]:
    """The forms that were asked for; a research copy goes alone, it may lie beside nothing else."""
    from emgview.session import exporting

    others = args.fhir or args.dicom or args.copies
    if args.deidentify == others:
        raise EmgviewError(
            "Choose either --deidentify, or one or more of --fhir, --dicom and --copies",
            "A copy that identifies nobody does not belong beside one that does.",
        )
    with open_study(args.study, args.reader) as session:
        if args.deidentify:
            files = list(exporting.export_deidentified(session, args.out, args.key))
        else:
            files = []
            if args.fhir:
                files += exporting.export_fhir(session, args.out)
            if args.copies:
                files += exporting.export_copies(session, args.out)
            if args.dicom:
                files += exporting.export_dicom(session, args.out)
    yield from (f"Exported: {file}" for file in files)
