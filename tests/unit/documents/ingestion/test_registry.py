from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from causeway.documents.ingestion.registry import REGISTRY
from causeway.documents.ingestion.store import STORAGE
from causeway.runtime.clients import client
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled
from tests.unit.documents.cloud import DOCUMENTS, Cloud, documents, registry


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
def test_a_registry_that_refuses_is_named_by_what_is_to_be_done_about_it(
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


def test_busy_storage_throttles_the_step(cloud: Cloud) -> None:
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        for _ in range(STORAGE.attempts):
            storage.add_client_error("get_object", "SlowDown", http_status_code=503)
        with pytest.raises(Throttled, match="storage"):
            documents().read("processed/a.md")


def test_files_that_could_not_be_deleted_are_not_forgotten(cloud: Cloud) -> None:
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        storage.add_response("list_objects_v2", {"Contents": [{"Key": "processed/a"}]})
        for _ in range(STORAGE.attempts):
            storage.add_response("delete_objects", {"Errors": [{"Key": "processed/a", "Code": "InternalError"}]})
        with pytest.raises(DependencyUnavailable, match="storage"):
            documents().remove_all(["processed/"])


def test_a_listing_that_fails_half_way_is_taken_up_where_it_broke_off(cloud: Cloud) -> None:
    first = {"Contents": [{"Key": "processed/a"}], "IsTruncated": True, "NextContinuationToken": "more"}
    with Stubber(client("s3", **STORAGE.patience)) as storage:
        storage.add_response("list_objects_v2", first, {"Bucket": DOCUMENTS, "Prefix": "processed/"})
        storage.add_response("delete_objects", {})
        storage.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)
        second = {"Bucket": DOCUMENTS, "Prefix": "processed/", "ContinuationToken": "more"}
        storage.add_response("list_objects_v2", {"Contents": [{"Key": "processed/b"}], "IsTruncated": False}, second)
        storage.add_response("delete_objects", {})
        assert documents().remove_all(["processed/"]) == 2
        storage.assert_no_pending_responses()
