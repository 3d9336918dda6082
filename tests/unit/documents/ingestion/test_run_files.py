"""Which files of a run stay, and which go."""

import pytest
from botocore.exceptions import EndpointConnectionError

from causeway.documents.ingestion.handed import WasRead
from causeway.documents.ingestion.identity import ordered
from causeway.documents.ingestion.runs import Run
from causeway.documents.ingestion.store import STORAGE
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyUnavailable
from tests.unit.documents.cloud import FIRST, SECOND, Cloud, documents
from tests.unit.documents.search_engine import Fault


def files_of(cloud: Cloud, name: str) -> set[str]:
    """Folder and run of each file that is kept of a document."""
    parts = [key.split("/") for key in cloud.stored() if cloud.record(name).document_id in key]
    return {f"{folder} {run}" for folder, _, _, run, _ in parts}


def of_run(prepared: WasRead) -> set[str]:
    return {f"processed {ordered(prepared.sequencer)}.{prepared.version}"}


def test_the_files_of_a_replaced_version_go_and_the_new_ones_stay(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    prepared = cloud.read(SECOND)
    cloud.index(prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)


@pytest.mark.parametrize("action", ["_delete_by_query", "s3"])
def test_a_removal_of_replaced_files_that_failed_is_finished_by_the_retry(cloud: Cloud, action: str) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    prepared = cloud.read(SECOND)
    if action == "s3":
        client("s3", **STORAGE.patience).meta.events.register_first("before-send.s3.DeleteObjects", cut)
    else:
        cloud.engine.faults.append(Fault(action, 500, times=99))
    with pytest.raises(DependencyUnavailable):
        cloud.index(prepared)
    client("s3", **STORAGE.patience).meta.events.unregister("before-send.s3.DeleteObjects", cut)
    cloud.engine.faults.clear()
    cloud.index(prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)
    assert cloud.indexed("returns.md") == {prepared.version: 2}


def cut(**_: object) -> None:
    """The way to S3 is."""
    raise EndpointConnectionError(endpoint_url="https://s3")


def test_the_files_of_a_run_that_failed_go_with_the_next_that_succeeds(cloud: Cloud) -> None:
    cloud.read(FIRST)
    prepared = cloud.read(SECOND)
    cloud.index(prepared)
    assert files_of(cloud, "returns.md") == of_run(prepared)


def test_a_superseded_run_leaves_no_file(cloud: Cloud) -> None:
    older, newer = cloud.read(FIRST), cloud.read(SECOND)
    assert cloud.index(older)[0] == "superseded"
    assert files_of(cloud, "returns.md") == of_run(newer)


def test_a_run_removes_the_files_of_earlier_events_and_of_no_later_one(cloud: Cloud) -> None:
    earlier, ours, later = (cloud.read(content) for content in (SECOND, FIRST, SECOND))
    Run(ours).remove_earlier_files(documents())
    assert files_of(cloud, "returns.md") == of_run(ours) | of_run(later)
    assert not files_of(cloud, "returns.md") & of_run(earlier)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_run_whose_files_a_newer_event_removed_is_superseded(cloud: Cloud, deleted: bool) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    older = cloud.read(SECOND)
    cloud.run(cloud.delete("returns.md") if deleted else cloud.upload("returns.md", b"# Returns\n\nOf 90 days."))
    current = cloud.record("returns.md").current_version
    assert cloud.index(older) == ["superseded"]
    assert cloud.take(older).outcome == "superseded"
    assert cloud.record("returns.md").current_version == current


def test_the_files_of_a_version_stay_when_it_is_uploaded_again_and_its_first_run_is_told_twice(cloud: Cloud) -> None:
    first = cloud.read(FIRST)
    cloud.index(first)
    assert cloud.take(cloud.upload("returns.md", FIRST)).outcome == "unchanged"
    assert cloud.index(first) == ["superseded"]
    assert files_of(cloud, "returns.md") == of_run(first)
    assert cloud.indexed("returns.md") == {first.version: 1}
