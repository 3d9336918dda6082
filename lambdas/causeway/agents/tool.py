"""What a tool is, and what it is given. Domains make tools in domains/NAME/tools/; nothing else knows any of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from causeway.conversations.keys import Owner
from causeway.runtime.deadlines import Deadline
from causeway.runtime.json_schemas import whole

Arguments = TypeVar("Arguments", bound=BaseModel)
Record = Mapping[str, Any]  # of JSON's types
RESULT_TOOL = "call_result"  # of `/v1/mcp` itself; no tool of a domain can have this name


HAND_OFF = "hand_off"  # of agents that hand off; no tool of a domain can have this name


class Refused(Exception):
    """A tool cannot do what it was asked; the message is for the model and says why and what to do instead."""


class Changed(Exception):
    """A record is no longer as it was read."""


class Records(Protocol):
    """The business records of one tenant, by kind and id; no other tenant's can be named here.

    A record's field `owner`, where it has one, is the name of the user whose it is.
    """

    def get(self, kind: str, id: str) -> Record | None: ...

    def put(self, kind: str, id: str, record: Record, *, key: str, before: Record | None = None) -> None:
        """Write a record, once for each `key`: the same write again changes nothing.

        before: the record as it was read, None for a new one. Raises Changed when it is no longer so.
        """
        ...


class Knowledge(Protocol):
    """The documents that the caller may read."""

    def search(self, question: str, deadline: Deadline) -> str:
        """Passages that may answer it, each with its title and heading; says so when there are none."""
        ...


class Functions(Protocol):
    """Lambda functions that tools may call."""

    def call(self, name: str, payload: Mapping[str, Any], deadline: Deadline) -> Any:
        """What the function returns; it may be called again with the same payload. Raises DependencyError.

        name: of one that the domain's tools name (`function_tool`), or OUTSIDE.
        """
        ...


class Questions(Protocol):
    """What users of the tenant have asked."""

    def unanswered(self, hours: int, deadline: Deadline) -> list[str]:
        """Questions of the last hours that nothing answered, oldest first, without who asked. Raises DependencyError."""
        ...


class NoQuestions:
    """Where none may be read."""

    def unanswered(self, hours: int, deadline: Deadline) -> list[str]:
        raise Refused("Questions of users cannot be read here. Do not try it again.")


NO_QUESTIONS = NoQuestions()
OUTSIDE = ""  # stands for the one function with a way to the internet


class NoFunctions:
    """Where no function may be called."""

    def call(self, name: str, payload: Mapping[str, Any], deadline: Deadline) -> Any:
        raise Refused("This cannot be done here: there is no way to the service. Do not try it again.")


NO_FUNCTIONS = NoFunctions()


@dataclass(frozen=True)
class Calling:
    """What a tool may use of the call that it serves.

    owner: the user for whom the agent acts. key: names this call for good: a call repeated after a crash has the same.
    """

    owner: Owner
    key: str
    deadline: Deadline
    records: Records
    knowledge: Knowledge
    functions: Functions = NO_FUNCTIONS
    questions: Questions = NO_QUESTIONS


@dataclass(frozen=True)
class Tool(Generic[Arguments]):
    """A typed function that an agent may call.

    name: lower case with underscores; the action of the policies has the same. description: tells the model when to use it.
    arguments: whose fields' descriptions the model reads. run: does it, and returns what the model reads; text, or what JSON can say.
    It raises Refused for what it cannot do.
    effect: "none" for a tool that changes nothing; "once" when what it does must not happen twice: it uses the key of `Calling`.
    consent: what the user is asked before it runs, with {fields} of the arguments; "" when no consent is needed.
    about: kind and id of the record that a call concerns, by its arguments; policies see that record. None: they see the tenant.
    reaches: the host on the web that a call goes to, by its arguments; policies see it in place of a record.
    timeout_seconds: of one call. cost_usd: of one call. most_characters: of the result; the rest is cut, and the model is told so.
    """

    name: str
    description: str
    arguments: type[Arguments]
    run: Callable[[Arguments, Calling], Any]
    effect: Literal["none", "once"] = "none"
    consent: str = ""
    timeout_seconds: float = 10.0
    cost_usd: float = 0.0
    most_characters: int = 8000
    about: Callable[[Arguments], tuple[str, str]] | None = None
    reaches: Callable[[Arguments], str] | None = None
    schema: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "schema", whole(self.arguments.model_json_schema()))
