"""Reviews against moto's DynamoDB."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from causeway.conversations.conversation import Message
from causeway.conversations.keys import Owner
from causeway.conversations.memory import Memory
from causeway.conversations.transaction import Tables
from causeway.permissions.access import Access
from causeway.reviews.items import Queue, item_of
from causeway.reviews.review import Appeal, Asked, Decision, Review, moment
from causeway.reviews.store import Overtaken, Reviews
from causeway.reviews.unanswered import AT_ONCE, Unanswered
from causeway.runtime.clients import client
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import Throttled
from tests.unit.loopback import MEMORY, REVIEWS, SESSIONS, Services

ADA = Owner("harbour", "ada")
PATIENCE = Dependency("reviews", attempt_seconds=2.0, budget_seconds=4.0, connect_seconds=0.5, base_seconds=0.001)


def asked(request_id: str = "r1") -> Asked:
    return Asked(
        request_id=request_id, question="Q?", answer="A.", outcome="answered", confidence=0.4, asked_at="2026-11-26T00:00:00+00:00"
    )


def decision(by: str) -> Decision:
    return Decision(verdict="right", answer=None, evidence=(), question=None, by=by, at=moment())


def appeal(id: str) -> Appeal:
    return Appeal(id=id, reason=None, at=moment())


@pytest.fixture
def reviews(services: Services) -> Reviews:
    return Reviews(client("dynamodb"), REVIEWS, PATIENCE)


@contextmanager
def the_first_answer_lost(operation: str) -> Iterator[list[bool]]:
    """DynamoDB does what is asked, and its first answer does not arrive."""
    lost: list[bool] = []

    def lose(response_dict: dict[str, Any], **_: Any) -> None:
        if not lost:
            lost.append(True)
            response_dict["status_code"], response_dict["body"] = 500, b"{}"

    events = client("dynamodb").meta.events
    events.register(f"before-parse.dynamodb.{operation}", lose)
    try:
        yield lost
    finally:
        events.unregister(f"before-parse.dynamodb.{operation}", lose)


WRITES: list[Callable[[Reviews, Review], Review]] = [
    lambda reviews, review: reviews.decide(ADA.tenant, review, decision("p")),
    lambda reviews, review: reviews.appeal(ADA, review, appeal("a")),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_of_a_review_whose_answer_is_lost_is_made_once_and_is_no_conflict(reviews: Reviews, write: Any) -> None:
    review = reviews.keep(ADA, asked(), ["low-confidence"])
    with the_first_answer_lost("PutItem") as lost:
        written = write(reviews, review)
    assert lost
    assert reviews.get(ADA.tenant, "r1") == written
    assert written.version == 2


def test_a_record_whose_writing_was_not_acknowledged_is_there_once(reviews: Reviews) -> None:
    with the_first_answer_lost("PutItem"):
        review = reviews.keep(ADA, asked(), ["low-confidence"])
    assert reviews.page(ADA.tenant, "open", 10) == ([review], None)


def test_of_many_who_decide_the_same_version_only_the_first_does(reviews: Reviews) -> None:
    seen = reviews.keep(ADA, asked(), ["low-confidence"])
    reviews.decide(ADA.tenant, seen, decision("person-0"))
    for number in range(1, 8):
        with pytest.raises(Overtaken):
            reviews.decide(ADA.tenant, seen, decision(f"person-{number}"))
    kept = reviews.get(ADA.tenant, "r1")
    assert kept is not None
    assert kept.decision is not None
    assert (kept.decision.by, kept.version) == ("person-0", 2)


def test_an_appeal_that_was_overtaken_by_a_decision_brings_the_decision(reviews: Reviews) -> None:
    stale = reviews.keep(ADA, asked(), ["low-confidence"])
    decided = reviews.decide(ADA.tenant, stale, decision("p"))
    assert reviews.appeal(ADA, stale, appeal("a")) == decided


def test_an_appeal_that_is_always_overtaken_is_a_503(reviews: Reviews) -> None:
    review = reviews.keep(ADA, asked(), [])
    versions = iter(range(10, 100))

    def another_writes(**_: Any) -> None:
        ahead = item_of(ADA.tenant, review.model_copy(update={"version": next(versions)}))
        client("dynamodb", connect=1.0).put_item(TableName=REVIEWS, Item=ahead)

    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.PutItem", another_writes)
    try:
        with pytest.raises(Throttled):
            reviews.appeal(ADA, review, appeal("a"))
    finally:
        events.unregister("before-call.dynamodb.PutItem", another_writes)


def test_what_is_only_kept_is_in_no_queue_of_reviewers(reviews: Reviews) -> None:
    reviews.keep(ADA, asked("kept"), [])
    reviews.keep(ADA, asked("open"), ["not-grounded"])
    queues: tuple[Queue, ...] = ("open", "decided")
    assert [each.asked.request_id for queue in queues for each in reviews.page(ADA.tenant, queue, 10)[0]] == ["open"]


def test_the_digest_reads_what_is_kept_of_the_tenant_until_it_is_erased_or_appealed(reviews: Reviews) -> None:
    unanswered = Unanswered(client("dynamodb", connect=1.0), REVIEWS, MEMORY, PATIENCE)

    def listed(tenant: str = ADA.tenant, closed: tuple[str, ...] = ()) -> list[str]:
        return list(unanswered.since(tenant, "2000-01-01", Access(closed), Deadline.after(9)))

    for id, question in (("a", "Do you sell records?"), ("b", "Is my card 4929 1234 5678 9012 blocked?"), ("c", "Do you sell maps?")):
        reviews.keep(ADA, asked(id).model_copy(update={"question": question, "outcome": "refused", "sources": ()}), [])
    hidden = {"question": "How high is the rent?", "outcome": "refused", "sources": ("staff/rent.md",)}
    reviews.keep(ADA, asked("d").model_copy(update=hidden), [])
    assert listed() == ["Do you sell records?", "Do you sell maps?", "How high is the rent?"]
    assert listed(closed=("staff/",)) == ["Do you sell records?", "Do you sell maps?"]
    assert listed("lantern") == []
    reviews.withdraw(ADA, "a")
    kept = reviews.of_owner(ADA, "c")
    assert kept
    reviews.appeal(ADA, kept, appeal("x"))
    assert listed(closed=("staff/",)) == []


def test_the_digest_leaves_out_questions_of_conversations_that_are_deleted(reviews: Reviews) -> None:
    memory = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE)
    sessions = [memory.create_session(ADA).session_id for _ in range(AT_ONCE + 2)]
    for n, session_id in enumerate(sessions):
        reviews.keep(ADA, refused(f"r{n:03}"), [], session_id=session_id)
    reviews.keep(ADA, refused("alone"), [])
    every = listed()
    assert len(every) == AT_ONCE + 3
    memory.delete(ADA, sessions[7])
    assert set(every) - set(listed()) == {"r007"}
    stored = client("dynamodb").scan(TableName=REVIEWS)["Items"]
    assert not any(sessions[8] in each["content"]["S"] for each in stored)


def listed() -> list[str]:
    unanswered = Unanswered(client("dynamodb", connect=1.0), REVIEWS, MEMORY, PATIENCE)
    return sorted(unanswered.since(ADA.tenant, "2000-01-01", Access(()), Deadline.after(9)))


def refused(id: str) -> Asked:
    return asked(id).model_copy(update={"question": id, "outcome": "refused", "sources": ()})


def test_conversations_that_dynamodb_leaves_out_of_an_answer_are_asked_for_again(reviews: Reviews) -> None:
    memory = Memory(client("dynamodb"), Tables(MEMORY, SESSIONS), PATIENCE)
    for id in ("a", "b"):
        reviews.keep(ADA, refused(id), [], session_id=memory.create_session(ADA).session_id)
    left_out: list[str] = []

    def leave_out(parsed: dict[str, Any], **_: Any) -> None:
        if not left_out:
            gone = parsed["Responses"][MEMORY].pop()
            left_out.append(gone["conversation"]["S"])
            parsed["UnprocessedKeys"] = {MEMORY: {"Keys": [{name: gone[name] for name in ("conversation", "item")}]}}

    events = client("dynamodb", connect=1.0).meta.events
    events.register("after-call.dynamodb.BatchGetItem", leave_out)
    try:
        assert listed() == ["a", "b"]
    finally:
        events.unregister("after-call.dynamodb.BatchGetItem", leave_out)
    assert left_out


def test_a_kept_answer_expires_in_three_days_and_a_review_in_ninety(reviews: Reviews) -> None:
    def days(review: Review) -> float:
        return int(item_of(ADA.tenant, review)["expires_at"]["N"]) / 86400

    kept = reviews.keep(ADA, asked("kept"), [])
    opened = kept.appealed(appeal("a"))
    assert days(opened) - days(kept) == pytest.approx(87, abs=0.1)
    assert days(opened.decided(decision("p"))) == pytest.approx(days(opened), abs=0.1)


def test_a_remembered_turn_brings_its_citations() -> None:
    cited = {"n": 2, "document": "d", "title": "T", "page": 3, "heading": "H", "quote": "Words.", "score": 0.9}
    message = Message("And then?", "So.", "answered", "r1", "2026-11-26T00:00:00", citations=[cited], standalone="When? And then?")
    found = Asked.of_message(message)
    assert (found.question, found.answer) == ("When? And then?", "So.")
    (shown,) = found.passages
    assert (shown.n, shown.page, shown.quote, shown.cited) == (2, 3, "Words.", True)
