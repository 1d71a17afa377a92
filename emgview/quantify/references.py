"""Comparison of a sample of units with one set of reference values.

A set is one file: one series, one needle, one way of marking; two sets are never mixed. The number
of units always stands with the result: under 10 nothing is judged, 10 to 19 are a limited sample;
outliers count from 20 on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from emgview.errors import EmgviewError
from emgview.quantify.parameters import load
from emgview.resource_files import resource

MEASURES = ("amplitude_uv", "duration_ms", "phases", "turns", "area_uv_ms", "thickness_ms")


class Limits(msgspec.Struct, frozen=True):
    """Reference of one measure: mean and SD of subjects' means, limits, limits of single ones."""

    mean: float
    sd: float
    lower: float | None = None
    upper: float | None = None
    outlier_low: float | None = None
    outlier_high: float | None = None


class ReferenceSet(msgspec.Struct, frozen=True):
    """One file of ``resources/quantify/references``."""

    version: str
    id: str
    title: str
    source: str
    electrode: str
    marking_rule: str
    age_years: tuple[float, float]
    limit_sd: float
    muscle: dict[str, dict[str, Limits]]

    def limits(self, muscle: str, measure: str) -> tuple[Limits, float, float] | None:
        """Reference of a measure with its limits for a mean; None where there is none."""
        found = self.muscle.get(muscle, {}).get(measure)
        if found is None:
            return None
        low = found.mean - self.limit_sd * found.sd if found.lower is None else found.lower
        high = found.mean + self.limit_sd * found.sd if found.upper is None else found.upper
        return found, low, high

    def unfit(self, muscle: str, electrode: str, age: float | None) -> str:
        """Why this set does not serve; empty where it does."""
        if muscle not in self.muscle:
            return f"{self.id} has no values for this muscle"
        if electrode not in ("", self.electrode):
            return f"{self.id} is for {self.electrode} needles, not {electrode}"
        if age is not None and not self.age_years[0] <= age <= self.age_years[1]:
            low, high = self.age_years
            return f"{self.id} is for {low:g} to {high:g} years"
        return ""


class Sampling(msgspec.Struct, frozen=True):
    """How many units a statement needs."""

    version: str
    least: int
    full: int
    most_outliers: int


@lru_cache(maxsize=1)
def sampling() -> Sampling:
    """The shipped numbers."""
    return load(resource("quantify/sampling.toml"), Sampling)


@lru_cache(maxsize=1)
def reference_sets() -> tuple[ReferenceSet, ...]:
    """The shipped sets, in order of their ids."""
    return read_sets(resource("quantify/references"))


def read_sets(folder: Path) -> tuple[ReferenceSet, ...]:
    """All sets of a folder.

    Raises
    ------
    FileError
        If a file is not a set.
    EmgviewError
        If two have one id.
    """
    found = [load(path, ReferenceSet) for path in sorted(folder.glob("*.toml"))]
    ids = [one.id for one in found]
    if len(set(ids)) < len(ids):
        raise EmgviewError("Two sets of reference values have one id", "Give each its own.")
    return tuple(sorted(found, key=lambda one: one.id))


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of a sample against its reference.

    ``z`` is the distance of the mean in SD of subjects' means; ``verdict`` is ``raised``,
    ``lowered``, ``within`` or ``not judged``.
    """

    measure: str
    n: int
    mean: float | None
    sd: float | None
    z: float | None
    low: float
    high: float
    outliers_low: int
    outliers_high: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sample against one set.

    ``sample`` is ``sufficient``, ``limited`` or ``insufficient``; ``refused`` says why there is
    no comparison; ``remark`` what to mind.
    """

    reference: str
    source: str
    n: int
    sample: str
    refused: str
    remark: str
    measures: tuple[Compared, ...]

    def of(self, measure: str) -> str:
        """Verdict of one measure; ``not judged`` where it was not compared."""
        return next((m.verdict for m in self.measures if m.measure == measure), "not judged")

    @property
    def pattern(self) -> str:
        """``enlarged`` (larger or longer), ``reduced`` (short), ``within`` or ``not judged``."""
        duration, amplitude = self.of("duration_ms"), self.of("amplitude_uv")
        if "raised" in (duration, amplitude):
            return "mixed" if "lowered" in (duration, amplitude) else "enlarged"
        if "lowered" in (duration, amplitude):
            return "reduced"
        return "within" if "within" in (duration, amplitude) else "not judged"


def sample_words(n: int) -> str:
    """Whether so many units are a sample."""
    rules = sampling()
    if n < rules.least:
        return "insufficient"
    return "limited" if n < rules.full else "sufficient"


def compare(
    values: Mapping[str, Sequence[float]],
    reference: ReferenceSet,
    muscle: str,
    *,
    electrode: str = "",
    age: float | None = None,
    marking_rule: str = "",
) -> Comparison:
    """A sample of units, values of each measure, against a set."""
    n = max((len(row) for row in values.values()), default=0)
    why = reference.unfit(muscle, electrode, age)
    remark = ""
    if marking_rule and marking_rule != reference.marking_rule:
        remark = f"marked by {marking_rule}, reference by {reference.marking_rule}"
    compared = [] if why else [_compared(name, values, reference, muscle) for name in MEASURES]
    return Comparison(
        reference.id,
        reference.source,
        n,
        sample_words(n),
        why,
        remark,
        tuple(one for one in compared if one is not None),
    )


def _compared(
    name: str, values: Mapping[str, Sequence[float]], reference: ReferenceSet, muscle: str
) -> Compared | None:
    found = reference.limits(muscle, name)
    if found is None:
        return None
    limits, low, high = found
    row = np.array(values.get(name, ()), dtype=np.float64)
    if not len(row):
        return Compared(name, 0, None, None, None, low, high, 0, 0, "not judged")
    mean = float(row.mean())
    below = 0 if limits.outlier_low is None else int((row < limits.outlier_low).sum())
    above = 0 if limits.outlier_high is None else int((row > limits.outlier_high).sum())
    return Compared(
        name,
        len(row),
        mean,
        float(row.std(ddof=1)) if len(row) > 1 else None,
        (mean - limits.mean) / limits.sd,
        low,
        high,
        below,
        above,
        _verdict(len(row), mean, low, high, below, above),
    )


def _verdict(n: int, mean: float, low: float, high: float, below: int, above: int) -> str:
    rules = sampling()
    if n < rules.least:
        return "not judged"
    counts = n >= rules.full
    if mean > high or (counts and above > rules.most_outliers):
        return "raised"
    if mean < low or (counts and below > rules.most_outliers):
        return "lowered"
    return "within"
