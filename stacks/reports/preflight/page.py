"""The steps of preflight as a page: what each asks for, and by which call it is looked up."""

from typing import Any

from stacks.reports.assembly import Assembly
from stacks.reports.preflight.step import Step
from stacks.reports.preflight.steps import steps

HEAD = """# Before the first deploy: {name}

`make preflight ENV={name}` looks at the account of this shell's credentials and prints these steps; it changes nothing. Without
credentials it prints the list unchecked. This page is made by `python -m stacks.reports.preflight --docs` from the same steps, and a
test compares them.

| mark | means | then |
| --- | --- | --- |
| `[x]` | done | |
| `[ ]` | missing; the command exits with 1 | do what the step says: the deploy would fail, or what it made would not work or be heard |
| `[?]` | the account did not say: no right to look, an error, or something that only a person knows | look yourself, or ask who may |
| ` - ` | not checked: no credentials, or no call tells | look yourself |

The calls need rights to read only, as `ReadOnlyAccess` has them.

| step | what to do | begins with the call |
| --- | --- | --- |
"""


def page(assembly: Assembly) -> str:
    """A row for each step of the assembly's environment, in the order to take them."""
    rows = [f"| {each.title} | {each.how} | {_call(each)} |" for each in steps(assembly)]
    return HEAD.format(name=assembly.environment.name) + "\n".join(rows) + "\n"


def _call(step: Step) -> str:
    """`service: Operation`, of the first call that the check makes."""
    if step.check is None:
        return "none: look yourself"
    try:
        step.check(_clients)
    except _Asked as asked:
        return f"`{asked}`"
    return "none: the environment's file says it"


class _Asked(Exception):
    pass


class _Client:
    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, method: str) -> Any:
        def asked(*arguments: Any, **_: Any) -> Any:
            name = str(arguments[0]) if method == "get_paginator" else method
            raise _Asked(f"{self._service}: {''.join(word.capitalize() for word in name.split('_'))}")

        return asked


def _clients(service: str, region: str) -> Any:
    return _Client(service)
