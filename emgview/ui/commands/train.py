"""Commands of trains: their members looked at, taken out, moved, split off; trains merged."""

from __future__ import annotations

from emgview.ui.commands.command import Command

_T = "Trai&n"


def commands() -> tuple[Command, ...]:
    """In the order of the menu."""
    return (*_looking(), *_changing())


def _looking() -> tuple[Command, ...]:
    return (
        Command("train.open", "&Open train", _T, ("Shift+T",), "Show the members", "item"),
        Command(
            "train.next_member",
            "&Next potential of the train",
            _T,
            ("Shift+D",),
            "Go to the next member",
            "item",
            separator=True,
        ),
        Command(
            "train.previous_member",
            "&Previous potential of the train",
            _T,
            ("Shift+A",),
            "Go to the previous member",
            "item",
        ),
        Command(
            "train.mark",
            "&Choose this potential too",
            _T,
            ("Shift+V",),
            "Add the member to those chosen, or leave it out again",
            "item",
        ),
    )


def _changing() -> tuple[Command, ...]:
    return (
        Command(
            "train.take_out",
            "&Take out",
            _T,
            ("Shift+X",),
            "The chosen potentials belong to no train and count nowhere",
            "item",
            separator=True,
        ),
        Command(
            "train.move",
            "&Move to another train …",
            _T,
            ("Shift+G",),
            "The chosen potentials belong to a train that you name",
            "item",
        ),
        Command(
            "train.split_off",
            "&Split off",
            _T,
            ("Shift+Q",),
            "The chosen potentials become a train of their own",
            "item",
        ),
        Command(
            "train.split_at",
            "Split &here",
            _T,
            ("Shift+W",),
            "This potential and all later ones become a train of their own",
            "item",
        ),
        Command(
            "train.merge",
            "Mer&ge trains",
            _T,
            ("Shift+U",),
            "All trains chosen in the table become one; the current one keeps its class",
            "item",
        ),
    )
