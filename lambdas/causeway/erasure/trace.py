"""What every kind of trace of a person has in common: it is found page by page, and erased unit by unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

IN_DOCUMENTS = "documents"  # name of the trace whose units an officer may look at

# Of one unit. erased, listed: as was asked. clean: it mentions the person no more, and not by our doing. by-hand: a person must change it.
# unreadable: nothing was read of it, so nobody knows whether it mentions the person. waiting: it is not settled yet; if that takes longer
# than a day, it is called what remains.
Outcome = Literal["erased", "listed", "clean", "by-hand", "unreadable", "waiting", "remains"]


@dataclass(frozen=True)
class Found:
    """units: names of what is to be erased. following: where the next page begins, None at the end. looked_at: how much was read."""

    units: Sequence[str]
    following: str | None = None
    looked_at: int = 0


class Trace(Protocol):
    """Both methods may be repeated after any error: the same units are found until they are erased.

    name: in the certificate. is_settled: whether units are looked at again in the second pass, by `settle`.
    """

    name: str
    is_settled: bool

    def find(self, after: str | None) -> Found: ...

    def erase(self, unit: str) -> Outcome: ...

    def settle(self, unit: str) -> Outcome:
        """What has become of a unit in the meantime."""
        ...
