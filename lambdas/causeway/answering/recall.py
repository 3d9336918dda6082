"""Step: look what has been said before in this conversation."""

from causeway.answering.turn import Turn
from causeway.conversations.memory import Memory
from causeway.conversations.rewriting import standalone


class Recall:
    """Puts the conversation into the turn, and the question in a form that is understood without it.

    A question outside any conversation reads nothing. Raises a 404 Problem for a session that the caller does not have.
    """

    name = "recall"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, turn: Turn) -> None:
        if turn.session_id is None or turn.owner is None:
            return
        turn.conversation = self._memory.get_conversation_history(turn.owner, turn.session_id, turn.deadline)
        recent = turn.conversation.recent
        turn.rewritten = standalone(turn.question, recent[-1].standalone if recent else "")
        turn.notes |= {"earlier_turns": len(recent), "rebuilt": turn.conversation.rebuilt, "forgotten": turn.conversation.forgotten}
        turn.notes["follows"] = turn.rewritten != turn.question
