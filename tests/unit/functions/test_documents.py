import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.stub import Stubber

from causeway.documents.ingestion.identity import document_id
from causeway.runtime.clients import client
from tests.unit.documents.cloud import FIRST, INCOMING, Cloud, Context, module
from tests.unit.loopback import administration


def ask(
    method: str, path: str, body: Any = None, tenant: str | None = "harbour", query: dict[str, str] | None = None, user: str = "ada"
) -> tuple[int, Any]:
    """Status and body of a request through the REST API's proxy event."""
    claims = {"cognito:username": user} | ({"custom:tenant": tenant} if tenant else {})
    event = {
        "httpMethod": method,
        "path": path,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": None,
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"requestId": "request-1", "authorizer": {"claims": claims}},
    }
    answer = module("documents").handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


def test_an_upload_is_a_signed_form_for_one_key_and_a_range_of_sizes(cloud: Cloud) -> None:
    status, answer = ask("POST", "/v1/documents", {"name": "policies/returns.md", "content_type": "text/markdown", "bytes": 100})
    assert status == 201
    assert (answer["document_id"], answer["name"]) == (document_id("harbour", "policies/returns.md"), "policies/returns.md")
    assert answer["upload"]["url"] == f"https://{INCOMING}.s3.us-east-1.amazonaws.com/"
    fields = answer["upload"]["fields"]
    assert fields["key"] == "harbour/policies/returns.md"
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    policy = json.loads(b64decode(fields["policy"]))
    assert ["content-length-range", 0, 2_000_000] in policy["conditions"]
    assert {"key": "harbour/policies/returns.md"} in policy["conditions"]
    assert {"bucket": INCOMING} in policy["conditions"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("/a//b/c.md", "a/b/c.md"), ("a\\b.PDF", "a/b.PDF"), (" x / y.txt", "x/y.txt"), ("cafe\u0301.html", "café.html")],
)
def test_a_name_is_kept_in_one_form(cloud: Cloud, given: str, kept: str) -> None:
    assert ask("POST", "/v1/documents", {"name": given})[1]["name"] == kept


@pytest.mark.parametrize("name", ["../lantern/x.md", "a/./b.md", "a\u0000.md", "", "é" * 400 + ".md", "a/${filename}"])
def test_a_name_that_cannot_be_taken_is_refused_by_its_field(cloud: Cloud, name: str) -> None:
    status, problem = ask("POST", "/v1/documents", {"name": name})
    assert status == 400
    assert problem["type"] == "urn:causeway:problem:invalid-request"
    assert [fault["field"] for fault in problem["errors"]] == ["name"]


@pytest.mark.parametrize("name", ["macro.docm", "old.doc", "film.mp4", "noending"])
def test_what_a_file_is_the_reader_judges_not_the_door(cloud: Cloud, name: str) -> None:
    assert ask("POST", "/v1/documents", {"name": name, "bytes": 0})[0] == 201


def test_a_file_declared_too_large_is_refused_before_it_is_sent(cloud: Cloud) -> None:
    status, problem = ask("POST", "/v1/documents", {"name": "a.pdf", "bytes": 500_000_000})
    assert (status, problem["type"]) == (413, "urn:causeway:problem:too-large")
    assert "2,000,000" in problem["detail"]


@pytest.mark.parametrize("body", ["", "not json", "[]", {"name": 5}, {}, {"name": "a.md", "size": 1}, {"name": "a.md", "bytes": -1}])
def test_a_body_of_the_wrong_shape_is_a_400(cloud: Cloud, body: Any) -> None:
    assert ask("POST", "/v1/documents", body)[0] == 400


def test_documents_of_the_tenant_are_listed_without_deleted_ones(cloud: Cloud) -> None:
    for name in ("a.md", "b.md", "c.md"):
        cloud.run(cloud.upload(name, b"Words."))
    cloud.run(cloud.upload("other.md", b"Words.", tenant="lantern"))
    cloud.run(cloud.delete("b.md"))
    status, answer = ask("GET", "/v1/documents")
    assert status == 200
    assert sorted(document["name"] for document in answer["documents"]) == ["a.md", "c.md"]
    assert answer["next"] is None


def test_a_long_list_comes_in_pages(cloud: Cloud) -> None:
    for number in range(205):
        client("dynamodb").put_item(
            TableName="registry-table",
            Item={"tenant": {"S": "harbour"}, "document_id": {"S": f"{number:032x}"}, "name": {"S": f"{number}.md"}},
        )
    names: list[str] = []
    query: dict[str, str] | None = None
    for _ in range(3):
        page = ask("GET", "/v1/documents", query=query)[1]
        names += [document["name"] for document in page["documents"]]
        query = {"after": page["next"]} if page["next"] else None
    assert len(set(names)) == 205
    assert query is None


