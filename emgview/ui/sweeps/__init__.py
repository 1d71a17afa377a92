"""Sweeps: successive ones over or below each other, triggered ones, superimposed potentials.

``layout`` says where each sweep lies, ``spans`` makes pixels of them (numpy only), ``painting``
draws the texts around, ``sweep_view`` is the widget. What is cut out lies in
:mod:`emgview.session.sweeps`.
"""

from emgview.ui.sweeps.layout import Fold, SweepSet, fold, folding, sweeps_of
from emgview.ui.sweeps.painting import SweepPlan
from emgview.ui.sweeps.sweep_view import SweepView

__all__ = ["Fold", "SweepPlan", "SweepSet", "SweepView", "fold", "folding", "sweeps_of"]
