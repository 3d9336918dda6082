"""The routes of the HTTP API, each declared once: the handler serves it, and OpenAPI and the gateway's test read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True)
class Reply:
    """The answer to a request that succeeds.

    says: what it is, in a sentence for OpenAPI. model: of the whole answer, or of the last event; None for a refusal with a problem.
    events: of a stream of server-sent events, each with the model of its data; empty for an answer that is one JSON object.
    whole_too: who does not ask for events gets one JSON object.
    media_type: of an answer that is no stream.
    later: what a 202 with the same model says, "" where none is given: the work goes on after the answer.
    nothing: what a 202 without a body says, "" where none is given.
    """

    status: int
    says: str
    model: type[BaseModel] | None
    events: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    whole_too: bool = False
    later: str = ""
    media_type: str = "application/json"
    nothing: str = ""


@dataclass(frozen=True)
class Parameter:
    """schema: a type that pydantic can describe. required: a request without it is refused; one in the path always is."""

    schema: Any
    says: str = ""
    required: bool = False


@dataclass(frozen=True)
class Route:
    """One operation.

    path: with its parameters in braces. summary: for OpenAPI. body: of the request, in the media type body_type.
    in_path, in_query: its parameters by name; those of the query may be left out.
    problems: the statuses with which it can refuse a request, beside those that any request may meet.
    open_to_all: it needs no token.
    """

    method: Method
    path: str
    summary: str
    reply: Reply
    body: type[BaseModel] | None = None
    in_path: Mapping[str, Parameter] = field(default_factory=dict)
    in_query: Mapping[str, Parameter] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    open_to_all: bool = False
    body_type: str = "application/json"
