"""What a conversation costs, and whether two writers ever lose or double a turn.

    python -m benchmarks.memory [INTERLEAVINGS]

moto plays DynamoDB. Each interleaving is one random order, by its own seed, in which the requests of two writers of one conversation are
served one by one; INTERLEAVINGS is 10,000 by default. moto would take an hour for them, so tables in memory serve them; moto serves the
first ones as well, and the table says how often the turns that are left are the same.
"""

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.in_process_tables import InProcessTables
from benchmarks.measure import ROOT, print_table

sys.path.insert(0, str(ROOT / "lambdas"))
os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}

from moto import mock_aws

from causeway.conversations.conversation import Message
from causeway.conversations.facts import News
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.statements import Statement
from causeway.conversations.transaction import Lifetimes, Tables
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency

TABLES = {"memory": ("conversation", "item"), "sessions": ("owner", "session_id")}
MEMORY = Dependency("memory", attempt_seconds=5.0, budget_seconds=60.0)
OWNER = Owner("harbour", "ada")
LENGTHS = (1, 10, 50, 200)
FACTS = (0, 20)  # that are kept of the user; with 0 the domain keeps none
TURNS_EACH = 2
COMPARED = 50


def message(writer: int, number: int) -> Message:
    answer = "Books can be returned within 30 days of the day they arrive, with the receipt [1]. " * 3
    return Message(f"Question {number} of {writer}?", answer, "answered", f"{writer}-{number}", "2026-11-26T00:00:00")


@contextmanager
def tables() -> Iterator[None]:
    with mock_aws():
        for name, keys in TABLES.items():
            client("dynamodb").create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[{"AttributeName": keys[0], "KeyType": "HASH"}, {"AttributeName": keys[1], "KeyType": "RANGE"}],
            )
        yield


class Counting:
    """A client that counts its requests, and the bytes of their bodies and answers."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.bytes = 0
        events = client("dynamodb").meta.events
        events.register_first("before-send.dynamodb", self._sent)
        events.register("before-parse.dynamodb", self._received)

    def _sent(self, request: Any, **_: Any) -> None:
        self.requests[str(request.headers["X-Amz-Target"], "ascii").partition(".")[2]] += 1
        self.bytes += len(request.body)

    def _received(self, response_dict: Any, **_: Any) -> None:
        self.bytes += len(response_dict["body"])


def costs(facts: int) -> list[list[str]]:
    """A row for each length of a conversation: what the turn after it takes. facts: said in the first turns, one in each."""
    rows = []
    with tables():
        lifetimes = Lifetimes(of_facts={"about": 8760} if facts else {})
        memory, counting = Memory(client("dynamodb"), Tables("memory", "sessions"), MEMORY, lifetimes), Counting()
        session = memory.create_session(OWNER).session_id
        for number in range(1, max(LENGTHS) + 1):
            counting.requests.clear()
            counting.bytes = 0
            _turn(memory, session, number, facts)
            if number in LENGTHS:
                requests = ", ".join(f"{count} {name}" for name, count in counting.requests.items())
                rows.append([str(number), str(min(number, facts)), requests, f"{counting.bytes:,}"])
    return rows


def _turn(memory: Memory, session: str, number: int, facts: int) -> None:
    """As the steps `recall` and `remember` read and write it; they read facts beside the conversation."""
    known = memory.facts.of(OWNER) if memory.fact_kinds else []
    said = [Statement("about", f"I am a reader of volume {number} of the old encyclopaedia.")] if number <= facts else []
    earlier = memory.get_conversation_history(OWNER, session)
    memory.save_message(OWNER, earlier, message(0, number), news=News.beside(known, said))


class Turnstile:
    """Lets two threads make requests one at a time, whose turn it is by chance."""

    def __init__(self, served: Any, chance: random.Random, writers: int) -> None:
        self._served, self._chance, self._running = served, chance, writers
        self._waiting: set[str] = set()
        self._next: str | None = None
        self._condition = threading.Condition()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self._in_turn(lambda: getattr(self._served, operation)(**parameters))

    def _in_turn(self, request: Callable[[], Any]) -> Any:
        me = threading.current_thread().name
        with self._condition:
            self._waiting.add(me)
            self._choose()
            self._condition.wait_for(lambda: self._next == me)
            self._waiting.discard(me)
            try:
                return request()
            finally:
                self._next = None

    def left(self) -> None:
        """A writer has finished."""
        with self._condition:
            self._running -= 1
            self._choose()

    def _choose(self) -> None:
        if self._next is None and self._waiting and len(self._waiting) == self._running:
            self._next = self._chance.choice(sorted(self._waiting))
            self._condition.notify_all()


@dataclass(frozen=True)
class Outcome:
    """lost, doubled: turns. counted: whether their numbers are 1, 2, 3, ... order: of the turns, by their requests."""

    lost: int
    doubled: int
    counted: bool
    order: tuple[str, ...]


def interleaved(seed: int, served: Any) -> Outcome:
    """One random order. served: a client, or what stands for it."""
    turnstile = Turnstile(served, random.Random(seed), writers=2)
    memory = Memory(served, Tables("memory", "sessions"), MEMORY)
    session = memory.create_session(OWNER).session_id
    writers = [threading.Thread(target=_write, args=(turnstile, session, writer), name=str(writer)) for writer in (1, 2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    kept = memory.messages(OWNER, session)
    seen = Counter(each.request_id for _, each in kept)
    numbers = [number for number, _ in kept]
    order = tuple(each.request_id for _, each in kept)
    return Outcome(2 * TURNS_EACH - len(seen), len(kept) - len(seen), numbers == list(range(1, len(kept) + 1)), order)


def _write(turnstile: Turnstile, session: str, writer: int) -> None:
    memory = Memory(turnstile, Tables("memory", "sessions"), MEMORY)  # type: ignore[arg-type]  # only what is called of a client
    try:
        for number in range(TURNS_EACH):
            memory.save_message(OWNER, memory.get_conversation_history(OWNER, session), message(writer, number))
    finally:
        turnstile.left()


def main() -> None:
    interleavings = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 10_000
    rows = [row for facts in FACTS for row in costs(facts)]
    print_table("A turn of a conversation", ["turn", "facts of the user", "requests", "bytes sent and received"], rows)
    results = [interleaved(seed, InProcessTables(TABLES)) for seed in range(interleavings)]
    with tables():
        same = sum(interleaved(seed, client("dynamodb")) == result for seed, result in enumerate(results[:COMPARED]))
    totals = (sum(each.lost for each in results), sum(each.doubled for each in results), sum(not each.counted for each in results))
    orders, compared = len({each.order for each in results}), min(COMPARED, interleavings)
    row = [f"{interleavings:,}", *map(str, totals), str(orders), f"{same} of {compared}"]
    heads = ["interleavings", "turns lost", "doubled", "gaps in numbers", "orders of turns", "same by moto"]
    print_table("Two writers of one conversation, two turns each", heads, [row])


if __name__ == "__main__":
    main()
