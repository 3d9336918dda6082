"""What a model was sent, as the journal keeps it: digests of every part, and the words of those that are new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import takewhile
from typing import Any

from pydantic_core import to_json

from causeway.models.acting import ActRequest, Said, ToolSpec

MOST_BYTES = 200_000  # of a request's new words; an item of DynamoDB has 400 KB, and the reply is in it too


@dataclass(frozen=True)
class Words:
    """system, tools: None where they are those of the request before. messages: those after the last one that is as it was.

    left_out: messages whose words were too many to be kept; their digests are.
    Data class: restricted; system, tools, left_out: internal.
    """

    system: str | None = None
    tools: Sequence[ToolSpec] | None = None
    messages: Sequence[Said] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Sent:
    """system, tools, messages: digests. policies: digest of those that decided which tools there are.

    groups: of the user, by which they decided; None where nobody said.
    max_tokens: of the reply. temperature: 0 to 1. words: of the parts that are new.
    Data class: restricted; system, tools, messages, max_tokens, temperature, policies: internal.
    """

    system: str
    tools: str
    messages: Sequence[str]
    max_tokens: int
    temperature: float
    words: Words = field(default_factory=Words)
    policies: str = ""
    groups: Sequence[str] | None = None

    @property
    def digest(self) -> str:
        """Of the whole request."""
        return digest([self.system, self.tools, list(self.messages), self.max_tokens, self.temperature])


def digest(value: Any) -> str:
    """32 hexadecimal digits. value: of JSON's types, or dataclasses of them."""
    return sha256(to_json(value)).hexdigest()[:32]


def sent_of(request: ActRequest, before: Sent | None = None) -> Sent:
    """before: the request before this one in the same run."""
    messages = [digest(said) for said in request.messages]
    found = Sent(digest(request.system), digest(list(request.tools)), messages, request.max_tokens, request.temperature)
    new = request.messages[_as_before(messages, before.messages if before else ()) :]
    words = Words(
        system=None if before and before.system == found.system else request.system,
        tools=None if before and before.tools == found.tools else list(request.tools),
        messages=list(new),
    )
    return replace(found, words=words if len(to_json(words)) <= MOST_BYTES else replace(words, messages=(), left_out=len(new)))


def request_of(every: Iterable[Sent]) -> ActRequest:
    """The last request of a run in words; an empty message stands for each whose words were not kept. Raises ValueError without any."""
    request = None
    for sent in every:
        words = sent.words
        before = request or ActRequest("", [], [], 0)
        system = before.system if words.system is None else words.system
        tools = before.tools if words.tools is None else words.tools
        known = before.messages[: len(sent.messages) - len(words.messages) - words.left_out]
        missing = [Said("user")] * words.left_out
        request = ActRequest(system, [*known, *words.messages, *missing], tools, sent.max_tokens, sent.temperature)
    if request is None:
        raise ValueError("there is no request")
    return request


def _as_before(messages: Sequence[str], before: Sequence[str]) -> int:
    """How many messages at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(messages, before, strict=False)))
