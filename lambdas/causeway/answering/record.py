"""Step: one log line and the metrics of a turn. It always runs, whatever became of the turn."""

from collections.abc import Sequence
from typing import TypedDict

from aws_lambda_powertools.metrics import MetricUnit

from causeway.answering.turn import Turn
from causeway.runtime.logs import hashed, logger, metrics


class TurnLine(TypedDict, total=False):
    """What of a question's log line goes on into the table of turns.

    message: `turn`, or `agent turn`. timestamp: UTC. service: name of the function. outcome: how the turn ended.
    tenant, user: hashed, 12 hexadecimal digits. intent: what kind of question it is. degraded: services that were missing.
    model, second_model: that answered, empty for none. second_input_tokens, second_output_tokens: of the second model.
    citations: how many. grounded: every claim has one. confidence: 0 to 1.
    Data class: internal.
    """

    message: str
    timestamp: str
    service: str
    outcome: str
    tenant: str
    user: str
    intent: str
    degraded: Sequence[str]
    model: str
    input_tokens: int
    output_tokens: int
    second_model: str
    second_input_tokens: int
    second_output_tokens: int
    citations: int
    grounded: bool
    confidence: float


class Record:
    """Writes what a turn cost and how it ended: ids hashed, no text of the question or the answer."""

    name = "record"

    def __call__(self, turn: Turn) -> None:
        milliseconds = {f"{step}_ms": round(seconds * 1000, 1) for step, seconds in turn.seconds.items()}
        logger.info("turn", extra={"outcome": turn.outcome, **self._fields(turn), **milliseconds, **turn.notes})
        metrics.add_metric(name="Turns", unit=MetricUnit.Count, value=1)
        metrics.add_metric(name="Refusals", unit=MetricUnit.Count, value=turn.outcome not in ("answered", "search-only", "failed"))
        metrics.add_metric(name="DegradedAnswers", unit=MetricUnit.Count, value=bool(turn.answer and turn.degraded))
        used = [turn.usage, *([turn.second.usage] if turn.second else [])]
        metrics.add_metric(name="InputTokens", unit=MetricUnit.Count, value=sum(each.input_tokens for each in used))
        metrics.add_metric(name="OutputTokens", unit=MetricUnit.Count, value=sum(each.output_tokens for each in used))

    def _fields(self, turn: Turn) -> dict[str, object]:
        answer = turn.answer
        return {
            "tenant": hashed(turn.tenant),
            "user": hashed(f"{turn.tenant}/{turn.user}"),
            "question_characters": len(turn.question),
            "top_k": turn.top_k,
            "filters": sorted(turn.filters),
            "intent": turn.intent,
            "degraded": turn.degraded,
            "model": turn.usage.model,
            "input_tokens": turn.usage.input_tokens,
            "output_tokens": turn.usage.output_tokens,
            "citations": len(answer.citations) if answer else 0,
            "grounded": answer.grounded if answer else False,
            "confidence": answer.confidence if answer else 0.0,
        }
