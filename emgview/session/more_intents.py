"""Carries out the intents whose use cases have modules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emgview.review import Applied, Command
from emgview.session.blinded_audit import AnswerAudit, StartAudit, plan_answer, plan_start
from emgview.session.intents import ChangeSet
from emgview.session.own_labels import SnapLabel, plan_snap
from emgview.session.rerun import CarryDecisions, plan_carry
from emgview.session.second_reader import Adjudicate, plan_adjudicate
from emgview.session.train_editing import plan_train
from emgview.session.unit_edits import apply_unit_intent
from emgview.session.unit_intents import UnitIntent

if TYPE_CHECKING:
    from emgview.session.train_intents import TrainIntent

    _Planned = TrainIntent | SnapLabel | CarryDecisions | StartAudit | AnswerAudit | Adjudicate
    from emgview.session.intents import MoreIntent
    from emgview.session.study_session import StudySession


def apply_more(session: StudySession, intent: MoreIntent | UnitIntent) -> ChangeSet:
    """Carry out an intent; the session has asked the policy already.

    Raises
    ------
    PolicyError
        If it is not allowed; nothing was changed.
    """
    if isinstance(intent, UnitIntent):
        return apply_unit_intent(session, intent)
    return _changed(session.store.apply(_planned(session, intent), session.actor))


def _planned(session: StudySession, intent: _Planned) -> Command:
    match intent:
        case SnapLabel():
            return plan_snap(session, intent)
        case CarryDecisions():
            return plan_carry(session, intent)
        case StartAudit():
            return plan_start(session, intent)
        case AnswerAudit():
            return plan_answer(session, intent)
        case Adjudicate():
            return plan_adjudicate(session, intent)
        case _:
            return plan_train(session, intent)


def _changed(done: Applied) -> ChangeSet:
    views = frozenset({"items", "findings", "history"})
    return ChangeSet(done.items, views, done.message, done.seq)
