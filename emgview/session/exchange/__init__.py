"""Labels to and from files of other programs: CSV, EDF+ annotations, BIDS events.

``rows`` holds the values that all formats share, one module a format writes and reads them, and
``labels`` is the use case: what goes out, what comes in. What goes out names no reader and no time
of day. What comes in is open to decision: the label of somebody else is a proposal here.
"""
