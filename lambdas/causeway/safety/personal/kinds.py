"""What counts as personal data here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

Kind = Literal["email", "phone", "card", "iban", "national_number", "ip_address", "account", "name", "address"]
KINDS: Sequence[Kind] = get_args(Kind)
NAMES: Mapping[Kind, str] = {
    "email": "e-mail address", "phone": "telephone number", "card": "card number", "iban": "account number (IBAN)",
    "national_number": "number of a person", "ip_address": "IP address", "account": "account number", "name": "name", "address": "address",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Personal:
    """A place in a text.

    start, end: characters, end exclusive. certainty: 0 to 1. scheme: which national number, such as "uk-nino".
    """

    kind: Kind
    start: int
    end: int
    certainty: float
    scheme: str = ""


Recogniser = Callable[[str, str], Sequence[Personal]]
"""Personal data of a text in a language (ISO 639-1, or "und"), in order and without overlaps."""


def united(found: Iterable[Personal]) -> list[Personal]:
    """In order; those that overlap become one place, of the kind of the surest, and of equally sure ones the longest."""
    joined: list[Personal] = []
    for each in sorted(found, key=lambda each: (each.start, each.end)):
        if joined and each.start < joined[-1].end:
            one, other = joined[-1], each
            best = max(one, other, key=lambda each: (each.certainty, each.end - each.start))
            joined[-1] = replace(best, start=one.start, end=max(one.end, other.end))
        else:
            joined.append(each)
    return joined
