"""What a domain does about duplicates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from causeway.documents.duplicates.fingerprint import Duplicate, Kind

Policy = Literal["index", "skip", "keep_newest"]
Fate = Literal["index", "skip", "replace"]
INSTEAD = "Answers use that one; this one takes its place when that is deleted or changed."
_SAID: dict[Kind, str] = {"same_bytes": "is the same file as", "same_text": "has the same text as", "near": "says nearly the same as"}


class Duplicates(BaseModel):
    """A domain's choice for each kind.

    index: both are found by searches. skip: the later one is not indexed while the earlier one is. keep_newest: the earlier one is
    withdrawn while the newer one is there.
    near_from: how alike near ones are, 0.7 to 1: the share of all pairs of words in a row that both have.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    same_bytes: Policy = "index"
    same_text: Policy = "index"
    near: Policy = "index"
    near_from: float = Field(default=0.9, ge=0.7, le=1)

    def of(self, kind: Kind) -> Policy:
        return {"same_bytes": self.same_bytes, "same_text": self.same_text, "near": self.near}[kind]


@dataclass(frozen=True, slots=True)
class Standing:
    """A document among its duplicates.

    since: when it was first read with these words. announced: when its keys were there for others, as text that sorts; "" if that is not
    known yet. is_current: whether answers use its words, which are only on their way otherwise.
    """

    document_id: str
    name: str
    since: datetime
    announced: str = ""
    is_current: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        """Two that were uploaded at the same moment have an order, too, and the same one whoever looks."""
        return self.since, self.document_id

    def comes_before(self, other: "Standing") -> bool:
        """Whether the other one yields, which looked for duplicates after it was announced.

        Of two, the one that was announced later has found the other's keys. If that is not known yet of this one, both may yield: they
        are read again then, and one at least yields.
        """
        return self.is_current or not self.announced or (self.announced, self.document_id) < (other.announced, other.document_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """fate: of the new document. other: the id of the document that it stands behind or replaces; None for none.

    why: one sentence for the uploader; empty if there is nothing to tell.
    """

    fate: Fate
    other: str | None = None
    why: str = ""


INDEX = Decision("index")


def decide(
    new: Standing,
    found: Sequence[Duplicate],
    standing: Callable[[str], Standing | None],
    policy: Duplicates,
    covers: Callable[[str, str], bool],
) -> Decision:
    """The fate of a new document, by its first duplicate that the policy says something of.

    found: as `duplicates` returns it. standing: of a document that is indexed or on its way; None for one that is not, such as one that
    stands behind another itself. covers(kept, dropped): whether everybody who may read the dropped document may read the kept one; no
    document takes another's place for users who may not read it.
    """
    for duplicate in found:
        other, chosen = standing(duplicate.document_id), policy.of(duplicate.kind)
        if other is None or chosen == "index" or other.document_id == new.document_id:
            continue
        decision = _newest(new, other, duplicate) if chosen == "keep_newest" else _earliest(new, other, duplicate)
        if decision.fate != "index" and _readers_allow(decision, new, covers):
            return decision
    return INDEX


def _readers_allow(decision: Decision, new: Standing, covers: Callable[[str, str], bool]) -> bool:
    """A document that is replaced has the same readers: its name is told to the uploader of the new one."""
    other = str(decision.other)
    return covers(other, new.document_id) and (decision.fate != "replace" or covers(new.document_id, other))


def _newest(new: Standing, other: Standing, duplicate: Duplicate) -> Decision:
    if new.order > other.order:
        return Decision("replace", other.document_id, f"It {_like(duplicate, other)}, which it replaces in answers, as the newer one.")
    return Decision("skip", other.document_id, f"It {_like(duplicate, other)}, which is newer. {INSTEAD}")


def _earliest(new: Standing, other: Standing, duplicate: Duplicate) -> Decision:
    if not other.comes_before(new):
        return INDEX
    return Decision("skip", other.document_id, f"It {_like(duplicate, other)}. {INSTEAD}")


def _like(duplicate: Duplicate, other: Standing) -> str:
    alike = f" ({duplicate.likeness:.0%} alike)" if duplicate.kind == "near" else ""
    return f"{_SAID[duplicate.kind]} {other.name}{alike}"
