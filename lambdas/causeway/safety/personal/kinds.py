"""What counts as personal data here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["email", "phone", "card", "iban", "national_number", "ip_address", "name", "address", "birth_date", "account"]
KINDS: Sequence[Kind] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Personal:
    """A place in a text. start, end: characters, end exclusive. certainty: 0 to 1. scheme: which national number, such as "uk-nino"."""

    kind: Kind
    start: int
    end: int
    certainty: float
    scheme: str = ""


Recogniser = Callable[[str, str], Sequence[Personal]]
"""Personal data of a text in a language (ISO 639-1, or "und"), in order and without overlaps."""


def apart(found: Sequence[Personal]) -> list[Personal]:
    """In order, of those that overlap the surest, and of equally sure ones the longest."""
    kept: list[Personal] = []
    for each in sorted(found, key=lambda each: (-each.certainty, each.start - each.end, each.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)
