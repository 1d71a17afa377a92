"""A second simulator of needle EMG and a judge, independent of the product's own simulator.

Takes a seed, gives recordings with exact truth, runs the product's detector on them and counts.
It imports of the product only what opens and judges a file (``emgview.recording``,
``emgview.session.detect_command``) and the values of ``emgview.model``; it knows nothing of the
detector's rules. The waveforms are analytic families (sums of Gaussians, Gabor functions,
derivatives of gamma functions, sums of delayed single-fibre spikes), not a line source, so that
a detector tuned to one simulator is judged on another. Numbers come of the published tables
(tags S.., K as in the clinical specification, quoted where they are used).

Run ``python -m tests.second_simulator --seed N``.

Microvolts are positive where the active electrode is positive. Times are seconds from the start.
"""
