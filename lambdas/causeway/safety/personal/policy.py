"""What a domain does about personal data in documents."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from causeway.safety.personal.kinds import Kind

Action = Literal["keep", "redact", "tokenise", "refuse"]


class PersonalData(BaseModel):
    """A domain's choice for each kind.

    keep: it is indexed as it is. redact: its kind stands in its place. tokenise: a token stands in its place, the same one for the same
    value of a tenant, which those with the right may have turned back. refuse: a document with it goes to quarantine.
    default: for kinds that are not named. least_certainty: 0 to 1; what is less certain is kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Action = "keep"
    kinds: Mapping[Kind, Action] = {}
    least_certainty: float = Field(default=0.5, ge=0, le=1)

    def __bool__(self) -> bool:
        """Whether documents must be searched at all."""
        return any(action != "keep" for action in (self.default, *self.kinds.values()))

    def of(self, kind: Kind) -> Action:
        return self.kinds.get(kind, self.default)
