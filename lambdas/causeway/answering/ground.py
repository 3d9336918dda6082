"""Step: check the answer against the passages, repair or refuse it, and cite."""

from causeway.answering.confidence import LOW, Confidence, Signals, decided
from causeway.answering.turn import REFUSAL, Answer, Citation, Generation, Turn, readable
from causeway.language.sentences import sentence_spans
from causeway.reviews.review import Opinion
from causeway.safety.citations import without_marks
from causeway.safety.grounding import Grounding, Verdict, ground
from causeway.safety.passages import Wording
from causeway.safety.quotes import quotes

CLOSING = "\"'”’»)]*_ "
ENDS = tuple(".!?…。！？؟।")


class Ground:
    """Answers with repaired marks and quotes, or refuses an answer that no passage carries.

    Claims that no passage carries are left out and counted. An answer that is not sure enough for its intent is refused too, and kept
    as an opinion for the person who looks at it.
    least_similarity: the floor of relevance. wording: whether claims must keep the passages' order of words. How support is measured,
    and where it fails: `causeway.safety.grounding`; how sure an answer is: `causeway.answering.confidence`.
    """

    name = "ground"

    def __init__(self, least_similarity: float, confidence: Confidence, wording: Wording = "own") -> None:
        self._least_similarity = least_similarity
        self._confidence = confidence
        self._wording = wording

    def __call__(self, turn: Turn) -> None:
        if turn.generation is None:
            raise ValueError("ground needs the text of generate")
        if is_refusal(turn.generation.text):
            turn.refuse("model-refused")
            return
        grounding = ground(_finished(turn, turn.generation), [readable(passage) for passage in turn.passages], self._wording)
        turn.withheld += grounding.withheld
        turn.notes |= {"claims": len(grounding.claims), "withheld": turn.withheld}
        turn.notes |= {what: number for what, number in _remarkable(grounding).items() if number}
        turn.notes |= {"support": round(grounding.support, 3), "verdict": grounding.verdict}
        if grounding.verdict in (Verdict.UNGROUNDED, Verdict.MISATTRIBUTED):
            turn.refuse(grounding.verdict)
            return
        signals = Signals.of(turn, grounding, self._least_similarity)
        answer = _answer(turn, grounding, self._confidence.of(signals))
        turn.notes["fitted_confidence"] = answer.confidence
        turn.answer = decided(answer, self._confidence.limits(turn.intent), grounding.claims)
        if turn.answer is None:
            turn.opinions = (Opinion(model=turn.usage.model, answer=answer.text),)
            turn.refuse(LOW)


def _remarkable(grounding: Grounding) -> dict[str, int]:
    """How many claims there is something to say of."""
    return {
        "contradicted": sum(claim.against is not None for claim in grounding.claims),
        "rearranged": sum(claim.rearranged for claim in grounding.claims),
        "reworded": sum(claim.reworded for claim in grounding.claims),
    }


def _finished(turn: Turn, generation: Generation) -> str:
    """The text without a last sentence that the limit of tokens has cut; that one is counted, and stays if it is all there is."""
    cut = generation.stop_reason == "max_tokens" and not generation.whole
    spans = sentence_spans(generation.text) if cut else []
    if len(spans) < 2 or without_marks(generation.text[slice(*spans[-1])]).rstrip(CLOSING).endswith(ENDS):
        return generation.text
    turn.withheld += 1
    turn.notes["unfinished"] = 1
    return generation.text[: spans[-2][1]]


def _answer(turn: Turn, grounding: Grounding, confidence: float) -> Answer:
    return Answer(
        text=grounding.text,
        outcome="answered",
        citations=_citations(turn, grounding),
        grounded=True,
        confidence=confidence,
        withheld=turn.withheld,
    )


def _citations(turn: Turn, grounding: Grounding) -> list[Citation]:
    """For each passage cited, one citation for each place of it that the claims rest on, with the page of those words."""
    citations = []
    for number in grounding.cites:
        passage = turn.passages[number - 1]
        claims = [claim.text for claim in grounding.claims if claim.grounded and number in claim.cites]
        score = round(passage.similarity, 4)
        for quote in quotes(passage.text, claims or [grounding.text], [place for place, _ in passage.pages]):
            page = passage.page_of(quote.start)
            place = (number, passage.document_id, passage.title, page, passage.heading)
            citations.append(Citation(*place, quote.text, score, passage.pictures))
    return citations


def is_refusal(text: str) -> bool:
    """Whether the model says that it found nothing, alone or before an apology; an empty answer counts too."""
    return not text or text.casefold().startswith(REFUSAL.casefold().rstrip("."))
