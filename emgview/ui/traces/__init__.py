"""The trace view, a chain of small links.

Viewport (what is wanted) → request with a generation number → answer (columns or samples) →
picture (a numpy raster) → overlays (graticule, marks, texts). The view never reads files: it
emits requests and is shown answers; an answer to an older request is dropped. The first links
know nothing of Qt and are tested without it.
"""

from emgview.ui.traces.display_items import DisplayItem, ItemIndex
from emgview.ui.traces.overview import OverviewStrip
from emgview.ui.traces.trace_view import TraceView
from emgview.ui.traces.viewport import Viewport

__all__ = ["DisplayItem", "ItemIndex", "OverviewStrip", "TraceView", "Viewport"]
