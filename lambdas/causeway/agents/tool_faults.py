"""What is wrong with a tool as its module made it, and what to write instead."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from causeway.agents.outside import Outside, Pages
from causeway.agents.tool import Tool

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")  # of a model's tool, of a Cedar action
TYPED = {"type", "anyOf", "oneOf", "allOf", "enum", "const"}


def faults_of(tool: Tool[Any]) -> Iterator[str]:
    """Sentences without a stop; none for a tool that can be used."""
    if not NAME.fullmatch(tool.name):
        yield "its name is to be lower case with underscores, 64 characters at most, such as look_up_stock"
    if not tool.description.strip():
        yield 'it has no description: write description="..." that tells a model when to use it'
    yield from _of_arguments(tool)
    yield from _of_run(tool.run)
    yield from _of_consent(tool)


def shared_secrets(tools: Iterable[Tool[Any]]) -> Iterator[str]:
    """A key that several hosts would get, a sentence each: whoever has one of them could act at the other."""
    hosts: dict[str, set[str]] = {}
    for run in (tool.run for tool in tools):
        if isinstance(run, Outside) and not isinstance(run.errand, Pages) and run.secret:
            hosts.setdefault(run.secret.name, set()).add(run.errand.server.host)
    for name, several in sorted(hosts.items()):
        if len(several) > 1:
            yield f"the secret {name} would be sent to {' and '.join(sorted(several))}: give each host a secret of its own"


def _of_arguments(tool: Tool[Any]) -> Iterator[str]:
    """Of a service's own schema no more is asked than it says."""
    ours = not isinstance(tool.run, Outside)
    for name, described in _properties(tool).items():
        if ours and not TYPED & described.keys():
            yield f"its argument {name} has no type that a model can keep to: write {name}: str, or what it is"
        if ours and not described.get("description"):
            yield f'its argument {name} has no description: write {name}: ... = Field(description="...")'


def _of_run(run: Any) -> Iterator[str]:
    wanted = "write def NAME(arguments, calling)"
    if not callable(run):
        yield f"its run is no function: {wanted}"
    elif inspect.iscoroutinefunction(run) or inspect.isgeneratorfunction(run):
        yield f"its run is {'async' if inspect.iscoroutinefunction(run) else 'a generator'}, which nobody waits for: {wanted} that returns"
    else:
        try:
            inspect.signature(run).bind("arguments", "calling")
        except TypeError:
            yield f"its run cannot be called with the arguments and the Calling: {wanted}"


def _of_consent(tool: Tool[Any]) -> Iterator[str]:
    if tool.effect == "once" and not tool.consent:
        otherwise = ", or changes=False where nothing happens" if isinstance(tool.run, Outside) else ""
        yield f'it acts (effect="once") and asks nobody: write consent="..." with what the user is asked before it runs{otherwise}'
    if tool.consent and tool.effect == "none":
        yield 'it asks for consent and says that it changes nothing: write effect="once"'
    known = sorted(_properties(tool))
    try:
        named = {name for _, name, _, _ in Formatter().parse(tool.consent) if name is not None}
    except ValueError as error:
        yield f"its consent cannot be filled in: {error}"
        return
    if unknown := sorted(named - set(known)):
        yield f"its consent names {', '.join(name or '{}' for name in unknown)}, which is no argument of it; there are: {', '.join(known)}"


def _properties(tool: Tool[Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = tool.schema.get("properties", {})
    return found
