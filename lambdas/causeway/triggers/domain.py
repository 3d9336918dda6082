"""The triggers of a domain: domains/NAME/triggers.yaml."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from causeway.agents.invalid_domain import InvalidDomain
from causeway.triggers.trigger import Trigger

if TYPE_CHECKING:
    from causeway.agents.domain import AgentDomain

FILE = "triggers.yaml"


def triggers_of(domain: "AgentDomain") -> tuple[Trigger, ...]:
    """Raises InvalidDomain that names file and line, and what to change there."""
    if domain.folder is None:
        return ()
    found: list[Trigger] = []
    for place, trigger in _read(domain.folder / FILE):
        if fault := _fault(trigger, domain):
            raise InvalidDomain(f"{place}: {fault}")
        if any(trigger.name == each.name for each in found):
            raise InvalidDomain(f"{place}: there is a trigger {trigger.name!r} already")
        found.append(trigger)
    return tuple(found)


def known_triggers(name: str) -> tuple[Trigger, ...]:
    """Of a domain that was checked when it was deployed, by its name; its tools are not loaded. None for ""."""
    spec = find_spec(f"domains.{name}") if name else None
    if spec is None:
        return ()
    folders = list(spec.submodule_search_locations or ())
    file = next((file for folder in folders if (file := Path(folder) / FILE).is_file()), None)
    return tuple(trigger for _, trigger in _read(file)) if file else ()


def _read(file: Path) -> Iterator[tuple[str, Trigger]]:
    """Each with its place, `file:line`."""
    if not file.is_file():
        return
    text = file.read_text(encoding="utf-8")
    try:
        tree, content = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise InvalidDomain(f"{file}: {error}") from error
    if not isinstance(content, list):
        raise InvalidDomain(f"{file}:1: it holds a list of triggers, each with name, when, agent and task")
    for node, entry in zip(getattr(tree, "value", ()), content, strict=False):
        place = f"{file}:{node.start_mark.line + 1}"
        yield place, _trigger(place, entry)


def _trigger(place: str, entry: Any) -> Trigger:
    try:
        return Trigger.model_validate(entry)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}".removeprefix(": ") for each in error.errors())
        raise InvalidDomain(f"{place}: {faults}") from error


def _fault(trigger: Trigger, domain: "AgentDomain") -> str:
    """ "" where the agent can do the work."""
    agent = domain.agents.get(trigger.agent)
    if agent is None:
        return f"there is no agent {trigger.agent}; there are: {', '.join(sorted(domain.agents))}"
    asking = [name for name in agent.tools if domain.tools[name].consent]
    if asking and not trigger.has_a_user_of_its_own:
        return f"agent {trigger.agent} has {', '.join(asking)}, which asks a user for consent, and nobody is there to give it"
    return ""
