"""A conversation as it is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from causeway.language.sentences import sentence_spans

RECENT = 10  # turns that are read in full; earlier ones are known from the summary
RECENT_TOKENS = 2000
SUMMARY_CHARACTERS = 4000
CHARACTERS_PER_TOKEN = 4
LONGEST_QUESTION, LONGEST_ANSWER = 200, 300  # characters of one turn in the summary

State = Literal["whole", "partial"]


@dataclass(frozen=True)
class Message:
    """One question with its answer. state: "partial" when the caller went away before the end.

    citations: as the API shows them. standalone: the question as it was understood. request_id: of the request that asked.
    intent: what kind of question it is, empty for none that the domain names.
    sources: names of the documents that the answer says something of.
    question, answer: in words. outcome: how the turn ended, as its log line says. asked_at: ISO 8601.
    Data class: restricted; outcome, request_id, asked_at, state, intent: internal; sources: confidential.
    """

    question: str
    answer: str
    outcome: str
    request_id: str
    asked_at: str
    state: State = "whole"
    citations: Sequence[Mapping[str, Any]] = ()
    standalone: str = ""
    intent: str = ""
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class Summary:
    """lines: the number of a turn with what it said in short, oldest first. It lives longer than the turns themselves.

    sources: names of the documents that a line says something of, by the turn's number as text.
    Data class: restricted; sources: confidential.
    """

    lines: Sequence[tuple[int, str]] = ()
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def with_turn(self, number: int, message: Message) -> "Summary":
        """The oldest lines are dropped when it gets too long."""
        lines = [*(line for line in self.lines if line[0] != number), (number, _line(message))]
        while sum(len(said) for _, said in lines) > SUMMARY_CHARACTERS:
            lines = lines[1:]
        kept = {str(number) for number, _ in lines}
        sources = {**self.sources, str(number): message.sources}
        return Summary(lines, {number: names for number, names in sources.items() if number in kept})


@dataclass(frozen=True)
class Conversation:
    """version: changes with every write. count: turns there have been. turns: the last ten that have not expired, by their numbers.

    archived: number of the last turn in the archive, 0 for none. rebuilt: turns brought back from there just now.
    key: by which audit records hash its words, 64 hexadecimal digits; it goes with the conversation. "" before its first turn.
    """

    session_id: str
    version: int = 0
    count: int = 0
    turns: Mapping[int, Message] = field(default_factory=dict)
    summary: Summary = Summary()
    archived: int = 0
    rebuilt: int = 0
    key: str = field(default="", repr=False)

    @property
    def missing(self) -> list[int]:
        """Numbers of the last ten turns that have expired but are in the archive."""
        return [number for number in range(max(1, self.count - RECENT + 1), self.archived + 1) if number not in self.turns]

    @property
    def recent(self) -> list[Message]:
        """The last turns, oldest first, as many as the budget of tokens holds."""
        return [self.turns[number] for number in self._recent]

    @property
    def earlier(self) -> list[str]:
        """Turns in short that are not among the recent ones, oldest first."""
        return [said for number, said in self.summary.lines if number not in self._recent]

    @property
    def forgotten(self) -> int:
        """How many turns are neither among the recent ones nor in the summary any more."""
        return self.count - len(self._recent) - len(self.earlier)

    @property
    def _recent(self) -> list[int]:
        chosen: list[int] = []
        left = RECENT_TOKENS * CHARACTERS_PER_TOKEN
        for number, message in sorted(self.turns.items(), reverse=True):
            left -= len(message.question) + len(message.answer)
            if left < 0:
                break
            chosen.insert(0, number)
        return chosen

    @property
    def last(self) -> Message | None:
        return self.turns.get(self.count)

    def number_of(self, request_id: str) -> int | None:
        """Of the turn that this request wrote, if it is among the last ten."""
        return next((number for number, message in self.turns.items() if message.request_id == request_id), None)

    def repeats(self, message: Message) -> bool:
        """Whether the message asks again what was interrupted."""
        last = self.last
        return last is not None and last.state == "partial" and last.question == message.question


def _line(message: Message) -> str:
    spans = sentence_spans(message.answer)
    first = message.answer[: spans[0][1]] if spans else ""
    return f"Asked: {message.question[:LONGEST_QUESTION]} Answered: {first[:LONGEST_ANSWER]}"
