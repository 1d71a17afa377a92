"""Simulated EMG with exact truth: for the demo study, for teaching and for every test.

Takes a scenario of ``resources/simulation``, a length, a seed and a sampling rate; gives a
recording in native numbers and every potential in it with class, place, size and unit. May import
``recording``, ``signal``, ``model``, ``resource_files`` and ``errors``.

``fibre`` and ``electrode`` give the potential of one fibre, ``units`` and ``shapes`` that of motor
units; ``rhythm`` and ``firing`` tell when they fire. A generator joins the two into a ``part``:
``muscle_activity`` and ``discharges`` what comes from muscle and nerve, ``artefacts``, ``machines``
and ``room`` the rest; ``generators`` knows them by name. ``rendering`` puts the parts into the
signal, ``noise`` lies below it.

Decisions that rule this package
--------------------------------
Shapes come from physiology where that is known well enough: fibres carry a Rosenfalck wave through
a volume conductor, motor units are sums of fibres. The tail of a positive sharp wave, end-plate
noise and artefacts are drawn after published traces. (Lost: drawing all shapes by formula, which
makes potentials that no unit could give; a full finite-element volume conductor, which takes
minutes for each.)

Rhythm follows the class: fibrillation potentials and positive sharp waves are regular. (Lost: the
random times that some public simulators use.)

A new component draws from a stream of its own, so that an old scenario stays the same to the byte
when a generator is added; scenarios of other files take their defaults from ``scenarios.toml``.

Shapes and times live in seconds at a fine fixed rate and do not know the sampling rate of the
recording; the chain's filters and the sampling come last. The truth is measured on the noise-free
potential after the chain. (Lost: making everything on the recording's grid, where another rate
would be another recording.)

A positive number means that the electrode is positive; what is up is the screen's business. The
converter has 0.1 microvolt for a step, hence full scale at about 3.28 mV: large artefacts clip.
"""

from emgview.simulation.demo import demo_scenarios
from emgview.simulation.scenario import (
    Chain,
    Component,
    PhaseSpan,
    Scenario,
    scenario,
    scenarios,
)
from emgview.simulation.simulation import Simulation, simulate
from emgview.simulation.truth import TruePotential, TrueStretch

__all__ = [
    "Chain",
    "Component",
    "PhaseSpan",
    "Scenario",
    "Simulation",
    "TruePotential",
    "TrueStretch",
    "demo_scenarios",
    "scenario",
    "scenarios",
    "simulate",
]
