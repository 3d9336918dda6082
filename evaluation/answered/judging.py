"""Whether a kept answer leaves, whether it is right, and how sure the app is of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from causeway.answering.confidence import Confidence, Signals, Thresholds
from causeway.answering.ground import Ground
from causeway.answering.guard import Guard
from causeway.answering.turn import Answer, Turn, readable
from causeway.language.form import normal
from causeway.language.words import pieces
from causeway.safety.grounding import ground
from causeway.safety.passages import Wording
from evaluation.answered.asking import Kept
from evaluation.answers import Given, Verdict, judge, plain_words
from evaluation.golden import Question
from stacks.environment import load

EVERY = Confidence(intercept=0.0, weights={}, thresholds={"default": Thresholds(answer=0, verify=0)})  # refuses none for its confidence


@dataclass(frozen=True)
class Judged:
    """An answer that leaves. right: whether it answers, as far as the set tells; None where no program can tell."""

    kept: Kept
    answer: Answer
    signals: Signals
    right: bool | None


def left(kept: Sequence[Kept]) -> Iterator[Judged]:
    """Those whose answer leaves by the checks of words, whatever its confidence."""
    local = load("local")
    floor, wording = local.models.embedding.calibrated.least_similarity, local.assistant.wording
    for each in kept:
        if not each.outcome:
            turn = each.turn()
            answer = finished(turn, floor, wording)
            if answer.outcome == "answered":
                yield Judged(each, answer, _signals(turn, floor, wording), right(each, answer))


def finished(turn: Turn, floor: float, wording: Wording) -> Answer:
    """The turn after the steps that follow the model."""
    Guard()(turn)
    if turn.answer is None:
        Ground(floor, EVERY, wording)(turn)
    if turn.answer is None:
        raise RuntimeError("no step answered the turn")
    return turn.answer


def _signals(turn: Turn, floor: float, wording: Wording) -> Signals:
    text = turn.generation.text if turn.generation else ""
    grounding = ground(text, [readable(passage) for passage in turn.passages], wording)
    turn.withheld -= grounding.withheld  # Ground has added them
    return Signals.of(turn, grounding, floor)


def right(kept: Kept, answer: Answer) -> bool | None:
    """A span or all the evidence is in the text; an answer to what the documents do not answer is not right."""
    posed = kept.posed
    if posed.kind in ("elsewhere", "unanswerable"):
        return False
    if posed.kind != "answered":
        return None
    if posed.spans:
        return any(holds(answer.text, span) for span in posed.spans)
    cited = [citation.document.partition("/")[2] for citation in answer.citations]
    question = Question(posed.id, posed.tenant, "single", posed.text, posed.evidence)
    return judge(question, Given(True, answer.text, cited)) is Verdict.RIGHT


def holds(text: str, span: str) -> bool:
    """Whether a text has the words of a span in a row; its letters in a row where words are not spaced."""
    text, span = plain_words(normal(text)), plain_words(normal(span))
    unspaced = any(len(pieces(word)) > 1 for word in span.split())
    return span.replace(" ", "") in text.replace(" ", "") if unspaced else span in text
