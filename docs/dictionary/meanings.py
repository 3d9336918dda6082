"""Fields of what is kept: what each means and which class of data it is, read from the docstring of the class that declares it.

A docstring says `name: meaning.` or `name, other: meaning.` of its fields, and on a line of its own the class of its data:

    Data class: restricted; state, asked_at: internal.

The first word is that of every field that is not named, so a new field is never taken for less than the others are.
"""

import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from stacks.constructs.tags import DataClass

# From the least to the most. Nothing of the app is public: what is open to everybody is in the repository, and not in a store.
CLASSES: Sequence[DataClass] = get_args(DataClass)
# Names that mean the same wherever a docstring does not say otherwise.
EVERYWHERE: Mapping[str, str] = {
    "tenant": "whose data it is",
    "owner": "whose it is",
    "user": "id of the user in the user pool",
    "document_id": "id of the document",
    "content": "all the rest, as JSON",
    "expires_at": "seconds since 1970, after which DynamoDB deletes the item",
    "created_at": "when it was made",
    "updated_at": "when it last changed",
    "version": "changes with every write",
    "run_id": "id of the run",
    "request_id": "id of the request",
    "session_id": "id of the conversation",
    "model": "which model",
    "usage": "tokens that it took",
    "usd": "US dollars",
    "input_tokens": "tokens that the model read",
    "output_tokens": "tokens that the model wrote",
    "kind": "what kind it is",
    "agent": "name of the agent",
    "team": "name of the team",
    "task": "what was asked, in words",
    "trigger": "name of the trigger",
    "title": "title of the document",
    "language": "language of the text, ISO 639-1 or `und`",
    "text": "the words",
}
_CLASS = re.compile(r"Data class: (\w+)((?:; \w+(?:, \w+)*: \w+)*)\.")
_KINDS = {str: "text", int: "number", float: "number", bool: "yes or no", bytes: "bytes", NoneType: "none", Any: "JSON"}


class Unsaid(Exception):
    """A class does not say what a field means, or which class of data it is."""


@dataclass(frozen=True)
class Field:
    """form: its type, in words. of: kept classes that it is made of, with fields of their own."""

    name: str
    form: str
    meaning: str
    data_class: DataClass
    of: tuple[type, ...] = ()


@cache
def fields_of(model: type) -> tuple[Field, ...]:
    """Raises Unsaid."""
    hints = {name: hint for name, hint in typing.get_type_hints(model, include_extras=True).items() if _is_field(model, name, hint)}
    meanings, classes = _meanings(model, hints), _classes(model, hints)
    return tuple(_field(model, name, hint, meanings, classes) for name, hint in hints.items())


def highest(classes: Sequence[DataClass]) -> DataClass:
    return max(classes, key=CLASSES.index)


def class_of(model: type) -> DataClass:
    """The highest of its fields."""
    return highest([field.data_class for field in fields_of(model)])


def _field(model: type, name: str, hint: Any, meanings: Mapping[str, str], classes: Mapping[str, DataClass]) -> Field:
    meaning = meanings.get(name) or EVERYWHERE.get(name)
    if not meaning:
        raise Unsaid(f"{model.__module__}.{model.__qualname__} does not say what {name} means: write `{name}: meaning.` into its docstring")
    within = tuple(dict.fromkeys(_made_of(hint)))
    return Field(name, said_of(hint), meaning, highest([classes[name], *map(class_of, within)]) if within else classes[name], within)


def _is_field(model: type, name: str, hint: Any) -> bool:
    return name in model.model_fields if issubclass(model, BaseModel) else get_origin(hint) is not typing.ClassVar


def _documented(model: type) -> Iterator[tuple[type, str]]:
    """A class and those that it is made from, with their docstrings in one line."""
    yield from ((each, " ".join((each.__doc__ or "").split())) for each in model.__mro__ if each.__module__.startswith("causeway"))


def _meanings(model: type, hints: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name: info.description
        for name, info in (model.model_fields.items() if issubclass(model, BaseModel) else ())
        if name in hints and info.description
    }
    for _, text in reversed(list(_documented(model))):
        found |= _said(text, hints)
    return found


def _said(docstring: str, hints: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields with what a docstring says of each: from its name on until the next one's name."""
    text = _CLASS.sub("", docstring).strip()
    names = "|".join(map(re.escape, hints))
    begins = list(re.finditer(rf"(?:^|(?<=[.:] ))((?:{names})(?:, (?:{names}))*): ", text))
    for number, begin in enumerate(begins):
        end = begins[number + 1].start() if number + 1 < len(begins) else len(text)
        yield from ((name, text[begin.end() : end].strip().rstrip(".")) for name in begin[1].split(", "))


def _classes(model: type, hints: Mapping[str, Any]) -> dict[str, DataClass]:
    """By field. A class without a word of its own is as the one that it is made from."""
    found: dict[str, DataClass] = {}
    for each, text in reversed(list(_documented(model))):
        if said := _CLASS.search(text):
            own = [name for name in hints if name in each.__annotations__ or name not in found]
            named = {name: kind for part in said[2].split("; ")[1:] for names, kind in [part.rsplit(": ", 1)] for name in names.split(", ")}
            _check(each, hints, [said[1], *named.values()], list(named))
            found |= dict.fromkeys(own, said[1]) | named
    if lacking := hints.keys() - found.keys():
        raise Unsaid(f"{model.__module__}.{model.__qualname__} does not say which class of data {', '.join(sorted(lacking))} are")
    return found


def _check(model: type, hints: Mapping[str, Any], classes: Sequence[str], names: Sequence[str]) -> None:
    if unknown := [each for each in classes if each not in CLASSES]:
        raise Unsaid(f"{model.__qualname__}: {unknown[0]} is no class of data; there are: {', '.join(CLASSES)}")
    if unknown := [each for each in names if each not in hints]:
        raise Unsaid(f"{model.__qualname__} has no field {unknown[0]} that could be of a class of data")
    if any(CLASSES.index(each) > CLASSES.index(classes[0]) for each in classes):
        raise Unsaid(f"{model.__qualname__}: the first class of data has to be the highest, or a new field would be taken for too little")


def said_of(hint: Any) -> str:
    """A type in words."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _KINDS:
        return _KINDS[hint]
    if origin is typing.Annotated or origin in (typing.NotRequired, typing.Required):
        return said_of(parts[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{each}`" for each in parts if each != "")
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(said_of(each) for each in parts))
    if origin is tuple and Ellipsis not in parts:
        return f"({', '.join(map(said_of, parts))})"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{said_of(parts[1])} by {said_of(parts[0])}"
    if isinstance(origin, type) and parts:
        return f"list of {said_of(parts[0])}"
    return hint.__name__ if is_kept(hint) else "JSON"


def _made_of(hint: Any) -> Iterator[type]:
    if is_kept(hint):
        yield hint
    elif get_origin(hint) is not Literal:
        for each in get_args(hint):
            yield from _made_of(each)


def is_kept(hint: Any) -> bool:
    return isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, BaseModel)) and hint.__module__.startswith("causeway")
