"""What a person says. A label is never made by the machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emgview.model.interval import SampleInterval


class LabelState(StrEnum):
    """State of an item under review.

    ``proposed → confirmed | rejected | edited``; back only by a new decision. ``cannot_tell`` is
    a decision too: the reader looked and could not say.
    """

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    EDITED = "edited"
    CANNOT_TELL = "cannot_tell"


class Origin(StrEnum):
    """Who first pointed at the stretch."""

    DETECTOR = "detector"
    READER = "reader"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Label:
    """A person's present decision about a proposal, or a label of their own.

    Parameters
    ----------
    id : str
        The proposal's id for decisions about proposals, a UUID for own labels.
    proposal_id : str or None
        The proposal decided upon; None for own labels.
    activity : str
        The class that the reader gives (may differ from the proposal's: state ``edited``).
    state : LabelState
    decided_by, decided_at : str
        Reader's name and UTC time (RFC 3339); empty while ``proposed``.
    merged : tuple of str
        Ids of items whose potentials all went into this one; they are not shown themselves.
    """

    id: str
    recording_id: str
    channel: int
    interval: SampleInterval
    peak_samples: tuple[int, ...]
    activity: str
    origin: Origin
    state: LabelState
    proposal_id: str | None = None
    decided_by: str = ""
    decided_at: str = ""
    merged: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the label enters counts, findings and the report."""
        return self.state in (LabelState.CONFIRMED, LabelState.EDITED)
