"""Documents that are deleted, before, during and after an ingestion."""

import time
from typing import Any

import pytest

from causeway.documents.ingestion.quarantine import quarantine
from causeway.documents.ingestion.reasons import Reason
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyUnavailable, Throttled
from tests.unit.documents.cloud import FIRST, SECOND, TABLE, Cloud, documents, registry
from tests.unit.documents.lanes import lane_of
from tests.unit.documents.search_engine import Fault

REASON = Reason(code="damaged", message="The file is damaged. Export it again.")


def test_a_deleted_object_takes_passages_files_and_entry_along(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.run(cloud.upload("kept.md", FIRST))
    assert cloud.run(cloud.delete("returns.md")) == "removed"
    assert cloud.indexed("returns.md") == {}
    assert not [key for key in cloud.stored() if cloud.record("returns.md").document_id in key]
    record = cloud.record("returns.md")
    assert (record.state, record.current_version, record.title) == ("deleted", None, None)
    assert cloud.record("kept.md").state == "ready"


def test_a_deletion_that_overtakes_its_upload_wins(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", FIRST)
    cloud.run(cloud.delete("returns.md"))
    assert cloud.run(uploaded) == "superseded"
    assert cloud.record("returns.md").state == "deleted"


def test_a_deletion_during_an_ingestion_leaves_nothing(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    cloud.run(cloud.delete("returns.md"))
    assert cloud.index(prepared)[0] == "superseded"
    assert cloud.indexed("returns.md") == {}


def test_a_document_marked_for_deletion_cannot_become_current(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    registry().mark_deleting("harbour", prepared.document_id)
    assert cloud.index(prepared)[0] == "superseded"
    assert cloud.record("returns.md").current_version is None


def test_a_new_upload_after_a_deletion_is_indexed_even_with_the_same_content(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    gone = cloud.delete("returns.md")
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.run(gone) == "superseded"
    assert cloud.record("returns.md").state == "ready"
    cloud.run(cloud.delete("returns.md"))
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


def test_erasing_a_former_version_of_an_object_keeps_the_document(cloud: Cloud) -> None:
    former = cloud.upload("returns.md", FIRST)
    cloud.run(former)
    latest = cloud.upload("returns.md", SECOND)
    cloud.run(latest)
    erased = cloud.delete("returns.md").model_copy(update={"permanent": True})
    assert cloud.run(erased.model_copy(update={"object_version": former.object_version})) == "kept"
    assert cloud.record("returns.md").state == "ready"
    assert cloud.run(erased.model_copy(update={"object_version": latest.object_version})) == "removed"


def test_a_refusal_that_comes_after_the_deletion_leaves_nothing(cloud: Cloud) -> None:
    bad = cloud.upload("returns.md", b"caf\xe9")
    cloud.run(cloud.delete("returns.md"))
    quarantine(bad, REASON, b"caf\xe9", registry(), documents())
    assert cloud.stored() == []
    assert cloud.record("returns.md").state == "deleted"


def test_no_retry_takes_back_a_document_that_was_marked_for_deletion_meanwhile(cloud: Cloud) -> None:
    change = cloud.upload("returns.md", FIRST)
    cloud.take(change)
    registry().mark_deleting("harbour", change.document_id)
    assert cloud.take(change).outcome == "superseded"
    quarantine(change, REASON, FIRST, registry(), documents())
    assert cloud.record("returns.md").state == "deleting"
    assert cloud.run(cloud.upload("returns.md", FIRST)) == "indexed"


def test_a_deleted_documents_row_expires_after_all_its_events_and_a_new_upload_stays(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.run(cloud.delete("returns.md"))
    assert 29 < (int(_item("returns.md", cloud)["expires_at"]["N"]) - time.time()) / 86400 <= 30
    cloud.run(cloud.upload("returns.md", FIRST))
    assert "expires_at" not in _item("returns.md", cloud)


def _item(name: str, cloud: Cloud) -> dict[str, Any]:
    key = {"tenant": {"S": "harbour"}, "document_id": {"S": cloud.record(name).document_id}}
    return dict(client("dynamodb").get_item(TableName=TABLE, Key=key)["Item"])  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "expected"), [(429, Throttled), (503, DependencyUnavailable)])
def test_a_removal_that_the_search_does_not_take_keeps_the_document_out_of_answers_and_is_finished_later(
    cloud: Cloud, status: int, expected: type[Exception]
) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    removal = cloud.delete("returns.md")
    cloud.engine.faults.append(Fault("_delete_by_query", status, times=99))
    with pytest.raises(expected, match="search"):
        cloud.remove(removal)
    assert cloud.record("returns.md").state == "deleting"
    cloud.engine.faults.clear()
    assert cloud.remove(removal) == ["removed"]
    assert cloud.indexed("returns.md") == {}


def test_many_documents_are_removed_by_one_request_to_the_index_each_as_it_was_when_its_removal_began(cloud: Cloud) -> None:
    names = [f"{number}.md" for number in range(30)]
    for name in (*names, "kept.md"):
        cloud.run(cloud.upload(name, FIRST))
    removals = [cloud.delete(name) for name in names]
    replaced = cloud.upload("3.md", SECOND)
    cloud.run(replaced)
    cloud.engine.calls.clear()
    outcomes = cloud.remove(*removals)
    assert [name for name, outcome in zip(names, outcomes, strict=True) if outcome != "removed"] == ["3.md"]
    assert cloud.engine.calls.count("_delete_by_query") == 1
    assert {name for name in (*names, "kept.md") if cloud.indexed(name)} == {"3.md", "kept.md"}
    assert cloud.remove(*removals) == outcomes


@pytest.mark.parametrize(("status", "requests"), [(400, 6), (503, 7)])
def test_removals_that_fail_together_are_made_one_by_one_or_wait_together(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, status: int, requests: int
) -> None:
    lane = lane_of(cloud, monkeypatch)
    names = [f"{number}.md" for number in range(5)]
    for name in names:
        cloud.run(cloud.upload(name, FIRST))
    lane.hear(*(lane.said(cloud.delete(name)) for name in names))
    lane.read(10)
    cloud.engine.faults.append(Fault("_delete_by_query", status, times=6 if status == 503 else 1))
    cloud.engine.calls.clear()
    lane.run()
    assert cloud.engine.calls.count("_delete_by_query") == requests
    assert {cloud.record(name).state for name in names} == {"deleted"}
