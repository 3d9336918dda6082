"""Whole executions over the real handlers: what is current, what is in the index, and what a retry or a race leaves."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from causeway.documents.bad import BadDocument
from causeway.documents.changes import Change
from causeway.documents.identity import ordered
from causeway.documents.registry import Registry
from causeway.documents.runs import Run
from causeway.documents.store import MissingObject
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyUnavailable, Throttled
from tests.unit.documents.cloud import DOCUMENTS, INCOMING, TABLE, Cloud, call
from tests.unit.documents.making import heading, pdf, prose, word
from tests.unit.documents.search_engine import Fault

FIRST = b"# Returns\n\nBooks may be returned within 30 days."
REFUSAL = {"Error": "BadDocument", "Cause": json.dumps({"errorMessage": "damaged: The file is damaged. Export it again."})}
SECOND = b"# Returns\n\nBooks may be returned within 60 days.\n\n# Gift cards\n\nNever."


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 0.0)


def registered(cloud: Cloud, content: bytes) -> dict[str, Any]:
    return call("register_document", cloud.upload("returns.md", content))


def test_an_uploaded_document_becomes_ready_with_its_passages(cloud: Cloud) -> None:
    done = cloud.run(cloud.upload("returns.md", FIRST))
    record = cloud.record("returns.md")
    assert done["outcome"] == "indexed"
    assert (record.state, record.title, record.passages, record.language) == ("ready", "Returns", 1, "en")
    assert cloud.indexed("returns.md") == {record.current_version: 1}
    assert record.bytes == len(FIRST)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("guide.pdf", pdf([heading("Guide"), prose()])),
        ("guide.docx", word(lambda document: document.add_paragraph("Hello there"))),
        ("guide.html", b"<h1>Guide</h1><p>Hello there</p>"),
        ("guide.txt", b"Hello there"),
    ],
)
def test_every_format_becomes_ready(cloud: Cloud, name: str, content: bytes) -> None:
    cloud.run(cloud.upload(name, content))
    assert cloud.record(name).state == "ready"


def test_an_indexed_passage_has_every_field_of_the_mapping(cloud: Cloud) -> None:
    cloud.run(cloud.upload("guide.pdf", pdf([heading("Guide"), prose()])))
    (passage,) = cloud.engine.passages.values()
    assert passage.keys() == {
        *("tenant", "document_id", "version", "position", "source", "title", "heading", "page", "kind", "text"),
        *("content_hash", "language", "tokens", "embedding", "indexed_at"),
    }
    assert (passage["page"], passage["tenant"], passage["source"], passage["language"]) == (1, "harbour", "guide.pdf", "en")


def test_the_same_file_again_is_unchanged_and_indexed_once(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    calls = len(cloud.engine.calls)
    assert cloud.run(cloud.upload("returns.md", FIRST))["outcome"] == "unchanged"
    assert cloud.record("returns.md").state == "ready"
    assert len(cloud.engine.calls) == calls


def test_a_changed_file_replaces_its_old_passages(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    old = cloud.record("returns.md").current_version
    cloud.run(cloud.upload("returns.md", SECOND))
    record = cloud.record("returns.md")
    assert record.current_version != old
    assert cloud.indexed("returns.md") == {record.current_version: 2}


def test_the_old_version_stays_current_until_the_new_one_is_found_in_the_index(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    old = cloud.record("returns.md").current_version
    prepared = cloud.prepared(registered(cloud, SECOND))
    assert cloud.record("returns.md").current_version == old
    cloud.engine.refused[f"{prepared['document_id']}:{prepared['version']}:1"] = 400
    with pytest.raises(Exception, match="search rejected"):
        call("index_passages", prepared)
    assert cloud.record("returns.md").current_version == old
    assert cloud.indexed("returns.md") == {old: 1, prepared["version"]: 1}


def test_an_older_event_that_arrives_late_changes_nothing(cloud: Cloud) -> None:
    older, newer = cloud.upload("returns.md", FIRST), cloud.upload("returns.md", SECOND)
    cloud.run(newer)
    current = cloud.record("returns.md").current_version
    assert cloud.run(older)["outcome"] == "superseded"
    assert cloud.record("returns.md").current_version == current
    assert cloud.indexed("returns.md") == {current: 2}


def test_a_run_overtaken_between_its_steps_withdraws_what_it_wrote(cloud: Cloud) -> None:
    older = cloud.prepared(registered(cloud, FIRST))
    cloud.run(cloud.upload("returns.md", SECOND))
    assert call("index_passages", older)["outcome"] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 2}


def test_a_run_overtaken_while_it_writes_withdraws_what_it_wrote(cloud: Cloud) -> None:
    older = cloud.prepared(registered(cloud, FIRST))
    cloud.engine.meanwhile["_search"] = lambda: registered(cloud, SECOND)
    assert call("index_passages", older)["outcome"] == "superseded"
    assert cloud.indexed("returns.md") == {}


def test_a_run_overtaken_by_the_same_content_leaves_the_newer_runs_passages(cloud: Cloud) -> None:
    older = cloud.prepared(registered(cloud, FIRST))
    newer = cloud.prepared(registered(cloud, FIRST))
    assert call("index_passages", older)["outcome"] == "superseded"
    assert call("index_passages", newer)["outcome"] == "indexed"
    assert call("index_passages", older)["outcome"] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


def test_going_back_to_a_former_content_while_its_removal_is_retried_keeps_it(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    between = cloud.prepared(registered(cloud, SECOND))
    cloud.engine.faults.append(Fault("_delete_by_query", 503, times=99))
    with pytest.raises(DependencyUnavailable):
        call("index_passages", between)
    cloud.engine.faults.clear()
    again = cloud.prepared(registered(cloud, FIRST))
    call("index_passages", again)
    assert call("index_passages", between)["outcome"] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


@pytest.mark.parametrize("function", ["register_document", "read_document", "index_passages"])
def test_every_task_may_run_twice(cloud: Cloud, function: str) -> None:
    event = cloud.upload("returns.md", SECOND)
    inputs = {"register_document": event, "read_document": call("register_document", event)}
    inputs["index_passages"] = cloud.prepared(inputs["read_document"])
    first, second = call(function, inputs[function]), call(function, inputs[function])
    assert first == second
    call("index_passages", inputs["index_passages"])
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 2}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("action", ["_bulk", "_refresh", "_search", "_delete_by_query"])
def test_a_search_call_that_fails_once_is_made_again(cloud: Cloud, action: str, after: bool) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.engine.faults.append(Fault(action, 503, after=after))
    cloud.run(cloud.upload("returns.md", SECOND))
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 2}


def test_a_run_that_died_after_publishing_finishes_when_retried(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    prepared = cloud.prepared(registered(cloud, SECOND))
    cloud.engine.faults.append(Fault("_delete_by_query", 500, times=99))
    with pytest.raises(DependencyUnavailable):
        call("index_passages", prepared)
    assert cloud.record("returns.md").current_version == prepared["version"]
    cloud.engine.faults.clear()
    assert call("index_passages", prepared)["outcome"] == "indexed"
    assert cloud.indexed("returns.md") == {prepared["version"]: 2}


def test_a_search_engine_that_stays_busy_throttles_the_task(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    cloud.engine.faults.append(Fault("_bulk", 429, times=99))
    with pytest.raises(Throttled, match="search"):
        call("index_passages", prepared)


def test_passages_that_a_search_does_not_find_stop_the_task(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    with pytest.raises(DependencyUnavailable, match="1 of 5 passages"):
        call("index_passages", {**prepared, "passages": 5})
    assert cloud.record("returns.md").current_version is None


def test_a_single_passage_that_is_not_found_stops_the_task(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    cloud.engine.faults.append(Fault("_refresh", 200, times=99))  # answered, not carried out
    with pytest.raises(DependencyUnavailable, match="0 of 1 passages"):
        call("index_passages", prepared)
    assert cloud.record("returns.md").current_version is None


def test_passages_left_over_from_a_reader_that_cut_more_of_them_are_removed(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    left = {
        "tenant": "harbour",
        "document_id": prepared["document_id"],
        "version": prepared["version"],
        "indexed_at": "2026-01-01T00:00:00",
    }
    cloud.engine.passages["left over"] = {**left, "position": 99}
    assert call("index_passages", prepared)["outcome"] == "indexed"
    assert cloud.indexed("returns.md") == {prepared["version"]: prepared["passages"]}


def test_a_bad_document_is_quarantined_with_its_file_and_reason(cloud: Cloud) -> None:
    with pytest.raises(BadDocument) as bad:
        call("read_document", (taken := registered(cloud, b"caf\xe9")))
    cause = json.dumps({"errorType": "BadDocument", "errorMessage": str(bad.value)})
    for _ in range(2):  # as after a crash at its end
        call("quarantine_document", {**taken, "state": "quarantined", "error": {"Error": "BadDocument", "Cause": cause}})
    record = cloud.record("returns.md")
    assert (record.state, record.reason) == ("quarantined", {"code": "not_utf8", "message": bad.value.message})
    folder = f"quarantine/harbour/{record.document_id}/{ordered(taken['sequencer'])}/"
    assert cloud.stored() == [f"{folder}reason.json", f"{folder}returns.md"]
    reason = json.loads(client("s3").get_object(Bucket=DOCUMENTS, Key=f"{folder}reason.json")["Body"].read())
    assert reason["code"] == "not_utf8"
    assert reason["origin"]["bucket"] == INCOMING


def test_a_bad_new_version_leaves_the_former_one_current(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    old = cloud.record("returns.md").current_version
    cloud.run(cloud.upload("returns.md", b"caf\xe9"))
    record = cloud.record("returns.md")
    assert (record.state, record.current_version) == ("quarantined", old)


def test_a_file_that_is_too_large_is_refused_without_being_fetched(cloud: Cloud) -> None:
    execution = {**cloud.upload("film.pdf", b"small"), "size": 500_000_000, "object_version": "never-asked-for"}
    cloud.run(execution)
    reason = cloud.record("film.pdf").reason
    assert reason is not None
    assert reason["code"] == "too_large"
    assert "500.0 MB; at most 2.0 MB" in reason["message"]
    assert cloud.stored("raw/") == []


def test_an_event_that_hides_the_size_is_refused_by_the_objects_own(cloud: Cloud) -> None:
    cloud.run({**cloud.upload("film.pdf", bytes(2_000_001)), "size": 1})
    assert (cloud.record("film.pdf").reason or {})["code"] == "too_large"


def test_an_object_that_is_gone_already_is_left_to_its_own_event(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", FIRST)
    client("s3").delete_object(Bucket=INCOMING, Key="harbour/returns.md", VersionId=uploaded["object_version"])
    assert cloud.run(uploaded)["outcome"] == "superseded"


def test_a_fault_of_ours_is_failed_and_says_nothing_internal(cloud: Cloud) -> None:
    cloud.run({**cloud.upload("returns.md", FIRST), "bucket": "another"})
    record = cloud.record("returns.md")
    assert (record.state, (record.reason or {})["code"]) == ("failed", "failed")
    assert "another" not in (record.reason or {})["message"]


def test_a_deleted_object_takes_passages_files_and_entry_along(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.run(cloud.upload("kept.md", FIRST))
    assert cloud.run(cloud.delete("returns.md"))["outcome"] == "removed"
    assert cloud.indexed("returns.md") == {}
    assert not [key for key in cloud.stored() if cloud.record("returns.md").document_id in key]
    record = cloud.record("returns.md")
    assert (record.state, record.current_version, record.title) == ("deleted", None, None)
    assert cloud.record("kept.md").state == "ready"


def test_a_deletion_that_overtakes_its_upload_wins(cloud: Cloud) -> None:
    uploaded = cloud.upload("returns.md", FIRST)
    cloud.run(cloud.delete("returns.md"))
    assert cloud.run(uploaded)["outcome"] == "superseded"
    assert cloud.record("returns.md").state == "deleted"


def test_a_deletion_during_an_ingestion_leaves_nothing(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    cloud.run(cloud.delete("returns.md"))
    assert call("index_passages", prepared)["outcome"] == "superseded"
    assert cloud.indexed("returns.md") == {}


def test_a_document_marked_for_deletion_cannot_become_current(cloud: Cloud) -> None:
    prepared = cloud.prepared(registered(cloud, FIRST))
    Registry(TABLE).mark_deleting("harbour", prepared["document_id"])
    assert call("index_passages", prepared)["outcome"] == "superseded"
    assert cloud.record("returns.md").current_version is None


def test_a_new_upload_after_a_deletion_is_indexed_even_with_the_same_content(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    gone = cloud.delete("returns.md")
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.run(gone)["outcome"] == "superseded"
    assert cloud.record("returns.md").state == "ready"
    cloud.run(cloud.delete("returns.md"))
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


def test_erasing_a_former_version_of_an_object_keeps_the_document(cloud: Cloud) -> None:
    former = cloud.upload("returns.md", FIRST)
    cloud.run(former)
    latest = cloud.upload("returns.md", SECOND)
    cloud.run(latest)
    erased = {**cloud.delete("returns.md"), "permanent": True}
    assert cloud.run({**erased, "object_version": former["object_version"]})["outcome"] == "kept"
    assert cloud.record("returns.md").state == "ready"
    assert cloud.run({**erased, "object_version": latest["object_version"]})["outcome"] == "removed"


def test_tenants_with_the_same_name_have_documents_of_their_own(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST, tenant="harbour"))
    cloud.run(cloud.upload("returns.md", SECOND, tenant="lantern"))
    cloud.run(cloud.delete("returns.md", tenant="harbour"))
    assert sum(cloud.indexed("returns.md", tenant="lantern").values()) == 2


def files_of(cloud: Cloud, name: str) -> set[str]:
    """Folder and run of each file that is kept of a document."""
    parts = [key.split("/") for key in cloud.stored() if cloud.record(name).document_id in key]
    return {f"{folder} {run}" for folder, _, _, run, _ in parts}


def of_run(prepared: dict[str, Any]) -> set[str]:
    run = f"{ordered(prepared['sequencer'])}.{prepared['version']}"
    return {f"{folder} {run}" for folder in ("raw", "processed", "embeddings")}


def test_the_files_of_a_replaced_version_go_and_the_new_ones_stay(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    prepared = cloud.prepared(registered(cloud, SECOND))
    call("index_passages", prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)


@pytest.mark.parametrize("action", ["_delete_by_query", "s3"])
def test_a_removal_of_replaced_files_that_failed_is_finished_by_the_retry(cloud: Cloud, action: str) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    prepared = cloud.prepared(registered(cloud, SECOND))
    line = Line()
    if action == "s3":
        client("s3").meta.events.register_first("before-send.s3.DeleteObjects", line.cut_after_the_first)
    else:
        cloud.engine.faults.append(Fault(action, 500, times=99))
    with pytest.raises(DependencyUnavailable):
        call("index_passages", prepared)
    client("s3").meta.events.unregister("before-send.s3.DeleteObjects", line.cut_after_the_first)
    cloud.engine.faults.clear()
    call("index_passages", prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)
    assert cloud.indexed("returns.md") == {prepared["version"]: 2}


class Line:
    """The way to S3."""

    requests = 0

    def cut_after_the_first(self, **_: object) -> None:
        self.requests += 1
        if self.requests > 1:
            raise EndpointConnectionError(endpoint_url="https://s3")


def test_the_files_of_a_run_that_failed_go_with_the_next_that_succeeds(cloud: Cloud) -> None:
    cloud.prepared(registered(cloud, FIRST))
    prepared = cloud.prepared(registered(cloud, SECOND))
    call("index_passages", prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)


def test_a_superseded_run_leaves_no_file(cloud: Cloud) -> None:
    older, newer = cloud.prepared(registered(cloud, FIRST)), cloud.prepared(registered(cloud, SECOND))
    assert call("index_passages", older)["outcome"] == "superseded"
    assert files_of(cloud, "returns.md") == of_run(newer)


def test_a_run_removes_the_files_of_earlier_events_and_of_no_later_one(cloud: Cloud) -> None:
    earlier, ours, later = (cloud.prepared(registered(cloud, content)) for content in (SECOND, FIRST, SECOND))
    Run(Change.of_input(ours), ours["version"]).remove_earlier_files(DOCUMENTS)
    assert files_of(cloud, "returns.md") == of_run(ours) | of_run(later)
    assert not files_of(cloud, "returns.md") & of_run(earlier)


@pytest.mark.parametrize("step", ["read_document", "index_passages"])
@pytest.mark.parametrize("deleted", [False, True])
def test_a_run_whose_files_a_newer_event_removed_is_begun_anew_and_superseded(cloud: Cloud, step: str, deleted: bool) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    older = cloud.prepared(registered(cloud, SECOND))
    cloud.run(cloud.delete("returns.md") if deleted else cloud.upload("returns.md", b"# Returns\n\nOf 90 days."))
    current = cloud.record("returns.md").current_version
    if step == "read_document":
        with pytest.raises(MissingObject):
            call(step, older)
    else:
        assert call(step, older)["outcome"] == "superseded"
    assert call("register_document", older)["outcome"] == "superseded"
    assert cloud.record("returns.md").current_version == current


def test_a_refusal_that_comes_after_the_deletion_leaves_nothing(cloud: Cloud) -> None:
    taken = registered(cloud, FIRST)
    cloud.run(cloud.delete("returns.md"))
    call("quarantine_document", {**taken, "state": "quarantined", "error": REFUSAL})
    assert cloud.stored() == []
    assert cloud.record("returns.md").state == "deleted"


def test_no_retry_takes_back_a_document_that_was_marked_for_deletion_meanwhile(cloud: Cloud) -> None:
    taken = registered(cloud, FIRST)
    Registry(TABLE).mark_deleting("harbour", taken["document_id"])
    assert call("register_document", taken)["outcome"] == "superseded"
    call("quarantine_document", {**taken, "state": "quarantined", "error": REFUSAL})
    assert cloud.record("returns.md").state == "deleting"
    assert cloud.run(cloud.upload("returns.md", FIRST))["outcome"] == "indexed"


def test_a_deleted_documents_row_expires_after_all_its_events_and_a_new_upload_stays(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.run(cloud.delete("returns.md"))
    assert 29 < (int(_item("returns.md", cloud)["expires_at"]["N"]) - time.time()) / 86400 <= 30
    cloud.run(cloud.upload("returns.md", FIRST))
    assert "expires_at" not in _item("returns.md", cloud)


def _item(name: str, cloud: Cloud) -> dict[str, Any]:
    key = {"tenant": {"S": "harbour"}, "document_id": {"S": cloud.record(name).document_id}}
    return dict(client("dynamodb").get_item(TableName=TABLE, Key=key)["Item"])  # type: ignore[arg-type]
