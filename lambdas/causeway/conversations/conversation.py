"""A conversation as it is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from causeway.language.sentences import sentence_spans

RECENT = 10  # turns that are kept in full; earlier ones are in the summary
RECENT_TOKENS = 2000
SUMMARY_CHARACTERS = 4000
CHARACTERS_PER_TOKEN = 4
LONGEST_QUESTION, LONGEST_ANSWER = 200, 300  # characters of one turn in the summary

State = Literal["whole", "partial"]


@dataclass(frozen=True)
class Message:
    """One question with its answer. state: "partial" when the caller went away before the end.

    citations: as the API shows them. standalone: the question as it was understood. request_id: of the request that asked.
    """

    question: str
    answer: str
    outcome: str
    request_id: str
    asked_at: str
    state: State = "whole"
    citations: Sequence[Mapping[str, Any]] = ()
    standalone: str = ""


@dataclass(frozen=True)
class Summary:
    """lines: a turn each, oldest first. dropped: how many turns were left out since it would have been too long."""

    lines: Sequence[str] = ()
    dropped: int = 0

    def with_turn(self, message: Message) -> "Summary":
        lines = [*self.lines, _line(message)]
        dropped = self.dropped
        while sum(map(len, lines)) > SUMMARY_CHARACTERS:
            lines, dropped = lines[1:], dropped + 1
        return Summary(lines, dropped)


@dataclass(frozen=True)
class Conversation:
    """version: changes with every write. count: turns there have been. turns: the last ten that have not expired, by their numbers."""

    session_id: str
    version: int = 0
    count: int = 0
    turns: Mapping[int, Message] = field(default_factory=dict)
    summary: Summary = Summary()

    @property
    def recent(self) -> list[Message]:
        """The last turns, oldest first, as many as the budget of tokens holds."""
        chosen: list[Message] = []
        left = RECENT_TOKENS * CHARACTERS_PER_TOKEN
        for _, message in sorted(self.turns.items(), reverse=True):
            left -= len(message.question) + len(message.answer)
            if left < 0:
                break
            chosen.insert(0, message)
        return chosen

    @property
    def forgotten(self) -> int:
        """How many turns are neither among the recent ones nor in the summary any more."""
        return max(0, self.count - len(self.recent) - len(self.summary.lines))

    @property
    def last(self) -> Message | None:
        return self.turns.get(self.count)

    def repeats(self, message: Message) -> bool:
        """Whether the message asks again what was interrupted."""
        last = self.last
        return last is not None and last.state == "partial" and last.question == message.question

    def summary_with(self, number: int) -> Summary:
        """The summary once the turn of this number is the newest: the turn that is then the eleventh goes into it."""
        leaving = self.turns.get(number - RECENT)
        return self.summary.with_turn(leaving) if leaving else self.summary


def _line(message: Message) -> str:
    spans = sentence_spans(message.answer)
    first = message.answer[: spans[0][1]] if spans else ""
    return f"Asked: {message.question[:LONGEST_QUESTION]} Answered: {first[:LONGEST_ANSWER]}"
