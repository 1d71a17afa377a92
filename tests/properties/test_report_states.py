"""No path through the states of a report reaches FINAL with an unreviewed cited label."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgview.errors import PolicyError
from emgview.report.states import Facts, ReportState, Step, next_state

_FACTS = st.builds(
    Facts,
    problems=st.sampled_from([(), ("1 proposal not reviewed",)]),
    unchanged=st.booleans(),
    anchored=st.booleans(),
    signature_ok=st.booleans(),
    manifest_ok=st.booleans(),
    signed_roles=st.sampled_from([(), ("author",), ("author", "verifier"), ("verifier",)]),
    required_roles=st.sampled_from([("author",), ("author", "verifier")]),
    reason=st.sampled_from(["", " ", "typing error"]),
)
GOOD = Facts(
    unchanged=True, anchored=True, signature_ok=True, manifest_ok=True, signed_roles=("author",)
)


@given(st.lists(st.tuples(st.sampled_from(list(Step)), _FACTS), max_size=60))
def test_any_walk_keeps_what_final_promises(walk: list[tuple[Step, Facts]]) -> None:
    state = ReportState.DRAFT
    for step, facts in walk:
        try:
            after = next_state(state, step, facts)
        except PolicyError:
            continue
        if after is ReportState.FINAL:
            assert not facts.problems
            assert facts.unchanged
            assert facts.anchored
            assert facts.signature_ok
            assert facts.manifest_ok
            assert set(facts.required_roles) <= set(facts.signed_roles)
            assert state is ReportState.SIGNING
        if state is ReportState.RETRACTED:
            pytest.fail("a retracted report went on")
        state = after


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["propose", "confirm", "reject", "freeze"]),
            st.sampled_from(list(Step)),
        ),
        max_size=80,
    )
)
def test_final_holds_no_unreviewed_label_whatever_happens_to_the_labels(
    happenings: list[str | Step],
) -> None:
    """Labels live on while the report is frozen; the frozen content is what is signed."""
    state, open_labels, frozen_open, frozen_at, changes = ReportState.DRAFT, 0, 0, 0, 0
    for happening in happenings:
        if happening == "propose":
            open_labels, changes = open_labels + 1, changes + 1
        elif happening in ("confirm", "reject"):
            open_labels, changes = max(0, open_labels - 1), changes + 1
        elif happening == "freeze":
            frozen_open, frozen_at = open_labels, changes
        else:
            facts = replace(
                GOOD,
                problems=("not reviewed",) * bool(frozen_open),
                unchanged=changes == frozen_at,
            )
            try:
                state = next_state(state, Step(happening), facts)
            except PolicyError:
                continue
            if state is ReportState.FINAL and happening == Step.SIGNED:
                assert open_labels == 0


def test_the_straight_way_is_open() -> None:
    state = ReportState.DRAFT
    for step in (Step.REVIEW, Step.READY, Step.SIGN, Step.SIGNED):
        state = next_state(state, step, GOOD)
    assert state is ReportState.FINAL
    assert next_state(state, Step.SUPERSEDE, replace(GOOD, reason="x")) is ReportState.SUPERSEDED


def test_two_signers_pass_through_preliminary() -> None:
    two = replace(GOOD, required_roles=("author", "verifier"))
    state = next_state(ReportState.SIGNING, Step.SIGNED, two)
    assert state is ReportState.PRELIMINARY
    state = next_state(state, Step.SIGN, two)
    both = replace(two, signed_roles=("author", "verifier"))
    assert next_state(state, Step.SIGNED, both) is ReportState.FINAL
    assert next_state(state, Step.FAILED, two) is ReportState.PRELIMINARY


def test_a_change_leads_back_into_review_until_it_is_final() -> None:
    back = {ReportState.IN_REVIEW, ReportState.READY, ReportState.SIGNING, ReportState.PRELIMINARY}
    for state in ReportState:
        if state in back:
            assert next_state(state, Step.CHANGED, GOOD) is ReportState.IN_REVIEW
        else:
            with pytest.raises(PolicyError):
                next_state(state, Step.CHANGED, GOOD)


@pytest.mark.parametrize(
    "fault",
    [
        {"problems": ("x",)},
        {"unchanged": False},
        {"anchored": False},
        {"signature_ok": False},
        {"manifest_ok": False},
        {"signed_roles": ()},
        {"signed_roles": ("verifier",)},
    ],
)
def test_each_guard_alone_keeps_it_from_being_final(fault: dict[str, object]) -> None:
    assert next_state(ReportState.SIGNING, Step.SIGNED, GOOD) is ReportState.FINAL
    with pytest.raises(PolicyError):
        next_state(ReportState.SIGNING, Step.SIGNED, replace(GOOD, **fault))  # type: ignore[arg-type]


def test_only_signing_leads_to_final_and_no_step_leaves_a_retraction() -> None:
    for state, step in product(ReportState, Step):
        try:
            after = next_state(state, step, replace(GOOD, reason="x"))
        except PolicyError:
            continue
        assert state is not ReportState.RETRACTED
        if after is ReportState.FINAL:
            assert (state, step) == (ReportState.SIGNING, Step.SIGNED)
