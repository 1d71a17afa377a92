"""Loads ahead of time what is slow to load, so that its first use does not keep the reader waiting.

``scipy.signal`` alone takes seconds; it is needed by the display filter and the detector. The
window starts without it and asks for it after the first paint, on a thread of its own. First come
the compiled loops of the traces: a page takes half the time with them.
"""

from __future__ import annotations

import importlib

from emgview import kernels

HEAVY = ("scipy.signal", "scipy.fft", "emgview.detection")


def warm_up() -> tuple[str, ...]:
    """Load the heavy libraries; gives their names. Not on the GUI thread."""
    kernels.load()
    for name in HEAVY:
        importlib.import_module(name)
    return HEAVY
