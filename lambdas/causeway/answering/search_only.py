"""Step: quote the passages when no model answers."""

from causeway.answering.confidence import nearness
from causeway.answering.pipeline import Step
from causeway.answering.select import is_relevant
from causeway.answering.turn import Answer, Citation, Turn
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.errors import DependencyUnavailable, Throttled
from causeway.runtime.logs import record_failure
from causeway.safety.citations import with_footnotes
from causeway.safety.quotes import quotes

SAID = "No answer can be written at the moment. These passages of the documents are nearest to the question:"
QUOTES = 3
UNCHECKED = 0.3  # the highest confidence in quotes that nobody has checked


class OrSearchOnly:
    """Runs the step that asks the model; when the model is throttled or unavailable, answers with the best passages' own words.

    At most three relevant passages are quoted, with the words that share most with the question. Nobody has checked that they answer it,
    so confidence is low, and rests on similarity alone. The guardrail sees neither the question nor the quotes: it is part of the model's
    service.
    least_similarity: the floor of relevance; see `causeway.answering.select`.
    """

    def __init__(self, generate: Step, least_similarity: float) -> None:
        self.name = generate.name
        self._generate = generate
        self._least_similarity = least_similarity

    def __call__(self, turn: Turn) -> None:
        try:
            self._generate(turn)
        except (Throttled, DependencyUnavailable) as failure:
            record_failure(failure)
            turn.degraded.append("model")
            turn.answer = self._quoted(turn)

    def _quoted(self, turn: Turn) -> Answer:
        relevant = [passage for passage in turn.passages if is_relevant(turn.questions, passage, self._least_similarity)]
        citations = [_citation(turn, passage) for passage in relevant[:QUOTES]]
        lines = [f"“{with_footnotes(' '.join(citation.quote.split()))}” [{citation.n}]" for citation in citations]
        best = max(passage.similarity for passage in relevant[:QUOTES])
        trust = round(UNCHECKED * nearness(best, self._least_similarity), 3)
        return Answer("\n".join([SAID, *lines]), "search-only", citations, grounded=True, confidence=trust)


def _citation(turn: Turn, passage: FoundPassage) -> Citation:
    quote = quotes(passage.text, [turn.standalone], [place for place, _ in passage.pages])[0]
    return Citation(
        n=turn.passages.index(passage) + 1,
        document=passage.document_id,
        title=passage.title,
        page=passage.page_of(quote.start),
        heading=passage.heading,
        quote=quote.text,
        score=round(passage.similarity, 4),
        pictures=passage.pictures,
    )
