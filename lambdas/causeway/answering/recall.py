"""Step: look what has been said before in this conversation, and what its user has said of themselves in any."""

from concurrent.futures import Future

from causeway.answering.turn import Turn
from causeway.conversations.facts import Fact
from causeway.conversations.memory import Memory
from causeway.conversations.rewriting import standalone
from causeway.runtime.beside import beside
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure


class Recall:
    """Puts the conversation into the turn, and the question in a form that is understood without it.

    Facts about the user are read at the same time as the conversation, and gone without when they cannot be read.
    A question outside any conversation reads nothing. Raises a 404 Problem for a session that the caller does not have.
    """

    name = "recall"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, turn: Turn) -> None:
        if turn.session_id is None or turn.owner is None:
            return
        owner, facts = turn.owner, None
        if self._memory.fact_kinds:
            facts = beside(lambda: self._memory.facts.of(owner, turn.deadline))
        turn.conversation = self._memory.get_conversation_history(owner, turn.session_id, turn.deadline)
        if facts:
            _hear(turn, facts)
        recent = turn.conversation.recent
        turn.rewritten = standalone(turn.question, recent[-1].standalone if recent else "")
        turn.notes |= {"earlier_turns": len(recent), "rebuilt": turn.conversation.rebuilt, "forgotten": turn.conversation.forgotten}
        turn.notes["follows"] = turn.rewritten != turn.question


def _hear(turn: Turn, facts: "Future[list[Fact]]") -> None:
    try:
        turn.facts = facts.result()
    except DependencyError as failure:
        record_failure(failure)
        turn.notes["facts_unread"] = 1
