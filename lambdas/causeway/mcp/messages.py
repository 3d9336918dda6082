"""Messages of the Model Context Protocol over HTTP: JSON-RPC 2.0, read and refused as the protocol's revisions say.

Sources: "Streamable HTTP" and "Versioning and Compatibility" of revision 2026-07-28, "Transports" of revisions 2025-03-26 to 2025-11-25.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, StrictInt, StrictStr, ValidationError
from pydantic_core import from_json

PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
OK, ACCEPTED, BAD_REQUEST, FORBIDDEN, NOT_FOUND = 200, 202, 400, 403, 404


@dataclass(frozen=True)
class Heard:
    """One HTTP request. headers: with names in lower case."""

    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answered:
    """The HTTP answer. body: None for none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Refusal(Exception):
    """A request that is answered with an error of JSON-RPC. status: of HTTP; data: what a client can read of the error."""

    code: int
    message: str
    status: int = OK
    data: Any = None

    def answered(self, identifier: Any) -> Answered:
        """identifier: of the request, None where it has none that can be read."""
        told = {"code": self.code, "message": self.message, **({} if self.data is None else {"data": self.data})}
        return Answered(self.status, {"jsonrpc": "2.0", "id": identifier, "error": told})


class Message(BaseModel):
    """A request; a notification, which has no id; or a response, which has no method."""

    jsonrpc: Literal["2.0"]
    id: StrictInt | StrictStr | None = None
    method: str | None = None
    params: dict[str, Any] = {}

    @property
    def is_request(self) -> bool:
        return self.method is not None and self.id is not None


def parsed(heard: Heard) -> Any:
    """The body's JSON. Raises Refusal. A request that a web page has sent is none of ours: there is no page that may."""
    if "origin" in heard.headers:
        raise Refusal(INVALID_REQUEST, "Origin: no web page is a client of this server.", FORBIDDEN)
    try:
        return from_json(heard.body, allow_inf_nan=False)
    except ValueError:
        raise Refusal(PARSE_ERROR, "The body is no JSON.", BAD_REQUEST) from None


def message_of(raw: Any) -> Message:
    """Raises Refusal."""
    try:
        message = Message.model_validate(raw)
    except ValidationError as error:
        raise Refusal(INVALID_REQUEST, f"No message of JSON-RPC 2.0: {faults(error)}", BAD_REQUEST) from None
    if message.method is None and not {"result", "error"} & raw.keys():
        raise Refusal(INVALID_REQUEST, "No message of JSON-RPC 2.0: method: Field required", BAD_REQUEST)
    if message.method is not None and "id" in raw and raw["id"] is None:
        raise Refusal(INVALID_REQUEST, "No message of JSON-RPC 2.0: id: a request's id is a text or a whole number", BAD_REQUEST)
    return message


def faults(error: ValidationError) -> str:
    """What is wrong with each field, without its value."""
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'message'}: {each['msg']}" for each in error.errors(include_url=False))