def test_a_document_shows_its_state_and_reason(cloud: Cloud) -> None:
    uploaded = cloud.upload("a.md", b"caf\xe9")
    cloud.run(uploaded)
    status, answer = ask("GET", f"/v1/documents/{document_id('harbour', 'a.md')}")
    assert (status, answer["state"], answer["reason"]["code"], answer["version"]) == (200, "quarantined", "not_utf8", None)
    assert answer["object_version"] == uploaded.object_version


def test_deleting_hides_the_document_at_once_and_removes_the_object(cloud: Cloud) -> None:
    cloud.run(cloud.upload("a.md", b"Words."))
    path = f"/v1/documents/{document_id('harbour', 'a.md')}"
    status, answer = ask("DELETE", path)
    assert (status, answer["state"], answer["version"]) == (202, "deleting", None)
    assert client("s3").list_objects_v2(Bucket=INCOMING)["KeyCount"] == 0
    assert ask("DELETE", path)[0] == 202
    cloud.run(cloud.delete("a.md"))
    assert ask("GET", path)[0] == ask("DELETE", path)[0] == 404


def test_another_tenants_document_does_not_exist(cloud: Cloud) -> None:
    cloud.run(cloud.upload("a.md", b"Words.", tenant="lantern"))
    path = f"/v1/documents/{document_id('lantern', 'a.md')}"
    for method in ("GET", "DELETE"):
        status, problem = ask(method, path)
        assert (status, problem["type"]) == (404, "urn:causeway:problem:not-found")
    assert ask("GET", path, tenant="lantern")[1]["state"] == "ready"


@pytest.mark.parametrize("identifier", ["nothing", "0" * 32, "..%2f..%2fetc", "A" * 32])
def test_an_unknown_id_is_a_404(cloud: Cloud, identifier: str) -> None:
    assert ask("GET", f"/v1/documents/{identifier}")[0] == 404


def test_a_caller_without_a_tenant_is_told_to_sign_in(cloud: Cloud) -> None:
    for method, path in (("POST", "/v1/documents"), ("GET", "/v1/documents"), ("DELETE", f"/v1/documents/{'0' * 32}")):
        assert ask(method, path, {"name": "a.md"}, tenant=None)[0] == 401


def test_a_bad_page_token_is_refused(cloud: Cloud) -> None:
    status, problem = ask("GET", "/v1/documents", query={"after": "harbour#x"})
    assert (status, problem["errors"][0]["field"]) == (400, "after")


def test_a_registry_that_does_not_answer_is_a_503_that_leaks_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    client("dynamodb").delete_table(TableName="registry-table")
    status, problem = ask("GET", "/v1/documents")
    assert status in {502, 503}
    assert "registry-table" not in json.dumps(problem)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/documents"), ("GET", f"/v1/documents/{'0' * 32}"), ("DELETE", f"/v1/documents/{'0' * 32}")]
)
def test_a_parameter_that_the_route_does_not_have_is_named(cloud: Cloud, method: str, path: str) -> None:
    status, problem = ask(method, path, query={"atfer": "0" * 32})
    assert status == 400
    assert [fault["field"] for fault in problem["errors"]] == ["atfer"]


