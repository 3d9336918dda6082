"""What is lost comes back by the commands of docs/operations/recovery.md, on the real deployment; the times are printed (pytest -rP)."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from opensearchpy import OpenSearch

from causeway.documents.reindexing.filling import GONE
from causeway.retrieval import schema
from causeway.retrieval.snapshots import REPOSITORY
from local.app import reindexing
from local.app.api import call
from local.app.aws import client, parameter
from local.commands.reindex import rebuild
from local.comparison.report import compare
from local.console import Trouble
from local.settings import PREFIX, read
from operating import restore
from operating.account import account
from operating.tables import tables

QUESTION = "How many days do I have to return a book?"
SECONDS = 300


def engine() -> OpenSearch:
    return OpenSearch(read().search_url, timeout=30)


def used() -> dict[str, int]:
    """Passages of each document of the index that answers use; those of others, which earlier tests have left, come back to nobody."""
    rows = client("dynamodb").get_paginator("scan").paginate(TableName=parameter("data/document-registry"))
    states = {row["document_id"]["S"]: row["state"]["S"] for page in rows for row in page["Items"] if "state" in row}
    return {document: count for document, count in passages().items() if states.get(document, "deleted") not in GONE}


def passages() -> dict[str, int]:
    """Of each document that the index holds."""
    alias = schema.alias_of(reindexing.ask("status")["live"]["serving"]["number"])
    engine().indices.refresh(index=alias)
    by_document = {"terms": {"field": "document_id", "size": 1000}}
    found = engine().search(index=alias, body={"size": 0, "aggs": {"documents": by_document}})
    return {each["key"]: each["doc_count"] for each in found["aggregations"]["documents"]["buckets"]}


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - began:.1f} s")


def rebuilt() -> dict[str, Any]:
    rebuild()
    reindexing.go_on([], anew=True)
    end = time.monotonic() + SECONDS
    while (status := reindexing.ask("status"))["work"]["step"] != "done":
        assert time.monotonic() < end, status
        time.sleep(0.2)
    return status["work"]


def test_an_index_that_is_lost_with_all_that_indexes_are_made_by_is_made_anew_and_nothing_is_missing(bookshop, written) -> None:
    before, search = used(), engine()
    assert len(before) > 40
    search.indices.delete(index=f"{schema.PATTERN},{schema.LOADS}")
    search.indices.delete_index_template(name=schema.TEMPLATE)
    search.search_pipeline.delete(id=schema.PIPELINE)
    assert not bookshop.ask(bookshop.ada, QUESTION).body.get("citations"), "it is really lost"
    late = written("recovered.md", "# Recovered\n\nThe reading lamp is repaired on Thursdays.")
    uploaded: list[str] = []
    upload = threading.Thread(target=lambda: uploaded.append(bookshop.add(bookshop.ada, late).state))
    upload.start()
    time.sleep(5)
    with timed(f"an index of {len(before)} documents and {sum(before.values())} passages is made anew"):
        work = rebuilt()
    assert (work["outcome"], work["reason"]) == ("rebuilt", "")
    upload.join()
    assert uploaded == ["ready"], "what was uploaded meanwhile has waited"
    after = used()
    assert {document: after.get(document) for document in before} == before
    assert len(after) == len(before) + 1
    mapping = next(iter(search.indices.get_mapping(index=schema.ALIAS).values()))["mappings"]
    assert mapping["dynamic"] == "strict", "by our template"
    for question in (QUESTION, "When is the reading lamp repaired?"):
        assert bookshop.ask(bookshop.ada, question).body["citations"]


def test_an_index_comes_back_from_a_snapshot_and_what_is_newer_is_filled_in(bookshop, written) -> None:
    search = engine()
    kept = {"repository": REPOSITORY, "snapshot": "drill"}
    search.snapshot.create(**kept, body={"indices": schema.PATTERN, "include_global_state": False}, params={"wait_for_completion": "true"})
    try:
        assert "drill" in [each["name"] for each in setup("list")["snapshots"]]
        newer = written("newer.md", "# Newer\n\nThe garden bench is painted green.")
        assert bookshop.add(bookshop.ada, newer).state == "ready"
        before = passages()
        search.indices.delete(index=schema.PATTERN)
        with timed(f"an index of {len(before)} documents is restored from a snapshot, and filled in"):
            assert setup("restore", Snapshot="drill")["indexes"] == [schema.FIRST_INDEX]
            search.cluster.health(params={"wait_for_status": "green"})
            work = rebuilt()
        assert work["filled"]["documents"] > work["passages"] > 0, "only what is newer is embedded"
        assert passages() == before
        assert bookshop.ask(bookshop.ada, "What colour is the garden bench?").body["citations"]
    finally:
        search.snapshot.delete(**kept)


def setup(do: str, **more: str) -> dict[str, Any]:
    """What the function answers an operator."""
    asked = json.dumps({"Kind": "Snapshots", "Do": do, **more})
    answer = client("lambda").invoke(FunctionName=f"{PREFIX}search-setup", Payload=asked)
    body: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def test_rows_that_a_table_has_lost_come_back(bookshop) -> None:
    dynamodb, table = client("dynamodb"), tables(account())["Registry"].physical
    listed = documents(bookshop)
    assert listed
    backup = dynamodb.create_backup(TableName=table, BackupName="drill")["BackupDetails"]["BackupArn"]
    for row in dynamodb.scan(TableName=table)["Items"]:
        if row["tenant"]["S"] == bookshop.ada.tenant:
            dynamodb.delete_item(TableName=table, Key={name: row[name] for name in ("tenant", "document_id")})
    assert documents(bookshop) == set()
    with timed(f"{len(listed)} rows are brought back"):
        assert restore.main({"TABLE": "Registry", "BACKUP": backup}) == 0
    assert documents(bookshop) == listed
    assert bookshop.ask(bookshop.ada, QUESTION).body["citations"]
    assert [name for name in dynamodb.list_tables()["TableNames"] if "-restored-" in name] == []


def test_a_table_that_is_gone_is_made_anew_as_its_template_says(bookshop) -> None:
    """DynamoDB makes a backup itself of a table that is deleted; the local one makes none, so this test does."""
    dynamodb, table = client("dynamodb"), tables(account())["Registry"].physical
    listed = documents(bookshop)
    dynamodb.create_backup(TableName=table, BackupName="drill")
    dynamodb.delete_table(TableName=table)
    with pytest.raises(Trouble, match="Leave AT out"):
        restore.main({"TABLE": "Registry", "AT": "2026-11-27T10:00:00"})
    with timed(f"a table of {len(listed)} documents is made anew"):
        assert restore.main({"TABLE": "Registry"}) == 0
    assert documents(bookshop) == listed
    assert bookshop.ask(bookshop.ada, QUESTION).body["citations"]
    assert [str(each) for each in compare("causeway-local-data").differences] == []


def documents(bookshop: Any) -> set[str]:
    """Names of the documents that an administrator is shown."""
    return {each["name"] for each in call("GET", "/v1/documents", bookshop.ada).body["documents"]}
