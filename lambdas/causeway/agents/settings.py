"""Settings of the functions that run agents."""

from collections.abc import Mapping

from pydantic import BaseModel, Field, Json

from causeway.agents.prices import Price, Prices
from causeway.agents.switch import SwitchSettings
from causeway.answering.settings import AnswerSettings


class PerMillion(BaseModel):
    """US dollars for a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class ActingSettings(SwitchSettings, AnswerSettings):
    """Those of answers: an agent reads the same documents and the same conversations, and asks the same models.

    agent_domain: whose agents, tools and policies these are, "" for none. tenant_role: ARN of the role that reaches rows of tenants.
    outside_function: ARN of the function that alone has a way to the internet, "" where the domain has no tools that go outside.
    audit_bucket: where the audit record of each run goes. model_prices: by the name by which a model is asked; JSON.
    """

    agent_domain: str = ""
    tenant_role: str
    records_table: str
    agent_runs_table: str
    outside_function: str = ""
    audit_bucket: str
    model_prices: Json[Mapping[str, PerMillion]]

    @property
    def prices(self) -> Prices:
        return Prices({model: Price(each.input, each.output) for model, each in self.model_prices.items()})


class AgentSettings(ActingSettings):
    """agent_runs_queue: URL. event_bus: the bus of hand-offs, by name."""

    agent_runs_queue: str
    event_bus: str
