"""Acquisition: source → ring buffer → recorder, detector, sound and view, without Qt.

::

    source ─► acquisition ─► ring buffer ─► view (asks for the newest, latest wins)
               (thread)  ├─► recorder (thread, bounded queue, never drops without saying so)
                         ├─► suggester (thread, the detector; may lag, says by how much)
                         └─► live sound (the device's thread asks)

:mod:`.exam` is the door, :mod:`.states` what may follow what, :mod:`.marks` phases and sites,
:mod:`.revising` which suggestions got another name, :mod:`.health` whether it can be trusted,
:mod:`.taking_in` the way of a finished recording into a study, :mod:`.recovery` what a killed
program left behind.

Decisions that rule this package
--------------------------------
One recording is one muscle: another muscle during a recording closes the file and begins the next,
with no sample between them. (Lost: one long file with muscles as marks; findings and report would
have to cut it.)

What goes wrong with the source (lost samples, reconnects) becomes gaps of the file and a line of
the study's log. (Lost: notes in the file, which cannot get new texts while it is read.)

Samples that could not be written are gaps of the file; a full disk ends nothing: the file goes on
when there is room again.
"""
