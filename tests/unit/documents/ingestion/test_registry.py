from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from causeway.documents.ingestion.reasons import Reason
from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.ingestion.store import STORAGE
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.documents.cloud import DOCUMENTS, Cloud, call, documents, registry


@pytest.fixture
def table(cloud: Cloud) -> Iterator[Stubber]:
    with Stubber(client("dynamodb", **REGISTRY.patience)) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ProvisionedThroughputExceededException", 400, Throttled),
        ("InternalServerError", 500, DependencyUnavailable),
        ("AccessDeniedException", 400, DependencyRejected),
    ],
)
def test_a_registry_that_refuses_is_named_as_the_state_machine_knows_it(
    table: Stubber, code: str, status: int, expected: type[Exception]
) -> None:
    for _ in range(REGISTRY.attempts):
        table.add_client_error("get_item", code, http_status_code=status)
    with pytest.raises(expected, match="registry"):
        registry().get("harbour", "0" * 32)


def test_a_change_that_the_table_is_too_busy_for_is_not_taken_as_overtaken(cloud: Cloud, table: Stubber) -> None:
    for _ in range(REGISTRY.attempts):
        table.add_client_error("update_item", "ProvisionedThroughputExceededException", http_status_code=400)
    with pytest.raises(Throttled, match="registry"):
        registry().mark_deleting("harbour", "0" * 32)


def test_busy_storage_throttles_the_task(cloud: Cloud) -> None:
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        for _ in range(STORAGE.attempts):
            storage.add_client_error("get_object", "SlowDown", http_status_code=503)
        with pytest.raises(Throttled, match="storage"):
            documents().read("raw/a.md")


def test_files_that_could_not_be_deleted_are_not_forgotten(cloud: Cloud) -> None:
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        storage.add_response("list_objects_v2", {"Contents": [{"Key": "raw/a"}]})
        for _ in range(STORAGE.attempts):
            storage.add_response("delete_objects", {"Errors": [{"Key": "raw/a", "Code": "InternalError"}]})
        with pytest.raises(DependencyUnavailable, match="storage"):
            documents().remove_all(["raw/"])


def test_a_listing_that_fails_half_way_is_taken_up_where_it_broke_off(cloud: Cloud) -> None:
    first = {"Contents": [{"Key": "raw/a"}], "IsTruncated": True, "NextContinuationToken": "more"}
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        storage.add_response("list_objects_v2", first, {"Bucket": DOCUMENTS, "Prefix": "raw/"})
        storage.add_response("delete_objects", {})
        storage.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)
        second = {"Bucket": DOCUMENTS, "Prefix": "raw/", "ContinuationToken": "more"}
        storage.add_response("list_objects_v2", {"Contents": [{"Key": "raw/b"}], "IsTruncated": False}, second)
        storage.add_response("delete_objects", {})
        assert documents().remove_all(["raw/"]) == 2
        storage.assert_no_pending_responses()


def test_a_quarantine_without_an_earlier_entry_makes_one(cloud: Cloud) -> None:
    execution = cloud.upload("a.pdf", b"x")
    error = {"Error": "BadDocument", "Cause": '{"errorMessage": "empty: The file has no content. Upload it again."}'}
    call("quarantine_document", {**execution, "state": "quarantined", "error": error})
    assert cloud.reason("a.pdf") == Reason(code="empty", message="The file has no content. Upload it again.")
    assert cloud.record("a.pdf").object_version == execution["object_version"]
