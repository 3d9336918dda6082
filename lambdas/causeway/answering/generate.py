"""Step: ask the model, behind the guardrail."""

from collections.abc import Sequence

from causeway.answering.reading_along import Unchecked, listen
from causeway.answering.turn import BLOCKED, Generation, Prompt, Turn
from causeway.models.chat import Block, ChatModel, ChatReply, ChatRequest
from causeway.safety.passages import Wording

LONGEST_QUERY = 1000  # characters that contextual grounding takes; escaping may have added to the question's own
STOP_SEQUENCES = ("</answer>", "<question>")


class Generate:
    """Sends the prompt to the model and keeps its text and usage.

    The guardrail assesses the question as input, and holds the answer against passages and question (contextual grounding). When it
    steps in, the turn ends with a refusal: that nothing was found if grounding was all it missed, else that we cannot help.

    Where the turn has a listener, the model streams. unchecked: what the listener hears of a sentence that is not yet checked. wording: see
    `causeway.safety.grounding.Passages`.
    """

    name = "generate"

    def __init__(
        self, model: ChatModel, *, max_tokens: int, temperature: float, unchecked: Unchecked = "held", wording: Wording = "own"
    ) -> None:
        self._model = model
        self._unchecked, self._wording = unchecked, wording
        self._max_tokens = max_tokens
        self._temperature = temperature

    def __call__(self, turn: Turn) -> None:
        reply = self._reply(chat_request(turn, self._max_tokens, self._temperature), turn)
        turn.usage = reply.usage
        turn.generation = Generation(reply.text, reply.stop_reason, whole=reply.structure == "claims")
        turn.notes["stop_reason"] = reply.stop_reason
        _note_structure(turn, reply)
        if reply.guardrail_intervened:
            _refuse(turn, reply)

    def _reply(self, request: ChatRequest, turn: Turn) -> ChatReply:
        if turn.listener is None:
            return self._model.reply(request, turn.deadline)
        return listen(self._model.stream(request, turn.deadline), turn, turn.listener, self._unchecked, self._wording)


def chat_request(turn: Turn, max_tokens: int, temperature: float) -> ChatRequest:
    """What a model is asked. Raises ValueError before `compose` has written the prompt."""
    if turn.prompt is None:
        raise ValueError("generate needs the prompt of compose")
    return ChatRequest(turn.prompt.system, _message(turn.prompt), max_tokens, temperature, STOP_SEQUENCES)


def _message(prompt: Prompt) -> Sequence[Block]:
    """Only what is marked is assessed: the question as input, the passages as what the answer must rest on."""
    question = (
        Block(prompt.question, ("query", "guard_content"))
        if len(prompt.question) <= LONGEST_QUERY
        else Block(prompt.question, ("guard_content",))
    )
    return Block(prompt.passages, ("grounding_source",)), Block(f"{prompt.facts}\n\n<question>"), question, Block("</question>")


def _note_structure(turn: Turn, reply: ChatReply) -> None:
    if reply.structure:
        turn.notes["structure"] = reply.structure
    if reply.left_out:
        turn.withheld += reply.left_out
        turn.notes["claims_left_out"] = reply.left_out


def _refuse(turn: Turn, reply: ChatReply) -> None:
    turn.notes["guardrail"] = ",".join(sorted(reply.policies))
    if reply.policies == {"contextualGroundingPolicy"}:
        turn.refuse("guardrail-grounding")
    else:
        turn.refuse("guardrail", BLOCKED)
