"""One request to a chat model and its reply, whatever client carries them."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from causeway.runtime.deadlines import Deadline

Qualifier = Literal["grounding_source", "query", "guard_content"]
INTERVENTIONS = ("guardrail_intervened", "content_filtered")


@dataclass(frozen=True)
class Block:
    """A part of the user's message; the model reads the parts joined.

    qualifiers: what the guardrail takes the part for. It does not assess a part without any.
    """

    text: str
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True)
class ChatRequest:
    """message: the user's, in parts. max_tokens: of the reply. temperature: 0 to 1."""

    system: str
    message: Sequence[Block]
    max_tokens: int
    temperature: float
    stop_sequences: Sequence[str] = ()


@dataclass(frozen=True)
class Usage:
    """Tokens as the model counted them; zeros and no model while none was asked."""

    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""


@dataclass(frozen=True)
class ChatReply:
    """stop_reason: the model's own word, such as "end_turn", "max_tokens" or "guardrail_intervened".

    policies: the guardrail's policies that assessed something, by name, such as "contextualGroundingPolicy". The rest of its
    trace holds words of the question and the answer, and is left out so that no log shows them.
    """

    text: str
    stop_reason: str
    usage: Usage
    policies: frozenset[str] = frozenset()

    @property
    def guardrail_intervened(self) -> bool:
        return self.stop_reason in INTERVENTIONS


class ChatModel(Protocol):
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "model"."""

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply: ...

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """Pieces of the text as the model produces them, then the whole reply. Closing the iterator ends the call."""
        ...
