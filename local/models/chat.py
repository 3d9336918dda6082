"""The stand-in chat model: an OpenAI-compatible server that answers by quoting the passages it is given.

    python -m local.models.chat --port 8081

POST /v1/chat/completions honours max_tokens and stop, and reports usage in words and punctuation marks. A streamed answer comes
word by word, 100 words a second. Of JSON schemas it fills in one, that of claims with their citations. Requests that it cannot serve
(tools, images, several choices, another schema, anything but a question over passages) get an error that says so.
"""

import re
import time
import uuid
from collections.abc import Generator
from typing import Any

from local.models.quoting import answer, claims, read_prompt
from local.models.serving import Unsupported, chat_server, port_argument
from local.models.vectors import Embed, load_vectors

TOKEN = re.compile(r"\w+|[^\w\s]")
UNDERSTOOD = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "stream", "stream_options", "n"}
UNDERSTOOD |= {"seed", "user", "response_format"}
CLAIM = {"text": "string", "citations": "array"}
WORD = re.compile(r"\s*\S+")
SECONDS_PER_WORD = 0.01


class StandIn:
    """embed: tells how near words are to each other."""

    def __init__(self, embed: Embed, seconds_per_word: float = SECONDS_PER_WORD) -> None:
        self._embed, self._seconds_per_word = embed, seconds_per_word

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        return complete(request, self._embed)

    def stream(self, request: dict[str, Any]) -> Generator[dict[str, Any]]:
        whole = self.complete(request)
        choice = whole["choices"][0]
        for word in WORD.findall(choice["message"]["content"]):
            yield _chunk(whole, {"role": "assistant", "content": word})
            time.sleep(self._seconds_per_word)
        yield {**_chunk(whole, {}, choice["finish_reason"]), "usage": whole["usage"]}


def _chunk(whole: dict[str, Any], delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
    return {**{name: whole[name] for name in ("id", "created", "model")}, "object": "chat.completion.chunk", "choices": choices}


def complete(request: dict[str, Any], embed: Embed) -> dict[str, Any]:
    """The body of a chat completion. Raises Unsupported."""
    _refuse_the_unknown(request)
    prompt = "\n".join(_text(message) for message in request["messages"])
    asked = read_prompt(_text(request["messages"][-1]))
    if asked is None:
        raise Unsupported("This stand-in only answers a <question> from the <passages> in the last user message.")
    said = claims(*asked, embed) if _wants_claims(request.get("response_format")) else answer(*asked, embed)
    text, reason = _cut(said, _stops(request), request.get("max_tokens") or request.get("max_completion_tokens"))
    sent, written = len(TOKEN.findall(prompt)), len(TOKEN.findall(text))
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model", "stand-in"),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}],
        "usage": {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written},
    }


def _refuse_the_unknown(request: dict[str, Any]) -> None:
    unknown = sorted(name for name in request.keys() - UNDERSTOOD if request[name])
    if unknown:
        raise Unsupported(f"This stand-in has no {', '.join(unknown)}; set CAUSEWAY_CHAT_URL to a real model's server for that.")
    if request.get("n", 1) != 1:
        raise Unsupported("This stand-in gives one answer: n=1.")
    if not isinstance(request.get("messages"), list) or not request["messages"]:
        raise Unsupported('"messages" must be a list that is not empty.')


def _wants_claims(form: dict[str, Any] | None) -> bool:
    if not form or form == {"type": "text"}:
        return False
    try:
        fields = form["json_schema"]["schema"]["properties"]["claims"]["items"]["properties"]
    except (KeyError, TypeError):
        fields = {}
    if {name: field.get("type") for name, field in fields.items()} != CLAIM:
        raise Unsupported("This stand-in's only response_format besides text is a JSON schema of claims with text and citations.")
    return True


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        return "\n".join(part["text"] for part in content)
    raise Unsupported("This stand-in reads text only: no images, no files, no tool calls in a message.")


def _stops(request: dict[str, Any]) -> list[str]:
    stop = request.get("stop") or []
    return [stop] if isinstance(stop, str) else list(stop)


def _cut(text: str, stops: list[str], most_tokens: int | None) -> tuple[str, str]:
    """The text up to the first stop sequence or the token limit, and the finish reason."""
    found = [position for stop in stops if stop and (position := text.find(stop)) >= 0]
    text = text[: min(found)] if found else text
    tokens = list(TOKEN.finditer(text))
    if most_tokens and len(tokens) > most_tokens:
        return text[: tokens[most_tokens - 1].end()], "length"
    return text, "stop"


def main() -> None:
    port, embed = port_argument(__doc__), load_vectors()
    chat_server(port, "stand-in", StandIn(embed)).serve_forever()


if __name__ == "__main__":
    main()
