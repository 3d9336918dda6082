"""The section `agents` of an environment."""

from typing import Annotated

from pydantic import Field, field_validator

from stacks.constructs.settings import Section, refuse


class Agents(Section):
    """How many turns of agents are worked on at the same time."""

    turn_concurrency: int = Field(ge=1, le=900, description="requests about turns at the same time")
    stream_concurrency: int = Field(ge=1, le=900, description="turns that are read along at the same time")
    worker_concurrency: int = Field(ge=2, le=900, description="turns that outlasted their request, and are gone on with at the same time")
    outside_concurrency: int = Field(ge=1, le=900, description="calls of tools that go outside at the same time")
    secret_days: int = Field(default=90, ge=1, le=365, description="age of a key from which people are reminded to change it")
    outside_on_loopback: dict[str, Annotated[int, Field(ge=1, le=65_535)]] = Field(
        default_factory=dict, description="hosts that are servers on this machine, by the port of each; for tests alone"
    )

    @field_validator("outside_on_loopback")
    @classmethod
    def hosts_have_whole_names(cls, hosts: dict[str, int]) -> dict[str, int]:
        refuse(*(f"agents.outside_on_loopback={host}: no host by its whole name" for host in hosts if "." not in host))
        return hosts
