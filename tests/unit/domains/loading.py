"""Whether domains can be loaded at all."""

from functools import cache
from pathlib import Path

from causeway.agents.domain import AgentDomain, InvalidDomain
from causeway.teams.domain import teams_of
from causeway.triggers.domain import triggers_of

DOMAINS = sorted(path.parent for path in (Path(__file__).parents[3] / "domains").glob("*/domain.yaml"))


@cache
def fault_of(domain: str) -> str:
    """What is wrong with its agents, tools, policies, teams or triggers; "" when nothing is."""
    try:
        loaded = AgentDomain.load(domain)
        teams_of(loaded)
        triggers_of(loaded)
    except InvalidDomain as error:
        return str(error)
    return ""
