"""What persons say of the proposals: decisions, own labels, texts, and the log of all of it.

Takes detection runs and commands of persons, gives items (one :class:`~emgview.model.Label` for
each proposal and own label) and the command log. May import ``model`` and ``errors``; knows
neither detectors nor windows. Everything lies in ``review.db`` beside the recordings.

Decisions that rule this package
--------------------------------
One log is everything: a change is a row with both its sides (before, after), committed with
``synchronous=FULL`` before anything is shown; the state is only what the rows add up to. Undo and
redo are rows too, holding the inverse; the history is read off the log and so survives a restart.
(Lost: tables of present labels beside a journal — two truths that a crash can part.)

Proposal ≠ label. Runs and proposals are stored once and never changed; a decision refers to the
proposal's id, which stands for one stretch and class for ever. With a newer run, decisions stay
where the id comes again; decided proposals that the newer run lacks remain visible. (Lost: moving
decisions to the nearest new proposal, which says things that nobody said.)

Which potentials an item holds may be changed by a reader (taken out, moved, split off, merged):
the change lies over the proposal, which stays as it was. No potential is in two items.

A command on many items is one row and one undo; a command that would change nothing writes no
row. Items of one decision share a group in the row, so that a train of thousands costs kilobytes.

The chain of hashes makes the log tamper-evident, not tamper-proof: whoever can write the file can
rewrite it whole. Checkpoints signed with a key that is not in the study find a log that was cut off
or rewritten; a head kept elsewhere (signed report, register of the workstation) finds one whose
checkpoints were taken away too. The guards (triggers) only stop accidents. Runs are bound to the
chain by a hash of their content.

What was on the screen when a change was decided stands in its row beside the change.

One writer: a lock on a side file that dies with its process; others open read-only and follow by
:meth:`ReviewStore.refresh`. A store belongs to the thread that opened it.

Patient data never enter the log: identification lives in ``study.json``.
"""

from emgview.review.chain import ChainHead, ChainReport, LogRow
from emgview.review.checkpoints import Checkpoint, CheckpointKey, Checkpoints
from emgview.review.commands import (
    Actor,
    Add,
    Applied,
    Carry,
    Command,
    Decide,
    Import,
    Note,
    Remove,
    Reshape,
    SetField,
    Settle,
)
from emgview.review.connections import has_writer, readable_errors
from emgview.review.effects import Decision, Shape
from emgview.review.state import Step
from emgview.review.store import ReviewStore

__all__ = [
    "Actor",
    "Add",
    "Applied",
    "Carry",
    "ChainHead",
    "ChainReport",
    "Checkpoint",
    "CheckpointKey",
    "Checkpoints",
    "Command",
    "Decide",
    "Decision",
    "Import",
    "LogRow",
    "Note",
    "Remove",
    "Reshape",
    "ReviewStore",
    "SetField",
    "Settle",
    "Shape",
    "Step",
    "has_writer",
    "readable_errors",
]
