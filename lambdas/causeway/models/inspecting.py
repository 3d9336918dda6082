"""A guardrail, asked about a text by itself: Converse has it look at no tool's arguments or results."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from causeway.models.converse import Guardrail
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

# INPUT: what a model reads; attacks on it are looked for there alone. OUTPUT: what a model wrote.
Source = Literal["INPUT", "OUTPUT"]
LONGEST = 20_000  # characters of one request: Bedrock answers one of more than 25,000 with 429
OVERLAP = 400  # characters that two pieces share, so that nothing hides where they meet
INTERVENED = "GUARDRAIL_INTERVENED"
# US dollars for a text unit, 1,000 characters, by what counts it: us-east-1, November 2026. Words are free of charge.
USD = {"contentPolicyUnits": 0.00015, "topicPolicyUnits": 0.00015, "sensitiveInformationPolicyUnits": 0.0001}


@dataclass(frozen=True)
class Inspected:
    """policies: of the guardrail, that intervened, by name; nothing else of its findings leaves here, for they hold words of people."""

    policies: frozenset[str] = frozenset()
    usd: float = 0.0

    def beside(self, other: "Inspected") -> "Inspected":
        return Inspected(self.policies | other.policies, self.usd + other.usd)


class Inspector:
    """Raises Throttled, DependencyUnavailable or DependencyRejected, of the dependency that it is given."""

    def __init__(self, client: "BedrockRuntimeClient", guardrail: Guardrail, dependency: Dependency) -> None:
        """client: one that has the patience of `dependency`."""
        self._client, self._guardrail, self.dependency = client, guardrail, dependency

    def inspect(self, text: str, source: Source, deadline: Deadline) -> Inspected:
        """The guardrail's judgement; a text without words is not asked about. Long ones are asked about piece by piece."""
        found = Inspected()
        for piece in pieces(text):
            answer = self.dependency.call(lambda piece=piece: self._apply(piece, source), deadline)  # type: ignore[misc]
            found = found.beside(_judged(answer))
        return found

    def _apply(self, text: str, source: Source) -> Mapping[str, Any]:
        return self._client.apply_guardrail(
            guardrailIdentifier=self._guardrail.identifier,
            guardrailVersion=self._guardrail.version,
            source=source,
            content=[{"text": {"text": text}}],
        )


def pieces(text: str) -> Iterator[str]:
    if not text.strip():
        return
    step = LONGEST - OVERLAP
    for number in range(max(1, math.ceil((len(text) - OVERLAP) / step))):
        yield text[number * step : number * step + LONGEST]


def _judged(answer: Mapping[str, Any]) -> Inspected:
    usage = answer.get("usage", {})
    usd = sum(usage.get(units, 0) * each for units, each in USD.items())
    if answer["action"] != INTERVENED:
        return Inspected(usd=usd)
    policies = {policy for each in answer.get("assessments", []) for policy in each if policy.endswith("Policy")}
    return Inspected(frozenset(policies or {"unnamed"}), usd)
