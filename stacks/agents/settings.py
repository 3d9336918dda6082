"""The section `agents` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Agents(Section):
    """How many turns of agents are worked on at the same time."""

    turn_concurrency: int = Field(ge=1, le=900, description="requests about turns at the same time")
    stream_concurrency: int = Field(ge=1, le=900, description="turns that are read along at the same time")
    worker_concurrency: int = Field(ge=2, le=900, description="turns that outlasted their request, and are gone on with at the same time")
