"""What was on the screen when something was decided: goes into the row of the log."""

from __future__ import annotations

from typing import Any

import msgspec


class Screen(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reader's screen at one moment. Never patient data.

    Parameters
    ----------
    recording : str
        Id of the recording on the screen.
    window : tuple of int
        First sample in view, and the one after the last.
    channels : tuple of int
        Lanes in view.
    filter : str
        Filter of the display, in words; ``none`` where the traces are as recorded.
    uv_per_div : tuple of float
        Sensitivity of each of those lanes.
    ms_per_div : float
        Sweep.
    mode : str
        Display mode: pages of traces or one of the sweeps.
    sound : bool
        Whether the recording was heard.
    score : bool
        Whether the machine's score was in view.
    list_filter : str
        What of the items the list showed, in words.
    looked_ms : int
        Since the items decided upon were brought into view; -1 where that is not known.
    """

    recording: str = ""
    window: tuple[int, int] = (0, 0)
    channels: tuple[int, ...] = ()
    filter: str = "none"
    uv_per_div: tuple[float, ...] = ()
    ms_per_div: float = 0.0
    mode: str = ""
    sound: bool = False
    score: bool = False
    list_filter: str = ""
    looked_ms: int = -1

    def to_json(self) -> dict[str, Any]:
        """As the log keeps it: every value, also the usual ones."""
        found = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()}
