"""The tools of a domain: every `Tool` in a module of domains/NAME/tools/, also in a tuple of them."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from string import Formatter
from types import ModuleType
from typing import Any

from causeway.agents.tool import HAND_OFF, RESULT_TOOL, Tool

# What modules of domains import beside `causeway.agents.tool`; named here, it is in the code of every function that loads a domain.
FOR_DOMAINS = (
    "causeway.agents.chosen",
    "causeway.agents.functions",
    "causeway.agents.http_api",
    "causeway.agents.remote_tools",
    "causeway.agents.web_pages",
)


class InvalidDomain(ValueError):
    """Files of a domain that cannot be used; the message names the file and what is wrong."""


def package_of(domain: str) -> ModuleType | None:
    """None for "" and a domain without tools."""
    if not domain or importlib.util.find_spec(f"domains.{domain}.tools") is None:
        return None
    return importlib.import_module(f"domains.{domain}.tools")


def tools_of(domain: str) -> dict[str, Tool[Any]]:
    """By name. Raises InvalidDomain."""
    package = package_of(domain)
    return {} if package is None else tools_in(package)


def tools_in(package: ModuleType) -> dict[str, Tool[Any]]:
    found: dict[str, Tool[Any]] = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
        for tool in _of_module(f"{package.__name__}.{module}"):
            if tool.name in (HAND_OFF, RESULT_TOOL) or found.get(tool.name, tool) is not tool:
                raise InvalidDomain(f"{package.__name__}.{module}: there is a tool {tool.name!r} already")
            _check_consent(f"{package.__name__}.{module}", tool)
            found[tool.name] = tool
    return found


def _check_consent(module: str, tool: Tool[Any]) -> None:
    known = sorted(tool.schema.get("properties", {}))
    if unknown := sorted({name for _, name, _, _ in Formatter().parse(tool.consent) if name} - set(known)):
        raise InvalidDomain(
            f"{module}: the consent of {tool.name!r} names {', '.join(unknown)}, which is no argument of it; there are: {', '.join(known)}"
        )


def _of_module(name: str) -> Iterator[Tool[Any]]:
    for value in vars(importlib.import_module(name)).values():
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Tool))
