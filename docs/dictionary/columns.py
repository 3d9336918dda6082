"""Columns of the table of turns, from the classes that declare what of a log line goes on into it."""

import json
import typing
from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

from causeway.agents.record import AgentTurnLine
from causeway.answering.record import TurnLine
from docs.dictionary import TOP
from docs.dictionary.meanings import fields_of

FILE = TOP / "stacks" / "catalogue" / "turns.json"
KINDS = {str: "string", int: "bigint", float: "double", bool: "boolean"}


def columns() -> list[dict[str, str]]:
    """Each once, with what both kinds of lines say of it. Raises ValueError where they do not say the same."""
    found: dict[str, dict[str, str]] = {}
    for column in (*_columns(TurnLine), *_columns(AgentTurnLine)):
        if found.setdefault(column["name"], column) != column:
            raise ValueError(
                f"{column['name']} means one thing in a line of a question and another in one of an agent: {column['comment']}"
            )
    return list(found.values())


def text() -> str:
    return json.dumps(columns(), indent=2) + "\n"


def _columns(line: type) -> Iterator[dict[str, str]]:
    hints = typing.get_type_hints(line)
    for field in fields_of(line):
        yield {"name": field.name, "type": _kind(hints[field.name]), "comment": field.meaning}


def _kind(hint: Any) -> str:
    """As Glue names it."""
    if hint in KINDS:
        return KINDS[hint]
    (inner,) = (each for each in get_args(hint) if each is not NoneType)
    return f"array<{_kind(inner)}>"
