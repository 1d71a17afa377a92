"""emgview: review workstation for needle and surface EMG.

The machine proposes, the person decides, every number can be traced back to the signal, and what
was not examined is never called normal. This page is the newcomer's map.

The way of the data
-------------------
::

    live device ─┐                 ┌─► traces on the screen (ui)
    EMG file ────┼─► Chunk ─► recording (HDF5) ─┤
    simulation ──┘                 └─► detection ─► proposals ─► review ─► findings ─► report
                                         (machine)              (person)  (tables)    (JSON, PDF,
                                                                                       signature)

One way, no back and forth; ``tests/test_data_path.py`` walks it once from end to end. Each package
tells in its docstring what it takes, what it gives, what it may import, and which decisions rule
it:

========== =========================================================================================
model      frozen values that all others talk in; time is an integer number of samples
kernels    compiled loops of the traces, numpy where they are missing; alone imports numba, llvmlite
signal     pure functions on arrays: filters, noise, waveform, rhythm, triggers
recording  the native HDF5 file: schema, reader, writer, overview, repair; the ring buffer of what
           is live; the only importer of h5py
sound      traces as sound, stored and live; sound card input; the only importer of miniaudio
sources    ``files``: importers (HDF5 of others, WFDB, EDF and BDF, CSV); ``live``: devices and
           streams (BrainFlow, LSL, sound card, replay, simulator)
simulation needle EMG with exact truth: examples to learn from, the demo, evaluation and tests
detection  samples to proposals, the same whatever the chunks
quantify   motor unit potentials, interference pattern, firing statistics, reference values
review     what persons say: SQLite, one append-only log with a hash chain
findings   decisions to a muscle table with watched seconds, and statements of rules
report     one canonical JSON, its PDF, signature and verification
session    use cases without Qt: the only door through which anything changes; ``live`` the
           acquisition: threads, states, recorder, health line
ui         the window, the only place for Qt and pyqtgraph; ``traces`` the pages, ``sweeps`` the
           other display modes, ``live`` the window of an examination, ``commands`` every action
========== =========================================================================================

``app`` builds the window, ``cli`` the command line. Imports go down only, in the order ``cli``,
``app``, ``ui``, ``session``, ``report``, ``findings``, ``review`` or ``quantify``, ``detection``,
``sources``, ``simulation``, ``recording`` or ``sound``, ``signal``, ``model``, ``kernels``,
``resource_files`` or ``typed_data``, ``errors``; a test holds it.

Tables and numbers that a laboratory may want to replace lie in ``resources/``: classes, muscles,
parameters of the detector, rules of findings, texts of the report, themes.
"""

__version__ = "0.1.0"
