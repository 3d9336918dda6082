"""Chat models on Bedrock, behind a guardrail, by the Converse operation."""

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from causeway.models.acting import ActReply, ActRequest
from causeway.models.blocks import Blocks
from causeway.models.chat import Block, ChatReply, ChatRequest, OutputSchema, Usage
from causeway.models.tool_use import call_of, in_wire_form
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.faults import dependency_error

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient


@dataclass(frozen=True)
class Guardrail:
    identifier: str
    version: str


class Converse:
    """model: an inference profile or a model id. dependency: which failures are worth a second, paid call, and for how long."""

    def __init__(self, client: "BedrockRuntimeClient", model: str, guardrail: Guardrail, dependency: Dependency) -> None:
        self._client = client
        self._model = model
        self._guardrail = guardrail
        self._dependency = dependency

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
        """As `ChatModel.reply`."""
        parameters = self._parameters(request)
        return self._dependency.call(lambda: self._reply(self._client.converse(**parameters)), deadline)

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """As `ChatModel.stream`."""
        for piece in self._streamed(self._parameters(request), deadline):
            yield _as_chat(piece) if isinstance(piece, ActReply) else piece

    def act(self, request: ActRequest, deadline: Deadline) -> ActReply:
        """As `ActingModel.act`."""
        parameters = {**self._asking(request), **in_wire_form(request)}
        return self._dependency.call(lambda: self._said(self._client.converse(**parameters)), deadline)

    def act_along(self, request: ActRequest, deadline: Deadline) -> Generator[str | ActReply]:
        """As `ReadAlong.act_along`. What the guardrail puts behind a text that it ended is no part of that text, and left out with it."""
        for piece in self._streamed({**self._asking(request), **in_wire_form(request)}, deadline):
            yield replace(piece, text="") if isinstance(piece, ActReply) and piece.guardrail_intervened else piece

    def _streamed(self, parameters: dict[str, Any], deadline: Deadline) -> Generator[str | ActReply]:
        """Only the beginning is retried: what was produced is paid for, and its reader has seen it."""
        parameters["guardrailConfig"]["streamProcessingMode"] = "sync"  # no piece leaves before the guardrail has seen it
        answer = self._dependency.call(lambda: self._client.converse_stream(**parameters), deadline, ends_later=True)
        with closing(answer["stream"]) as events:
            yield from self._pieces(events)

    def _pieces(self, events: Any) -> Generator[str | ActReply]:
        blocks = Blocks()
        try:
            for event in events:
                if piece := blocks.add(event):
                    yield piece
        except Exception as error:
            failure = dependency_error(self._dependency.name, error)
            if failure is None:
                raise
            self._dependency.ended(failure)
            raise failure from error
        self._dependency.ended()
        yield self._said(blocks.answer)

    def _parameters(self, request: ChatRequest) -> dict[str, Any]:
        asking = self._asking(request)
        asking["inferenceConfig"]["stopSequences"] = list(request.stop_sequences)
        return {
            **asking,
            "messages": [{"role": "user", "content": [_content(block) for block in request.message]}],
            **({"outputConfig": {"textFormat": _format(request.output)}} if request.output else {}),
        }

    def _asking(self, request: ChatRequest | ActRequest) -> dict[str, Any]:
        """What every request says, whatever is asked."""
        return {
            "modelId": self._model,
            "system": [{"text": request.system}],
            "inferenceConfig": {"maxTokens": request.max_tokens, "temperature": request.temperature},
            "guardrailConfig": {
                "guardrailIdentifier": self._guardrail.identifier,
                "guardrailVersion": self._guardrail.version,
                "trace": "enabled",
            },
        }

    def _reply(self, answer: Mapping[str, Any]) -> ChatReply:
        return _as_chat(self._said(answer))

    def _said(self, answer: Mapping[str, Any]) -> ActReply:
        try:
            usage = Usage(answer["usage"]["inputTokens"], answer["usage"]["outputTokens"], self._model)
            blocks = answer["output"].get("message", {}).get("content", [])
            text = "".join(block.get("text", "") for block in blocks).strip()
            calls = [call_of(block["toolUse"]) for block in blocks if "toolUse" in block]
            return ActReply(text, calls, answer["stopReason"], usage, _policies(answer.get("trace", {}).get("guardrail", {})))
        except KeyError as missing:
            raise DependencyUnavailable(self._dependency.name, f"answered without {missing}") from None


def _as_chat(said: ActReply) -> ChatReply:
    return ChatReply(said.text, said.stop_reason, said.usage, said.policies)


def _content(block: Block) -> dict[str, Any]:
    if not block.qualifiers:
        return {"text": block.text}
    return {"guardContent": {"text": {"text": block.text, "qualifiers": list(block.qualifiers)}}}


def _format(output: OutputSchema) -> dict[str, Any]:
    return {"type": "json_schema", "structure": {"jsonSchema": {"name": output.name, "schema": json.dumps(output.schema)}}}


def _policies(trace: Mapping[str, Any]) -> frozenset[str]:
    assessments = [*trace.get("inputAssessment", {}).values()]
    assessments += [found for several in trace.get("outputAssessments", {}).values() for found in several]
    return frozenset(policy for assessment in assessments for policy in assessment if policy.endswith("Policy"))
