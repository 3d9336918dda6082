"""What the stand-in chat model does with tools: rules, as data in YAML files. docs/local.md shows how they are written."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from local import places
from local.app.domain import deployed
from local.models.serving import Unsupported

FILE = "stand-in.yaml"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return text


class Wanted(Part):
    """A value that the user has said. pattern: its first group is the value, or all of it without a group.

    ask: said instead of any call when there is no such value. before: whether it may be from an earlier turn.
    """

    pattern: str
    ask: str
    before: bool = True

    _compiles = field_validator("pattern")(_pattern)


class Asked(Part):
    """A call. tool, arguments: with {values}. each: a name of `find`: one call for every such value in the message.

    text: the arguments as they are sent, in place of `arguments`, for what is no JSON. regardless: also a tool that is not offered.
    """

    tool: str
    arguments: dict[str, Any] | str = Field(default_factory=dict)
    text: str | None = None
    each: str = ""
    regardless: bool = False


class Rule(Part):
    """What is done when `when` is found in the user's message, or in the newest results; a regular expression, upper or lower case.

    Its named groups are values. find: further values by name. steps: calls of one reply each, the next once all results are there.
    aside: said beside the calls. say: said at the end. failed: said when a call failed, with {reason}.
    offered: a tool: the rule is for those alone to whom it is offered.
    quote: the tool whose result is quoted as {quoted}, where it answers the message.
    claims: the tool whose results are quoted as {claims}, each with its document, in the steps behind those that call it.
    otherwise: calls that are made, in place of saying `failed`, when a call failed; with {reason}.
    again: the steps begin anew for ever, whatever comes of them; {count} is how many replies with calls there were.
    seconds: that every reply takes. reads, writes: tokens that every reply counts beside its own. status: of HTTP, with which every
    request is refused: 429 or 503.
    """

    when: str
    offered: str = ""
    within: Literal["message", "results"] = "message"
    find: dict[str, Wanted] = Field(default_factory=dict)
    steps: tuple[tuple[Asked, ...], ...] = ()
    aside: str = ""
    say: str = "Done."
    failed: str = "I could not do that: {reason}"
    quote: str = ""
    claims: str = ""
    otherwise: tuple[Asked, ...] = ()
    again: bool = False
    seconds: float = Field(0.0, ge=0)
    reads: int = Field(0, ge=0)
    writes: int = Field(0, ge=0)
    status: Literal[200, 429, 503] = 200

    _compiles = field_validator("when")(_pattern)


class Script(Part):
    """rules: the first that applies is followed."""

    rules: tuple[Rule, ...]


Rules = Callable[[], Sequence[Rule]]


def read(file: Path) -> Script:
    """Raises Unsupported that names the file and what is wrong with it."""
    try:
        return Script.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise Unsupported(f"{file} is no script: {error}") from error


def of_deployment() -> Sequence[Rule]:
    """Rules of the files in the state folder's `scripts/`, then those of the domain; read anew, so that a change acts at once."""
    domain = deployed()
    files = [*sorted((places.STATE / "scripts").glob("*.yaml")), domain / "teams" / FILE, domain / "agents" / FILE]
    return [rule for file in files if file.exists() for rule in read(file).rules]
