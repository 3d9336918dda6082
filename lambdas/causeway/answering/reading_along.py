"""What a caller who reads along sees of an answer while the model writes it.

A sentence is checked against the passages when the words after it show that it has ended. See docs/decisions/158.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Literal

from causeway.answering.guard import outgoing
from causeway.answering.turn import Listener, Turn, readable
from causeway.language.form import normal
from causeway.language.sentences import sentence_spans
from causeway.models.chat import ChatReply, Sentences, Usage
from causeway.safety.grounding import checked, leaves, spoken
from causeway.safety.leaks import Outgoing
from causeway.safety.passages import Passages, Wording

Unchecked = Literal["held", "shown"]
ENDED = 12  # characters behind a sentence, or a whole word, after which it is taken for ended
CHARACTERS_PER_TOKEN = 4


class Growing:
    """An answer that grows, sentence by sentence.

    question: its language is the answer's.
    unchecked: "held", a sentence is shown once it is checked; or "shown", it is shown as it is written and taken back when no passage
    carries it.
    """

    def __init__(
        self, question: str, passages: Sequence[str], unchecked: Unchecked, outgoing: Outgoing | None = None, wording: Wording = "own"
    ) -> None:
        """outgoing: what must not leave, by default links and the like that are in no passage. wording: as the whole answer is checked."""
        self._unchecked = unchecked
        self._passages = Passages(passages, spoken(question, passages), wording)
        self._checked = ""
        self._outgoing = outgoing or Outgoing(passages)
        self._rest = ""

    def add(self, piece: str) -> str:
        """The answer as it may be shown now that the model has written one piece more."""
        self._rest += piece
        ended = isinstance(piece, Sentences)
        while end := end_of_first(self._rest, self._passages.language, ended=ended):
            self._checked += self._check(self._rest[:end])
            self._rest = self._rest[end:]
        return (self._checked if self._unchecked == "held" else self._checked + self._harmless(self._rest)).strip()

    def _harmless(self, rest: str) -> str:
        """What is shown unchecked, unless it must not leave: the reader's program would load a picture at once."""
        return "" if self._outgoing.problem_of(rest) else rest

    def _check(self, sentence: str) -> str:
        """The sentence with repaired marks, or nothing when no passage carries it or it must not leave."""
        repaired, claim = checked(normal(sentence), self._passages)
        return repaired if leaves(repaired, claim, self._passages) and not self._outgoing.problem_of(repaired) else ""


def end_of_first(text: str, language: str, *, ended: bool) -> int:
    """Where the first sentence ends if it surely has, else 0. ended: all of them have."""
    spans = sentence_spans(text, language)
    if ended:
        return spans[0][1] if spans else 0
    if len(spans) < 2:
        return 0
    end, rest = spans[0][1], text[spans[1][0] :]
    return end if len(rest) > ENDED or rest != rest.split(maxsplit=1)[0] else 0


def listen(pieces: Generator[str | ChatReply], turn: Turn, listener: Listener, unchecked: Unchecked, wording: Wording = "own") -> ChatReply:
    """Pass on what the model writes; returns its whole reply.

    Raises Gone when nobody reads any more: then the model's call has been ended, and the turn's usage is an estimate of what it cost.
    """
    listener.retrieved(turn.standalone, turn.passages)
    growing = Growing(turn.question, [readable(passage) for passage in turn.passages], unchecked, outgoing(turn), wording)
    written = 0
    with closing(pieces):
        for piece in pieces:
            if isinstance(piece, ChatReply):
                turn.notes.pop("usage_estimated", None)
                return piece
            written += piece.written if isinstance(piece, Sentences) else len(piece)
            _estimate(turn, written)
            turn.shown = growing.add(piece)
            listener.shows(turn.shown)
    raise RuntimeError("the model's stream ended without its reply")


def _estimate(turn: Turn, written: int) -> None:
    """What was written until now, should the caller go away: the model tells its count only at its end."""
    prompt = turn.prompt
    sent = len(prompt.system) + len(prompt.passages) + len(prompt.facts) + len(prompt.question) if prompt else 0
    turn.usage = Usage(-(-sent // CHARACTERS_PER_TOKEN), -(-written // CHARACTERS_PER_TOKEN))
    turn.notes["usage_estimated"] = 1
