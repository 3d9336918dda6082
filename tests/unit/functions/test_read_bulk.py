"""A bulk job's worker: it does to the lane what `read-documents` does, and what dies comes again."""

from collections.abc import Iterator

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from causeway.documents.ingestion import drain as draining
from functions import index_documents, read_bulk
from tests.unit.documents.cloud import Cloud, Died
from tests.unit.documents.lanes import ARN, TO_INDEX, TO_READ, Deaths, Lane, lane_of, queue

FACTS = ("name", "state", "content_hash", "passages", "title", "language", "why_not_ready")
SECONDS = draining.CALL_SECONDS + 60


@pytest.fixture
def deaths(cloud: Cloud) -> Iterator[Deaths]:
    """Known before the clients are made that die."""
    made = Deaths()
    yield made
    made.stop()


@pytest.fixture
def lane(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Lane:
    for name, value in {"TO_READ": queue(TO_READ), "TO_READ_ARN": ARN + TO_READ, "TO_INDEX": queue(TO_INDEX)}.items():
        monkeypatch.setenv(name, value)
    made = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(index_documents, "embedder", cloud.embedder)
    return made


def told(lane: Lane, tenant: str, documents: int = 12) -> None:
    """Events of so many documents, some of which cannot be read."""
    for number in range(documents):
        content = b"" if number % 4 == 3 else f"# Shelf {number}\n\nThe books of shelf {number} are about ships.".encode()
        lane.hear(lane.said(lane.cloud.upload(f"shelf-{number:02}.md", content, tenant)))


def states(lane: Lane, tenant: str, documents: int = 12) -> list[tuple[object, ...]]:
    rows = [lane.cloud.record(f"shelf-{number:02}.md", tenant) for number in range(documents)]
    return [tuple(getattr(row, fact) for fact in FACTS) for row in rows]


def show_again() -> None:
    """As after the seconds for which messages of a dead worker are hidden."""
    for message in sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues[TO_READ]._messages:
        message.visible_at = 0.0


def read(seconds: float = SECONDS) -> dict[str, int]:
    return dict(read_bulk.drain(seconds, idle_seconds=0))


def test_documents_end_as_by_the_function_and_are_counted_by_outcome(lane: Lane) -> None:
    told(lane, "harbour")
    lane.run()
    told(lane, "lantern")
    assert read() == {"read": 9, "quarantined empty": 3, "messages": 12}
    assert (lane.waits(TO_READ), lane.waits(TO_INDEX)) == (0, 9)
    lane.run()
    assert states(lane, "lantern") == states(lane, "harbour")
    assert {row[1] for row in states(lane, "lantern")} == {"ready", "quarantined"}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_job_that_dies_anywhere_and_is_begun_anew_ends_the_same(deaths: Deaths, lane: Lane, after: bool) -> None:
    told(lane, "harbour")
    lane.run()
    told(lane, "lantern")
    died = 0
    for calls in range(5, 60, 9):
        deaths.plan(calls, after)
        try:
            with deaths:
                read()
        except Died:
            died += 1
        show_again()
    assert died >= 5
    while lane.waits_at_all():
        read()
        lane.index()
        show_again()
    assert states(lane, "lantern") == states(lane, "harbour")


def test_it_ends_in_time_and_leaves_the_rest_to_others(lane: Lane) -> None:
    told(lane, "harbour", 3)
    assert read(seconds=draining.CALL_SECONDS - 1) == {"messages": 0}
    assert lane.waits(TO_READ) == 3


def test_a_fault_of_ours_is_counted_and_its_document_failed(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    told(lane, "harbour", 1)
    monkeypatch.setattr("causeway.documents.ingestion.attempts.MAX_ATTEMPTS", 0)
    monkeypatch.setattr("causeway.documents.ingestion.read.passages_of_content", lambda *_, **__: 1 / 0)
    assert read()["messages"] >= 1
    show_again()
    assert read()["failed"] == 1
    assert lane.cloud.record("shelf-00.md").state == "failed"
