"""From labels, watched time and reference values to the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from emgview.findings.entries import Entries
from emgview.findings.examine import RowKey, row_of, watch
from emgview.findings.grading import (
    GRADES,
    fasciculation_grade,
    joint_grade,
    myotonia_grade,
    train_grade,
)
from emgview.findings.grid import (
    Grid,
    GridCell,
    GridRow,
    Number,
    principal_roots,
    region_of,
    with_overrides,
)
from emgview.findings.grid_table import GridTable, load_grid_table, reference_of
from emgview.findings.measures import (
    MupSample,
    class_numbers,
    counted,
    fasciculation_numbers,
    mup_sample,
    train_numbers,
)
from emgview.findings.overrides import CellState, Override
from emgview.findings.remembered import FindingsMemo
from emgview.findings.rule_table import load_rule_table
from emgview.findings.rules import FindingsRules, load_findings_rules
from emgview.findings.table import (
    Absent,
    Cell,
    ExaminedRecording,
    FindingsRow,
    FindingsTable,
    NotAssessable,
    Observed,
    cell_text,
    floor_tenth,
    seconds_text,
    sites_text,
)
from emgview.findings.watched import WatchedRecording
from emgview.model import Label, load_muscles, load_vocabulary

Sites = Sequence[WatchedRecording]
_OF_UNITS = ("amplitude", "duration", "polyphasia")


def make_grid(
    recordings: Sequence[ExaminedRecording],
    labels: Sequence[Label],
    overrides: Sequence[Override] = (),
    entries: Entries | None = None,
    rules: FindingsRules | None = None,
    memo: FindingsMemo | None = None,
) -> Grid:
    """The grid of a study as its labels, overrides and entries stand.

    Parameters
    ----------
    recordings, labels
        As for :func:`emgview.findings.examine`.
    entries : Entries, optional
        Only the region of the neck muscles is taken from them.
    memo : FindingsMemo, optional
        As for :func:`emgview.findings.examine`.
    """
    rules = rules or load_findings_rules()
    neck = (entries or Entries()).get("neck_region") or "cervical"
    memo = memo or FindingsMemo()
    made = [
        memo.row(key, _made_of(sites, neck, rules), partial(_both_rows, key, sites, neck, rules))
        for key, sites in watch(recordings, labels, rules, memo).items()
    ]
    table = FindingsTable(rules.columns, tuple(row for row, _ in made), rules.version)
    rows = [row for _, row in made]
    shown = load_grid_table()
    return Grid(shown.column, with_overrides(rows, overrides, neck), table, neck, shown.version)


def _made_of(sites: Sites, neck_region: str, rules: FindingsRules) -> tuple[object, ...]:
    """All that the rows of a muscle depend on."""
    parts: list[object] = [neck_region, rules]
    for site in sites:
        run = site.recording.run
        parts += [site.recording.info, run.id if run else "", site.items, site.time]
        parts.append(site.recording.effort)
    return tuple(parts)


def _both_rows(
    key: RowKey, sites: Sites, neck_region: str, rules: FindingsRules
) -> tuple[FindingsRow, GridRow]:
    row = _in_region(row_of(sites, rules), neck_region)
    return row, _row(key, row, sites, rules)


def _in_region(row: FindingsRow, neck_region: str) -> FindingsRow:
    return replace(row, region=region_of(row.muscle, neck_region)) if row.muscle else row


def _row(key: RowKey, row: FindingsRow, sites: Sites, rules: FindingsRules) -> GridRow:
    grid = load_grid_table()
    muscle = load_muscles().get(key[0])
    reference = reference_of(key[0])
    sample = mup_sample(
        sites,
        reference.outlier_amplitude_uv if reference else None,
        reference.outlier_duration_ms if reference else None,
    )
    other = rules.column("other").classes
    by_class = {
        name: class_numbers(found, grid.grade)
        for name in other
        if (found := counted(sites, (name,)))
    }
    fasciculation = row.cell("fp")
    rate = fasciculation.rate_per_min if isinstance(fasciculation, Observed) else None
    return GridRow(
        muscle=row.muscle,
        name=row.name,
        side=row.side,
        nerve=row.nerve,
        trunk=muscle.nerve_trunk if muscle else "",
        roots=row.roots,
        principal=principal_roots(row.muscle),
        region=row.region,
        segment=muscle.segment if muscle else "",
        recorded=True,
        recording_ids=row.recording_ids,
        rest_s=row.watched_rest_s,
        sites=row.sites,
        artefact_share=row.artefact_share,
        cells=_cells(row, sites, sample, grid, rules),
        cautions=row.cautions,
        trains=train_numbers(sites, ("fib", "psw"), grid.grade),
        discharges=MappingProxyType(by_class),
        fasciculation=fasciculation_numbers(sites, grid.grade, rate)
        if isinstance(fasciculation, Observed)
        else None,
        sample=sample,
    )


def _cells(
    row: FindingsRow,
    sites: Sites,
    sample: MupSample | None,
    grid: GridTable,
    rules: FindingsRules,
) -> tuple[tuple[str, GridCell], ...]:
    effort = row.cell("mup")
    found = {
        "insertional": _insertional(row, sites, grid),
        "fib": _train(row, "fib", sites, grid),
        "psw": _train(row, "psw", sites, grid),
        "fp": _fasciculation(row, grid),
        "other": _other(row, sites, grid, rules),
        **_motor_units(row.muscle, sample, grid),
        **_stated(sites, grid),
    }
    n_open = sum(site.recording.effort.n_open for site in sites)
    if n_open:
        found |= _with_open({name: found.get(name) for name in _OF_UNITS}, n_open, grid)
    left = _judged(effort, grid)
    return tuple((column.id, found.get(column.id, left)) for column in grid.column)


def _plain(cell: Cell) -> GridCell:
    """Cells that were not observed, as the muscle table has them."""
    text = cell_text(cell)
    match cell:
        case Absent(watched_s):
            numbers: dict[str, Number] = {"watched_s": floor_tenth(watched_s)}
            return GridCell(CellState.ABSENT, "0", text, numbers=MappingProxyType(numbers))
        case NotAssessable(reason):
            return GridCell(CellState.NOT_ASSESSABLE, "", text, reason)
        case _:
            return GridCell(CellState.NOT_EXAMINED, "", text)


def _observed(cell: Observed, value: str, note: str, text: str = "") -> GridCell:
    rate = cell.rate_per_min
    numbers: dict[str, Number] = {
        "count": cell.count,
        "count_in_rest": cell.count_in_rest,
        "watched_s": floor_tenth(cell.watched_s),
        "rate_per_min": None if rate is None else round(rate, 1),
        "sites": cell.sites,
        "unreviewed": cell.unreviewed,
    }
    words = f"{value}; {text or cell_text(cell)}" if value else text or cell_text(cell)
    return GridCell(
        CellState.OBSERVED,
        value,
        words,
        note=note,
        numbers=MappingProxyType(numbers),
        item_ids=cell.item_ids,
    )


def _train(row: FindingsRow, column: str, sites: Sites, grid: GridTable) -> GridCell:
    cell = row.cell(column)
    if not isinstance(cell, Observed):
        return _plain(cell)
    numbers = train_numbers(sites, (column,), grid.grade)
    made = _observed(cell, train_grade(numbers, grid.grade), _few_sites(numbers.tested, grid))
    more: dict[str, Number] = {
        "sustained_sites": numbers.sustained,
        "tested_sites": numbers.tested,
        "share_of_rest": round(numbers.share, 3),
    }
    text = f"{made.text}; kept at {numbers.sustained} of {sites_text(numbers.tested)}"
    return replace(made, text=text, numbers=MappingProxyType({**made.numbers, **more}))


def _few_sites(tested: int, grid: GridTable) -> str:
    needed = grid.grade.sites_tested
    return grid.text("provisional", sites=tested, needed=needed) if tested < needed else ""


def _fasciculation(row: FindingsRow, grid: GridTable) -> GridCell:
    cell = row.cell("fp")
    if not isinstance(cell, Observed):
        return _plain(cell)
    if cell.rate_per_min is None:
        return _observed(cell, "", grid.text("no_rate"))
    grade = fasciculation_grade(cell.rate_per_min, cell.sites, row.sites, grid.grade)
    return _observed(cell, grade, _few_sites(row.sites, grid))


def _other(row: FindingsRow, sites: Sites, grid: GridTable, rules: FindingsRules) -> GridCell:
    """Other discharges, each class by name; myotonic ones with their grade."""
    cell = row.cell("other")
    if not isinstance(cell, Observed):
        return _plain(cell)
    parts = []
    for name in rules.column("other").classes:
        found = counted(sites, (name,))
        if not found:
            continue
        numbers = class_numbers(found, grid.grade)
        filled = {
            "term": _term(name),
            "n": numbers.count,
            "longest": _length_text(numbers.longest_s),
        }
        if name == "myotonic":
            grade = myotonia_grade(numbers.sites, row.sites, grid.grade)
            parts.append(grid.text("other_graded", **filled, grade=grade))
        else:
            parts.append(grid.text("other", **filled))
    if cell.unreviewed:
        parts.append(grid.text("other_open", n=cell.unreviewed))
    return _observed(cell, "present", "", "; ".join(parts))


def _length_text(seconds: float) -> str:
    """Length of a discharge: short ones to hundredths, so that a burst does not last 0 s."""
    return f"{seconds:.2f}" if seconds < 1 else seconds_text(seconds)


def _term(class_id: str) -> str:
    found = next((c for c in load_vocabulary().classes if c.counted_as == class_id), None)
    return found.term.lower() if found else class_id


def _insertional(row: FindingsRow, sites: Sites, grid: GridTable) -> GridCell:
    """Bursts that were labelled; the step is left to the reader: the needle is not seen."""
    found = counted(sites, ("insertional",))
    if not found:
        reason = grid.text("to_judge")
        state = CellState.NOT_ASSESSABLE if row.examined_s > 0 else CellState.NOT_EXAMINED
        text = f"not assessable: {reason}" if row.examined_s > 0 else "not examined"
        return GridCell(state, "", text, reason if row.examined_s > 0 else "")
    numbers = class_numbers(found, grid.grade)
    longest = seconds_text(numbers.longest_s)
    bursts = "burst" if numbers.count == 1 else "bursts"
    reason = grid.text("insertional", n=numbers.count, bursts=bursts, longest=longest)
    return GridCell(
        CellState.NOT_ASSESSABLE,
        "",
        f"not assessable: {reason}",
        reason,
        numbers=MappingProxyType({"count": numbers.count, "longest_s": numbers.longest_s}),
        item_ids=numbers.item_ids,
    )


def _judged(effort: Cell, grid: GridTable) -> GridCell:
    """A column that only the reader can fill: there was an effort, or not."""
    if not isinstance(effort, Observed | NotAssessable):
        return GridCell(CellState.NOT_EXAMINED, "", "not examined")
    reason = grid.text("to_judge")
    return GridCell(CellState.NOT_ASSESSABLE, "", f"not assessable: {reason}", reason)


def _stated(sites: Sites, grid: GridTable) -> dict[str, GridCell]:
    """Interference pattern and recruitment in the reader's own words on analysed stretches."""
    patterns = [one for site in sites for one in site.recording.effort.patterns]
    said = {
        "interference": [one.fullness for one in patterns if one.fullness],
        "recruitment": [one.recruitment for one in patterns if one.recruitment],
    }
    return {
        column: _stated_cell(words, grid)
        for column, words in said.items()
        if words and set(words) <= set(grid.of(column).values)
    }


