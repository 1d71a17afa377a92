"""The window: the only place for PySide6 and pyqtgraph.

Takes values from ``session``, gives it intents; may import ``session`` and everything below.
A view never reads files, never writes, and never decides what is allowed: :mod:`.controller`
passes wishes to the study's I/O thread and values back by signals.
"""
