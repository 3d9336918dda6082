"""Documents through a batch of Bedrock: the job's files as its guide documents them, deaths in between, and the index in the end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.sqs import sqs_backends

from causeway.documents.batching import gathering
from causeway.documents.batching.batch import FOLDER, batch_names
from causeway.documents.chunking.passages import embedding_text
from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.lines import passages_in
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, SECOND, Cloud, Context, Died, documents, module, queue
from tests.unit.documents.lanes import TO_INDEX, Deaths, Lane, lane_of

MODEL = "amazon.titan-embed-text-v2:0"
VARIABLES = {
    "EMBEDDING_PROVIDER": "bedrock",
    "EMBEDDING_MODEL": MODEL,
    "EMBEDDING_DIMENSIONS": "1024",
    "HIDDEN_SECONDS": "900",
    "BATCHES": "2",
    "PASSAGES": "1000",
    "LEFT_AFTER_HOURS": "26",
}
BATCH = "20261127T161900-0123abcd-1"
(NEW,) = batch_names(datetime.now(UTC), "89abcdef", 1)
OTHER = "20261127T161900-0123abcd-2"
CALLS = 16  # more than a step makes
LONG = b"# Returns\n\nOne.\n\n# Gifts\n\nTwo.\n\n# Hours\n\nThree."


class Job:
    """Bedrock's part. Each text has a vector of its own."""

    def __init__(self, batch: str) -> None:
        self._folder = f"{FOLDER}/{batch}"

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in documents().read(f"{self._folder}/input/records.jsonl").splitlines()]

    def answer(self, *lines: dict[str, Any] | str, file: str = "records.jsonl.out") -> None:
        body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
        documents().save(f"{self._folder}/output/abc123def456/{file}", body, "application/jsonl")

    def done(self) -> None:
        """Completed, in another order."""
        self.answer(*map(self.good, reversed(self.records)))
        summary = {"totalRecordCount": len(self.records), "processedRecordCount": len(self.records)}
        self.answer(summary, file="manifest.json.out")

    def good(self, record: dict[str, Any]) -> dict[str, Any]:
        vector = [int(record["recordId"]) + 0.5, *[0.25] * 1023]
        return {**record, "modelOutput": {"embedding": vector, "embeddingsByType": {"float": vector}, "inputTextTokenCount": 8}}

    def bad(self, record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "error": {"errorCode": 400, "errorMessage": "bad request"}}


