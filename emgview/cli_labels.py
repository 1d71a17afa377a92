"""``emgview labels``: labels to and from the files of other programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    kinds = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    out = kinds.add_parser("export", help="write the labels of a study")
    out.add_argument("study", type=Path, metavar="STUDY")
    out.add_argument("--out", type=Path, required=True, metavar="PATH", help="file, or folder")
    out.add_argument("--format", choices=("csv", "edf", "bids"), default="csv")
    out.add_argument("--all", action="store_true", help="also what nobody has decided on")
    into = kinds.add_parser("import", help="take labels in, open to decision")
    into.add_argument("study", type=Path, metavar="STUDY")
    into.add_argument("file", type=Path, metavar="FILE", help="CSV, EDF+ or events.tsv")
    into.add_argument(
        "--recording",
        default="",
        metavar="TITLE",
        help="of this study, where the file names none or one that is not in it",
    )
    into.add_argument("--reader", default="", metavar="NAME", help="who takes them in")
    for action in (out, into):
        action.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)


def labels(args: argparse.Namespace) -> int:
    """Carry out one action."""
    return _export(args) if args.action == "export" else _import(args)


def _export(args: argparse.Namespace) -> int:
    from emgview.session.exchange.labels import labels_to_write, write_labels
    from emgview.session.study_folder import StudyFolder
    from emgview.session.study_session import StudySession

    with StudySession(StudyFolder(args.study), "export", role="script") as session:
        rows = labels_to_write(session, undecided=args.all)
    written = write_labels(rows, args.out, args.format)
    sys.stdout.write(f"{sum(len(r.labels) for r in rows)} label(s)\n")
    sys.stdout.writelines(f"{path}\n" for path in written)
    return 0


def _import(args: argparse.Namespace) -> int:
    from emgview.session.exchange.labels import import_labels
    from emgview.session.settings import load_settings
    from emgview.session.study_folder import StudyFolder
    from emgview.session.study_session import StudySession

    reader = args.reader or load_settings().reader_name or "reader"
    with StudySession(StudyFolder(args.study), reader) as session:
        done = import_labels(session, args.file, args.recording, meant=bool(args.recording))
    sys.stdout.write(f"{done.text}\n")
    return 0
