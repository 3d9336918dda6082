"""Documents in a folder that their caller may not read."""

from typing import Any

import pytest

from causeway.documents.ingestion.identity import document_id
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, Cloud
from tests.unit.functions.test_documents import ask
from tests.unit.loopback import administration


@pytest.fixture
def closed(cloud: Cloud) -> Cloud:
    """A document in a folder that ada may read and carl may not, and one beside it."""
    for name in ("staff/handbook.md", "returns.md"):
        cloud.run(cloud.upload(name, FIRST))
    administration().restrict("harbour", "staff/", ["staff"])
    administration().enrol("harbour", "ada", ["staff"])
    return cloud


HANDBOOK = f"/v1/documents/{document_id('harbour', 'staff/handbook.md')}"


def test_a_list_leaves_out_what_its_reader_may_not_read(closed: Cloud) -> None:
    listed = {user: {each["name"] for each in ask("GET", "/v1/documents", user=user)[1]["documents"]} for user in ("ada", "carl", "")}
    assert listed == {"ada": {"staff/handbook.md", "returns.md"}, "carl": {"returns.md"}, "": {"returns.md"}}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_document_in_a_closed_folder_cannot_be_told_from_one_that_does_not_exist(closed: Cloud, method: str) -> None:
    assert ask(method, HANDBOOK, user="carl") == ask(method, f"/v1/documents/{'0' * 32}", user="carl")
    assert closed.record("staff/handbook.md").state == "ready"
    assert ask(method, HANDBOOK)[0] in (200, 202)


@pytest.mark.parametrize("name", ["staff/handbook.md", "staff//new.md", "/staff/a/b.md", "staff\\new.md"])
def test_nothing_is_put_or_replaced_where_its_uploader_may_not_read(closed: Cloud, name: str) -> None:
    status, problem = ask("POST", "/v1/documents", {"name": name}, user="carl")
    assert (status, problem["type"]) == (403, "urn:causeway:problem:forbidden")
    assert ask("POST", "/v1/documents", {"name": name})[0] == 201


def test_a_right_taken_away_closes_the_folder_at_the_next_request(closed: Cloud) -> None:
    administration().enrol("harbour", "ada", [])
    assert ask("GET", HANDBOOK)[0] == 404
    assert [each["name"] for each in ask("GET", "/v1/documents")[1]["documents"]] == ["returns.md"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/v1/documents", {"name": "a.md"}), ("GET", "/v1/documents", None), ("GET", HANDBOOK, None), ("DELETE", HANDBOOK, None)],
)
def test_no_document_is_shown_taken_or_deleted_while_permissions_cannot_be_read(closed: Cloud, method: str, path: str, body: Any) -> None:
    client("dynamodb").delete_table(TableName="permissions-table")
    status, problem = ask(method, path, body)
    assert (status, problem["type"]) == (502, "urn:causeway:problem:permissions-rejected")
    assert closed.record("staff/handbook.md").state == "ready"
