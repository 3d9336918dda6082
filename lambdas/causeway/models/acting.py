"""One request to a chat model that may use tools, and its reply, whatever client carries them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from causeway.models.chat import INTERVENTIONS, Usage
from causeway.runtime.deadlines import Deadline


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the model sees it. schema: JSON Schema of the arguments, an object.

    name: of the tool. description: for the model.
    Data class: internal.
    """

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """id: the model's name of this call. arguments: as the model wrote them, not validated.

    name: of the tool.
    Data class: restricted; id, name: internal.
    """

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class ToolResult:
    """What came of a call, as the model reads it. failed: content says what went wrong and what to do about it.

    call_id: of the call.
    Data class: restricted; call_id, failed: internal.
    """

    call_id: str
    content: str
    failed: bool = False


@dataclass(frozen=True)
class Said:
    """One message of the conversation with the model. Calls are an assistant's, results a user's.

    role: who says it. calls: of tools. results: of calls.
    Data class: restricted; role: internal.
    """

    role: Literal["user", "assistant"]
    text: str = ""
    calls: Sequence[ToolCall] = ()
    results: Sequence[ToolResult] = ()


@dataclass(frozen=True)
class ActRequest:
    """max_tokens: of the reply. temperature: 0 to 1."""

    system: str
    messages: Sequence[Said]
    tools: Sequence[ToolSpec]
    max_tokens: int
    temperature: float = 0.0


@dataclass(frozen=True)
class ActReply:
    """text: what the model says beside its calls, or its answer when it makes none. stop_reason: the model's own word."""

    text: str
    calls: Sequence[ToolCall]
    stop_reason: str
    usage: Usage
    policies: frozenset[str] = frozenset()

    @property
    def guardrail_intervened(self) -> bool:
        return self.stop_reason in INTERVENTIONS


class ActingModel(Protocol):
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "model"."""

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply: ...


class ReadAlong(Protocol):
    """An acting model that is heard while it writes. Raises as `ActingModel`, also in the middle."""

    def act_along(self, request: ActRequest, deadline: Deadline) -> Generator[str | ActReply]:
        """Pieces of the text as the model produces them, then the whole reply. Closing the iterator ends the call."""
        ...
