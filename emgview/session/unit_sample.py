"""Numbers of units and their sample as rows: value, mean, SD, outliers, limits, z."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emgview.quantify import compare, default_marking, reference_sets, sample_words
from emgview.quantify.references import Compared, Comparison, ReferenceSet, sampling
from emgview.session.motor_units import ShownUnit

_TIMED = frozenset({"duration_ms", "area_uv_ms", "thickness_ms", "size_index"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measure: id, name, unit, decimals, how it is read."""

    id: str
    name: str
    unit: str
    decimals: int
    read: Callable[[ShownUnit], float | None]

    def of(self, shown: ShownUnit) -> float | None:
        """Its value; None where it may not be stated."""
        if self.id in _TIMED and shown.why_no_duration:
            return None
        return self.read(shown)

    def text(self, value: float | None) -> str:
        """Number without the unit."""
        return "–" if value is None or not np.isfinite(value) else f"{value:.{self.decimals}f}"


QUANTITIES = (
    Quantity("amplitude_uv", "Amplitude", "µV", 0, lambda s: s.unit.measures.amplitude_uv),
    Quantity("duration_ms", "Duration", "ms", 1, lambda s: s.unit.measures.duration_ms),
    Quantity("area_uv_ms", "Area", "µV·ms", 0, lambda s: s.unit.measures.area_uv_ms),
    Quantity("thickness_ms", "Area/amplitude", "ms", 2, lambda s: s.unit.measures.thickness_ms),
    Quantity("size_index", "Size index", "", 2, lambda s: s.unit.measures.size_index),
    Quantity("phases", "Phases", "", 0, lambda s: s.unit.measures.phases),
    Quantity("turns", "Turns", "", 0, lambda s: s.unit.measures.turns),
    Quantity("rise_ms", "Rise time", "ms", 2, lambda s: s.unit.measures.rise_ms),
    Quantity("satellites", "Satellites", "", 0, lambda s: len(s.unit.measures.satellites)),
    Quantity("rate_hz", "Firing rate", "Hz", 1, lambda s: s.unit.firing.rate_hz),
    Quantity("cv", "Interval CV", "%", 0, lambda s: _percent(s.unit.firing.cv)),
    Quantity(
        "cv_detrended", "CV without drift", "%", 0, lambda s: _percent(s.unit.firing.cv_detrended)
    ),
    Quantity("lv", "Local variation Lv", "", 2, lambda s: s.unit.firing.lv),
    Quantity("jiggle", "Jiggle", "%", 0, lambda s: _percent(s.unit.stability.jiggle)),
    Quantity("blocking", "Blocking", "%", 0, lambda s: _percent(s.unit.stability.blocking)),
    Quantity("n", "Discharges", "", 0, lambda s: len(s.unit.places)),
    Quantity("residual", "Residual", "µV", 1, lambda s: s.unit.residual_uv),
)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One measure of the accepted units."""

    quantity: Quantity
    n: int
    mean: float | None
    sd: float | None
    compared: Compared | None

    @property
    def limits(self) -> str:
        """Limits of the mean."""
        c, q = self.compared, self.quantity
        if c is None:
            return ""
        decimals = max(q.decimals, 1) if q.id in ("phases", "turns") else q.decimals
        return f"{c.low:.{decimals}f} – {c.high:.{decimals}f}"

    @property
    def outliers(self) -> str:
        """Units beyond the limits of single ones."""
        c = self.compared
        if c is None:
            return ""
        low = f"{c.outliers_low} ↓" if c.outliers_low else ""
        high = f"{c.outliers_high} ↑" if c.outliers_high else ""
        return " ".join(part for part in (low, high) if part) or "0"


@dataclass(frozen=True, slots=True)
class UnitSample:
    """The accepted units of a muscle; ``comparison`` is None where no reference serves."""

    n: int
    words: str
    rows: tuple[SampleRow, ...]
    comparison: Comparison | None
    remark: str


def sample_of(
    units: Sequence[ShownUnit], muscle: str, age: float | None, reference: str = ""
) -> UnitSample:
    """Means of accepted units, against one set of reference values (empty: the first that fits)."""
    taken = [one for one in units if one.accepted]
    electrode = next((_electrode(one) for one in taken if _electrode(one)), "")
    chosen, remark = _reference(muscle, electrode, age, reference)
    values = {q.id: _values(q, taken) for q in QUANTITIES}
    comparison = None
    if chosen is not None:
        rule = default_marking().default
        comparison = compare(
            values, chosen, muscle, electrode=electrode, age=age, marking_rule=rule
        )
        remark = comparison.refused or comparison.remark
    known = {c.measure: c for c in comparison.measures} if comparison else {}
    rows = tuple(_row(q, values[q.id], known.get(q.id)) for q in QUANTITIES)
    return UnitSample(len(taken), sample_words(len(taken)), rows, comparison, remark)


def fitting(muscle: str) -> tuple[ReferenceSet, ...]:
    """Sets with values for a muscle, those with most measures first."""
    known = [one for one in reference_sets() if muscle and muscle in one.muscle]
    return tuple(sorted(known, key=lambda one: -len(one.muscle[muscle])))


def sample_sentence(sample: UnitSample) -> str:
    """How many units there are and what that allows."""
    rules = sampling()
    unit = "unit" if sample.n == 1 else "units"
    told = {
        "insufficient": f"insufficient: at least {rules.least} are needed, nothing is judged",
        "limited": f"limited sample: {rules.full} are a full one",
        "sufficient": "sufficient",
    }
    return f"{sample.n} {unit} accepted — {told[sample.words]}"


def _reference(
    muscle: str, electrode: str, age: float | None, wanted: str
) -> tuple[ReferenceSet | None, str]:
    if not muscle:
        return None, "No reference values: state the muscle of the recording"
    known = fitting(muscle)
    if not known:
        return None, "There are no reference values for this muscle"
    named = next((one for one in known if one.id == wanted), None)
    if named is not None:
        return named, ""
    fit = next((one for one in known if not one.unfit(muscle, electrode, age)), known[0])
    return fit, ""


def _electrode(shown: ShownUnit) -> str:
    return shown.stretch.wanted.stretch.described.electrode


def _values(quantity: Quantity, units: Sequence[ShownUnit]) -> list[float]:
    found = [quantity.of(one) for one in units]
    return [value for value in found if value is not None and np.isfinite(value)]


def _row(quantity: Quantity, values: Sequence[float], compared: Compared | None) -> SampleRow:
    row = np.array(values, dtype=np.float64)
    mean = float(row.mean()) if len(row) else None
    sd = float(row.std(ddof=1)) if len(row) > 1 else None
    return SampleRow(quantity, len(row), mean, sd, compared)


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value
