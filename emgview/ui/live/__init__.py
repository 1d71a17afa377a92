"""The window of a live examination.

:mod:`.live_window` places the parts: traces (:mod:`.live_view`: columns in :mod:`.beam`, pixels in
:mod:`.live_picture`, axis and suggestions below them in :mod:`.live_strips`), needle bar, health
line, suggestions beside the traces.
:mod:`.live_actions` carries out the commands of :mod:`.live_commands`; :mod:`.bridge` brings events
of other threads into the GUI thread; :mod:`.exam_watch` looks four times a second.

Decisions that rule this package
--------------------------------
A frame draws only the columns that came since the last one. (Lost: the page of the stored view
fifty times a second, which would take a processor core for itself.)

No box stands in the way while a needle is in a patient: what is wrong is a banner, a red figure
and a tone. (Lost: message boxes.)
"""

from emgview.ui.live.live_window import LiveWindow

__all__ = ["LiveWindow"]
