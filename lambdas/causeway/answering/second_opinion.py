"""Steps: ask a second model as well, and give no answer where the two differ. See docs/decisions/196."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from causeway.answering.generate import chat_request
from causeway.answering.ground import is_refusal
from causeway.answering.pipeline import Step
from causeway.answering.turn import DISAGREED, Turn, readable
from causeway.models.chat import ChatModel, ChatReply
from causeway.reviews.review import Opinion
from causeway.runtime.beside import beside
from causeway.runtime.errors import DependencyError, DependencyUnavailable
from causeway.runtime.logs import record_failure
from causeway.safety.agreement import agree
from causeway.safety.grounding import Verdict, ground
from causeway.safety.passages import Wording

NAME = "second-opinion"
COMPARED = ("answered", "model-refused", Verdict.UNGROUNDED, Verdict.MISATTRIBUTED)


class AskBoth:
    """Runs the step that asks the first model, while a second one answers the same prompt.

    A caller who reads along hears nothing before both have answered: a sentence on which they differ must not be shown. When the second
    fails or is late, the turn goes on with the first, marked as without a second opinion.
    """

    def __init__(self, generate: Step, second: ChatModel, *, max_tokens: int, temperature: float) -> None:
        self.name = generate.name
        self._generate, self._second = generate, second
        self._max_tokens, self._temperature = max_tokens, temperature

    def __call__(self, turn: Turn) -> None:
        reply = beside(lambda: self._second.reply(chat_request(turn, self._max_tokens, self._temperature), turn.deadline))
        with _unheard(turn):
            self._generate(turn)
        if turn.answer is None:
            _hear(turn, reply)


class GroundBoth:
    """Runs the step that checks the first model's answer, then compares it with the second's.

    Two answers of which one says all that the other claims agree, and so do two refusals. Else the turn ends with a refusal.
    """

    def __init__(self, ground: Step, wording: Wording = "own") -> None:
        self.name = ground.name
        self._ground, self._wording = ground, wording

    def __call__(self, turn: Turn) -> None:
        self._ground(turn)
        if turn.second is None or turn.answer is None or turn.generation is None or turn.answer.outcome not in COMPARED:
            return
        first = turn.answer.text if turn.answer.grounded else ""
        other = _checked(turn, turn.second, self._wording)
        same = agree(first, other) if first and other else not first and not other
        turn.notes["opinions"] = "agree" if same else "differ"
        if not same:
            turn.opinions = (Opinion(model=turn.usage.model, answer=turn.generation.text), _opinion(turn.second))
            turn.refuse("disagreement", DISAGREED)


@contextmanager
def _unheard(turn: Turn) -> Iterator[None]:
    """The caller who reads along hears which passages there are, and no more for now."""
    listener, turn.listener = turn.listener, None
    if listener:
        listener.retrieved(turn.standalone, turn.passages)
    try:
        yield
    finally:
        turn.listener = listener


def _hear(turn: Turn, reply: "Future[ChatReply]") -> None:
    try:
        turn.second = reply.result(timeout=turn.deadline.left())
    except TimeoutError:
        _missed(turn, DependencyUnavailable(NAME, "no answer in time"))
    except DependencyError as failure:
        _missed(turn, failure)
    else:
        used = turn.second.usage
        if used.model == turn.usage.model:  # the first had to fall back to it
            turn.degraded.append("second-opinion")
        turn.notes |= {"second_model": used.model, "second_input_tokens": used.input_tokens, "second_output_tokens": used.output_tokens}


def _missed(turn: Turn, failure: DependencyError) -> None:
    record_failure(failure)
    turn.degraded.append("second-opinion")


def _checked(turn: Turn, reply: ChatReply, wording: Wording) -> str:
    """What the passages carry of the second model's answer; nothing of a refusal."""
    if reply.guardrail_intervened or is_refusal(reply.text):
        return ""
    grounding = ground(reply.text, [readable(passage) for passage in turn.passages], wording)
    return "" if grounding.verdict in (Verdict.UNGROUNDED, Verdict.MISATTRIBUTED) else grounding.text


def _opinion(reply: ChatReply) -> Opinion:
    """The guardrail's own words are no answer of the model's."""
    return Opinion(model=reply.usage.model, answer="" if reply.guardrail_intervened else reply.text)
