"""Discharge patterns: what shows in the order of many discharges, not in one.

Takes the detection band where something happens (:mod:`.trace`), gives patterns with the stretches
that they claim (:mod:`.find`, :mod:`.claims`); may import what ``detection`` may. One module for
each pattern; :mod:`.periodic` and :mod:`.course` serve the trains, :mod:`.discharges` and
:mod:`.groups` what comes in groups, :mod:`.bursts` what two channels share.

A block of up to a minute of activity is judged as a whole and then dropped: memory is bounded, and
a pattern that goes on for longer comes as several proposals.
"""
