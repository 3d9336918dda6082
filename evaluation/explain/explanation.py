"""A question asked once more, so that the answer can be taken apart.

The steps are the product's own, with the settings of the deployed function. Nothing is written: the question belongs to no conversation,
and the steps that remember and log are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from causeway.answering.assembly import answer_steps
from causeway.answering.contract import DEFAULT_TOP_K
from causeway.answering.finding import retriever
from causeway.answering.guard import outgoing
from causeway.answering.pipeline import Step
from causeway.answering.services import conversations, permissions
from causeway.answering.settings import AnswerSettings
from causeway.answering.turn import Turn, readable
from causeway.language.detection import language_of
from causeway.language.form import normal
from causeway.language.sentences import SAMPLE, sentence_spans
from causeway.permissions.access import Access
from causeway.retrieval.passage import FoundPassage
from causeway.retrieval.queries import Method
from causeway.retrieval.scope import Scope
from causeway.runtime.deadlines import Deadline
from causeway.safety.grounding import Grounding, ground
from causeway.safety.passages import Wording
from evaluation.answers import Given
from evaluation.explain.failure import Case, Failure, failure_of
from evaluation.explain.trace import Trace, trace
from evaluation.golden import Evidence, Question

SECONDS = 60.0
DEEP = 20  # top_k whose search has the most candidates, 80
ANSWERED = ("answered", "search-only")


@dataclass(frozen=True)
class Places:
    """Where a passage is in the list of candidates and in each half of the search, from 1; None where it is not."""

    candidates: int | None
    words: int | None
    meaning: int | None


class Explanation:
    """user: who asks, by the name in the user pool; nothing is shown that this user may not read.

    gold: whether the question's evidence is known; without it no failure has a class.
    """

    def __init__(self, settings: AnswerSettings, question: Question, user: str, gold: bool, top_k: int = DEFAULT_TOP_K) -> None:
        self.settings, self.question, self.user, self.gold = settings, question, user, gold
        self._top_k = top_k
        self._steps = answer_steps(settings, conversations(settings))

    @classmethod
    def deployed(cls, question: Question, user: str, gold: bool) -> Self:
        """By the function whose environment variables this process has."""
        return cls(AnswerSettings.from_environment(), question, user, gold)

    @cached_property
    def access(self) -> Access:
        return permissions(self.settings).of(self.question.tenant, self.user)

    @cached_property
    def trace(self) -> Trace:
        return trace(self._steps, self._turn())

    @cached_property
    def alone(self) -> Trace:
        """The same without retrieval: the model has the same instructions, and no passages."""
        return trace(after_retrieval(self._steps), self._turn())

    @cached_property
    def fitted(self) -> AnswerSettings:
        """The settings with the embedding model that the passages were found by."""
        found = (each for each in self.settings.by_model if each.embedding.vectors == self.trace.turn.vectors)
        return next(found, self.settings)

    @property
    def candidates(self) -> Sequence[FoundPassage]:
        step = self.trace.of("retrieve")
        return step.after.passages if step else ()

    @property
    def given(self) -> Sequence[FoundPassage]:
        """The passages in the prompt."""
        step = self.trace.of("compose")
        return step.after.passages if step else ()

    @cached_property
    def grounding(self) -> Grounding | None:
        """What `ground` found in the text that `guard` left; None when it did not get that far."""
        step = self.trace.of("ground")
        return grounding(step.before, self.settings.wording) if step else None

    @cached_property
    def words(self) -> Sequence[FoundPassage]:
        return self._half("text")

    @cached_property
    def meaning(self) -> Sequence[FoundPassage]:
        return self._half("vector")

    def places(self, passage: FoundPassage) -> Places:
        return Places(*(_place(passage, ranking) for ranking in (self.candidates, self.words, self.meaning)))

    def gold_places(self, piece: Evidence) -> Places:
        """Of the first passage in each that carries the piece."""
        rankings = (self.candidates, self.words, self.meaning)
        return Places(*(next((n for n, each in enumerate(found, 1) if piece.is_in(each)), None) for found in rankings))

    @cached_property
    def failure(self) -> tuple[Failure, str] | None:
        """None when no gold is known or no answer was made."""
        return failure_of(self._case()) if self.gold and self.trace.turn.answer else None

    def _case(self) -> Case:
        answer = self.trace.turn.answer
        cited = [citation.n for citation in answer.citations] if answer else []
        given = Given(self.trace.turn.outcome in ANSWERED, answer.text if answer else "", [self.given[n - 1].source for n in cited])
        claims = self.grounding.claims if self.grounding else ()
        return Case(self.question, given, self.given, cited, claims, self.candidates, self._indexed())

    def _indexed(self) -> Mapping[Evidence, Sequence[FoundPassage]]:
        """The passages of each gold document that are nearest to the quote, at most 80."""
        product = retriever(self.settings)
        tenant, closed = self.question.tenant, self.access.closed
        scopes = {piece: Scope(tenant, closed, {"source": [piece.document]}) for piece in self.question.evidence}
        return {piece: product.retrieve(scope, piece.quote, DEEP, Deadline.after(SECONDS)).passages for piece, scope in scopes.items()}

    def _half(self, method: Method) -> Sequence[FoundPassage]:
        found, scope = retriever(self.settings, method), Scope(self.question.tenant, self.access.closed)
        return found.retrieve(scope, self.question.text, DEEP, Deadline.after(SECONDS)).passages

    def _turn(self) -> Turn:
        return Turn("explain", self.question.tenant, self.question.text, Deadline.after(SECONDS), user_name=self.user, top_k=self._top_k)


def after_retrieval(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps from the one that writes the prompt."""
    names = [step.name for step in steps]
    return steps[names.index("compose") :]


def grounding(turn: Turn, wording: Wording) -> Grounding | None:
    """As the step of that name sees the turn."""
    return ground(turn.generation.text, [readable(passage) for passage in turn.passages], wording) if turn.generation else None


def kept_back(turn: Turn) -> Sequence[tuple[str, str]]:
    """(sentence, problem) of each sentence of the model that must not leave, as `guard` sees the turn."""
    if turn.generation is None:
        return []
    text, checks = normal(turn.generation.text), outgoing(turn)
    sentences = [text[start:stop] for start, stop in sentence_spans(text, language_of(text[:SAMPLE]))]
    return [(sentence, problem) for sentence in sentences if (problem := checks.problem_of(sentence))]


def _place(passage: FoundPassage, ranking: Sequence[FoundPassage]) -> int | None:
    return next((n for n, each in enumerate(ranking, 1) if each.index_id == passage.index_id), None)
