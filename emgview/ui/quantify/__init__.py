"""Motor unit potentials and interference pattern: a window of their own.

``unit_desk`` reads stretches and works units out in its own thread, ``unit_window`` places lists
and plots, ``unit_actions`` carries out its keys, ``quantify_actions`` those of the main window. May
import what ``ui`` may. Nothing is kept here: a wish goes out as an intent, and what the log says
then is drawn.
"""
