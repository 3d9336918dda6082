"""An answer in the shapes of OpenAI's API, as `causeway.answering.openai_contract` describes them."""

import json
import time
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from causeway.answering.contract import AnswerResponse, CitationBody
from causeway.answering.openai_contract import (
    AssistantMessage,
    ChatCompletion,
    ChatCompletionChunk,
    Choice,
    ChunkChoice,
    ChunkDelta,
    CompletionUsage,
    Extra,
)
from causeway.answering.turn import Turn
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.problems import Problem
from functions.server_sent import HEADERS, Output

WITHDRAWN = "\n\n(Withdrawn. The answer is:)\n\n"
FILTERED = ("guardrail", "withheld")
LAST = b"data: [DONE]\n\n"


class Chunks:
    """A listener that sends an answer in chunks. A text that is taken back stays in the client's window, so it is followed by a word."""

    def __init__(self, output: Output, identifier: str, include_usage: bool) -> None:
        self._output, self._include_usage = output, include_usage
        self._id, self._created = f"chatcmpl-{identifier}", int(time.time())
        self._text = ""

    def retrieved(self, searched: str, passages: Sequence[FoundPassage]) -> None:
        self._output.start(200, HEADERS)
        self._send(ChunkChoice(delta=ChunkDelta(role="assistant", content="")))

    def shows(self, text: str) -> None:
        grown = text.startswith(self._text)
        piece = text[len(self._text) :] if grown else WITHDRAWN + text
        if piece:
            self._send(ChunkChoice(delta=ChunkDelta(content=piece)))
        self._text = text

    def done(self, turn: Turn, answer: AnswerResponse) -> None:
        if not self._output.started:
            self.retrieved("", ())
        self.shows(answer.answer)
        if listed := sources(answer.citations):
            self._send(ChunkChoice(delta=ChunkDelta(content=listed)))
        self._send(ChunkChoice(delta=ChunkDelta(), finish_reason=_reason(turn)), causeway=extra(answer))
        if self._include_usage:
            self._write(ChatCompletionChunk(id=self._id, created=self._created, choices=[], usage=usage(answer)))
        self._output.write(LAST)

    def failed(self, problem: Problem) -> None:
        self._output.write(f"data: {json.dumps(error_of(problem))}\n\n".encode())

    def _send(self, choice: ChunkChoice, causeway: Extra | None = None) -> None:
        self._write(ChatCompletionChunk(id=self._id, created=self._created, choices=[choice], causeway=causeway))

    def _write(self, chunk: BaseModel) -> None:
        self._output.write(f"data: {chunk.model_dump_json(exclude_none=True)}\n\n".encode())


def completion(turn: Turn, answer: AnswerResponse) -> ChatCompletion:
    message = AssistantMessage(content=answer.answer + sources(answer.citations))
    return ChatCompletion(
        id=f"chatcmpl-{answer.request_id}",
        created=int(time.time()),
        choices=[Choice(message=message, finish_reason=_reason(turn))],
        usage=usage(answer),
        causeway=extra(answer),
    )


def sources(citations: Sequence[CitationBody]) -> str:
    """The list below an answer, a line for each page that is cited."""
    lines = [f"[{each.n}] {each.title}" + (f", page {each.page}" if each.page else "") for each in citations]
    return "\n\n" + "\n".join(dict.fromkeys(lines)) if lines else ""


def usage(answer: AnswerResponse) -> CompletionUsage:
    sent, written = answer.usage.input_tokens, answer.usage.output_tokens
    return CompletionUsage(prompt_tokens=sent, completion_tokens=written, total_tokens=sent + written)


def extra(answer: AnswerResponse) -> Extra:
    return Extra(**{name: getattr(answer, name) for name in Extra.model_fields})


def error_of(problem: Problem) -> dict[str, Any]:
    """OpenAI's shape of an error; `code` is the problem's type."""
    kind = "invalid_request_error" if problem.status < 500 else "server_error"
    field = problem.errors[0].field if problem.errors else None
    return {"error": {"message": problem.detail, "type": kind, "param": field, "code": problem.slug}}


def error_response(problem: Problem) -> Response[str]:
    headers: dict[str, str | list[str]] = dict(problem.response_headers())
    return Response(status_code=problem.status, content_type="application/json", body=json.dumps(error_of(problem)), headers=headers)


def _reason(turn: Turn) -> Any:
    return "content_filter" if turn.outcome in FILTERED else "stop"
