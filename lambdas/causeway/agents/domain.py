"""What a domain brings for agents: domains/NAME/agents/*.yaml, domains/NAME/tools/*.py and domains/NAME/policies/*.cedar."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from pydantic import ValidationError

from causeway.agents.agent import Agent
from causeway.agents.rights import InvalidPolicies, Rights
from causeway.agents.tool import RESULT_TOOL, Tool

NOT_AN_AGENT = {"stand-in.yaml"}  # the laptop's chat model reads it


class InvalidDomain(ValueError):
    """Files of a domain that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class AgentDomain:
    """agents, tools: by name."""

    agents: Mapping[str, Agent]
    tools: Mapping[str, Tool[Any]]
    rights: Rights

    @classmethod
    def load(cls, name: str) -> "AgentDomain":
        """name: of a folder that is importable as `domains.NAME`; "" and a domain without tools have nothing. Raises InvalidDomain."""
        if not name or importlib.util.find_spec(f"domains.{name}.tools") is None:
            return cls({}, {}, Rights({}, ()))
        package = importlib.import_module(f"domains.{name}.tools")
        folder = Path(next(iter(package.__path__))).parent
        tools = _tools(package)
        return cls(_agents(folder / "agents", tools), tools, _rights(folder / "policies", tools))


def _tools(package: ModuleType) -> dict[str, Tool[Any]]:
    found: dict[str, Tool[Any]] = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
        for tool in _tools_in(importlib.import_module(f"{package.__name__}.{module}")):
            if tool.name == RESULT_TOOL or found.get(tool.name, tool) is not tool:
                raise InvalidDomain(f"{package.__name__}.{module}: there is a tool {tool.name!r} already")
            found[tool.name] = tool
    return found


def _tools_in(module: ModuleType) -> Iterator[Tool[Any]]:
    return (value for value in vars(module).values() if isinstance(value, Tool))


def _agents(folder: Path, tools: Mapping[str, Tool[Any]]) -> dict[str, Agent]:
    files = sorted(file for file in folder.glob("*.yaml") if file.name not in NOT_AN_AGENT)
    return {file.stem: _agent(file, tools) for file in files}


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
        return Rights({str(file): file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.cedar"))}, tools.values())
    except InvalidPolicies as error:
        raise InvalidDomain(str(error)) from error
