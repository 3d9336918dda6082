"""Workers that die at any call: what is left in the end is what would be there without a death.

Each play is a story of uploads, changes, refusals and deletions, told in a random order with repetitions, as S3 and SQS may tell it.
"""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from causeway.documents.ingestion.attempts import MAX_ATTEMPTS
from causeway.documents.ingestion.changes import Change
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, SECOND, TABLE, Cloud, Died, module
from tests.unit.documents.lanes import Deaths, Lane, lane_of

pytestmark = pytest.mark.no_cover  # counting lines would take as long again

PLAYS, DEATHS = 20, MAX_ATTEMPTS
BAD = b"caf\xe9"
LONG = b"".join(b"# Part %d\n\nWords of part %d.\n\n" % (number, number) for number in range(300))


@pytest.fixture
def deaths(cloud: Cloud) -> Iterator[Deaths]:
    made = Deaths()
    made.watch(cloud.engine.url)
    yield made
    made.stop()


def story(cloud: Cloud, tell: random.Random) -> list[Change]:
    """What happens to six documents. One is bad from the start: after a bad upload, what is told late of a former one is not used."""
    changes = [cloud.upload("bad.md", BAD)]
    for number in range(5):
        name = f"{number}.md"
        changes += [cloud.upload(name, tell.choice([FIRST, SECOND, LONG])) for _ in range(tell.randint(1, 3))]
        if tell.random() < 0.3:
            changes.append(cloud.delete(name))
    return changes


def told(changes: list[Change], tell: random.Random) -> list[Change]:
    """In another order, and a third of them twice."""
    events = [*changes, *tell.sample(changes, len(changes) // 3)]
    tell.shuffle(events)
    return events


def played(lane: Lane, events: list[Change], tell: random.Random, deaths: Deaths | None) -> int:
    """How many workers died."""
    lane.hear(*(lane.said(change) for change in events))
    lane.deaths, died = deaths, 0
    for _ in range(400):
        if not lane.waits_at_all():
            return died
        if deaths:
            deaths.plan(tell.randint(1, 60) if died < DEATHS else float("inf"), after=tell.random() < 0.5)
        for step in (lane.read, lane.index):
            try:
                step(tell.choice([1, 3, 10]))
            except Died:
                died += 1
    raise AssertionError("it does not end")


def state(cloud: Cloud) -> dict[str, Any]:
    """Rows without times and counts, what the index has of each document, and the files of what is current or in quarantine now.

    Files of former uploads in quarantine are there or not, by the order in which they came; and of two uploads with the same content,
    the one that came first has the passages.
    """
    rows = client("dynamodb").scan(TableName=TABLE)["Items"]
    kept = ("state", "current_version", "object_version", "passages", "title", "content_hash", "sequencer", "pending_version")
    refused = {row["sequencer"]["S"] for row in rows if row["state"]["S"] == "quarantined"}
    return {
        "rows": {row["name"]["S"]: {name: row[name] for name in kept if name in row} for row in rows},
        "passages": sorted(cloud.engine.passages),
        "read": sorted({_document_and_version(key) for key in cloud.stored("processed/")}),
        "refused": sorted(key for key in cloud.stored("quarantine/") if key.split("/")[3] in refused),
    }


def _document_and_version(key: str) -> tuple[str, str]:
    _, _, document_id, run, _ = key.split("/")
    return document_id, run.partition(".")[2]


def erased(cloud: Cloud) -> None:
    """As before the first event."""
    for row in client("dynamodb").scan(TableName=TABLE)["Items"]:
        client("dynamodb").delete_item(TableName=TABLE, Key={name: row[name] for name in ("tenant", "document_id")})
    for key in cloud.stored():
        client("s3").delete_object(Bucket="documents-bucket", Key=key)
    cloud.engine.passages.clear()
    cloud.engine.visible.clear()


@pytest.mark.parametrize("seed", range(PLAYS))
def test_deaths_at_any_call_change_nothing_of_what_is_left(
    cloud: Cloud, deaths: Deaths, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    lane = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    tell = random.Random(seed)
    changes = story(cloud, tell)
    played(lane, changes, tell, None)
    straight = state(cloud)
    erased(cloud)
    assert played(lane, told(changes, tell), tell, deaths) >= 1
    left = state(cloud)
    assert left["rows"] == straight["rows"]
    assert left == straight


@pytest.mark.parametrize("seed", range(PLAYS))
def test_deaths_lose_no_text_where_one_of_several_documents_stands_for_the_others(
    cloud: Cloud, deaths: Deaths, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """In the end each document is searched, or behind one that is and says the same; and each that is searched says something else."""
    monkeypatch.setenv("INTAKE", json.dumps({"duplicates": dict.fromkeys(("same_bytes", "same_text"), "skip")}))
    lane = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    tell = random.Random(seed)
    changes = story(cloud, tell)
    latest = {change.name: change for change in sorted(changes, key=lambda change: change.sequencer)}
    assert played(lane, told(changes, tell), tell, deaths) >= 1
    there = {name for name, change in latest.items() if change.action == "ingest" and name != "bad.md"}
    records = {name: cloud.record(name) for name in there}
    ready = {name for name, record in records.items() if record.state == "ready"}
    assert {record.state for record in records.values()} <= {"ready", "duplicate"}
    assert all(cloud.indexed(name) == {records[name].current_version: records[name].passages} for name in ready)
    assert all(cloud.indexed(name) == {} for name in latest.keys() - ready)
    searched = [records[name].text_hash for name in ready]
    assert len(searched) == len(set(searched)), "two that say the same"
    by_id = {records[name].document_id: records[name].text_hash for name in ready}
    assert all(by_id.get(str(record.duplicate_of)) == record.text_hash for name, record in records.items() if name not in ready)


@pytest.mark.parametrize(("deadly", "groups"), [(0, 1), (1, 1), (2, 2), (3, 20)])
def test_what_comes_again_is_indexed_in_smaller_groups_and_alone_at_last(
    cloud: Cloud, deaths: Deaths, monkeypatch: pytest.MonkeyPatch, deadly: int, groups: int
) -> None:
    lane = lane_of(cloud, monkeypatch)
    monkeypatch.setattr(module("index_documents"), "embedder", cloud.embedder)
    lane.hear(*(lane.said(cloud.upload(f"{number}.md", b"# Part %d\n\nWords." % number)) for number in range(20)))
    lane.read(20)
    lane.deaths = deaths
    for _ in range(deadly):
        deaths.plan(3, after=False)
        with pytest.raises(Died):
            lane.index(20)
    deaths.plan(float("inf"), after=False)
    cloud.engine.calls.clear()
    assert lane.index(20) == []
    assert cloud.engine.calls.count("_bulk") == groups
    assert {cloud.record(f"{number}.md").state for number in range(20)} == {"ready"}
