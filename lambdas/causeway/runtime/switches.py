"""What operators can switch off without a deployment, for everyone or for one tenant. See docs/operations/switches.md."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from causeway.runtime.problems import Problem

SWITCHED_OFF = "switched-off"
RETRY_SECONDS = 60
# As the claim of a token names it.
TenantName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Positions(BaseModel):
    """Each switch is on until someone switches it off."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    answers: bool = Field(default=True, description="questions are answered; off: a 503 problem")
    generation: bool = Field(default=True, description="a model writes the answers; off: the nearest passages are quoted")
    first_model: bool = Field(default=True, description="the first chat model is asked; off: the fallback models alone")
    reranking: bool = Field(default=True, description="a model reorders the passages found; off: the search's order stays")
    agents: bool = Field(default=True, description="agents and teams work; off: a 503 problem, and what is under way ends")
    uploads: bool = Field(default=True, description="new documents are taken; off: a 503 problem, and what was uploaded is still ingested")
    experiments: bool = Field(default=True, description="a running experiment changes settings; off: nobody gets a variant")


class Switches(BaseModel):
    """The document of AppConfig. An empty one switches nothing off."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    everyone: Positions = Positions()
    tenants: Mapping[TenantName, Positions] = Field(default_factory=dict)

    def of(self, tenant: str) -> Positions:
        """Where the switches stand for a tenant. What is off for everyone is off: no tenant's own position switches it on."""
        own = self.tenants.get(tenant, Positions())
        return Positions(**{name: getattr(self.everyone, name) and getattr(own, name) for name in Positions.model_fields})


def switched_off(what: str) -> Problem:
    """503: a person has switched it off. what: a noun in the plural, such as "Answers"."""
    detail = f"{what} are switched off at the moment; try again later."
    return Problem(SWITCHED_OFF, f"{what} are switched off", 503, detail, retry_after=RETRY_SECONDS)
