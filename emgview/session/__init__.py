"""Use cases without Qt: the only door through which anything changes.

Takes intents (:mod:`.intents`) and files, gives :class:`ChangeSet` and values for the views; may
import everything below it (report, findings, review, detection, simulation, sources, recording,
signal, model), never ``ui``.
"""