def test_a_deletion_that_storage_does_not_take_is_a_503_hides_the_document_and_can_be_asked_for_again(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    identifier = document_id("harbour", "returns.md")
    module("documents").uploads.cache_clear()
    with Stubber(client("s3", **module("documents").STORAGE.patience)) as storage:
        for _ in range(4):
            storage.add_client_error("delete_object", "InternalError", http_status_code=500)
        status, problem = ask("DELETE", f"/v1/documents/{identifier}")
    assert (status, problem["type"]) == (503, "urn:causeway:problem:storage-unavailable")
    assert cloud.record("returns.md").state == "deleting"
    assert ask("DELETE", f"/v1/documents/{identifier}")[0] == 202
    assert not client("s3").list_objects_v2(Bucket=INCOMING).get("Contents")


@pytest.mark.parametrize(("method", "operation"), [("GET", "get_item"), ("DELETE", "get_item")])
def test_a_throttled_registry_is_a_503_with_retry_after(cloud: Cloud, method: str, operation: str) -> None:
    with Stubber(client("dynamodb", **module("documents").REGISTRY.patience)) as table:
        for _ in range(4):
            table.add_client_error(operation, "ProvisionedThroughputExceededException", http_status_code=400)
        status, problem = ask(method, f"/v1/documents/{'0' * 32}")
    assert (status, problem["type"]) == (503, "urn:causeway:problem:registry-throttled")


def test_uploads_that_are_off_are_a_503_and_all_else_of_documents_goes_on(cloud: Cloud) -> None:
    cloud.run(cloud.upload("returns.md", FIRST))
    cloud.appconfig.documents["switches"] = {"tenants": {"harbour": {"uploads": False}}}
    status, problem = ask("POST", "/v1/documents", {"name": "shipping.md"})
    assert (status, problem["type"]) == (503, "urn:causeway:problem:switched-off")
    assert problem["detail"] == "Uploads are switched off at the moment; try again later."
    assert ask("POST", "/v1/uploads", {"documents": [{"name": "shipping.md", "bytes": 1}]})[1]["type"] == problem["type"]
    assert ask("POST", "/v1/documents", {"name": "shipping.md"}, tenant="lantern")[0] == 201
    assert ask("GET", f"/v1/documents/{document_id('harbour', 'returns.md')}")[0] == 200


def test_what_was_promised_before_uploads_were_switched_off_is_ingested(cloud: Cloud) -> None:
    assert ask("POST", "/v1/documents", {"name": "returns.md"})[0] == 201
    cloud.appconfig.documents["switches"] = {"everyone": {"uploads": False}}
    cloud.run(cloud.upload("returns.md", FIRST))
    assert cloud.record("returns.md").state == "ready"


def test_uploads_are_taken_while_appconfig_fails(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.appconfig.failing = 500
    assert ask("POST", "/v1/documents", {"name": "returns.md"})[0] == 201
    assert '"SwitchesUnread":[1.0]' in capsys.readouterr().out


def test_many_uploads_get_an_address_each_that_takes_exactly_their_bytes(cloud: Cloud) -> None:
    status, answer = ask("POST", "/v1/uploads", {"documents": [{"name": "/a//b.md", "bytes": 12}, {"name": "c.md", "bytes": 0}]})
    assert status == 201
    assert [(each["name"], each["document_id"]) for each in answer["uploads"]] == [
        ("a/b.md", document_id("harbour", "a/b.md")),
        ("c.md", document_id("harbour", "c.md")),
    ]
    url = urlsplit(answer["uploads"][0]["url"])
    assert url.path == "/harbour/a/b.md"
    signed = parse_qs(url.query)
    assert signed["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert signed["X-Amz-Expires"] == ["900"]


def test_one_of_many_that_is_refused_keeps_no_other_from_its_address(cloud: Cloud) -> None:
    administration().restrict("harbour", "board/", ["directors"])
    wanted = [{"name": "board/pay.md", "bytes": 1}, {"name": "film.mp4", "bytes": 500_000_000}, {"name": "a.md", "bytes": 1}]
    status, answer = ask("POST", "/v1/uploads", {"documents": wanted})
    assert status == 201
    assert [(each["refused"] or {}).get("code") for each in answer["uploads"]] == ["forbidden", "too-large", None]
    assert [bool(each["url"]) for each in answer["uploads"]] == [False, False, True]


@pytest.mark.parametrize(
    "documents",
    [[], [{"name": "a.md"}], [{"name": "a.md", "bytes": 1}] * 101, [{"name": "../a.md", "bytes": 1}], [{"name": "a", "bytes": -1}]],
)
def test_uploads_of_the_wrong_shape_are_a_400(cloud: Cloud, documents: Any) -> None:
    assert ask("POST", "/v1/uploads", {"documents": documents})[0] == 400


def test_changes_are_those_of_the_tenant_since_a_time_and_of_open_folders(cloud: Cloud) -> None:
    cloud.run(cloud.upload("board/pay.md", FIRST))
    cloud.run(cloud.upload("a.md", FIRST))
    cloud.run(cloud.upload("b.md", FIRST, tenant="lantern"))
    administration().restrict("harbour", "board/", ["directors"])
    status, answer = ask("GET", "/v1/changes", query={"since": "2026-01-01T00:00:00+00:00"})
    assert (status, [each["name"] for each in answer["documents"]], answer["more"]) == (200, ["a.md"], False)
    assert ask("GET", "/v1/changes", query={"since": answer["next"]})[1]["documents"] == []
    cloud.run(cloud.delete("a.md"))
    [changed] = ask("GET", "/v1/changes", query={"since": answer["next"]})[1]["documents"]
    assert (changed["name"], changed["state"]) == ("a.md", "deleted")


@pytest.mark.parametrize("since", [None, "", "yesterday", "2026-01-01", "2026-01-01T00:00:00Z' OR 1=1", "2026-01-01T00:00:00+00:00~x"])
def test_changes_without_a_time_are_a_400_that_names_it(cloud: Cloud, since: str | None) -> None:
    status, problem = ask("GET", "/v1/changes", query={"since": since} if since is not None else None)
    assert (status, [fault["field"] for fault in problem["errors"]]) == (400, ["since"])
