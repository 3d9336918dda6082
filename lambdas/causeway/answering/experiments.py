"""An experiment: some users get their answers by other settings, and what becomes of their answers is compared.

See docs/decisions/200-experiments.md.
"""

from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from causeway.answering.reading_along import Unchecked

Variant = Literal["a", "b"]
Outcome = Literal["answered", "grounded", "thumbs-up"]
ExperimentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
SLOTS = 10_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Change(_Part):
    """What variant b does otherwise; what is not named stays. Nothing here touches what keeps answers safe or tenants apart."""

    top_k: int | None = Field(None, ge=1, le=20, description="passages given to the model, where the request does not say")
    least_similarity: float | None = Field(None, ge=0.51, le=0.99)
    join_tokens: int | None = Field(None, ge=1, le=8192, description="tokens that neighbours of cut passages may add to a prompt")
    max_output_tokens: int | None = Field(None, ge=50, le=4096)
    temperature: float | None = Field(None, ge=0, le=1)
    unchecked: Unchecked | None = Field(None, description="whether a streamed sentence is held until it is checked, or shown")
    reranking: Literal["off"] | None = Field(None, description="the search's order of passages stays")
    model: Literal["fallback"] | None = Field(None, description="the first of the fallback models answers")

    @model_validator(mode="after")
    def it_changes_something(self) -> Self:
        if not self.model_fields_set or all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("name at least one setting: " + ", ".join(type(self).model_fields))
        return self


class Plan(_Part):
    """What was decided before the start, so that nobody decides it by the figures.

    outcome: what is counted of the answers. base_rate: its share in variant a, as expected. smallest_effect: the smallest difference
    that must not be missed. users: so many of each variant are needed. started: when, in UTC.
    """

    outcome: Outcome
    base_rate: float = Field(ge=0.001, le=0.999)
    smallest_effect: float = Field(ge=0.001, le=0.999)
    power: float = Field(ge=0.5, le=0.99)
    significance: float = Field(ge=0.001, le=0.2)
    users_a: int = Field(ge=1)
    users_b: int = Field(ge=1)
    started: str


class Experiment(_Part):
    """share: of the users, those who get variant b."""

    name: ExperimentName
    share: float = Field(ge=0.01, le=0.5)
    change: Change
    plan: Plan

    def variant_of(self, tenant: str, user: str) -> Variant:
        """The same for a user as long as the experiment has its name and share; another experiment divides users anew."""
        digest = sha256("\0".join((self.name, tenant, user)).encode("utf-8", "surrogatepass")).digest()
        return "b" if int.from_bytes(digest[:8], "big") % SLOTS < round(self.share * SLOTS) else "a"


class Experiments(_Part):
    """The document of AppConfig: one experiment at a time, or none."""

    running: Experiment | None = None
