"""Many files read by one call, with as few requests as they need."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.fingerprints import Kept
from causeway.documents.shifts import Statistics
from causeway.runtime.clients import session
from tests.unit.documents.cloud import FIRST, SECOND, Cloud, fingerprints, module
from tests.unit.documents.lanes import Lane, lane_of

TEXT = b"# Part %d\n\nWords of part %d alone.\n"


@pytest.fixture
def lane(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Lane:
    monkeypatch.setenv("INTAKE", json.dumps({"duplicates": dict.fromkeys(("same_bytes", "same_text"), "skip")}))
    made = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    return made


@pytest.fixture
def asked() -> Iterator[Counter[str]]:
    """Requests by operation."""
    found: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        found[model.name] += 1

    for service in ("dynamodb", "s3"):
        session().register(f"before-call.{service}", count)
    yield found
    for service in ("dynamodb", "s3"):
        session().unregister(f"before-call.{service}", count)


def uploads(cloud: Cloud, many: int) -> list[Change]:
    return [cloud.upload(f"{number}.md", TEXT % (number, number)) for number in range(many)]


def test_what_ten_new_files_are_compared_by_takes_one_read_and_three_writes(cloud: Cloud, lane: Lane, asked: Counter[str]) -> None:
    lane.hear(*(lane.said(change) for change in uploads(cloud, 10)))
    asked.clear()
    assert lane.read() == []
    wanted = {"GetItem": 1, "BatchGetItem": 1, "BatchWriteItem": 3, "UpdateItem": 20, "Query": 20, "GetObject": 10, "PutObject": 10}
    assert asked == wanted
    assert lane.waits("to-index") == 10
    lane.run()
    assert {cloud.record(f"{number}.md").state for number in range(10)} == {"ready"}


def test_of_files_with_the_same_words_that_are_read_together_one_stays(cloud: Cloud, lane: Lane) -> None:
    lane.hear(*(lane.said(cloud.upload(f"{number}.md", FIRST)) for number in range(5)))
    lane.read()
    lane.run()
    states = Counter(cloud.record(f"{number}.md").state for number in range(5))
    assert states == {"ready": 1, "duplicate": 4}


def test_of_two_events_of_one_document_the_later_one_counts_though_one_call_gets_both(cloud: Cloud, lane: Lane) -> None:
    former, latter = cloud.upload("a.md", FIRST), cloud.upload("a.md", SECOND)
    lane.hear(*map(lane.said, (latter, former, latter)))
    lane.read()
    lane.run()
    assert cloud.record("a.md").state == "ready"
    assert cloud.record("a.md").object_version == latter.object_version
    assert cloud.indexed("a.md").keys() == {cloud.record("a.md").current_version}


def test_a_file_that_storage_does_not_give_waits_alone(cloud: Cloud, lane: Lane) -> None:
    changes = uploads(cloud, 3)

    def break_off(request: Any, **_: Any) -> None:
        if request.method == "GET" and request.url.partition("?")[0].endswith("/1.md"):
            raise OSError("reset")

    lane.hear(*map(lane.said, changes))
    session().register("before-send.s3", break_off)
    try:
        lane.read()
    finally:
        session().unregister("before-send.s3", break_off)
    assert lane.waits("to-index") == 2
    assert lane.waits("to-read") == 1, "put off"


def test_one_bad_file_and_one_with_a_fault_of_ours_keep_no_other_from_being_read(
    cloud: Cloud, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [*uploads(cloud, 3), cloud.upload("bad.md", b"caf\xe9")]
    read = module("read_documents").Gate.screened
    monkeypatch.setattr(
        module("read_documents").Gate, "screened", lambda gate, said, tenant: 1 / 0 if "part 1" in str(said) else read(gate, said, tenant)
    )
    lane.hear(*map(lane.said, changes))
    left = lane.read()
    assert [json.loads(body)["detail"]["object"]["key"] for body in left] == [changes[1].key]
    assert lane.waits("to-index") == 2
    assert cloud.record("bad.md").state == "quarantined"


def test_only_what_dynamodb_has_left_out_is_asked_for_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)
    kept = [(change, _kept(change)) for change in uploads(cloud, 3)]
    asked: list[list[Any]] = []
    store = fingerprints()

    def note(params: Any, **_: Any) -> None:
        [items] = params["RequestItems"].values()
        asked.append(items["Keys"] if isinstance(items, dict) else items)

    def leave_out(parsed: Any, **_: Any) -> None:
        if len(asked) == 1:
            parsed["UnprocessedItems"] = {"fingerprints-table": asked[0][:1]}

    events = store._client.meta.events
    events.register("provide-client-params.dynamodb", note)
    events.register("after-call.dynamodb.BatchWriteItem", leave_out)
    store.keep_all(kept)
    assert list(map(len, asked)) == [3, 1]
    asked.clear()

    def leave_unread(parsed: Any, **_: Any) -> None:
        if len(asked) == 1:
            parsed["UnprocessedKeys"] = {"fingerprints-table": {"Keys": asked[0][:2]}}
            parsed["Responses"]["fingerprints-table"] = parsed["Responses"]["fingerprints-table"][2:]

    events.register("after-call.dynamodb.BatchGetItem", leave_unread)
    assert len(store.of_versions((change, "v") for change, _ in kept)) == 3
    assert list(map(len, asked)) == [3, 2]


def test_what_is_kept_of_many_documents_is_read_at_once(cloud: Cloud, lane: Lane, asked: Counter[str]) -> None:
    changes = uploads(cloud, 30)
    store = fingerprints()
    store.keep_all((change, _kept(change)) for change in changes)
    assert asked["BatchWriteItem"] == 2
    found = store.of_versions((change, "v" if change.name != "3.md" else "w") for change in changes)
    assert asked["BatchGetItem"] == 1
    assert found.keys() == {change.document_id for change in changes if change.name != "3.md"}


def _kept(change: Change) -> Kept:
    return Kept(
        version="v",
        sequencer=change.sequencer,
        since="2026-11-27T10:00:00+00:00",
        passages_key="processed/a",
        content_hash="c",
        text_hash="t",
        statistics=Statistics(words=1, language="en", headings=0, tables=0),
    )
