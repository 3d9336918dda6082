"""Whole executions over the real handlers: what is current, what is in the index, and what a retry or a race leaves."""

import pytest

from causeway.documents.ingestion.handed import WasRead
from causeway.retrieval.passage import IndexedPassage
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.documents.cloud import FIRST, SECOND, Cloud
from tests.unit.documents.making import heading, pdf, prose, word
from tests.unit.documents.search_engine import Fault


def test_an_uploaded_document_becomes_ready_with_its_passages(cloud: Cloud) -> None:
    done = cloud.run(cloud.upload("returns.md", FIRST))
    record = cloud.record("returns.md")
    assert done == "indexed"
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
    assert cloud.run(cloud.upload("returns.md", FIRST)) == "unchanged"
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
    prepared = cloud.read(SECOND)
    assert cloud.record("returns.md").current_version == old
    cloud.engine.refused[f"{prepared.document_id}:{prepared.version}:1"] = 400
    with pytest.raises(DependencyRejected, match="search"):
        cloud.index(prepared)
    assert cloud.record("returns.md").current_version == old
    assert cloud.indexed("returns.md") == {old: 1, prepared.version: 1}


def test_an_older_event_that_arrives_late_changes_nothing(cloud: Cloud) -> None:
    older, newer = cloud.upload("returns.md", FIRST), cloud.upload("returns.md", SECOND)
    cloud.run(newer)
    current = cloud.record("returns.md").current_version
    assert cloud.run(older) == "superseded"
    assert cloud.record("returns.md").current_version == current
    assert cloud.indexed("returns.md") == {current: 2}


def test_a_run_overtaken_between_its_steps_withdraws_what_it_wrote(cloud: Cloud) -> None:
    older = cloud.read(FIRST)
    cloud.run(cloud.upload("returns.md", SECOND))
    assert cloud.index(older)[0] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 2}


def test_a_run_overtaken_while_it_writes_withdraws_what_it_wrote(cloud: Cloud) -> None:
    older = cloud.read(FIRST)
    cloud.engine.meanwhile["_search"] = lambda: cloud.read(SECOND)
    assert cloud.index(older)[0] == "superseded"
    assert cloud.indexed("returns.md") == {}


def test_a_run_overtaken_by_the_same_content_leaves_the_newer_runs_passages(cloud: Cloud) -> None:
    older = cloud.read(FIRST)
    newer = cloud.read(FIRST)
    assert cloud.index(older)[0] == "superseded"
    assert cloud.index(newer)[0] == "indexed"
    assert cloud.index(older)[0] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


def test_going_back_to_a_former_content_while_its_removal_is_retried_keeps_it(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    between = cloud.read(SECOND)
    cloud.engine.faults.append(Fault("_delete_by_query", 503, times=99))
    with pytest.raises(DependencyUnavailable):
        cloud.index(between)
    cloud.engine.faults.clear()
    again = cloud.read(FIRST)
    cloud.index(again)
    assert cloud.index(between)[0] == "superseded"
    assert cloud.indexed("returns.md") == {cloud.record("returns.md").current_version: 1}


def test_every_step_may_run_twice(cloud: Cloud) -> None:
    change = cloud.upload("returns.md", SECOND)
    first, second = cloud.take(change).handed, cloud.take(change).handed
    assert isinstance(first, WasRead)
    assert isinstance(second, WasRead)
    assert first == second.model_copy(update={"read_at": first.read_at})
    assert [cloud.index(first), cloud.index(second)] == [["indexed"], ["indexed"]]
    assert cloud.take(change).outcome == "unchanged"
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
    prepared = cloud.read(SECOND)
    cloud.engine.faults.append(Fault("_delete_by_query", 500, times=99))
    with pytest.raises(DependencyUnavailable):
        cloud.index(prepared)
    assert cloud.record("returns.md").current_version == prepared.version
    cloud.engine.faults.clear()
    assert cloud.index(prepared)[0] == "indexed"
    assert cloud.indexed("returns.md") == {prepared.version: 2}


def test_a_search_engine_that_stays_busy_throttles_the_step(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    cloud.engine.faults.append(Fault("_bulk", 429, times=99))
    with pytest.raises(Throttled, match="search"):
        cloud.index(prepared)


def test_passages_that_a_search_does_not_find_do_not_become_current(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    assert cloud.index(prepared.model_copy(update={"passages": 5, "cuts": {}})) == ["unfound"]
    assert cloud.record("returns.md").current_version is None


def test_a_single_passage_that_is_not_found_does_not_become_current(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    cloud.engine.faults.append(Fault("_refresh", 200, times=99))  # answered, not carried out
    assert cloud.index(prepared) == ["unfound"]
    assert cloud.record("returns.md").current_version is None


def test_passages_left_over_from_a_reader_that_cut_more_of_them_are_removed(cloud: Cloud) -> None:
    prepared = cloud.read(FIRST)
    left = {
        "tenant": "harbour",
        "document_id": prepared.document_id,
        "version": prepared.version,
        "indexed_at": "2026-01-01T00:00:00",
    }
    cloud.engine.passages["left over"] = {**left, "position": 99}
    assert cloud.index(prepared)[0] == "indexed"
    assert cloud.indexed("returns.md") == {prepared.version: prepared.passages}


def test_tenants_with_the_same_name_have_documents_of_their_own(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST, tenant="harbour"))
    cloud.run(cloud.upload("returns.md", SECOND, tenant="lantern"))
    cloud.run(cloud.delete("returns.md", tenant="harbour"))
    assert sum(cloud.indexed("returns.md", tenant="lantern").values()) == 2
