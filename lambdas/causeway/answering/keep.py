"""Step: record an answer that a person should see, and one that its user may appeal. It runs after the answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from aws_lambda_powertools.metrics import MetricUnit

from causeway.answering.confidence import LOW
from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.reviews.keeping import Keeping
from causeway.reviews.review import Asked, Shown, Why
from causeway.runtime.errors import DependencyError
from causeway.runtime.logs import metrics, record_failure
from causeway.safety.quotes import quotes

LEAST_CONFIDENCE = 0.7  # below it a person looks at what was answered
REFUSED_THE_MODEL_S_WORDS = ("ungrounded", "misattributed", "guardrail-grounding")  # it had passages and an answer, and they do not fit
NO_REFUSAL = ("answered", "search-only")
QUESTION_REFUSED = "question-refused"


class Keep:
    """Records refusals and answers in doubt; what needs a person is before one from then on.

    Any other answer is recorded nowhere: its user can appeal it while its conversation remembers it. No answer is lost when the record
    cannot be written: the answer then says that it cannot be appealed, and the failure is logged and counted.
    """

    name = "keep"

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def __call__(self, turn: Turn) -> None:
        why = needs_a_person(turn)
        if turn.owner is None or not (why or is_refused(turn)):
            return
        try:
            turn.review = self._keeping.keep(turn.owner, asked_of(turn), [why] if why else [], turn.deadline, turn.session_id)
        except DependencyError as failure:
            record_failure(failure)
            return
        turn.notes["review"] = why or turn.review.state
        if why == "disagreement" and turn.answer:
            turn.answer = replace(turn.answer, text=f"{turn.answer.text} A person will look at it: review {turn.request_id}.")
        metrics.add_metric(name="ReviewsOpened", unit=MetricUnit.Count, value=bool(why))


def needs_a_person(turn: Turn) -> Why | None:
    """Why a person should look at the answer, whether its user appeals or not."""
    answer = turn.answer
    if answer is None:
        return None
    if answer.outcome == "disagreement":
        return "disagreement"
    if answer.outcome in REFUSED_THE_MODEL_S_WORDS:
        return "not-grounded"
    unsure = answer.outcome == LOW or (answer.outcome == "answered" and answer.confidence < LEAST_CONFIDENCE)
    return "low-confidence" if unsure else None


def is_refused(turn: Turn) -> bool:
    """Whether the caller got no answer because of the question, not of a fault."""
    return turn.outcome == QUESTION_REFUSED or bool(turn.answer and turn.answer.outcome not in NO_REFUSAL)


def asked_of(turn: Turn) -> Asked:
    return Asked(
        request_id=turn.request_id,
        question=turn.standalone,
        answer=turn.answer.text if turn.answer else "",
        outcome=turn.outcome,
        confidence=turn.answer.confidence if turn.answer else 0.0,
        asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        passages=tuple(_shown(turn)),
        opinions=turn.opinions,
        sources=tuple(sorted({passage.source for passage in turn.passages})),
    )


def _shown(turn: Turn) -> Iterator[Shown]:
    """Each passage with the words that the answer quotes of it, else with those nearest to the question."""
    citations = turn.answer.citations if turn.answer else ()
    for n, passage in enumerate(turn.passages, 1):
        quoted = [(citation.quote, citation.page) for citation in citations if citation.n == n]
        for quote, page in quoted or [_nearest(turn.standalone, passage)]:
            yield Shown(
                n=n,
                passage=passage.index_id,
                document=passage.document_id,
                title=passage.title,
                page=page,
                heading=passage.heading,
                quote=quote,
                cited=bool(quoted),
            )


def _nearest(question: str, passage: FoundPassage) -> tuple[str, int | None]:
    found = quotes(passage.text, [question], [place for place, _ in passage.pages])
    return (found[0].text, passage.page_of(found[0].start)) if found else ("", passage.page)
