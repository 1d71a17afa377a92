"""The innermost loops of a page, compiled; everything works without them, only slower.

Takes plain arrays, gives plain arrays, knows neither files nor Qt; may import the standard
library, numpy, platformdirs, llvmlite and (in :mod:`.loops` alone) numba. Whoever has a loop here
also has it in plain numpy with the same result to the bit, and asks :func:`compiled` at each use
which of them to take. The window starts without them and asks for them after its first paint, on a
thread of its own; where numba is missing, numpy stays.

:mod:`.loops` is what numba compiles, :mod:`.building` the process that does it once,
:mod:`.machine` packs, places and calls the machine code, :mod:`.loading` brings it about. numba
itself, with 110 MB that it never gives back, is in no process that shows a window.

Lost against it: numpy alone (a page of 32 channels took 10 to 17 ms), a second thread for half of
the lanes (no gain with two cores), extensions built with the package (a compiler for each system).
"""

from emgview.kernels.loading import Kernels, compiled, load, without

__all__ = ["Kernels", "compiled", "load", "without"]
