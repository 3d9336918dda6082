"""One request to a chat model and its reply, whatever client carries them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from causeway.runtime.deadlines import Deadline

Qualifier = Literal["grounding_source", "query", "guard_content"]
Structure = Literal["claims", "ignored", "rejected"]
INTERVENTIONS = ("guardrail_intervened", "content_filtered")


@dataclass(frozen=True)
class Block:
    """A part of the user's message; the model reads the parts joined.

    qualifiers: what the guardrail takes the part for. It does not assess a part without any.
    """

    text: str
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True)
class OutputSchema:
    """JSON that a reply has to be. schema: of the whole, with those keywords alone that Bedrock takes (docs/decisions/189)."""

    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ChatRequest:
    """message: the user's, in parts. max_tokens: of the reply. temperature: 0 to 1. output: None asks for text."""

    system: str
    message: Sequence[Block]
    max_tokens: int
    temperature: float
    stop_sequences: Sequence[str] = ()
    output: OutputSchema | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens as the model counted them; zeros and no model while none was asked.

    Data class: internal.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""


@dataclass(frozen=True)
class ChatReply:
    """stop_reason: the model's own word, such as "end_turn", "max_tokens" or "guardrail_intervened".

    policies: the guardrail's policies that assessed something, by name, such as "contextualGroundingPolicy". The rest of its
    trace holds words of the question and the answer, and is left out so that no log shows them.
    structure: what became of a request for claims in JSON: "claims", the text is made from them; "ignored", the model wrote a text in
    its own form; "rejected", the service does not take the schema, and text was asked for. None where text was asked for from the first.
    left_out: claims that are not in the text, because they were cut short or are not of the schema.
    """

    text: str
    stop_reason: str
    usage: Usage
    policies: frozenset[str] = frozenset()
    structure: Structure | None = None
    left_out: int = 0

    @property
    def guardrail_intervened(self) -> bool:
        return self.stop_reason in INTERVENTIONS


class Sentences(str):
    """A piece of a reply that ends where a sentence does. written: characters that the model wrote for it, the form included."""

    written: int

    def __new__(cls, text: str, written: int) -> Self:
        piece = super().__new__(cls, text)
        piece.written = written
        return piece


class ChatModel(Protocol):
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency "model"."""

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply: ...

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """Pieces of the text as the model produces them, then the whole reply. Closing the iterator ends the call."""
        ...
