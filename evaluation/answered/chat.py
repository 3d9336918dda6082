"""The chat models of a laptop, `CHAT=small` and the stand-in, without the local AWS between them and the app's steps.

"small-in-claims" is the small one asked for claims in JSON, as the app asks a model whose tier has `claims`.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import urllib3

from benchmarks.measure import Unavailable
from causeway.answering.in_claims import InClaims
from causeway.models.chat import ChatModel, ChatReply, ChatRequest, OutputSchema, Usage
from causeway.runtime.deadlines import Deadline
from causeway.runtime.errors import DependencyUnavailable
from causeway.runtime.logs import record_fallback
from evaluation.servers import PYTHON, serving
from local import places
from local.loopback import free_port

Name = Literal["stand-in", "small", "small-in-claims"]
SMALL = ("local.models.small", places.CHAT_VENV / "bin" / "python")
MODULES: dict[Name, tuple[str, Path]] = {
    "stand-in": ("local.models.chat", PYTHON),
    "small": SMALL,
    "small-in-claims": SMALL,
}


class HostedChat:
    """A `ChatModel`: an OpenAI-compatible server on this machine, which gets the messages as the local AWS sends them."""

    def __init__(self, name: str, url: str) -> None:
        self._name, self._url = name, url + "/v1/chat/completions"
        self._http = urllib3.PoolManager(retries=False)

    def reply(self, request: ChatRequest, deadline: Deadline) -> ChatReply:
        """As `ChatModel.reply`."""
        answer = self._http.request("POST", self._url, json=self._body(request), timeout=deadline.left())
        if answer.status != 200:
            raise DependencyUnavailable("model", f"{self._name} answered {answer.status}: {answer.data[:300]!r}")
        said = answer.json()
        choice, usage = said["choices"][0], said["usage"]
        reason = "max_tokens" if choice["finish_reason"] == "length" else "end_turn"
        used = Usage(usage["prompt_tokens"], usage["completion_tokens"], self._name)
        return ChatReply((choice["message"]["content"] or "").strip(), reason, used)

    def stream(self, request: ChatRequest, deadline: Deadline) -> Generator[str | ChatReply]:
        """As `ChatModel.stream`, in one piece."""
        whole = self.reply(request, deadline)
        yield whole.text
        yield whole

    def _body(self, request: ChatRequest) -> dict[str, object]:
        messages = [
            {"role": "system", "content": request.system},
            {"role": "user", "content": "".join(block.text for block in request.message)},
        ]
        limits = {"max_tokens": request.max_tokens, "temperature": request.temperature, "stop": list(request.stop_sequences)}
        return {
            "model": self._name,
            "messages": messages,
            **limits,
            **({"response_format": _form(request.output)} if request.output else {}),
        }


def _form(output: OutputSchema) -> dict[str, object]:
    return {"type": "json_schema", "json_schema": {"name": output.name, "schema": output.schema, "strict": True}}


@contextmanager
def chat(name: Name, folder: Path) -> Iterator[ChatModel]:
    """Raises Unavailable when the model is not installed."""
    module, python = MODULES[name]
    if not python.exists():
        raise Unavailable("the model is not installed: `make setup CHAT=small` first")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving([module, "--port", port], url + "/health", folder / f"{name}.log", python):
        hosted = HostedChat(name, url)
        yield InClaims(hosted, record_fallback) if name == "small-in-claims" else hosted
