"""Electrodes as a fibre sees them: a recording surface, and what it is compared with.

Sizes in millimetres. The concentric needle's core is an ellipse of 0.15 x 0.58 mm, its cannula the
reference (Stalberg et al. 2019, Clin Neurophysiol 130:1688); a monopolar needle has a bare cone and
a reference far away; surface electrodes are discs of 10 mm, 20 mm apart along the fibres, over skin
and fat (SENIAM, Hermens et al. 2000, J Electromyogr Kinesiol 10:361). Evidence: [K], all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from emgview.errors import EmgviewError


@dataclass(frozen=True, slots=True)
class Electrode:
    """Geometry of one electrode.

    Parameters
    ----------
    name : str
    core_mm : float
        Half the extent of the recording surface along the fibre.
    cannula_mm : float
        The same of a reference that surrounds the core; 0: the reference lies far away.
    gap_mm : float
        Distance along the fibre of a second, equal surface that is subtracted; 0: none.
    cover_mm : float
        Skin and fat between muscle and electrode.
    """

    name: str
    core_mm: float
    cannula_mm: float = 0.0
    gap_mm: float = 0.0
    cover_mm: float = 0.0


CONCENTRIC = Electrode("concentric", core_mm=0.3, cannula_mm=6.0)
MONOPOLAR = Electrode("monopolar", core_mm=0.5)
SURFACE = Electrode("surface", core_mm=5.0, gap_mm=20.0, cover_mm=4.0)

_ALL = {one.name: one for one in (CONCENTRIC, MONOPOLAR, SURFACE)}


def electrode(name: str) -> Electrode:
    """The electrode of that name.

    Raises
    ------
    EmgviewError
        If there is none.
    """
    if name not in _ALL:
        raise EmgviewError(f"There is no electrode {name!r}", f"Choose one of: {', '.join(_ALL)}.")
    return _ALL[name]
