"""Figures of an evaluation as tables for people: plain text, or Markdown for the guide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from emgview.errors import FileError
from emgview.model import load_vocabulary

START, STOP = "<!-- figures: start -->", "<!-- figures: stop -->"

Figures = dict[str, Any]
Rows = list[list[str]]


def as_text(figures: Figures) -> str:
    """All tables with their titles, for a terminal."""
    parts = [_head(figures)]
    for title, make in _TABLES:
        rows = make(figures)
        if len(rows) > 1:
            parts.append(f"{title}\n{_aligned(rows)}")
    return "\n\n".join([*parts, _timing(figures)]) + "\n"


def as_markdown(figures: Figures) -> str:
    """The tables that a reader of the guide needs."""
    parts = [f"{_head(figures)}\n\n{_timing(figures)}"]
    for title, make in _GUIDE:
        rows = make(figures)
        if len(rows) > 1:
            parts.append(f"{title}:\n\n{_markdown(rows)}")
    return "\n\n".join(parts) + "\n"


def put_between_markers(page: str, figures: str, name: str) -> str:
    """The page with what lies between its two marker comments replaced.

    Raises
    ------
    FileError
        If the page has not both markers in order.
    """
    before, start, rest = page.partition(START)
    _, stop, after = rest.partition(STOP)
    if not start or not stop:
        raise FileError(name, "", "has no place for figures", f"Put in {START} and {STOP}.")
    return f"{before}{START}\n\n{figures}\n{STOP}{after}"


def _head(figures: Figures) -> str:
    suite, detector = figures["suite"], figures["detector"]
    levels = ", ".join(f"{n} {level}" for level, n in suite["levels"].items() if n)
    return (
        f"{detector['name']} {detector['version']}, parameters "
        f"{detector['parameters_sha256'][:12]}. {suite['title']}; {suite['part']} part: "
        f"{suite['recordings']} recordings ({levels}), {suite['signal_s'] / 60:.1f} min of signal."
    )


def _timing(figures: Figures) -> str:
    timing = figures["timing"]
    return (
        f"Detection took {timing['cpu_per_signal_s']:.3f} s of processor time "
        "for each second of signal."
    )


# -- cells -----------------------------------------------------------------------------------------


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:+.0f} %"


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _with_interval(value: float | None, interval: Sequence[float] | None, percent: bool) -> str:
    if value is None or interval is None:
        return _percent(value) if percent else _number(value)
    low, high = interval
    if percent:
        return f"{_percent(value)} ({100 * low:.0f} to {100 * high:.0f})"
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _cell(row: Figures, name: str, *, percent: bool = True) -> str:
    return _with_interval(row[name], row.get(f"{name}_interval"), percent)


# -- tables ----------------------------------------------------------------------------------------


def _classes(figures: Figures) -> Rows:
    head = ["class", "matched by", "recordings", "events", "said", "sensitivity", "PPV", "F1"]
    return [head] + [
        [
            name,
            row["matched_by"],
            str(row["recordings"]),
            str(row["events"]),
            str(row["said"]),
            _cell(row, "sensitivity"),
            _cell(row, "ppv"),
            _cell(row, "f1", percent=False),
        ]
        for name, row in figures["classes"].items()
    ]


def _levels(figures: Figures) -> Rows:
    rows = [["class", *(f"{level}: sens. / PPV" for level in figures["levels"])]]
    for name in figures["classes"]:
        row = [name]
        for classes in figures["levels"].values():
            one = classes.get(name)
            both = one and f"{_percent(one['sensitivity'])} / {_percent(one['ppv'])}"
            row.append(both or "–")
        rows.append(row)
    return rows


def _bands(figures: Figures) -> Rows:
    edges = sorted({(b["from"], b["to"] or 0) for row in figures["bands"].values() for b in row})
    names = {
        start: f"{start:g} to {stop:g}" if stop else f"over {start:g}" for start, stop in edges
    }
    rows = [["class", *names.values()]]
    for name, bands in figures["bands"].items():
        told = {b["from"]: f"{_percent(b['sensitivity'])} of {b['events']}" for b in bands}
        rows.append([name, *(told.get(start, "–") for start in names)])
    return rows


def _matrix(key: str) -> Callable[[Figures], Rows]:
    def make(figures: Figures) -> Rows:
        table = figures[key]
        said = list(dict.fromkeys(name for row in table.values() for name in row))
        said.sort(key=lambda name: (name == "missed", list(figures["classes"]).index(name)
                                    if name in figures["classes"] else 99))  # fmt: skip
        return [["true \\ said", *said]] + [
            [true, *(str(row.get(name, "·")) for name in said)] for true, row in table.items()
        ]

    return make


def _presence(figures: Figures) -> Rows:
    head = ["class", "channels with", "sensitivity", "channels without", "specificity"]
    return [head] + [
        [
            name,
            str(row["present"]),
            _cell(row, "sensitivity"),
            str(row["absent"]),
            _cell(row, "specificity"),
        ]
        for name, row in figures["presence"].items()
    ]


def _alarms(figures: Figures) -> Rows:
    alarms = figures["alarms"]
    rows = [["recordings", "number", "with any", "minutes", "false alarms", "a minute", "as"]]
    for kind, row in (*alarms["kinds"].items(), ("all", alarms)):
        named = ", ".join(f"{n} {name}" for name, n in row["classes"].items())
        rows.append(
            [
                kind,
                str(row["recordings"]),
                str(row["recordings_with"]),
                _number(row["minutes"], 1),
                str(row["alarms"]),
                _number(row["per_minute"]),
                named or "–",
            ]
        )
    return rows if alarms["recordings"] else rows[:1]


def _overlap(figures: Figures) -> Rows:
    head = ["class", "true", "found", "said", "right", "time found", "time right", "overlap"]
    return [head] + [
        [
            name,
            *(str(row[key]) for key in ("events", "found", "said", "right")),
            *(_percent(row[key]) for key in ("covered", "within", "overlap")),
        ]
        for name, row in figures["overlap"].items()
    ]


def _measures(figures: Figures) -> Rows:
    head = ["class", "trains", "rate: bias", "error", "90 %", "amplitude: bias", "error", "90 %"]
    return [head] + [
        [name, str(row["trains"]), *_spread(row["rate"]), *_spread(row["amplitude"])]
        for name, row in figures["measures"].items()
    ]


def _spread(row: Figures | None) -> list[str]:
    if row is None:
        return ["–", "–", "–"]
    return [_signed(row["bias"]), _percent(row["error"]), _percent(row["error_90"])]


def _scores(figures: Figures) -> Rows:
    return [["score", "proposals", "mean score", "right"]] + [
        [
            f"{row['from']:.1f} to {row['to']:.1f}",
            str(row["items"]),
            _number(row["mean_score"]),
            _percent(row["right"]),
        ]
        for row in figures["scores"]["all"]["bins"]
    ]


def _score_errors(figures: Figures) -> Rows:
    return _errors_of(figures["scores"])


def _mapped_errors(figures: Figures) -> Rows:
    return _errors_of(figures["scores"].get("mapped", {"all": {"items": 0}, "classes": {}}))


def _errors_of(scores: Figures) -> Rows:
    rows = [["class", "proposals", "mean score", "right", "expected calibration error"]]
    for name, row in (*scores["classes"].items(), ("all", scores["all"])):
        n, bins = row["items"], row.get("bins", ())
        if n:
            score, right = (sum(b["items"] * b[k] for b in bins) / n for k in _MEANS)
            told = [_number(score), _percent(right), _number(row["expected_error"])]
            rows.append([name, str(n), *told])
    return rows


_MEANS = ("mean_score", "right")
_TABLES: tuple[tuple[str, Callable[[Figures], Rows]], ...] = (
    ("Each class (in brackets: interval by recording)", _classes),
    ("By level", _levels),
    ("Sensitivity by signal-to-noise ratio", _bands),
    ("Presence in a channel", _presence),
    ("False alarms where no spontaneous activity is", _alarms),
    ("Discharges and stretches, by shared time", _overlap),
    ("Potentials: what they were called", _matrix("confusion")),
    ("Discharges and stretches: what they were called", _matrix("discharge_confusion")),
    ("Fine names of matched potentials", _matrix("fine")),
    ("Rate and amplitude of trains", _measures),
    ("Scores: part that is right", _scores),
    ("Scores by class", _score_errors),
    ("Scores by class, after the map that was given", _mapped_errors),
)
_GUIDE: tuple[tuple[str, Callable[[Figures], Rows]], ...] = (
    (
        "What is found, and what of the named is right (in brackets: interval by recording)",
        _classes,
    ),
    ("Whether a class is there at all, channel by channel", _presence),
    ("Part found, by the size of a potential over the noise", _bands),
    ("False alarms in recordings without spontaneous activity", _alarms),
    ("Error of rate and amplitude of trains", _measures),
    ("Score, and the part that is right", _scores),
    ("The same by class: mean score, part that is right, and how far they differ", _score_errors),
)


def _aligned(rows: Rows) -> str:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  " + "  ".join(cells))
    return "\n".join(line.rstrip() for line in lines)


def _markdown(rows: Rows) -> str:
    """A table whose first column has the terms of the classes instead of their ids."""
    head, *body = rows
    named = [[_term(first), *rest] for first, *rest in body]
    lines = [head, ["---", *("---:" for _ in head[1:])], *named]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _term(class_id: str) -> str:
    known = load_vocabulary().get(class_id)
    return known.term if known else class_id
