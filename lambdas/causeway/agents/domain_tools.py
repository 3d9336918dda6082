"""The tools of a domain: every `Tool` in a module of domains/NAME/tools/, also in a tuple of them."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from traceback import extract_tb
from types import ModuleType
from typing import Any

from causeway.agents.invalid_domain import InvalidDomain
from causeway.agents.tool import HAND_OFF, RESULT_TOOL, Tool
from causeway.agents.tool_faults import faults_of, shared_secrets

# What modules of domains import beside `causeway.agents.tool`; named here, it is in the code of every function that loads a domain.
FOR_DOMAINS = (
    "causeway.agents.chosen",
    "causeway.agents.functions",
    "causeway.agents.http_api",
    "causeway.agents.remote_tools",
    "causeway.agents.secret",
    "causeway.agents.web_pages",
)


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
    """By name. Raises InvalidDomain with a line for each fault."""
    found: dict[str, Tool[Any]] = {}
    faults: list[str] = []
    for module in sorted(f"{package.__name__}.{each.name}" for each in pkgutil.iter_modules(package.__path__)):
        for tool in _of_module(module):
            if found.get(tool.name) is tool:
                continue
            if tool.name in {HAND_OFF, RESULT_TOOL, *found}:
                faults.append(f"{module}: there is a tool {tool.name!r} already")
            faults += (f"{module}: {tool.name!r}: {fault}" for fault in faults_of(tool))
            found.setdefault(tool.name, tool)
    faults += (f"{package.__name__}: {fault}" for fault in shared_secrets(found.values()))
    if faults:
        raise InvalidDomain("\n".join(faults))
    return found


def _of_module(name: str) -> Iterator[Tool[Any]]:
    for value in vars(_imported(name)).values():
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Tool))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise InvalidDomain(f"{name}: cannot be imported{_line_of(name, error)}: {type(error).__name__}: {error}") from error


def _line_of(module: str, error: Exception) -> str:
    """Where in the module it failed: the code that was called from there is not what is to be changed."""
    spec = importlib.util.find_spec(module)
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if spec and frame.filename == spec.origin]
    return f", line {lines[-1]}" if lines else ""