@pytest.fixture
def lane(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lane]:
    for name, value in {**VARIABLES, "TO_INDEX": queue(TO_INDEX)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(gathering, "LEAST", 3)
    monkeypatch.setattr(gathering, "WAIT_SECONDS", 0)
    lane = lane_of(cloud, monkeypatch)
    for name in ("read_documents", "index_documents"):
        module(name).generations.cache_clear()
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    _function().settings.cache_clear()
    yield lane
    _function().settings.cache_clear()


def _function() -> Any:
    return module("embed_batch")


def call(step: str, **given: Any) -> Any:
    return _function().handler({"step": step, **given}, Context())


def waiting(lane: Lane, count: int = 3, first: int = 0) -> None:
    """Documents of two passages each, read and not indexed."""
    for number in range(first, first + count):
        change = lane.cloud.upload(f"{number}.md", SECOND.replace(b"60", str(60 + number).encode()))
        lane.hear(lane.said(change))
    while lane.waits("to-read"):
        lane.read()


def vectors(cloud: Cloud) -> dict[str, list[float]]:
    """By text, as they were sent to the index."""
    return {each["text"]: each["embedding"] for each in cloud.engine.passages.values()}


def test_a_batch_holds_each_text_once_in_the_form_that_titan_takes_and_takes_the_messages_off_the_queue(lane: Lane) -> None:
    waiting(lane)
    assert call("gather", batch=BATCH) == {"documents": 3, "records": 4}  # "Never." is in each of them
    records = Job(BATCH).records
    assert [each["recordId"] for each in records] == [f"{n:011}" for n in range(4)]
    assert {tuple(sorted(each["modelInput"])) for each in records} == {("dimensions", "inputText", "normalize")}
    assert records[0]["modelInput"]["dimensions"] == 1024
    texts = [embedding_text(passage) for key in lane.cloud.stored("processed/") for passage in passages_in(documents().read(key))]
    assert sorted({each["modelInput"]["inputText"] for each in records}) == sorted(set(texts))
    assert lane.waits(TO_INDEX) == 0


def test_vectors_of_a_job_are_used_and_the_model_is_asked_for_none_of_them(lane: Lane) -> None:
    waiting(lane)
    call("gather", batch=BATCH)
    given = {each["modelInput"]["inputText"]: float(each["recordId"]) + 0.5 for each in Job(BATCH).records}
    Job(BATCH).done()
    assert call("collect", batch=BATCH) == {"documents": 3, "vectors": 6, "missing": 0}
    assert lane.cloud.stored(FOLDER) == []
    assert len(lane.cloud.stored("vectors/")) == 3
    lane.run()
    assert lane.cloud.model.texts == []
    assert {lane.cloud.record(f"{n}.md").state for n in range(3)} == {"ready"}
    first = {text: vector[0] for text, vector in vectors(lane.cloud).items()}
    assert all(any(text in whole and given[whole] == number for whole in given) for text, number in first.items())
    assert not lane.cloud.stored("vectors/")


def test_what_a_job_could_not_embed_or_left_out_is_embedded_in_the_ordinary_way(lane: Lane) -> None:
    waiting(lane)
    call("gather", batch=BATCH)
    job = Job(BATCH)
    good, bad, short, _absent = job.records
    job.answer(job.good(good), "no JSON", {"recordId": "x"})
    job.answer(job.bad(bad), {**short, "modelOutput": {"embedding": [0.5, 0.5]}}, file="more.jsonl.out")
    job.answer(file="empty.jsonl.out")
    done = call("collect", batch=BATCH)
    assert done == {"documents": 3, "vectors": 1, "missing": 5}
    lane.run()
    asked = [text for texts in lane.cloud.model.texts for text in texts]
    assert len(asked) == done["missing"]
    assert good["modelInput"]["inputText"] not in asked
    assert {lane.cloud.record(f"{n}.md").state for n in range(3)} == {"ready"}


@pytest.mark.parametrize("unread", [False, True])
def test_documents_of_a_job_that_failed_go_the_ordinary_way_and_into_no_second_batch(lane: Lane, unread: bool) -> None:
    waiting(lane)
    call("gather", batch=BATCH)
    if unread:
        Job(BATCH).done()
    assert call("collect", batch=BATCH, unread=unread) == {"documents": 3, "vectors": 0, "missing": 6}
    assert call("gather", batch=OTHER) == {"documents": 0, "records": 0}
    lane.run()
    assert {lane.cloud.record(f"{n}.md").state for n in range(3)} == {"ready"}


def test_fewer_texts_than_a_job_takes_stay_in_the_queue(lane: Lane) -> None:
    waiting(lane, 1)
    assert call("gather", batch=BATCH) == {"documents": 0, "records": 0}
    assert lane.cloud.stored(FOLDER) == []
    assert lane.waits(TO_INDEX) == 1


def test_a_batch_is_no_larger_than_a_job_takes(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGES", "4")
    _function().settings.cache_clear()
    waiting(lane, 5)
    assert call("gather", batch=BATCH) == {"documents": 3, "records": 4}
    assert lane.waits(TO_INDEX) == 2


def test_deletions_and_what_nobody_can_read_stay_in_the_queue(lane: Lane) -> None:
    waiting(lane)
    lane.hear(lane.said(lane.cloud.delete("0.md")))
    lane.read()
    client("sqs").send_message(QueueUrl=queue(TO_INDEX), MessageBody='["nonsense"]')
    assert call("gather", batch=BATCH)["documents"] == 3
    assert max(each.approximate_receive_count for each in messages()) == 1
    stay = lane.bodies(TO_INDEX)
    assert sorted(each["action"] if isinstance(each, dict) else each[0] for each in stay) == ["nonsense", "remove"]


def test_a_document_that_was_deleted_or_replaced_meanwhile_is_not_indexed_and_leaves_no_vectors(lane: Lane) -> None:
    waiting(lane)
    call("gather", batch=BATCH)
    lane.hear(lane.said(lane.cloud.delete("0.md")), lane.said(lane.cloud.upload("1.md", FIRST)))
    lane.run()
    Job(BATCH).done()
    call("collect", batch=BATCH)
    lane.run()
    assert lane.cloud.record("0.md").state == "deleted"
    assert lane.cloud.indexed("0.md") == {}
    assert lane.cloud.indexed("1.md").keys() == {lane.cloud.record("1.md").current_version}
    assert not lane.cloud.stored("vectors/")


def test_vectors_of_another_model_are_not_used(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(lane)
    call("gather", batch=BATCH)
    Job(BATCH).done()
    call("collect", batch=BATCH)
    (body, *_) = lane.bodies(TO_INDEX)
    read = WasRead.model_validate(body)
    assert read.embedded
    other = read.model_copy(update={"embedded": read.embedded.model_copy(update={"model": "another-1024"})})
    assert lane.cloud.index(other) == ["indexed"]
    assert sum(map(len, lane.cloud.model.texts)) == read.passages


def test_what_an_execution_has_left_is_found_by_a_later_one(lane: Lane) -> None:
    waiting(lane)
    call("gather", batch="20200101T000000-0123abcd-1")
    waiting(lane, first=3)
    call("gather", batch=NEW)
    left, *new = call("begin")["batches"]
    assert left == {"batch": "20200101T000000-0123abcd-1", "is_left": True}
    assert [each["is_left"] for each in new] == [False, False]
    all_left = [each["batch"] for each in call("begin", left_after_hours=0)["batches"] if each["is_left"]]
    assert all_left == [left["batch"], NEW]
    for name in all_left:
        call("collect", batch=name)
    assert not any(each["is_left"] for each in call("begin", left_after_hours=0)["batches"])
    lane.run()
    assert {lane.cloud.record(f"{n}.md").state for n in range(6)} == {"ready"}


@pytest.fixture
def deaths() -> Iterator[Deaths]:
    made = Deaths()
    yield made
    made.stop()


def messages() -> list[Any]:
    """Of the queue, hidden ones as well."""
    return list(sqs_backends["123456789012"]["us-east-1"].queues[TO_INDEX]._messages)


def seconds_pass() -> None:
    """As many as messages of a dead worker are hidden."""
    for each in messages():
        each.visible_at = 0


@pytest.mark.no_cover  # counting lines would take as long again
@pytest.mark.parametrize("step", ["gather", "collect"])
def test_a_step_that_dies_at_any_call_is_repeated_and_nothing_is_lost(lane: Lane, deaths: Deaths, step: str) -> None:
    died = 0
    for calls in range(1, CALLS):
        name = f"20261127T161900-0123abcd-{calls}"
        lane.hear(lane.said(lane.cloud.upload(f"{calls}.md", LONG)))
        lane.read()
        if step == "collect":
            call("gather", batch=name)
            Job(name).done()
        deaths.plan(calls, after=calls % 2 == 0)
        try:
            with deaths:
                call(step, batch=name)
        except Died:
            died += 1
        seconds_pass()
        if step == "gather" and call("gather", batch=name)["records"]:
            Job(name).done()
        call("collect", batch=name)
        seconds_pass()
        lane.run()
        assert lane.cloud.record(f"{calls}.md").state == "ready"
        assert lane.cloud.stored(FOLDER) == []
        assert not lane.cloud.stored("vectors/")
    assert 5 < died < CALLS - 1  # it was killed at every call that it makes