def _stated_cell(words: Sequence[str], grid: GridTable) -> GridCell:
    numbers = MappingProxyType[str, Number]({"stretches": len(words)})
    if len(set(words)) > 1:
        reason = grid.text("stated_differently", n=len(words))
        return _not_assessable(reason, numbers)
    text = grid.text("stated", n=len(words))
    return GridCell(CellState.OBSERVED, words[0], f"{words[0]}: {text}", numbers=numbers)


def _not_assessable(
    reason: str, numbers: Mapping[str, Number], item_ids: tuple[str, ...] = ()
) -> GridCell:
    return GridCell(
        CellState.NOT_ASSESSABLE,
        "",
        f"not assessable: {reason}",
        reason,
        numbers=numbers,
        item_ids=item_ids,
    )


def _stability(sample: MupSample, grid: GridTable) -> dict[str, GridCell]:
    """Mean jiggle of the accepted units; the step is left to the reader."""
    if sample.jiggle_percent is None:
        return {}
    numbers: dict[str, Number] = {
        "n": sample.n,
        "jiggle_percent": round(sample.jiggle_percent, 1),
        "units": ", ".join(sample.units),
    }
    reason = grid.text("jiggle", n=sample.n, mean=f"{sample.jiggle_percent:.0f}")
    return {"stability": _not_assessable(reason, MappingProxyType(numbers))}


