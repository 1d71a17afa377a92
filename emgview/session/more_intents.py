"""Carries out the intents whose use cases have modules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emgview.review import Command
from emgview.session.intents import ChangeSet
from emgview.session.own_labels import SnapLabel, plan_snap
from emgview.session.train_editing import plan_train

if TYPE_CHECKING:
    from emgview.session.intents import MoreIntent
    from emgview.session.study_session import StudySession


def apply_more(session: StudySession, intent: MoreIntent) -> ChangeSet:
    """Carry out an intent; the session has asked the policy already.

    Raises
    ------
    PolicyError
        If it is not allowed; nothing was changed.
    """
    match intent:
        case SnapLabel():
            command: Command = plan_snap(session, intent)
        case _:
            command = plan_train(session, intent)
    done = session.store.apply(command, session.actor)
    views = frozenset({"items", "findings", "history"})
    return ChangeSet(done.items, views, done.message, done.seq)
