"""Golden questions, put to the generation that answers and to the new one."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from causeway.documents.reindexing.work import Check
from causeway.retrieval.retriever import Finds
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import record_failure

FIRST_PASSAGES = 5
SECONDS = 8.0


class Golden(BaseModel):
    """documents: names of those that answer; each is needed."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    question: str
    documents: frozenset[str]


def compared(questions: Sequence[Golden], former: Finds, new: Finds, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Check:
    """A question that the former generation cannot be asked counts for neither."""
    asked = found = found_before = failed = 0
    for question in questions:
        before = _finds(former, question)
        if before is None:
            continue
        after = _finds(new, question)
        asked, found_before, failed = asked + 1, found_before + before, failed + (after is None)
        found += bool(after)
    return Check(at=clock(), asked=asked, found=found, found_before=found_before, failed=failed)


def _finds(finds: Finds, question: Golden) -> bool | None:
    """Whether every document that answers is among the first passages; None when a service fails."""
    scope = Scope(question.tenant, closed=())
    try:
        passages = finds.retrieve(scope, question.question, FIRST_PASSAGES, Deadline.after(SECONDS)).passages
    except DependencyError as error:
        record_failure(error)
        return None
    return question.documents <= {passage.source for passage in passages[:FIRST_PASSAGES]}
