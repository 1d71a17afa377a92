"""The commands of the command line as data: name, help, arguments, function."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emgview import (
    cli_audit,
    cli_bench,
    cli_evaluate,
    cli_findings,
    cli_labels,
    cli_live,
    cli_quantify,
    cli_record,
    cli_report,
    cli_rhythm,
    cli_simulate,
)
from emgview.cli_report import open_study, passphrase_for
from emgview.errors import EmgviewError, FileError
from emgview.model import ImportHints, Progress, Side


@dataclass(frozen=True, slots=True)
class Command:
    """One word after ``emgview``."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def say(text: str) -> None:
    """One line for the user."""
    print(text)  # noqa: T201


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Progress on stderr: one line that is written over on a terminal, else a line per stage."""
    terminal = sys.stderr.isatty()
    last = ""

    def report(fraction: float, text: str) -> None:
        nonlocal last
        if terminal:
            sys.stderr.write(f"\r\x1b[K{text} {100 * fraction:3.0f} %")
            sys.stderr.flush()
        elif text != last:
            sys.stderr.write(f"{text} …\n")
        last = text

    try:
        yield Progress(report)
    finally:
        if terminal and last:
            sys.stderr.write("\r\x1b[K")


# -- window --------------------------------------------------------------------------------------


def _open_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="study folder or recording")
    _hint_arguments(parser)


def _open(args: argparse.Namespace) -> int:
    from emgview.app import run_window

    return run_window(args.path, _hints(args))


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--headless",
        metavar="DIR",
        type=Path,
        help="no window: leave study, report and a picture of the screen in DIR",
    )


def _demo(args: argparse.Namespace) -> int:
    if args.headless is None:
        from emgview.app import run_demo_window

        return run_demo_window()
    from emgview.app import grab_screen
    from emgview.session.demo import headless_demo

    with progress_line() as progress:
        result = headless_demo(args.headless, grab_screen, progress)
    say(f"Study:   {result.study}")
    say(f"Report:  {result.pdf}")
    say(f"JSON:    {result.json}")
    say(f"Picture: {result.picture}")
    return 0


# -- data ----------------------------------------------------------------------------------------


def _hint_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for files that do not tell it themselves")
    group.add_argument("--dataset", default="", metavar="PATH", help="dataset in an HDF5 file")
    group.add_argument("--fs", type=_positive, metavar="HZ", help="sampling rate")
    group.add_argument("--unit", default="", help="unit of the numbers: uV, mV or V")
    group.add_argument(
        "--orientation", choices=["samples-first", "channels-first"], help="first axis"
    )
    group.add_argument("--muscle", default="", metavar="ID", help="muscle, e.g. tib_ant")
    group.add_argument("--side", choices=["L", "R"], default="", help="side")


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _hints(args: argparse.Namespace) -> ImportHints:
    from emgview.model import load_muscles

    if args.muscle and load_muscles().get(args.muscle) is None:
        near = ", ".join(m.id for m in load_muscles().muscles if args.muscle[:3] in m.id)
        remedy = f"Near: {near}." if near else "See resources/clinical/muscles.csv."
        raise EmgviewError(f"There is no muscle {args.muscle!r}", remedy)
    return ImportHints(
        dataset=args.dataset,
        fs=args.fs,
        unit=args.unit,
        orientation=args.orientation,
        muscle=args.muscle,
        side=Side(args.side),
    )


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", type=Path, metavar="SRC", help="files to import")
    parser.add_argument("--study", type=Path, required=True, metavar="DIR", help="study folder")
    _hint_arguments(parser)


def _import(args: argparse.Namespace) -> int:
    from emgview.session.importing import import_files
    from emgview.session.study_folder import StudyFolder

    with progress_line() as progress:
        done = import_files(args.sources, StudyFolder(args.study), _hints(args), progress)
    for remark in done.remarks:
        say(f"note: {remark}")
    say(f"{len(done.entries)} recording(s) in {args.study}")
    return 0


def _info_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="study folder or file of any kind")
    parser.add_argument("--json", action="store_true", help="machine-readable")
    _hint_arguments(parser)


def _info(args: argparse.Namespace) -> int:
    from emgview.session.describing import describe, describe_text

    data = describe(args.path, _hints(args))
    say(json.dumps(data, indent=2, ensure_ascii=False) if args.json else describe_text(data))
    return 0


def _detect_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="study folder or file of any kind")
    parser.add_argument("--csv", metavar="FILE", help="rows per potential; - for the terminal")
    parser.add_argument("--json", metavar="FILE", help="everything; - for the terminal")
    parser.add_argument("--start", type=float, metavar="S", help="from this second")
    parser.add_argument("--stop", type=float, metavar="S", help="to this second")
    parser.add_argument(
        "--invert",
        action="store_true",
        help="positive numbers mean negative at the active electrode",
    )
    _hint_arguments(parser)


def _detect(args: argparse.Namespace) -> int:
    from emgview.session.detect_command import detect_path
    from emgview.session.table import as_json, write_csv

    with progress_line() as progress:
        window_s = (args.start, args.stop)
        runs = detect_path(args.path, _hints(args), window_s, progress, invert=args.invert)
    if args.csv == "-":
        write_csv(sys.stdout, runs)
    elif args.csv:
        with _writable(Path(args.csv)) as file:
            write_csv(file, runs)
    if args.json:
        text = json.dumps(as_json(runs), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        if args.json == "-":
            sys.stdout.write(text)
        else:
            with _writable(Path(args.json)) as file:
                file.write(text)
    out = sys.stderr if "-" in (args.csv, args.json) else sys.stdout
    for title, _, run in runs:
        for remark in run.remarks:
            out.write(f"{title}: {'refused: ' if remark.refused else ''}{remark.reason}\n")
        out.write(f"{title}: {_counted(run)}\n")
    return 0


def _counted(run: Any) -> str:
    from collections import Counter

    counts = Counter(p.activity for p in run.proposals)
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "no proposals"


@contextmanager
def _writable(path: Path) -> Iterator[Any]:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise FileError(
            path.name, "", f"cannot be written ({error.strerror})", "Choose another place."
        ) from error


# -- review and report ---------------------------------------------------------------------------


def _review_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", type=Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--confirm-all", action="store_true", help="confirm every open proposal")
    what.add_argument("--apply", type=Path, metavar="FILE.csv", help="decisions from a file")
    parser.add_argument("--reader", default="", metavar="NAME", help="who decides")


def _review(args: argparse.Namespace) -> int:
    from emgview.session.scripted import apply_file, confirm_all

    with open_study(args.study, args.reader) as session:
        n = confirm_all(session) if args.confirm_all else apply_file(session, args.apply)
    say(f"{n} decision(s) written, marked as scripted")
    return 0


def _findings(args: argparse.Namespace) -> int:
    _put(args.json or "-", cli_findings.findings_text(args, cli_findings.findings(args)))
    return 0


def _report(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        lines = list(cli_report.report(args, progress))
    say("\n".join(lines))
    return 0


def _amend(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        lines = list(cli_report.amend(args, progress))
    say("\n".join(lines))
    return 0


def _retract(args: argparse.Namespace) -> int:
    say("\n".join(cli_report.retract(args)))
    return 0


def _export(args: argparse.Namespace) -> int:
    say("\n".join(cli_report.export(args)))
    return 0


def _verify(args: argparse.Namespace) -> int:
    found = cli_report.verify(args)
    if args.json:
        say(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        for name in ("integrity", "identity", "time", "currency"):
            answer = getattr(found, name)
            say(f"{name:10s} {answer.status:8s} {answer.text}")
    if not found.ok:
        sys.stderr.write("emgview: the report does not verify\n")
    return 0 if found.ok else 1


def _identity_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    new = kinds.add_parser("new", help="make an evaluation identity (PKCS#12)")
    new.add_argument("--name", required=True, help="printed name of the signer")
    new.add_argument("--out", type=Path, required=True, metavar="FILE.p12")
    new.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)


def _identity(args: argparse.Namespace) -> int:
    from emgview.report.identity import new_identity

    made = new_identity(args.name, args.out, passphrase_for(args.out, twice=True))
    say(f"Identity:    {args.out}")
    say(f"Certificate: {made.path_of_cert}")
    say(f"SHA-256:     {made.fingerprint}")
    return 0


# -- measurements --------------------------------------------------------------------------------


def _bench(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        text = cli_bench.as_text(cli_bench.measure(args, progress))
    _put(args.json, text)
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        figures = cli_evaluate.evaluate(args, progress)
    sys.stdout.write(cli_evaluate.evaluate_text(args, figures))
    return 0


def _put(place: str, text: str) -> None:
    """Write a text to a file, or to the terminal for ``-``."""
    if place == "-":
        sys.stdout.write(text)
    else:
        with _writable(Path(place)) as file:
            file.write(text)


# -- live sources --------------------------------------------------------------------------------


def _sources(args: argparse.Namespace) -> int:
    data = cli_live.sources()
    if args.json:
        _put(args.json, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(cli_live.sources_text(data))
    return 0


def _record(args: argparse.Namespace) -> int:
    def tell(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    with progress_line() as progress:
        data = cli_record.record(args, tell, progress)
    say(json.dumps(data, indent=1) if args.json else cli_record.record_text(data))
    return 0


def _repair(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        data = cli_record.repair(args, progress)
    if args.json:
        say(json.dumps(data, indent=1))
    else:
        say("\n".join(data["told"]) or "There is nothing to repair.")
    return 0


def _simulate(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        data = cli_simulate.simulate(args, progress)
    say(
        json.dumps(data, indent=1, ensure_ascii=False)
        if args.json
        else cli_simulate.simulate_text(data)
    )
    return 0


# -- numbers -------------------------------------------------------------------------------------


def _quantify_arguments(parser: argparse.ArgumentParser) -> None:
    cli_quantify.arguments(parser)
    _hint_arguments(parser)


def _mup(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        data = cli_quantify.mup(args, _hints(args), progress)
    _put_json_or_text(args.json, data, cli_quantify.mup_text)
    return 0


def _ipa(args: argparse.Namespace) -> int:
    with progress_line() as progress:
        data = cli_quantify.ipa(args, _hints(args), progress)
    _put_json_or_text(args.json, data, cli_quantify.ipa_text)
    return 0


def _rhythm(args: argparse.Namespace) -> int:
    _put_json_or_text(args.json, cli_rhythm.rhythm(args), cli_rhythm.rhythm_text)
    return 0


def _put_json_or_text(place: str | None, data: Any, as_text: Callable[[Any], str]) -> None:
    if place:
        _put(place, json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        say(as_text(data))


COMMANDS: tuple[Command, ...] = (
    Command("open", "open the window, on a study or recording if given", _open_arguments, _open),
    Command("demo", "open the demo study, or run it without a window", _demo_arguments, _demo),
    Command(
        "simulate",
        "simulate a recording with its truth",
        cli_simulate.simulate_arguments,
        _simulate,
    ),
    Command("import", "import files into a study folder", _import_arguments, _import),
    Command("info", "tell what a file or study holds", _info_arguments, _info),
    Command("detect", "let the detector propose", _detect_arguments, _detect),
    Command("mup", "measure motor unit potentials", _quantify_arguments, _mup),
    Command("ipa", "measure the interference pattern", _quantify_arguments, _ipa),
    Command("rhythm", "rhythm of trains, sites compared", cli_rhythm.arguments, _rhythm),
    Command("review", "scripted decisions, logged as such", _review_arguments, _review),
    Command("findings", "tell grid and rules", cli_findings.findings_arguments, _findings),
    Command("audit", "check or show the log of decisions", cli_audit.arguments, cli_audit.audit),
    Command("labels", "labels to and from files", cli_labels.arguments, cli_labels.labels),
    Command("report", "write the report, signed if asked", cli_report.report_arguments, _report),
    Command("amend", "new signed version, with reason", cli_report.amend_arguments, _amend),
    Command("export", "research copy, FHIR, DICOM", cli_report.export_arguments, _export),
    Command("retract", "retract a signed report", cli_report.retract_arguments, _retract),
    Command("verify", "check a signed report: four answers", cli_report.verify_arguments, _verify),
    Command("identity", "make an identity to sign with", _identity_arguments, _identity),
    Command("sources", "tell the live sources", cli_live.sources_arguments, _sources),
    Command("record", "record a live source", cli_record.record_arguments, _record),
    Command("repair", "recover a recording", cli_record.repair_arguments, _repair),
    Command(
        "evaluate",
        "hold the detector against recordings of known truth",
        cli_evaluate.evaluate_arguments,
        _evaluate,
    ),
    Command("bench", "measure the program on recordings it makes", cli_bench.arguments, _bench),
)
