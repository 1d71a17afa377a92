"""Grades 0, ±, 1+ … 4+ out of sites, rates and shares; pure, every limit from the table.

Source: clinical specification 1.4 (StatPearls for fibrillation potentials; ± and 4+, and all of
the fasciculation scale, are convention). What "moderate", "many" and "fills the baseline" mean in
numbers is inference: the part of the watched rest that trains cover.
"""

from __future__ import annotations

from dataclasses import dataclass

from emgview.findings.grid_table import GradeLimits

GRADES = ("0", "±", "1+", "2+", "3+", "4+")


@dataclass(frozen=True, slots=True)
class TrainNumbers:
    """Numbers behind a grade of fibrillation potentials or positive sharp waves.

    Parameters
    ----------
    sites, sustained, tested : int
        Sites with any, with a train longer than the limit, and with watched rest.
    share : float
        Part of the watched rest that trains cover, 0…1.
    """

    sites: int
    sustained: int
    tested: int
    share: float


def train_grade(numbers: TrainNumbers, limits: GradeLimits) -> str:
    """Grade of fibrillation potentials or positive sharp waves that were observed.

    Under ``sites_tested`` sites no grade over 1+ is given.
    """
    if not numbers.sites:
        return "0"
    if numbers.sustained < limits.sites_1:
        return "±"
    everywhere = numbers.sustained >= numbers.tested >= limits.sites_tested
    if everywhere and numbers.share >= limits.fills_share:
        return "4+"
    if everywhere and numbers.share >= limits.many_share:
        return "3+"
    enough = numbers.sustained >= limits.sites_2 and numbers.tested >= limits.sites_tested
    return "2+" if enough and numbers.share >= limits.moderate_share else "1+"


def fasciculation_grade(rate_per_min: float, sites: int, tested: int, limits: GradeLimits) -> str:
    """Grade of fasciculation potentials that were observed, by rate and sites."""
    if rate_per_min > limits.fp_rate_4:
        return "4+"
    if rate_per_min < limits.fp_rate_1 or sites < limits.fp_sites_1:
        return "±"
    if rate_per_min > limits.fp_rate_3 and sites >= tested:
        return "3+"
    return "2+" if rate_per_min >= limits.fp_rate_2 and sites >= limits.fp_sites_2 else "1+"


def myotonia_grade(sites: int, tested: int, limits: GradeLimits) -> str:
    """Grade of myotonic discharges that were observed: few, most, every site."""
    if tested and sites >= tested and tested > 1:
        return "3+"
    return "2+" if tested and sites / tested > limits.myotonia_most and tested > 1 else "1+"


def joint_grade(one: str, other: str) -> str:
    """The higher of two grades: fibrillation potentials and sharp waves are scored together."""
    return max(one, other, key=GRADES.index)
