"""The teams of a domain: domains/NAME/teams/*.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from causeway.agents.domain import AgentDomain, InvalidDomain
from causeway.agents.tool import Tool
from causeway.teams.team import Team

NOT_A_TEAM = {"stand-in.yaml"}  # the laptop's chat model reads it


def teams_of(domain: AgentDomain) -> dict[str, Team]:
    """By name; none for a domain without the folder. Raises InvalidDomain that names the file and what is wrong."""
    files = sorted(domain.folder.glob("teams/*.yaml")) if domain.folder else []
    return {file.stem: _team(file, domain.tools) for file in files if file.name not in NOT_A_TEAM}


def _team(file: Path, tools: Mapping[str, Tool[Any]]) -> Team:
    try:
        team = Team(name=file.stem, **yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise InvalidDomain(f"{file}: {error}") from error
    if faults := [fault for role in team.roles.values() for name in role.tools for fault in _faults(name, tools)]:
        raise InvalidDomain(f"{file}: {'; '.join(dict.fromkeys(faults))}")
    return team


def _faults(name: str, tools: Mapping[str, Tool[Any]]) -> list[str]:
    if name not in tools:
        return [f"there is no tool {name}; there are: {', '.join(sorted(tools))}"]
    return [f"{name} changes something; roles of a team only look things up"] if tools[name].effect != "none" or tools[name].consent else []
