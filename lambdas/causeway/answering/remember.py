"""Step: write the turn into its conversation, with what it says of its user. It runs after the answer, and after an interruption."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from causeway.answering.turn import Citation, Turn
from causeway.conversations.conversation import Message
from causeway.conversations.facts import News
from causeway.conversations.memory import Memory
from causeway.conversations.statements import Statement, noticed
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure
from causeway.runtime.problems import Problem


class Remember:
    """A turn whose caller went away is kept as partial, with what was shown of it.

    No answer is lost when memory fails: the turn then has no number, and the failure is logged and counted.
    """

    name = "remember"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, turn: Turn) -> None:
        if turn.owner is None or turn.conversation is None or not (turn.answer or turn.is_interrupted):
            return
        statements = self._statements(turn)
        news = News.beside(turn.facts, statements)
        try:
            turn.number = self._memory.save_message(turn.owner, turn.conversation, _message(turn), turn.deadline, news)
        except DependencyError as failure:
            record_failure(failure)
        except Problem:
            turn.notes["session_gone"] = 1  # its owner has deleted it meanwhile
        else:
            turn.noted = [each.text for each in statements]
            _note(turn, "facts_ended", len(news.ended))

    def _statements(self, turn: Turn) -> list[Statement]:
        """What the question says of its user, of the kinds that are kept."""
        if not self._memory.fact_kinds:
            return []
        found = noticed(turn.question)
        kept = [each for each in found.statements if each.kind in self._memory.fact_kinds]
        _note(turn, "facts_kept", len(kept))
        turn.not_noted = list(dict.fromkeys(found.not_kept))
        _note(turn, "facts_not_kept", ",".join(turn.not_noted))
        return kept


def _note(turn: Turn, name: str, value: int | str) -> None:
    if value:
        turn.notes[name] = value


def kept(citation: Citation) -> dict[str, Any]:
    """With the pictures' ids, and without where their files are: whoever may read the document then gets an address anew."""
    pictures = [{"id": each.id, "page": each.page, "caption": each.caption} for each in citation.pictures]
    return {**asdict(citation), "pictures": pictures}


def _message(turn: Turn) -> Message:
    answer = turn.answer
    return Message(
        question=turn.question,
        answer=answer.text if answer else turn.shown,
        outcome=turn.outcome,
        request_id=turn.request_id,
        asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        state="partial" if turn.is_interrupted else "whole",
        citations=[kept(citation) for citation in answer.citations] if answer else [],
        standalone=turn.standalone,
        intent=turn.intent,
        sources=turn.sources,
    )
