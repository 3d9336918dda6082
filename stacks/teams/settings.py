"""The section `teams` of an environment."""

from pydantic import Field

from stacks.constructs.settings import Section


class Teams(Section):
    """How much work of teams is done at the same time."""

    start_concurrency: int = Field(ge=1, le=900, description="requests that begin a team's run, at the same time")
    role_concurrency: int = Field(ge=1, le=900, description="pieces of work at the same time, of all runs")
    workers_at_once: int = Field(ge=1, le=10, description="pieces of work at the same time, of one run")
