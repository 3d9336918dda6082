"""Which files of a run stay, and which go."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from causeway.documents.ingestion.changes import Change
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import STORAGE, MissingObject
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyUnavailable
from tests.unit.documents.cloud import FIRST, SECOND, Cloud, call, documents, registered
from tests.unit.documents.search_engine import Fault


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
        client("s3", **STORAGE.patience).meta.events.register_first("before-send.s3.DeleteObjects", line.cut_after_the_first)
    else:
        cloud.engine.faults.append(Fault(action, 500, times=99))
    with pytest.raises(DependencyUnavailable):
        call("index_passages", prepared)
    client("s3", **STORAGE.patience).meta.events.unregister("before-send.s3.DeleteObjects", line.cut_after_the_first)
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
    Run(Change.model_validate(ours), ours["version"]).remove_earlier_files(documents())
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
