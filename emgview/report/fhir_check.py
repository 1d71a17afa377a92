"""A second look at a FHIR bundle by the library fhir.resources (R4B), where it is installed.

It finds what :func:`emgview.report.fhir.bundle_problems` does not look for: missing and unknown
elements, wrong types and dates. Neither is enough alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgview.errors import EmgviewError


def library_problems(bundle: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Places in the bundle that the library refuses; None where it is not installed.

    Values are never told: they may be the patient's.
    """
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ImportError:
        return None
    from pydantic import ValidationError

    try:
        Bundle.model_validate(dict(bundle))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return tuple(f"{'.'.join(str(part) for part in f['loc'])}: {f['type']}" for f in found)
    return ()


def refuse_faulty(bundle: Mapping[str, Any]) -> None:
    """EmgviewError if the library finds a fault."""
    problems = library_problems(bundle)
    if problems:
        raise EmgviewError(f"The bundle would be faulty ({problems[0]})", "Report this defect.")
