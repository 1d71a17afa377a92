"""Bookmarks of a recording: places with a word, kept in the log like any other statement."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from emgview.typed_data import typed_json


class Bookmark(msgspec.Struct, frozen=True, order=True):
    """A place and what the reader called it."""

    sample: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bookmarks:
    """All bookmarks of one recording, in time."""

    marks: tuple[Bookmark, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> Bookmarks:
        """As stored; nothing where nothing is stored."""
        if not text:
            return cls()
        return cls(tuple(sorted(typed_json(text, list[Bookmark]))))

    def to_text(self) -> str:
        """To be stored."""
        return msgspec.json.encode(list(self.marks)).decode()

    def with_mark(self, mark: Bookmark) -> Bookmarks:
        """With another mark, or with another text at the same place."""
        kept = [other for other in self.marks if other.sample != mark.sample]
        return Bookmarks(tuple(sorted([*kept, mark])))

    def without(self, sample: int) -> Bookmarks:
        """Without the mark of a place."""
        return Bookmarks(tuple(mark for mark in self.marks if mark.sample != sample))

    def next_after(self, sample: int) -> Bookmark | None:
        """The next one in time."""
        return next((mark for mark in self.marks if mark.sample > sample), None)

    def last_before(self, sample: int) -> Bookmark | None:
        """The one before in time."""
        return next((mark for mark in reversed(self.marks) if mark.sample < sample), None)


def field_of(recording_id: str) -> str:
    """Name of the field of the log that holds the bookmarks of a recording."""
    return f"recording/{recording_id}/bookmarks"
