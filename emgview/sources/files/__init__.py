"""Importers of files, one module for each format; :mod:`.registry` chooses among them.

Takes paths and hints, gives recordings; may import what ``sources`` may. The library of a format
is imported by the function that needs it.
"""
