"""A file of questions, sent in batches by the app's own API, and their results."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.app.api import Reply, call
from local.app.people import Person
from local.console import Trouble, counted

PATH = "/v1/answers/batch"
QUESTIONS, BYTES = 500, 200 * 1024  # in one batch, with room for what is around the questions
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
FAILED_TRIES = 20  # in a row, after which the API counts as gone
Question = dict[str, Any]
Object = dict[str, Any]


def read(file: Path) -> list[Question]:
    """The questions of a file: one on each line, or one JSON object on each line of a `.jsonl` file.

    Raises Trouble that names the line which is none.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{file} cannot be read: {error}") from error
    parse = _json_line if file.suffix == ".jsonl" else _text_line
    found = [parse(line, f"{file}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise Trouble(f"{file} holds no question.")
    return found


def _text_line(line: str, place: str) -> Question:
    return {"question": line.strip()}


def _json_line(line: str, place: str) -> Question:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise Trouble(f"{place} is no JSON: {error}") from error
    if not isinstance(value, dict) or "question" not in value:
        raise Trouble(f'{place} is no object with a question, such as {{"id": "a1", "question": "..."}}.')
    return value


def in_batches(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """As many questions in each as one request takes."""
    batch: list[Question] = []
    size = 0
    for question in questions:
        bytes_ = len(json.dumps(question).encode()) + 2
        if batch and (len(batch) == QUESTIONS or size + bytes_ > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(question)
        size += bytes_
    yield batch


def token(batch: Sequence[Question], priority: str, salt: str = "") -> str:
    """The client token: the same for the same questions, so that the same command goes on with the same batch."""
    content = json.dumps([priority, salt, *batch], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass
class Progress:
    """How far all batches of the file are."""

    total: int
    sent: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        if self.sent < self.total:
            return f"sent {self.sent:,} of {self.total:,}"
        shown = [
            f"{self.counts[state]:,} {state}" for state in ("answered", "failed", "cancelled", "running", "waiting") if self.counts[state]
        ]
        return ", ".join(shown) or counted(self.total, "question")


class Sending:
    """One run over a file. `progress` says how far it is at any time, also after an interruption."""

    def __init__(
        self,
        questions: Sequence[Question],
        person: Callable[[], Person],
        *,
        priority: str = "normal",
        salt: str = "",
        hear: Callable[[Progress], None] = lambda progress: None,
        pause: float = 1.0,
        api: Callable[..., Reply] = call,
    ) -> None:
        """person: the user with a token that is valid now. salt: makes other batches of the same questions. pause: between two looks."""
        self._batches, self._person = list(in_batches(questions)), person
        self._priority, self._salt, self.hear, self._pause, self._api = priority, salt, hear, pause, api
        self.progress = Progress(len(questions))

    def run(self) -> list[Object]:
        """Send what is not sent, wait for all, and return the results in the file's order. Raises Trouble with the API's own words."""
        sent = [self._send(batch) for batch in self._batches]
        while not self._look([each["batch_id"] for each in sent]):
            time.sleep(self._pause)
        results = [result for each in sent for result in self._results(each["batch_id"])]
        return [{**result, "number": number} for number, result in enumerate(results, start=1)]

    def _send(self, batch: list[Question]) -> Object:
        body = {"client_token": token(batch, self._priority, self._salt), "questions": batch, "priority": self._priority}
        status: Object = self._asked("POST", PATH, body).require("The questions were not taken")
        self.progress.sent += len(batch)
        self.hear(self.progress)
        return status

    def _look(self, batches: Sequence[str]) -> bool:
        """Whether every question is over."""
        pages = [self._asked("GET", f"{PATH}/{each}").require("No such batch") for each in batches]
        self.progress.counts = Counter()
        for page in pages:
            self.progress.counts.update(page["counts"])
        self.hear(self.progress)
        return all(page["state"] == "finished" for page in pages)

    def _results(self, batch: str) -> Iterator[Object]:
        after: int | None = 0
        while after is not None:
            page = self._asked("GET", f"{PATH}/{batch}?after={after}").require("No such batch")
            yield from ({"batch_id": batch, **result} for result in page["results"])
            after = page["next"]

    def _asked(self, method: str, path: str, body: Any = None) -> Reply:
        """The reply, once the API is neither busy nor away. Raises Trouble when it stays away."""
        for _ in range(FAILED_TRIES):
            try:
                reply = self._api(method, path, self._person(), body)
            except Trouble:
                time.sleep(self._pause)
                continue
            if reply.status not in BUSY:
                return reply
            time.sleep(min(10 * self._pause, float(reply.headers.get("retry-after", 1))))
        return self._api(method, path, self._person(), body)


def write(file: Path, results: Sequence[Object]) -> None:
    """One JSON object on each line; the file is there whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    part.write_text("".join(f"{json.dumps(result, ensure_ascii=False)}\n" for result in results), encoding="utf-8")
    part.replace(file)
