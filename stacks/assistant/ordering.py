"""What is done with the passages between the search and the prompt: boosts of the domain, neighbours of cut passages."""

from collections.abc import Mapping

from stacks.data.boosts import boosts
from stacks.environment import Environment


def ordering(environment: Environment) -> Mapping[str, str]:
    """Variables of the functions that answer; none where nothing is boosted or joined."""
    told = {"BOOSTS": boosts(environment.data.domain).variable, "JOIN_TOKENS": str(environment.assistant.join_tokens or "")}
    return {name: value for name, value in told.items() if value}
