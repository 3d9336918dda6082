"""The messages of a chat completion as one turn: what the user said, and which calls were made with which results."""

import html
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.models.serving import Unsupported

FAILED = "Error: "  # what a failed result begins with: OpenAI's messages have no field for it
DELIMITED = re.compile(r"<([a-z]+-[0-9a-f]+)[^>]*>\n?(.*?)\n?</\1>", re.DOTALL)
TASK = re.compile(r"<(task-[0-9a-f]+)>\n(.*?)\n</\1>", re.DOTALL)  # of an agent that hands over

Message = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Call:
    """arguments: as they are sent, which may be no JSON. They are the same when they say the same, in any order."""

    tool: str
    arguments: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and (self.tool, _meaning(self.arguments)) == (other.tool, _meaning(other.arguments))

    def __hash__(self) -> int:
        return hash(self.tool)

    def as_sent(self) -> dict[str, Any]:
        return {"id": f"call_{uuid.uuid4().hex[:24]}", "type": "function", "function": {"name": self.tool, "arguments": self.arguments}}


@dataclass(frozen=True)
class Exchange:
    """Calls of one reply and the texts of their results, in the same order."""

    calls: Sequence[Call]
    results: Sequence[str]


@dataclass
class Turn:
    """The conversation from the user's newest message on. before: earlier texts, newest first."""

    message: str
    before: Sequence[str]
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def newest(self) -> str:
        """Results that the model has not answered yet."""
        return html.unescape("\n".join(self.exchanges[-1].results)) if self.exchanges else ""


def read_turn(messages: Sequence[Message]) -> Turn:
    """A user's message right behind results is a note on them and begins no turn."""
    texts = [place for place, each in enumerate(messages) if each["role"] == "user" and not _follows_results(messages, place)]
    if not texts:
        raise Unsupported("This stand-in with tools needs a message of the user.")
    earlier = [text_of(each) for each in messages[: texts[-1]] if each["role"] in ("user", "assistant")]
    turn = Turn(_wanted(text_of(messages[texts[-1]])), earlier[::-1])
    results = {each["tool_call_id"]: text_of(each) for each in messages if each["role"] == "tool"}
    for each in messages[texts[-1] + 1 :]:
        if calls := each.get("tool_calls"):
            made = [Call(call["function"]["name"], call["function"]["arguments"]) for call in calls]
            turn.exchanges.append(Exchange(made, [results.get(call["id"], "") for call in calls]))
    return turn


def _wanted(text: str) -> str:
    """Of a message that another agent handed over, what that agent wants."""
    found = TASK.search(text)
    return html.unescape(found[2]) if found else text


def _follows_results(messages: Sequence[Message], place: int) -> bool:
    return place > 0 and messages[place - 1]["role"] == "tool"


def text_of(message: Message) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        return "\n".join(part["text"] for part in content)
    raise Unsupported("This stand-in reads text only: no images, no files in a message.")


def _meaning(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def plain_text(result: str) -> str:
    """A result without the delimiters that mark it as data."""
    found = DELIMITED.search(result)
    return html.unescape(found[2] if found else result).strip()


def value_of(result: str) -> Any:
    text = plain_text(result)
    try:
        return json.loads(text)
    except ValueError:
        return text
