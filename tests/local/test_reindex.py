"""A re-index on the real deployment, while people ask, upload and delete: nothing fails, and no answer mixes two generations."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from opensearchpy import OpenSearch

from causeway.documents.ingestion.identity import document_id
from causeway.retrieval.schema import alias_of
from local.app import reindexing
from local.app.api import call
from local.app.domain import BOOKSHOP
from local.app.people import Person
from local.commands import logs
from local.commands.reindex import begin
from local.console import Trouble
from local.settings import read
from stacks.environment import load

SECONDS = 400
QUESTIONS = (
    "How many days do I have to return a book?",
    "What does delivery to Germany or elsewhere in Europe cost?",
    "How many days do I have to return a book?",  # to the other shop
)
# On a busy machine the reranker misses its time now and then, whatever index the passages come from.
NOT_OF_THE_INDEX = {"reranker"}


@dataclass
class Asked:
    """What people who ask without a pause have got. failed: what was no answer."""

    answers: int = 0
    failed: list[str] = field(default_factory=list)


@contextmanager
def people_asking(deployment: Any, people: list[Person]) -> Iterator[Asked]:
    asked, over = Asked(), threading.Event()

    def ask(person: Person, question: str) -> None:
        while not over.is_set():
            reply = deployment.ask(person, question)
            asked.answers += 1
            if reply.status != 200 or set(reply.body["degraded"]) - NOT_OF_THE_INDEX or not reply.body["citations"]:
                asked.failed.append(f"{reply.status} {reply.body.get('degraded')} {json.dumps(reply.body)[:300]}")
            time.sleep(0.05)

    threads = [threading.Thread(target=ask, args=each) for each in zip(people, QUESTIONS, strict=False)]
    for thread in threads:
        thread.start()
    try:
        yield asked
    finally:
        over.set()
        for thread in threads:
            thread.join()


def wait(reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + SECONDS
    while not reached(status := reindexing.ask("status")):
        assert time.monotonic() < end, status
        time.sleep(0.2)
    return status


def versions(generation: int, document_id: str) -> set[str]:
    """Versions of a document in the index of a generation."""
    engine = OpenSearch(read().search_url, timeout=30)
    engine.indices.refresh(index=alias_of(generation))
    query = {"size": 100, "query": {"term": {"document_id": document_id}}, "_source": ["version"]}
    return {hit["_source"]["version"] for hit in engine.search(index=alias_of(generation), body=query)["hits"]["hits"]}


def dimensions(generation: int) -> tuple[int, set[int]]:
    """Of the vectors that the index of a generation takes, and of those that are in it."""
    engine, alias = OpenSearch(read().search_url, timeout=30), alias_of(generation)
    (mapped,) = engine.indices.get_mapping(index=alias).values()
    hits = engine.search(index=alias, body={"size": 100, "_source": ["embedding"]})["hits"]["hits"]
    return mapped["mappings"]["properties"]["embedding"]["dimension"], {len(hit["_source"]["embedding"]) for hit in hits}


def generations(since: int) -> set[str]:
    """Of the passages of every answer since then: two in one answer would be named with a comma between."""
    lines = [json.loads(line.message) for line in logs.read(since) if line.message.startswith("{") and '"generation"' in line.message]
    return {line["generation"] for line in lines if "generation" in line}


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Afterwards one generation is alive."""
    yield
    work = reindexing.ask("status")["work"]
    if work and work["step"] == "kept":
        reindexing.ask("finish")
    elif work and work["step"] != "done":
        reindexing.ask("back")
    reindexing.go_on([], anew=True)
    wait(lambda status: not status["work"] or status["work"]["step"] == "done")


def test_users_move_to_another_model_and_smaller_passages_and_back_while_they_ask(bookshop, written, nothing_left) -> None:
    first = reindexing.ask("status")["live"]["serving"]
    assert (first["name"], first["version"]) == ("first", load("local").models.embedding.version), "the deployment has noted it"
    late, gone = written("late.md", "# Late\n\nThe lighthouse room opens at seven."), written("gone.md", "# Gone\n\nThe attic is shut.")
    later = written("later.md", "# Later\n\nThe cellar is being painted.")
    added, removed, removed_later = (document_id("harbour", name) for name in ("late.md", "gone.md", "later.md"))
    assert [bookshop.add(bookshop.ada, each).state for each in (gone, later)] == ["ready"] * 2
    since = int(time.time() * 1000)
    with people_asking(bookshop, [bookshop.ada, bookshop.carl, bookshop.bela]) as asked:
        begin({"model": "small", "chunking": "small"})
        reindexing.go_on(reindexing.golden(BOOKSHOP))
        wait(lambda status: status["work"]["step"] == "filling")
        assert bookshop.add(bookshop.ada, late).state == "ready"
        assert call("DELETE", f"/v1/documents/{removed}", bookshop.ada).status == 202
        status = wait(lambda status: status["work"]["step"] == "kept")
        assert status["work"]["outcome"] == "served", status["work"]["reason"]
        assert versions(1, added) == versions(2, added) != set()
        assert versions(1, removed) == versions(2, removed) == set()
        assert [dimensions(1), dimensions(2)] == [(1024, {1024}), (64, {64})]
        assert status["live"]["serving"]["model"] == f"{first['model']}-small"
        reindexing.ask("back")
        reindexing.go_on([], anew=True)
        wait(lambda status: status["work"]["step"] == "leaving")
        assert versions(2, removed_later)
        assert call("DELETE", f"/v1/documents/{removed_later}", bookshop.ada).status == 202
        while reindexing.ask("status")["work"]["step"] == "leaving" and versions(2, removed_later):
            time.sleep(0.2)
        assert reindexing.ask("status")["work"]["step"] == "leaving", "it goes before its index does"
        assert versions(1, removed_later) == set()
        wait(lambda status: status["work"]["step"] == "done")
    assert asked.failed == []
    assert asked.answers > 50
    assert generations(since) == {"1", "2"}, "each answer from one of both, and some from either"
    check = status["work"]["checks"][-1]
    assert check["failed"] == 0
    assert check["found"] >= check["found_before"] - 1
    assert not OpenSearch(read().search_url).indices.exists_alias(name=alias_of(2))
    assert bookshop.ask(bookshop.ada, "When does the lighthouse room open?").body["citations"]


def test_a_second_one_waits_for_the_first(bookshop, nothing_left) -> None:
    begin({"chunking": "small"})
    with pytest.raises(Trouble, match="is under way"):
        begin({"chunking": "standard"})
    with pytest.raises(Trouble, match="with model first and chunking small is under way"):
        begin({"model": "small"})


def test_a_model_that_is_not_deployed_or_answers_already_is_refused(bookshop) -> None:
    with pytest.raises(Trouble, match="There is no embedding model 'large'; there are first, small"):
        begin({"model": "large"})
    with pytest.raises(Trouble, match="answers by first already"):
        begin({"model": "first"})
