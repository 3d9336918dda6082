"""What a paragraph says: its text, and the notes and text boxes that belong to places in it."""

import re
from dataclasses import dataclass, field
from typing import Any

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)|[。！？][」』”’）]*")
_ENDED = re.compile(r"(?:[.!?…。！？][\"'”’»」』)\]]*)\s*$")


@dataclass(slots=True)
class Said:
    """What a paragraph says. notes: each with the offset in `text` where it is referred to. boxes: its text boxes.
    pictures: ids of those in it that are kept. described: the words of the text that describe pictures.
    """

    text: str
    notes: list[tuple[int, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    described: str = ""

    def __bool__(self) -> bool:
        """Whether it has words or notes."""
        return bool(self.notes or self.text.strip())

    def __add__(self, other: "Said") -> "Said":
        moved = [(len(self.text) + at, note) for at, note in other.notes]
        pictures, described = self.pictures + other.pictures, self.described + other.described
        return Said(self.text + other.text, self.notes + moved, self.boxes + other.boxes, pictures, described)

    @property
    def shows(self) -> bool:
        """Whether it has anything to read or to see."""
        return bool(self or self.boxes or self.pictures)

    @property
    def describes_only(self) -> bool:
        """Whether all that it says describes its pictures."""
        return bool(self.pictures and self.described) and "".join(self.text.split()) == "".join(self.described.split())

    def with_notes(self) -> str:
        """The text with each note in square brackets behind the sentence that refers to it."""
        if not self.notes:
            return self.text
        text = self.text
        for at, note in reversed(self.notes):
            ended = _ENDED.search(text[:at])
            following = None if ended else _SENTENCE_END.search(text, at)
            end = at if ended else following.end() if following else len(text)
            text = f"{text[:end].rstrip()} [{note}]{_parted(text[end:])}"
        return text


def _parted(rest: str) -> str:
    return rest if not rest or rest[0].isspace() else f" {rest}"
