"""How much more some passages count than others, by what a domain says of their documents.

Freshness is the age of what is in the index: since the document's current version was written there, which an upload does and a
re-indexing too. When a document was written or holds good is not known. See docs/decisions/181-boosts.md.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from causeway.retrieval.passage import FoundPassage

DAY = 86_400.0  # seconds
Factor = Annotated[float, Field(ge=0.5, le=2)]


class Fresh(BaseModel):
    """A document that was just indexed counts 1 + weight times as much; half of the weight is left after each half-life."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    half_life_days: float = Field(gt=0)
    weight: float = Field(gt=0, le=1)

    def factor(self, indexed_at: datetime, now: datetime) -> float:
        days = max(0.0, (now - indexed_at).total_seconds() / DAY)
        return 1 + self.weight * math.pow(0.5, days / self.half_life_days)


class Boosts(BaseModel):
    """sources: a factor for each folder, such as "policies/", or document, such as "policies/returns.md"; the closest one counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: Mapping[str, Factor] = {}
    fresh: Fresh | None = None

    def __bool__(self) -> bool:
        return bool(self.sources) or self.fresh is not None

    def factor(self, passage: FoundPassage, now: datetime) -> float:
        """1 for a passage of which nothing is said."""
        fresh = self.fresh.factor(_moment(passage.indexed_at), now) if self.fresh and passage.indexed_at else 1.0
        return self._of_source(passage.source) * fresh

    def _of_source(self, name: str) -> float:
        fitting = [source for source in self.sources if name == source or (source.endswith("/") and name.startswith(source))]
        return self.sources[max(fitting, key=len)] if fitting else 1.0


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