def _with_open(
    cells: Mapping[str, GridCell | None], n_open: int, grid: GridTable
) -> dict[str, GridCell]:
    """The cells of motor units, which say how many the reader has not decided."""
    told = grid.text("units_open", n=n_open)
    numbers = MappingProxyType[str, Number]({"undecided": n_open})
    return {
        name: _not_assessable(told, numbers)
        if cell is None
        else replace(cell, note="; ".join(part for part in (cell.note, told) if part))
        for name, cell in cells.items()
    }


def _of_sample(key: str, sample: MupSample) -> str:
    """Key of a text about single potentials, or about motor units."""
    return f"{key}_units" if sample.units else key


def _motor_units(muscle: str, sample: MupSample | None, grid: GridTable) -> dict[str, GridCell]:
    """Amplitude, duration and polyphasia out of the sample; empty where there is none."""
    if sample is None:
        return {}
    reference = reference_of(muscle)
    limits = (
        (None, None, None)
        if reference is None
        else (
            (reference.amplitude_low_uv, reference.amplitude_high_uv),
            (reference.duration_low_ms, reference.duration_high_ms),
            reference.polyphasic_percent,
        )
    )
    source = reference.source if reference is not None else ""
    timed = sample.n_timed if sample.units else sample.n
    return {
        "amplitude": _size(sample, (sample.n, sample.amplitude_uv), "µV", limits[0], grid, source),
        "duration": _no_duration(sample, grid)
        if sample.duration_ms is None
        else _size(sample, (timed, sample.duration_ms), "ms", limits[1], grid, source),
        "polyphasia": _polyphasia(sample, limits[2], grid),
        **_stability(sample, grid),
    }


