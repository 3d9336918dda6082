"""How long a word takes from the model to the caller, through Bedrock's stream, the function, its loop and API Gateway, all local.

    python -m benchmarks.first_token serve                 a chat model that writes at once, and notes when; in another terminal
    CAUSEWAY_CHAT_URL=http://127.0.0.1:8765 make up
    python -m benchmarks.first_token

A sentence is shown when it is checked, so the caller's first word comes with the end of the first sentence.
"""

import json
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.measure import ROOT, Unavailable, percentile, print_table
from local.app import domain
from local.app.people import Person, sign_in
from local.app.stream import events
from local.models.quoting import read_prompt
from local.models.serving import Unsupported, chat_server

PORT = 8765
NOTES = ROOT / ".causeway" / "first-token.jsonl"
ALONE, TOGETHER, ROUNDS = 50, 20, 5
QUESTION = "How many days do I have to return a book, please? Number"


class Noting:
    """Quotes the first sentence of the first passage, all words at once, and notes the time of the first for each question."""

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        raise Unsupported("This model streams only.")

    def stream(self, request: dict[str, Any]) -> Generator[dict[str, Any]]:
        asked = read_prompt(request["messages"][-1]["content"])
        if asked is None:
            raise Unsupported("This model only answers a question over passages.")
        question, passages = asked
        quote = f"{passages[0].text.split('. ')[0].rstrip('.')} [1]. And this is the end of it."
        with NOTES.open("a") as notes:
            notes.write(json.dumps({"question": question, "at": time.monotonic()}) + "\n")
        for word in quote.split(" "):
            yield _chunk({"content": word + " "})
        yield {**_chunk({}, "stop"), "usage": {"prompt_tokens": 1, "completion_tokens": len(quote.split())}}


def _chunk(delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def serve() -> None:
    NOTES.parent.mkdir(exist_ok=True)
    NOTES.unlink(missing_ok=True)
    chat_server(PORT, "noting", Noting()).serve_forever()


def heard(person: Person, number: int) -> tuple[str, float]:
    """(question, time of the first word at the caller)."""
    question = f"{QUESTION} {number}."
    arrived = 0.0
    for event in events(person, {"question": question}):
        if event.name == "delta" and not arrived:
            arrived = time.monotonic()
    return question, arrived


def milliseconds(answers: list[tuple[str, float]]) -> list[float]:
    """From the model's first word to the caller's, for the answers that had one."""
    if not NOTES.exists():
        raise Unavailable("start the model first: python -m benchmarks.first_token serve")
    written = {line["question"]: line["at"] for line in map(json.loads, NOTES.read_text().splitlines())}
    found = [(arrived - written[question]) * 1000 for question, arrived in answers if arrived and question in written]
    if len(found) < len(answers):
        raise Unavailable(f"{len(answers) - len(found)} of {len(answers)} answers did not come from this model: is it CAUSEWAY_CHAT_URL?")
    return found


def main() -> None:
    if sys.argv[1:] == ["serve"]:
        return serve()
    person = sign_in(domain.asking())
    with ThreadPoolExecutor(TOGETHER) as callers:
        list(callers.map(lambda number: heard(person, number), range(TOGETHER)))  # every process has started
        alone = milliseconds([heard(person, 1000 + number) for number in range(ALONE)])
        rounds = [list(callers.map(lambda number: heard(person, number), range(start, start + TOGETHER))) for start in _starts()]
    together = milliseconds([answer for answers in rounds for answer in answers])
    rows = [
        [name, *(f"{percentile(values, share):.0f}" for share in (0.5, 0.95)), goal]
        for name, values, goal in (("one at a time", alone, "p50 < 30"), (f"{TOGETHER} at once", together, "< 80"))
    ]
    print_table("From the model's first word to the caller's, ms", ["callers", "p50", "p95", "goal"], rows)


def _starts() -> range:
    return range(2000, 2000 + TOGETHER * ROUNDS, TOGETHER)


if __name__ == "__main__":
    main()
