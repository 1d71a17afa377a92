"""The command line: thin, every command calls one use case of ``session``.

Exit status 0 only on success. An error is one line on stderr; ``--debug`` shows the traceback.
argparse serves: it costs nothing at start and needs no further library.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from emgview import __version__
from emgview.cli_commands import COMMANDS
from emgview.errors import EmgviewError

_NEEDS_COMMAND = "open"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    arguments = _with_default_command(list(sys.argv[1:] if argv is None else argv))
    parser = build_parser()
    parsed = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except EmgviewError as error:
        return _failed(error, str(error), debug=parsed.debug)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone: not worth a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("emgview: interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the outermost edge: one line instead of a traceback
        text = f"internal error ({type(error).__name__}). Run again with --debug and report it."
        return _failed(error, text, debug=parsed.debug)


def _failed(error: Exception, text: str, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    print(f"emgview: {text}", file=sys.stderr)
    return 1


def _with_default_command(arguments: list[str]) -> list[str]:
    """``emgview PATH`` and plain ``emgview`` mean ``emgview open``."""
    known = {command.name for command in COMMANDS}
    flags = {"-h", "--help", "--version"}
    words = [a for a in arguments if a != "--debug"]
    debug = ["--debug"] * (len(words) < len(arguments))
    if words and words[0] in flags:
        return words
    if words and words[0] in known:
        return [words[0], *debug, *words[1:]]
    return [_NEEDS_COMMAND, *debug, *words]


def build_parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    parser = argparse.ArgumentParser(
        prog="emgview",
        description="Review workstation for needle and surface EMG: the machine proposes, the "
        "person decides. For evaluation, not for clinical use.",
    )
    parser.add_argument("--version", action="version", version=f"emgview {__version__}")
    parser.set_defaults(debug=False)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show a traceback on errors")
    parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        child = parsers.add_parser(
            command.name, help=command.help, description=command.help, parents=[common]
        )
        command.arguments(child)
        child.set_defaults(run=command.run)
    return parser
