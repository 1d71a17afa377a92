"""Pathological and grouped discharges, a small file for each kind, and what is mistaken for them.

Each function takes a :class:`~emgview.simulation.part.Setting` and gives the part that one
component makes. Numbers are parameters of the scenario file, with their evidence marks there; the
sources named here are those of the pattern.
"""
