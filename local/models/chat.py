"""The stand-in chat model: an OpenAI-compatible server that answers by quoting the passages it is given.

    python -m local.models.chat --port 8081

POST /v1/chat/completions honours max_tokens and stop, and reports usage in words and punctuation marks. A streamed answer comes
word by word, 100 words a second. Of JSON schemas it fills in one, that of claims with their citations. With tools it follows the
rules of scripts (`local.models.scripts`). Requests that it cannot serve (images, several choices, another schema, strict tools,
without tools anything but a question over passages) get an error that says so.
"""

import json
import re
import time
import uuid
from collections.abc import Generator
from typing import Any

from local.models.acting import Acted, act
from local.models.quoting import answer, claims, read_prompt
from local.models.scripts import Rules, of_deployment
from local.models.serving import Unsupported, chat_server, port_argument
from local.models.turns import text_of
from local.models.vectors import Embed, load_vectors

TOKEN = re.compile(r"\w+|[^\w\s]")
UNDERSTOOD = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "stream", "stream_options", "n"}
UNDERSTOOD |= {"seed", "user", "response_format", "tools", "tool_choice", "parallel_tool_calls"}
CLAIM = {"text": "string", "citations": "array"}
WORD = re.compile(r"\s*\S+")
SECONDS_PER_WORD = 0.01


class StandIn:
    """embed: tells how near words are to each other. rules: what it does with tools."""

    def __init__(self, embed: Embed, rules: Rules = of_deployment, seconds_per_word: float = SECONDS_PER_WORD) -> None:
        self._embed, self._rules, self._seconds_per_word = embed, rules, seconds_per_word

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        return complete(request, self._embed, self._rules)

    def stream(self, request: dict[str, Any]) -> Generator[dict[str, Any]]:
        whole = self.complete(request)
        choice = whole["choices"][0]
        for word in WORD.findall(choice["message"]["content"] or ""):
            yield _chunk(whole, {"role": "assistant", "content": word})
            time.sleep(self._seconds_per_word)
        for index, call in enumerate(choice["message"].get("tool_calls", ())):
            yield _chunk(whole, {"role": "assistant", "tool_calls": [{"index": index, **call}]})
        ended = _chunk(whole, {}, choice["finish_reason"])
        ended["choices"][0] |= {"stop_reason": choice["stop_reason"]} if "stop_reason" in choice else {}
        yield {**ended, "usage": whole["usage"]}


def _chunk(whole: dict[str, Any], delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
    return {**{name: whole[name] for name in ("id", "created", "model")}, "object": "chat.completion.chunk", "choices": choices}


def complete(request: dict[str, Any], embed: Embed, rules: Rules = tuple) -> dict[str, Any]:
    """The body of a chat completion. Raises Unsupported."""
    _refuse_the_unknown(request)
    acted = act(request, rules(), embed) if request.get("tools") else Acted(_quoting(request, embed))
    choice = _choice(acted, request)
    sent, written = _tokens(_all_that_was_sent(request)) + acted.reads, _tokens(_all_of(choice["message"])) + acted.writes
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model", "stand-in"),
        "choices": [{"index": 0, **choice}],
        "usage": {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written},
    }


def _quoting(request: dict[str, Any], embed: Embed) -> str:
    asked = read_prompt(text_of(request["messages"][-1]))
    if asked is None:
        raise Unsupported("This stand-in only answers a <question> from the <passages> in the last user message, or acts with tools.")
    return claims(*asked, embed) if _wants_claims(request.get("response_format")) else answer(*asked, embed)


def _choice(acted: Acted, request: dict[str, Any]) -> dict[str, Any]:
    """The message with its finish reason, and `stop_reason` where a stop sequence ended it. Calls beyond the token limit are left out."""
    limit = request.get("max_tokens") or request.get("max_completion_tokens")
    text, reason, stop = _cut(acted.text, _stops(request), limit)
    calls = [call.as_sent() for call in acted.calls] if reason == "stop" and stop is None else []
    if calls and limit and _tokens(text) + _tokens(json.dumps([call["function"] for call in calls])) > limit:
        calls, reason = [], "length"
    message = {"role": "assistant", "content": text or None if calls else text, **({"tool_calls": calls} if calls else {})}
    ended = {} if stop is None else {"stop_reason": stop}
    return {"message": message, "finish_reason": "tool_calls" if calls else reason, **ended}


def _all_that_was_sent(request: dict[str, Any]) -> str:
    return "\n".join((*map(_all_of, request["messages"]), json.dumps(request.get("tools") or "")))


def _all_of(message: dict[str, Any]) -> str:
    return text_of(message) + "".join(json.dumps(call["function"]) for call in message.get("tool_calls") or ())


def _tokens(text: str) -> int:
    return len(TOKEN.findall(text))


def _refuse_the_unknown(request: dict[str, Any]) -> None:
    unknown = sorted(name for name in request.keys() - UNDERSTOOD if request[name])
    if unknown:
        raise Unsupported(f"This stand-in has no {', '.join(unknown)}; set CAUSEWAY_CHAT_URL to a real model's server for that.")
    if request.get("n", 1) != 1:
        raise Unsupported("This stand-in gives one answer: n=1.")
    if not isinstance(request.get("messages"), list) or not request["messages"]:
        raise Unsupported('"messages" must be a list that is not empty.')
    if strict := [each["function"]["name"] for each in request.get("tools") or () if each["function"].get("strict")]:
        raise Unsupported(f"This stand-in has no strict tools, and {', '.join(strict)} is to be strict: its rules write what they write.")
    if request.get("tools") and _wants_claims(request.get("response_format")):
        raise Unsupported("This stand-in writes text beside tools: no response_format.")


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


def _stops(request: dict[str, Any]) -> list[str]:
    stop = request.get("stop") or []
    return [stop] if isinstance(stop, str) else list(stop)


def _cut(text: str, stops: list[str], most_tokens: int | None) -> tuple[str, str, str | None]:
    """The text up to the first stop sequence or the token limit, the finish reason, and the stop sequence that ended it, if any."""
    at, stop = min(((position, stop) for stop in stops if stop and (position := text.find(stop)) >= 0), default=(len(text), None))
    tokens = list(TOKEN.finditer(text[:at]))
    if most_tokens and len(tokens) > most_tokens:
        return text[: tokens[most_tokens - 1].end()], "length", None
    return text[:at], "stop", stop


def main() -> None:
    port, embed = port_argument(__doc__), load_vectors()
    chat_server(port, "stand-in", StandIn(embed)).serve_forever()


if __name__ == "__main__":
    main()
