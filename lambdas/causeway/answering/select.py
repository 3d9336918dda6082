"""Step: keep the best candidates, or refuse when none of them is relevant."""

from collections.abc import Collection, Sequence

from causeway.answering.turn import Turn, readable
from causeway.language.detection import alike, language_of
from causeway.retrieval.passage import FoundPassage
from causeway.safety.grounding import coverage

COVERED = 0.5


class Select:
    """Cuts the candidates to `top_k`, and refuses without asking the model when no passage left is near in meaning or in words.

    least_similarity: (1 + cosine) / 2; what counts as near depends on the embedding model.
    languages: those whose meaning the embedding model knows, ISO 639 codes. A passage in another language than the question is kept
    only if the model knows both: else their nearness means nothing, and common words are names or chance.
    A passage is near in words when it holds half of the question's terms. A question about a known subject that the
    documents do not answer is not refused here, because its words are there. The prompt and the grounding check handle it.
    """

    name = "select"

    def __init__(self, least_similarity: float, languages: Collection[str]) -> None:
        self._least_similarity = least_similarity
        self._languages = languages

    def __call__(self, turn: Turn) -> None:
        asked_in = language_of(turn.standalone)
        understood = [passage for passage in turn.passages if speaks(asked_in, passage.language, self._languages)]
        turn.notes |= {"question_language": asked_in, "other_languages": len(turn.passages) - len(understood)}
        turn.passages = understood[: turn.top_k]
        turn.notes["passages"] = len(turn.passages)
        if not any(is_relevant(turn.questions, passage, self._least_similarity) for passage in turn.passages):
            turn.refuse("nothing-found")


def speaks(question: str, passage: str, known: Collection[str]) -> bool:
    """Whether a passage in one language can be judged against a question in another."""
    return alike(question, passage) or {question, passage} <= set(known)


def is_relevant(questions: Sequence[str], passage: FoundPassage, least_similarity: float) -> bool:
    """Whether a passage is near one of the questions in meaning or in words."""
    near = passage.similarity >= least_similarity
    return near or any(coverage(question, readable(passage)) >= COVERED for question in questions)
