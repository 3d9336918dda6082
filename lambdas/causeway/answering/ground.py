"""Step: check the answer against the passages, repair or refuse it, and cite."""

from causeway.answering.turn import REFUSAL, Answer, Citation, Turn, readable
from causeway.safety.grounding import Grounding, Verdict, ground
from causeway.safety.quotes import quotes


class Ground:
    """Answers with repaired marks and quotes, or refuses an answer that no passage carries.

    Claims that no passage carries are left out and counted; the confidence in what remains is halved.
    least_similarity: the floor of relevance; see `confidence`. How support is measured, and where it fails:
    `causeway.safety.grounding`.
    """

    name = "ground"

    def __init__(self, least_similarity: float) -> None:
        self._least_similarity = least_similarity

    def __call__(self, turn: Turn) -> None:
        if turn.generation is None:
            raise ValueError("ground needs the text of generate")
        if is_refusal(turn.generation.text):
            turn.refuse("model-refused")
            return
        grounding = ground(turn.generation.text, [readable(passage) for passage in turn.passages])
        turn.withheld += grounding.withheld
        turn.notes |= {"claims": len(grounding.claims), "withheld": turn.withheld}
        turn.notes |= {"support": round(grounding.support, 3), "verdict": grounding.verdict}
        if grounding.verdict in (Verdict.UNGROUNDED, Verdict.MISATTRIBUTED):
            turn.refuse(grounding.verdict)
            return
        turn.answer = self._answer(turn, grounding)

    def _answer(self, turn: Turn, grounding: Grounding) -> Answer:
        similarity = max(turn.passages[number - 1].similarity for number in grounding.cites)
        return Answer(
            text=grounding.text,
            outcome="answered",
            citations=_citations(turn, grounding),
            grounded=True,
            confidence=confidence(similarity, grounding.support, grounding.withheld == 0, self._least_similarity),
            withheld=turn.withheld,
        )


def confidence(similarity: float, support: float, whole: bool, least_similarity: float) -> float:
    """0..1, to compare answers of one installation; not a probability of being right.

    0.3 times the place of the best cited similarity between the least relevant one (0) and the middle from there to 1 (1), since few
    passages repeat their question; plus 0.7 times the mean support of the claims; halved when a claim was left out.
    """
    relevance = min(1.0, max(0.0, 2 * (similarity - least_similarity) / (1 - least_similarity)))
    return round((0.3 * relevance + 0.7 * support) * (1.0 if whole else 0.5), 3)


def _citations(turn: Turn, grounding: Grounding) -> list[Citation]:
    """For each passage cited, one citation for each place of it that the claims rest on, with the page of those words."""
    citations = []
    for number in grounding.cites:
        passage = turn.passages[number - 1]
        claims = [claim.text for claim in grounding.claims if claim.grounded and number in claim.cites]
        score = round(passage.similarity, 4)
        for quote in quotes(passage.text, claims or [grounding.text], [place for place, _ in passage.pages]):
            page = passage.page_of(quote.start)
            citations.append(Citation(number, passage.document_id, passage.title, page, passage.heading, quote.text, score))
    return citations


def is_refusal(text: str) -> bool:
    """Whether the model says that it found nothing, alone or before an apology; an empty answer counts too."""
    return not text or text.casefold().startswith(REFUSAL.casefold().rstrip("."))
