"""Whole executions over the real handlers: what is current, what is in the index, and what a retry or a race leaves."""

import pytest

from causeway.retrieval.passage import IndexedPassage
from causeway.runtime.errors import DependencyUnavailable, Throttled
from tests.unit.documents.cloud import FIRST, SECOND, Cloud, call, registered
from tests.unit.documents.making import heading, pdf, prose, word
from tests.unit.documents.search_engine import Fault


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
    assert passage.keys() == IndexedPassage.model_fields.keys()
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


def test_tenants_with_the_same_name_have_documents_of_their_own(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST, tenant="harbour"))
    cloud.run(cloud.upload("returns.md", SECOND, tenant="lantern"))
    cloud.run(cloud.delete("returns.md", tenant="harbour"))
    assert sum(cloud.indexed("returns.md", tenant="lantern").values()) == 2
