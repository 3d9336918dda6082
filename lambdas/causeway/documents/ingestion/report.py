"""The report of a reading: what of a document was read and what was not, small enough to keep with the document."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Self

from pydantic import BaseModel, ConfigDict

from causeway.documents.content import Content, Tally
from causeway.documents.ingestion.reasons import Reason

MAX_TALLIES = 20  # beside one for each part that holds the rest; a row of the registry has at most 400 KB
MAX_WHY = 300  # characters
NAMED = 3  # reasons in one sentence


class Report(BaseModel):
    """characters: how many were read. tallies: those that left most out come first.

    Data class: confidential; characters: internal.
    """

    model_config = ConfigDict(frozen=True)

    characters: int = 0
    tallies: Sequence[Tally] = ()

    @classmethod
    def of(cls, content: Content) -> Self:
        merged = sorted(_merged(content.report), key=lambda tally: (-tally.lost, -tally.left_out))
        return cls(characters=content.characters(), tallies=[*merged[:MAX_TALLIES], *_summed(merged[MAX_TALLIES:])])

    @property
    def lost_share(self) -> float:
        """The share of the visible text that was not read, 0 to 1."""
        lost = sum(tally.lost for tally in self.tallies)
        return lost / (self.characters + lost) if lost else 0.0

    def shortfall(self, max_lost_share: float) -> Reason | None:
        """Why the document counts as read in part; None if at most `max_lost_share` of its visible text was lost."""
        if self.lost_share <= max_lost_share:
            return None
        reasons = "; ".join(tally.why.rstrip(".") for tally in self.tallies[:NAMED] if tally.lost)
        message = (
            f"About {self.lost_share:.0%} of the visible text was not read: {reasons}. "
            f"Answers use what was read. A document is ready if at most {max_lost_share:.0%} is missing."
        )
        return Reason(code="read_in_part", message=message)


def _merged(tallies: Iterable[Tally]) -> list[Tally]:
    """One tally for each part and reason."""
    ordered = sorted(tallies, key=lambda tally: (tally.part, tally.why))
    return [_sum(list(group), why[:MAX_WHY]) for (_, why), group in groupby(ordered, key=lambda tally: (tally.part, tally.why))]


def _summed(tallies: Sequence[Tally]) -> list[Tally]:
    """One tally for each part, with the number of its reasons."""
    ordered = sorted(tallies, key=lambda tally: tally.part)
    groups = [list(group) for _, group in groupby(ordered, key=lambda tally: tally.part)]
    return [_sum(group, f"{len(group)} further reasons.") for group in groups]


def _sum(tallies: Sequence[Tally], why: str) -> Tally:
    read, left_out, lost = (sum(getattr(tally, name) for tally in tallies) for name in ("read", "left_out", "lost"))
    return Tally(tallies[0].part, read, left_out, why, lost)
