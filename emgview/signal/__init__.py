"""Pure functions and small stateful filters on arrays.

Takes float arrays in microvolt, ``(n_samples, n_channels)`` or one channel ``(n_samples,)``; gives
arrays and measured values. May import ``model`` and below; knows nothing of files, studies or
clinical meaning. ``scipy.signal`` costs seconds to import and is therefore imported inside the
functions that need it.

Streaming objects carry their state, so that the result never depends on where a signal is cut.
"""
