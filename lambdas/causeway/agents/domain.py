"""What a domain brings for agents: domains/NAME/agents/*.yaml, domains/NAME/tools/*.py and domains/NAME/policies/*.cedar."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from causeway.agents.agent import Agent
from causeway.agents.domain_tools import package_of, tools_in
from causeway.agents.invalid_domain import InvalidDomain
from causeway.agents.rights import InvalidPolicies, Rights
from causeway.agents.tool import Tool

__all__ = ["AgentDomain", "InvalidDomain"]
NOBODY = (
    "no policy permits the tool {name!r}, so nobody could use it; write in one of its files, for everybody: "
    '@id("everybody-{name}") permit (principal, action == Action::"{name}", resource);'
)
NOT_AN_AGENT = {"stand-in.yaml"}  # the laptop's chat model reads it


@dataclass(frozen=True)
class AgentDomain:
    """agents, tools: by name. folder: of the domain, None without any."""

    agents: Mapping[str, Agent]
    tools: Mapping[str, Tool[Any]]
    rights: Rights
    folder: Path | None = None

    @classmethod
    def load(cls, name: str) -> "AgentDomain":
        """name: of a folder that is importable as `domains.NAME`; "" and a domain without tools have nothing. Raises InvalidDomain."""
        package = package_of(name)
        if package is None:
            return cls({}, {}, Rights({}, ()))
        folder, tools = Path(next(iter(package.__path__))).parent, tools_in(package)
        return cls(_agents(folder / "agents", tools), tools, _rights(folder / "policies", tools), folder)


def _agents(folder: Path, tools: Mapping[str, Tool[Any]]) -> dict[str, Agent]:
    files = sorted(file for file in folder.glob("*.yaml") if file.name not in NOT_AN_AGENT)
    agents = {file.stem: _agent(file, tools) for file in files}
    for file in files:
        _check_hand_offs(file, agents)
    return agents


def _check_hand_offs(file: Path, agents: Mapping[str, Agent]) -> None:
    """Raises InvalidDomain for an agent that hands off to one that there is not, that is itself, or that says nothing of its skills."""
    for name in agents[file.stem].hands_off_to:
        if name == file.stem:
            raise InvalidDomain(f"{file}: hands_off_to names the agent itself")
        if name not in agents:
            raise InvalidDomain(f"{file}: hands_off_to: there is no agent {name}; there are: {', '.join(sorted(agents))}")
        if not agents[name].skills:
            raise InvalidDomain(f"{file}: hands_off_to: {name} has no skills; say in agents/{name}.yaml what others may hand to it")


def _agent(file: Path, tools: Mapping[str, Tool[Any]]) -> Agent:
    try:
        agent = Agent(name=file.stem, **yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise InvalidDomain(f"{file}: {error}") from error
    if unknown := [name for name in agent.tools if name not in tools]:
        raise InvalidDomain(f"{file}: there is no tool {', '.join(unknown)}; there are: {', '.join(sorted(tools))}")
    return agent


def _rights(folder: Path, tools: Mapping[str, Tool[Any]]) -> Rights:
    try:
        rights = Rights({str(file): file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.cedar"))}, tools.values())
    except InvalidPolicies as error:
        raise InvalidDomain(str(error)) from error
    if unused := rights.permitted_to_nobody():
        raise InvalidDomain("\n".join(f"{folder}: {NOBODY.format(name=name)}" for name in unused))
    return rights
