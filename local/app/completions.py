"""A model of any server that speaks OpenAI's chat completions, as agents ask it: without a deployment, and without a guardrail."""

from dataclasses import dataclass
from typing import Any

from causeway.models.acting import ActingModel
from causeway.models.converse import Converse, Guardrail
from causeway.runtime.dependencies import Dependency
from local.cloud.chat import payload
from local.cloud.chat_server import ChatFailed, ChatServer
from local.cloud.chat_tools import blocks_of
from local.console import Trouble

MODEL = Dependency("model", attempt_seconds=120.0, budget_seconds=600.0, attempts=1)


@dataclass(frozen=True)
class CompletionClient:
    """In place of Bedrock's client."""

    server: ChatServer

    def converse(self, **asked: Any) -> dict[str, Any]:
        """Raises Trouble when the server refuses, or does not answer."""
        try:
            request = payload(asked["modelId"], asked["messages"], asked["system"], asked["inferenceConfig"], asked.get("toolConfig"))
            message, usage = self.server.complete(request)
        except ChatFailed as failure:
            raise Trouble(f"The model was asked anew and did not answer: {failure}") from failure
        blocks, stop_reason = blocks_of(message)
        return {"output": {"message": {"content": blocks}}, "stopReason": stop_reason, "usage": usage.in_converse()}


def acting_model(url: str, key: str, name: str) -> ActingModel:
    client: Any = CompletionClient(ChatServer(url, key))
    return Converse(client, name, Guardrail("", ""), MODEL)
