"""Many documents and long ones in the index at once."""

import pytest

from causeway.documents.ingestion.index import SLICE, OutOfTime
from causeway.documents.ingestion.registry import BY_CHANGE
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, SECOND, TABLE, Cloud, Died, registry

LONG = b"".join(b"# Part %d\n\nWords of part %d.\n\n" % (number, number) for number in range(2 * SLICE + 10))


def test_each_document_is_settled_by_itself(cloud: Cloud) -> None:
    cloud.run(cloud.upload("changed.md", FIRST))
    new, changed, overtaken = cloud.read(FIRST, "new.md"), cloud.read(SECOND, "changed.md"), cloud.read(FIRST, "overtaken.md")
    cloud.run(cloud.upload("overtaken.md", SECOND))
    short = cloud.read(FIRST, "short.md").model_copy(update={"passages": 2, "cuts": {}})
    assert cloud.index(new, changed, overtaken, short) == ["indexed", "indexed", "superseded", "unfound"]
    for name in ("new.md", "changed.md", "overtaken.md"):
        assert cloud.indexed(name).keys() == {cloud.record(name).current_version}


def test_a_hundred_documents_take_one_count_and_as_few_requests_as_their_passages(cloud: Cloud) -> None:
    read = [cloud.read(FIRST, f"{number}.md") for number in range(100)]
    assert cloud.index(*read) == ["indexed"] * 100
    assert cloud.engine.calls == ["_bulk", "_refresh", "_search"]
    assert [len(texts) for texts in cloud.model.texts] == [64, 36]


def test_tenants_with_indexes_of_their_own_are_indexed_there(cloud: Cloud) -> None:
    cloud.own = frozenset({"harbour"})
    read = [cloud.read(FIRST), cloud.take(cloud.upload("returns.md", FIRST, tenant="lantern")).handed]
    assert cloud.index(*read) == ["indexed", "indexed"]  # type: ignore[arg-type]
    assert set(cloud.engine.places.values()) == {"passages-of-harbour", "passages"}


def test_a_long_document_goes_on_where_its_worker_stopped(cloud: Cloud) -> None:
    read = cloud.read(LONG)
    assert read.passages == 2 * SLICE + 10
    cloud.model.batch = SLICE
    cloud.model.dies_at = 2
    with pytest.raises(Died):
        cloud.index(read)
    cloud.model.dies_at = 0
    assert cloud.index(read) == ["indexed"]
    assert [len(texts) for texts in cloud.model.texts] == [SLICE, SLICE, 10]
    assert cloud.indexed("returns.md") == {read.version: read.passages}


def test_passages_of_an_earlier_run_are_not_taken_for_written(cloud: Cloud) -> None:
    """A removal that was begun before may take them away."""
    cloud.run(cloud.upload("returns.md", LONG))
    cloud.run(cloud.upload("returns.md", FIRST))
    again = cloud.read(LONG)
    cloud.model.texts.clear()
    assert cloud.index(again) == ["indexed"]
    assert sum(map(len, cloud.model.texts)) == again.passages


def test_no_slice_is_begun_without_the_time_for_it(cloud: Cloud) -> None:
    read = cloud.read(FIRST)
    with pytest.raises(OutOfTime):
        cloud.index(read, seconds=30)
    assert cloud.model.texts == []
    assert cloud.index(read) == ["indexed"]


def test_rows_are_read_by_the_hundred_and_what_the_table_leaves_out_is_asked_for_again(cloud: Cloud) -> None:
    for number in range(130):
        cloud.take(cloud.upload(f"{number}.md", b"caf\xe9"))
    ids = [("harbour", cloud.record(f"{number}.md").document_id) for number in range(130)]
    assert len(registry().registered([*ids, *ids, ("harbour", "0" * 32)])) == 130


def test_changes_are_listed_in_their_order_page_by_page_with_deleted_ones(cloud: Cloud) -> None:
    for number in range(5):
        cloud.run(cloud.upload(f"{number}.md", FIRST))
    cloud.run(cloud.delete("0.md"))
    names: list[str] = []
    since, more = "2026-01-01T00:00:00+00:00", True
    while more:
        records, since, more = registry().changed("harbour", since, 2)
        names += [record.name for record in records]
    assert names == ["1.md", "2.md", "3.md", "4.md", "0.md"]
    assert registry().changed("harbour", since, 2) == ([], since, False)
    assert registry().changed("lantern", "2026-01-01T00:00:00+00:00", 2)[0] == []
    described = client("dynamodb").describe_table(TableName=TABLE)["Table"]["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in described] == [BY_CHANGE]


def test_attempts_are_counted_for_each_event_by_itself(cloud: Cloud) -> None:
    older, newer = cloud.upload("a.md", FIRST), cloud.upload("a.md", SECOND)
    assert [registry().attempt(change) for change in (older, older, newer, newer, newer)] == [1, 2, 1, 2, 3]
    assert registry().attempt(older) == 0, "a newer event has the document"
    assert cloud.record("a.md").state == "processing"
