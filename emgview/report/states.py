"""States of a report, and which step leads from one to the next.

::

    DRAFT -> IN_REVIEW -> READY -> SIGNING -> PRELIMINARY -> SIGNING -> FINAL -> SUPERSEDED
                            ^---------/ failed                            `-> RETRACTED

Pure: the facts that a guard asks for come in, the next state comes out. Whatever is not in the
table is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from emgview.errors import PolicyError


class ReportState(StrEnum):
    """Where one version of a report stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    READY = "ready"
    SIGNING = "signing"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"


class Step(StrEnum):
    """What happens to it."""

    REVIEW = "review"
    READY = "ready"
    SIGN = "sign"
    SIGNED = "signed"
    FAILED = "failed"
    CHANGED = "changed"
    SUPERSEDE = "supersede"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards ask for; nothing is taken for granted.

    Parameters
    ----------
    problems : tuple of str
        What stands against signing, see :func:`emgview.report.blocking_problems`.
    unchanged : bool
        The study is still the one that the content was made of.
    anchored : bool
        The content names the head of the command log.
    signature_ok, manifest_ok : bool
        A fresh reader found the signed file intact, and the files as the manifest lists them.
    signed_roles : tuple of str
        Roles that have signed.
    required_roles : tuple of str
        Roles that must sign before the report is final.
    reason : str
        Why it is retracted or replaced.
    """

    problems: tuple[str, ...] = ()
    unchanged: bool = False
    anchored: bool = False
    signature_ok: bool = False
    manifest_ok: bool = False
    signed_roles: tuple[str, ...] = ()
    required_roles: tuple[str, ...] = ("author",)
    reason: str = ""


def next_state(state: ReportState, step: Step, facts: Facts) -> ReportState:
    """The state that the step leads to.

    Raises
    ------
    PolicyError
        If there is no such step from this state, or a guard refuses it.
    """
    guard = _TABLE.get((state, step))
    if guard is None:
        raise PolicyError(
            f"A report that is {state.value.replace('_', ' ')} cannot take the step {step.value!r}",
            "Make a new version of it.",
        )
    return guard(facts)


def _ready(facts: Facts) -> ReportState:
    if facts.problems:
        raise PolicyError(
            f"The report cannot be signed: {'; '.join(facts.problems)}",
            "Put this in order, then sign.",
        )
    return ReportState.READY


def _sign(facts: Facts) -> ReportState:
    _ready(facts)
    if not facts.unchanged:
        raise PolicyError(
            "The study was changed after the report was made", "Make the report again, then sign."
        )
    if not facts.anchored:
        raise PolicyError("The report names no row of the log", "Make the report again.")
    return ReportState.SIGNING


def _signed(facts: Facts) -> ReportState:
    _sign(facts)
    if not (facts.signature_ok and facts.manifest_ok):
        raise PolicyError(
            "The signed file was not found intact by a fresh reader", "Sign the report again."
        )
    missing = set(facts.required_roles) - set(facts.signed_roles)
    if not facts.signed_roles or missing == set(facts.required_roles):
        raise PolicyError("No required role has signed", "Sign as author.")
    return ReportState.PRELIMINARY if missing else ReportState.FINAL


def _failed(facts: Facts) -> ReportState:
    return ReportState.PRELIMINARY if facts.signed_roles else ReportState.READY


def _retracted(facts: Facts) -> ReportState:
    if not facts.reason.strip():
        raise PolicyError("No reason was given", "State why the report is retracted.")
    if not facts.signature_ok:
        raise PolicyError("The retraction is not signed", "Sign it.")
    return ReportState.RETRACTED


def _superseded(facts: Facts) -> ReportState:
    if not facts.reason.strip():
        raise PolicyError("No reason was given", "State why the report is replaced.")
    return ReportState.SUPERSEDED


def _to(state: ReportState) -> Callable[[Facts], ReportState]:
    return lambda _: state


_S = ReportState
_TABLE: dict[tuple[ReportState, Step], Callable[[Facts], ReportState]] = {
    (_S.DRAFT, Step.REVIEW): _to(_S.IN_REVIEW),
    (_S.IN_REVIEW, Step.CHANGED): _to(_S.IN_REVIEW),
    (_S.IN_REVIEW, Step.READY): _ready,
    (_S.READY, Step.CHANGED): _to(_S.IN_REVIEW),
    (_S.READY, Step.SIGN): _sign,
    (_S.SIGNING, Step.CHANGED): _to(_S.IN_REVIEW),
    (_S.SIGNING, Step.FAILED): _failed,
    (_S.SIGNING, Step.SIGNED): _signed,
    (_S.PRELIMINARY, Step.CHANGED): _to(_S.IN_REVIEW),
    (_S.PRELIMINARY, Step.SIGN): _sign,
    (_S.PRELIMINARY, Step.RETRACT): _retracted,
    (_S.FINAL, Step.SUPERSEDE): _superseded,
    (_S.FINAL, Step.RETRACT): _retracted,
    (_S.SUPERSEDED, Step.RETRACT): _retracted,
}
