"""``emgview audit``: check the log of a study, show it, keep a checkpoint of it elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from emgview.errors import FileError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    kinds = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    verify = kinds.add_parser(
        "verify", help="tell whether the log was changed, cut off, or is of another study"
    )
    verify.add_argument("study", type=Path, metavar="STUDY")
    verify.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="copy of a checkpoint kept elsewhere"
    )
    verify.add_argument("--json", action="store_true", help="machine-readable")
    show = kinds.add_parser("show", help="show the rows of the log")
    show.add_argument("study", type=Path, metavar="STUDY")
    show.add_argument("--after", type=int, default=0, metavar="ROW", help="rows after this one")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    keep = kinds.add_parser("checkpoint", help="copy the last signed checkpoint to keep elsewhere")
    keep.add_argument("study", type=Path, metavar="STUDY")
    keep.add_argument("--out", type=Path, required=True, metavar="FILE")
    for action in (verify, show, keep):
        action.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)


def audit(args: argparse.Namespace) -> int:
    """Carry out one action; exit status 1 where the log does not verify."""
    return {"verify": _verify, "show": _show, "checkpoint": _keep}[args.action](args)


def _verify(args: argparse.Namespace) -> int:
    from emgview.session.auditing import audit_study, read_checkpoint
    from emgview.session.study_folder import StudyFolder

    kept = read_checkpoint(args.checkpoint) if args.checkpoint else None
    found = audit_study(StudyFolder(args.study), kept)
    if args.json:
        _put(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        for answer in found.answers:
            _put(f"{answer.name:12s} {answer.status:8s} {answer.text}")
    if not found.ok:
        sys.stderr.write("emgview: the log does not verify\n")
    return 0 if found.ok else 1


def _show(args: argparse.Namespace) -> int:
    import msgspec

    from emgview.session.auditing import row_text, rows_of
    from emgview.session.study_folder import StudyFolder

    for row in rows_of(StudyFolder(args.study), args.after):
        _put(msgspec.json.encode(row).decode() if args.json else row_text(row))
    return 0


def _keep(args: argparse.Namespace) -> int:
    import msgspec

    from emgview.session.auditing import last_checkpoint
    from emgview.session.study_folder import StudyFolder

    found = last_checkpoint(StudyFolder(args.study))
    try:
        args.out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    except OSError as error:
        raise FileError(
            args.out.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error
    _put(f"Checkpoint at row {found.seq}: {args.out}")
    return 0


def _put(line: str) -> None:
    sys.stdout.write(line + "\n")