def _no_duration(sample: MupSample, grid: GridTable) -> GridCell:
    numbers: dict[str, Number] = {"n": 0, "units": ", ".join(sample.units)}
    return _not_assessable(grid.text("no_duration", n=sample.n), MappingProxyType(numbers))


def _size(
    sample: MupSample,
    measured: tuple[int, float],
    unit: str,
    limits: tuple[float, float] | None,
    grid: GridTable,
    source: str,
) -> GridCell:
    """A mean (``measured``: of how many) against the limits of the reference set ``source``."""
    n, mean = measured
    least, needed = (load_rule_table().limits[k] for k in ("mups_least", "mups_needed"))
    numbers: dict[str, Number] = {"n": n, "mean": round(mean, 1), "unit": unit}
    numbers |= {"units": ", ".join(sample.units), "reference": source} if sample.units else {}
    shown = f"{mean:.1f}" if unit == "ms" else f"{mean:.0f}"
    blanks: dict[str, object] = {"n": n, "mean": shown, "unit": unit}
    if limits is None:
        reason = grid.text(_of_sample("no_reference", sample), **blanks)
    elif n < least:
        reason = grid.text("few", n=n, needed=f"{needed:g}")
    else:
        low, high = limits
        value = "increased" if mean > high else "decreased" if mean < low else "normal"
        blanks |= {"low": f"{low:g}", "high": f"{high:g}"}
        text = grid.text(_of_sample("sampled_value", sample), **blanks)
        note = grid.text("limited") if n < needed else ""
        return GridCell(
            CellState.OBSERVED,
            value,
            f"{value}: {text}",
            note=note,
            numbers=MappingProxyType(numbers),
            item_ids=sample.item_ids,
        )
    return _not_assessable(reason, MappingProxyType(numbers), sample.item_ids)


def _polyphasia(sample: MupSample, limit: float | None, grid: GridTable) -> GridCell:
    needed = load_rule_table().limits["mups_needed"]
    share = f"{sample.polyphasic_percent:.0f}"
    numbers: dict[str, Number] = {
        "n": sample.n,
        "percent": round(sample.polyphasic_percent, 1),
    }
    numbers |= {"units": ", ".join(sample.units)} if sample.units else {}
    if limit is None:
        reason = grid.text(_of_sample("no_polyphasia_limit", sample), n=sample.n, share=share)
    elif sample.n < needed:
        reason = grid.text("few", n=sample.n, needed=f"{needed:g}")
    else:
        value = "increased" if sample.polyphasic_percent > limit else "normal"
        key = _of_sample("polyphasia", sample)
        text = grid.text(key, n=sample.n, share=share, limit=f"{limit:g}")
        return GridCell(
            CellState.OBSERVED,
            value,
            f"{value}: {text}",
            numbers=MappingProxyType(numbers),
            item_ids=sample.item_ids,
        )
    return _not_assessable(reason, MappingProxyType(numbers))


def joint_train_grade(row: GridRow) -> str:
    """Fibrillation potentials and positive sharp waves scored together; empty where unknown.

    Where the reader gave a grade, the higher one of the two cells; else the sites of both are
    counted together.
    """
    fib, psw = row.cell("fib"), row.cell("psw")
    given = [c.value for c in (fib, psw) if c.state is CellState.OBSERVED and c.value in GRADES]
    if not given:
        both = fib.state is CellState.ABSENT and psw.state is CellState.ABSENT
        return "0" if both else ""
    if fib.override is None and psw.override is None:
        return train_grade(row.trains, load_grid_table().grade)
    grade = given[0]
    for other in given[1:]:
        grade = joint_grade(grade, other)
    return grade
