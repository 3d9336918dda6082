"""A tenant's documents as a tool searches them: by the steps of an answer, with the rights of the user for whom the agent acts."""

from collections.abc import Callable, Sequence

from causeway.answering.pipeline import Step
from causeway.answering.turn import Turn
from causeway.conversations.keys import Owner
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.deadlines import Deadline

NOTHING = "No document that this user may read says anything about it."


class Documents:
    """steps: gives those of `answering.finding.finding_steps`, once something is searched for."""

    def __init__(self, steps: Callable[[], Sequence[Step]], owner: Owner) -> None:
        self._steps, self._owner = steps, owner

    def search(self, question: str, deadline: Deadline) -> str:
        """As `Knowledge.search`. Raises DependencyError when a service fails without which nothing is found."""
        turn = Turn("", self._owner.tenant, question, deadline, user_name=self._owner.name, user=self._owner.user, owner=self._owner)
        for step in self._steps():
            if turn.answer is None:
                step(turn)
        found = [] if turn.answer else turn.passages
        missing = [f"Searched without: {', '.join(turn.degraded)}. There may be better passages."] if turn.degraded else []
        return "\n\n".join([*(map(_shown, found) if found else [NOTHING]), *missing])


def _shown(passage: FoundPassage) -> str:
    page = f", page {passage.page}" if passage.page else ""
    heading = f" > {passage.heading}" if passage.heading else ""
    return f"{passage.title}{heading} ({passage.source}{page})\n{passage.text}"
