"""Lists of muscles in the order of an examination, and the way through one. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from emgview.errors import FileError
from emgview.model import Side, load_muscles
from emgview.resource_files import resource
from emgview.session.live.exam import Needle


@dataclass(frozen=True, slots=True)
class ExamProtocol:
    """A named list of places for the needle."""

    id: str
    title: str
    places: tuple[Needle, ...]

    def next_after(self, needle: Needle, steps: int = 1) -> Needle | None:
        """The place some steps on; the first one from elsewhere; None at the ends."""
        if not self.places:
            return None
        if needle not in self.places:
            return self.places[0 if steps > 0 else -1]
        number = self.places.index(needle) + steps
        return self.places[number] if 0 <= number < len(self.places) else None


@lru_cache(maxsize=1)
def load_protocols() -> tuple[ExamProtocol, ...]:
    """The shipped lists.

    Raises
    ------
    FileError
        If a muscle is not in the muscle table, or a field is missing.
    """
    path = resource("live/protocols.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    muscles = load_muscles()
    found = []
    try:
        for row in data["protocol"]:
            places = tuple(Needle(muscle, Side(side)) for muscle, side in row["muscles"])
            found.append(ExamProtocol(row["id"], row["title"], places))
    except (KeyError, ValueError) as error:
        raise FileError(path.name, str(error), "is missing or wrong", "Replace it.") from error
    for protocol in found:
        for place in protocol.places:
            if muscles.get(place.muscle) is None:
                raise FileError(path.name, place.muscle, "is no muscle of the table", "Correct it.")
    return tuple(found)
