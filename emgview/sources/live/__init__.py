"""Devices and streams that give samples as they arise: one small protocol, one file each.

Takes the text of a source (``lsl:NAME``, ``simulator:SCENARIO?seed=3`` …), gives blocks of native
numbers; network and device libraries are imported in here alone, and only by the source that needs
them. May import ``simulation``, ``recording``, ``sound``, ``signal``, ``model`` and ``errors``.

A new device is one file with a :class:`.SourceKind` and one entry point of the group
``emgview.sources``; ``tests/contracts/test_live_sources.py`` holds what every source must do.

Decisions that rule this package
--------------------------------
A source is asked for samples; it does not call back. All its methods run on the acquisition
thread, so no source needs a lock, and a source that stalls stalls nothing but itself. (Lost:
callbacks from the threads of each library; each would have to be made safe by itself.)

A source tells what was lost before a block, as a number where its device counts or stamps samples,
as *not known* where it does not; the engine then measures by its own clock. (Lost: time stamps for
every block; half of the devices have none.)

A source that goes away says so by :class:`.SourceLostError` and may be opened again: reconnecting
is the engine's work.
"""

from emgview.sources.live.protocol import (
    Block,
    FoundSource,
    LiveFormat,
    LiveSource,
    Option,
    SourceEndedError,
    SourceKind,
    SourceLostError,
    SourceSpec,
    parse_spec,
)
from emgview.sources.live.registry import discover, make_source, source_kinds

__all__ = [
    "Block",
    "FoundSource",
    "LiveFormat",
    "LiveSource",
    "Option",
    "SourceEndedError",
    "SourceKind",
    "SourceLostError",
    "SourceSpec",
    "discover",
    "make_source",
    "parse_spec",
    "source_kinds",
]
