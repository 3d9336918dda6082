"""An answer as server-sent events, as `causeway.answering.stream_contract` describes them."""

import time
from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel

from causeway.answering.contract import AnswerResponse
from causeway.answering.stream_contract import Delta, Found, Replaced, Retrieved
from causeway.retrieval.passage import FoundPassage
from causeway.runtime.problems import Problem

HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
STILL_HERE = b":\n\n"  # a comment, which clients pass by
SECONDS_BETWEEN = 0.1  # two comments: it takes some writes until a lost connection is noticed


class Output(Protocol):
    """Where the bytes go; both methods raise Gone when nobody reads any more."""

    @property
    def started(self) -> bool: ...

    def start(self, status: int, headers: dict[str, str]) -> None: ...

    def write(self, piece: bytes) -> None: ...


class Events:
    """Sends a text that grows: its deltas, each `replaced` in place of all before it, make up the text."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._text = ""
        self._heard_from_us = time.monotonic()

    def shows(self, text: str) -> None:
        if text == self._text:
            self._still_here()
        elif text.startswith(self._text):
            self._send("delta", Delta(text=text[len(self._text) :]))
        else:
            self._send("replaced", Replaced(text=text))
        self._text = text

    def failed(self, problem: Problem, request_id: str) -> None:
        self._event("error", problem.body(request_id))

    def _begin_anew(self) -> None:
        """What is shown next is another text."""
        self._text = ""

    def _still_here(self) -> None:
        """Nobody learns of a caller who went away but by writing."""
        if time.monotonic() - self._heard_from_us > SECONDS_BETWEEN:
            self._write(STILL_HERE)

    def _write(self, piece: bytes) -> None:
        self._heard_from_us = time.monotonic()
        self._output.write(piece)

    def _send(self, name: str, data: BaseModel) -> None:
        self._event(name, data.model_dump_json())

    def _event(self, name: str, data: str) -> None:
        if not self._output.started:
            self._output.start(200, HEADERS)
        self._write(f"event: {name}\ndata: {data}\n\n".encode())


class ServerSentEvents(Events):
    """A listener that sends what it hears of an answer."""

    def retrieved(self, searched: str, passages: Sequence[FoundPassage]) -> None:
        self._send("retrieved", Retrieved(searched=searched, citations=[_found(number, each) for number, each in enumerate(passages, 1)]))

    def done(self, answer: AnswerResponse) -> None:
        if answer.answer != self._text:
            self.shows(answer.answer)
        self._send("done", answer)


def _found(number: int, passage: FoundPassage) -> Found:
    return Found(
        n=number,
        document=passage.document_id,
        title=passage.title,
        page=passage.page,
        heading=passage.heading,
        score=round(passage.similarity, 4),
        relevance=None if passage.relevance is None else round(passage.relevance, 4),
    )
