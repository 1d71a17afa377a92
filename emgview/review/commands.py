"""What can be asked of the review store, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emgview.model import Label, LabelState
from emgview.review.effects import Decision, Shape


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, where, and with which version of the program.

    Parameters
    ----------
    name : str
        The reader's name, or the name of a script.
    role : str
        ``technologist``, ``trainee``, ``interpreter``, ``script`` …
    station, software : str
        Workstation and program version, as they shall stand in the log.
    """

    name: str
    role: str = "interpreter"
    station: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision about one or many items: one row of the log, one undo.

    Parameters
    ----------
    items : tuple of str
        Ids of proposals or of own labels.
    state : LabelState
        ``confirmed``: the class as first given is right. ``edited``: something else, named by
        ``activity``; an item that already had that class becomes ``confirmed`` instead.
        ``rejected``, ``cannot_tell``; ``proposed`` takes a decision back.
    activity : str or None
        Class of the vocabulary; needed for ``edited``.
    """

    items: tuple[str, ...]
    state: LabelState
    activity: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """A label that no proposal asked for, of the reader or imported.

    ``decided_by`` and ``decided_at`` of the label are set by the store. Only imported labels may
    come in state ``proposed``.
    """

    label: Label
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """Labels from a file, all of origin ``import``: one row of the log, one undo."""

    labels: tuple[Label, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reshape:
    """Potentials change hands between items of one channel: one row of the log, one undo.

    No potential may appear that none of the items had, and none in two items.

    Parameters
    ----------
    action : str
        ``train.split``, ``train.merge``, ``train.move`` or ``train.take_out``.
    shapes : mapping of item id to Shape
        What each item holds from now on.
    new : tuple of Label
        Items split off, each with ids, class and decision of its own.
    """

    action: str
    shapes: Mapping[str, Shape]
    new: tuple[Label, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Carry:
    """Decisions on items of an older run go over to those of the newer one that match.

    Parameters
    ----------
    into : mapping of str to str
        From the older item to the newer one, which stands in its place from now on.
    decisions : mapping of str to Decision
        For the newer items; who decided, and when, stays as it was.
    """

    into: Mapping[str, str]
    decisions: Mapping[str, Decision]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remove:
    """Take away an own label; the log keeps it."""

    item: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settle:
    """A decision and the text that says how it came about: one row of the log, one undo.

    Parameters
    ----------
    decision : Decide, Add or None
        None: nothing changes but the text.
    said : SetField
    """

    decision: Decide | Add | None
    said: SetField

    @property
    def reason(self) -> str:
        """Why; that of the text."""
        return self.said.reason


@dataclass(frozen=True, slots=True)
class SetField:
    """State a text or a fact: ``conclusion``, ``recording/<id>/muscle`` … Never patient data."""

    field: str
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """An event that changes no label and no field but belongs in the log.

    Parameters
    ----------
    action : str
        Dotted lower-case name: ``study.open``, ``file.import``, ``report.signed``, ``export.pdf``.
        For ``report.signed`` the details ``log_seq`` and ``log_hash`` become the signed head.
    details : mapping
        JSON values. Never patient data, never full paths.
    """

    action: str
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


Command = Decide | Add | Import | Remove | SetField | Note | Reshape | Carry | Settle


@dataclass(frozen=True, slots=True)
class Applied:
    """What a command did; when this is returned the row is on the disk.

    Parameters
    ----------
    seq : int
        Row of the log. Where nothing had to change no row is written, ``changed`` is False and
        ``seq`` is that of the last row.
    items : frozenset of str
        Items whose state, class or presence changed.
    message : str
        One short line for people.
    fields : frozenset of str
        Fields whose text changed.
    """

    seq: int
    items: frozenset[str]
    message: str
    fields: frozenset[str] = frozenset()
    changed: bool = True
