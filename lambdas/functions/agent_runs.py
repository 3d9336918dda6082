"""What the functions that run agents share: their service."""

from functools import cache

from causeway.agents.agents import Agents
from causeway.agents.assembly import service_of_agents
from causeway.agents.settings import AgentSettings


@cache
def agents() -> Agents:
    """The service with its clients, made while the function initialises."""
    return service_of_agents(AgentSettings.from_environment())
