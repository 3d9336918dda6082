"""Step: ask the model, behind the guardrail."""

from typing import Any
from urllib.parse import quote

from causeway.answering.turn import BLOCKED, Generation, Prompt, Turn, Usage
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from causeway.runtime.signed import Operation

CONNECT_SECONDS = 1.0
LONGEST_QUERY = 1000  # characters that contextual grounding takes; escaping may have added to the question's own
INTERVENTIONS = ("guardrail_intervened", "content_filtered")


class Generate:
    """One Converse call. Throttling and lost connections are retried; a slow or failing model is not: each try is paid for.

    attempt_seconds, budget_seconds: for one call, and for all with their pauses.
    The guardrail assesses the question as input, and holds the answer against passages and question (contextual grounding). When it
    steps in, the turn ends with a refusal: that nothing was found if grounding was all it missed, else that we cannot help.
    """

    name = "generate"

    def __init__(
        self,
        model: str,
        guardrail: tuple[str, str],
        *,
        max_tokens: int,
        temperature: float,
        attempt_seconds: float,
        budget_seconds: float,
    ) -> None:
        self._model = model
        self._guardrail = guardrail
        self._inference = {"maxTokens": max_tokens, "temperature": temperature, "stopSequences": ["</answer>", "<question>"]}
        self._dependency = Dependency("model", attempt_seconds, budget_seconds, retries=(Throttled,), base_seconds=0.4)
        target = f"/model/{quote(model, safe='')}/converse"
        read = attempt_seconds - CONNECT_SECONDS
        self._converse = Operation("bedrock-runtime", "Converse", target, connect=CONNECT_SECONDS, read=read)

    def __call__(self, turn: Turn) -> None:
        if turn.prompt is None:
            raise ValueError("generate needs the prompt of compose")
        request = self._request(turn.prompt)
        response = self._dependency.call(lambda: self._converse(request), turn.deadline)
        usage = response["usage"]
        turn.usage = Usage(usage["inputTokens"], usage["outputTokens"], self._model)
        blocks = response["output"].get("message", {}).get("content", [])
        turn.generation = Generation("".join(block.get("text", "") for block in blocks).strip(), response["stopReason"])
        turn.notes["stop_reason"] = turn.generation.stop_reason
        if turn.generation.stop_reason in INTERVENTIONS:
            _refuse(turn, response.get("trace", {}).get("guardrail", {}))

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        identifier, version = self._guardrail
        return {
            "system": [{"text": prompt.system}],
            "messages": [{"role": "user", "content": _content(prompt)}],
            "inferenceConfig": self._inference,
            "guardrailConfig": {"guardrailIdentifier": identifier, "guardrailVersion": version, "trace": "enabled"},
        }


def _content(prompt: Prompt) -> list[dict[str, Any]]:
    """Only what is marked is assessed: the question as input, the passages as what the answer must rest on."""
    query = ("query", "guard_content") if len(prompt.question) <= LONGEST_QUERY else ("guard_content",)
    return [
        _guarded(prompt.passages, "grounding_source"),
        {"text": "\n\n<question>"},
        _guarded(prompt.question, *query),
        {"text": "</question>"},
    ]


def _guarded(text: str, *qualifiers: str) -> dict[str, Any]:
    return {"guardContent": {"text": {"text": text, "qualifiers": list(qualifiers)}}}


def _refuse(turn: Turn, trace: dict[str, Any]) -> None:
    """trace: the guardrail's; it holds words of the question and the answer and goes into no log."""
    assessments = [*trace.get("inputAssessment", {}).values()]
    assessments += [found for several in trace.get("outputAssessments", {}).values() for found in several]
    policies = {policy for assessment in assessments for policy in assessment if policy.endswith("Policy")}
    turn.notes["guardrail"] = ",".join(sorted(policies))
    if policies == {"contextualGroundingPolicy"}:
        turn.refuse("guardrail-grounding")
    else:
        turn.refuse("guardrail", BLOCKED)
