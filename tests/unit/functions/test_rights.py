import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import Reply, Services

Call = Callable[..., Response]
LogLines = Callable[[], list[dict[str, Any]]]
STAFF = {"folder": "staff", "readers": ["staff", "managers", "staff"]}
ROUTES = [
    ("GET", "/v1/folders", None, {}),
    ("PUT", "/v1/folders", STAFF, {}),
    ("DELETE", "/v1/folders", None, {"folder": "staff/"}),
    ("GET", "/v1/members", None, {}),
    ("PUT", "/v1/members", {"user": "carl", "groups": ["staff"]}, {}),
]


@pytest.fixture
def call(services: Services) -> Call:
    module = importlib.import_module("functions.rights")
    module.guarded.cache_clear()
    services.enrol("ada", "admins")

    def send(method: str, path: str, body: Any = None, *, user: str = "ada", tenant: str | None = "harbour", **query: str) -> Response:
        request = event(body, method=method, path=path, tenant=tenant)
        request["requestContext"]["authorizer"]["claims"]["cognito:username"] = user
        request["queryStringParameters"] = query or None
        return module.handler(request, Context())  # type: ignore[no-any-return]

    return send


def test_a_folder_is_restricted_in_the_form_in_which_documents_names_begin(call: Call) -> None:
    wanted = {"version": 1, "folders": [{"folder": "staff/", "readers": ["managers", "staff"]}]}
    answered = call("PUT", "/v1/folders", STAFF)
    assert (answered["statusCode"], content(answered)) == (200, wanted)
    assert content(call("GET", "/v1/folders")) == wanted


@pytest.mark.parametrize("form", ["staff", "staff/", "/staff//", "staff\\", " staff "])
def test_a_folder_is_opened_in_whatever_form_it_is_named(call: Call, form: str) -> None:
    call("PUT", "/v1/folders", STAFF)
    answered = call("DELETE", "/v1/folders", folder=form)
    assert (answered["statusCode"], content(answered)) == (200, {"version": 2, "folders": []})


def test_a_folder_that_is_not_restricted_is_not_found(call: Call) -> None:
    assert call("DELETE", "/v1/folders", folder="staff")["statusCode"] == 404


def test_members_are_enrolled_and_listed_with_their_groups(call: Call) -> None:
    answered = call("PUT", "/v1/members", {"user": "Carl", "groups": ["staff", "drivers"]})
    assert (answered["statusCode"], content(answered)) == (200, {"user": "carl", "groups": ["drivers", "staff"]})
    members = [{"user": "ada", "groups": ["admins"]}, {"user": "carl", "groups": ["drivers", "staff"]}]
    assert content(call("GET", "/v1/members")) == {"members": members, "next": None}
    call("PUT", "/v1/members", {"user": "carl", "groups": []})
    assert content(call("GET", "/v1/members"))["members"] == members[:1]
    assert content(call("GET", "/v1/members", after="ada"))["members"] == []


@pytest.mark.parametrize(("method", "path", "body", "query"), ROUTES)
def test_whoever_is_no_administrator_of_the_tenant_may_neither_see_nor_change_permissions(
    call: Call, services: Services, method: str, path: str, body: Any, query: dict[str, str]
) -> None:
    services.enrol("carl", "staff")
    before = content(call("GET", "/v1/folders")), content(call("GET", "/v1/members"))
    for caller in ({"user": "carl"}, {"user": ""}, {"user": "ada", "tenant": "lantern"}):
        refused = call(method, path, body, **caller, **query)
        assert (refused["statusCode"], content(refused)["type"]) == (403, "urn:causeway:problem:forbidden")
    assert call(method, path, body, tenant=None, **query)["statusCode"] == 401
    assert (content(call("GET", "/v1/folders")), content(call("GET", "/v1/members"))) == before


def test_an_administrator_who_is_none_any_more_is_refused_at_the_next_request_whatever_the_token_says(
    call: Call, services: Services
) -> None:
    services.enrol("ada", "staff")
    assert call("GET", "/v1/folders")["statusCode"] == 403


def test_nobody_takes_the_last_administrators_right_by_mistake(call: Call) -> None:
    refused = call("PUT", "/v1/members", {"user": "ADA", "groups": ["staff"]})
    assert (refused["statusCode"], content(refused)["errors"][0]["field"]) == (400, "groups")
    assert call("PUT", "/v1/members", {"user": "ada", "groups": ["admins", "staff"]})["statusCode"] == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "field"),
    [
        ("PUT", "/v1/folders", {"folder": "../lantern", "readers": []}, {}, "folder"),
        ("PUT", "/v1/folders", {"folder": "", "readers": []}, {}, "folder"),
        ("PUT", "/v1/folders", {"folder": "staff"}, {}, "readers"),
        ("PUT", "/v1/folders", {"folder": "staff", "readers": ["Staff!"]}, {}, "readers.0"),
        ("PUT", "/v1/folders", {"folder": "staff", "readers": [f"g{number}" for number in range(21)]}, {}, "readers"),
        ("PUT", "/v1/members", {"user": "a b", "groups": []}, {}, "user"),
        ("PUT", "/v1/members", {"user": "ada#", "groups": []}, {}, "user"),
        ("DELETE", "/v1/folders", None, {}, "folder"),
        ("DELETE", "/v1/folders", None, {"folder": ".."}, "folder"),
        ("GET", "/v1/members", None, {"after": "a b"}, "after"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_field(
    call: Call, method: str, path: str, body: Any, query: dict[str, str], field: str
) -> None:
    refused = call(method, path, body, **query)
    assert (refused["statusCode"], [fault["field"] for fault in content(refused)["errors"]]) == (400, [field])


def test_more_folders_than_a_search_can_leave_out_are_refused(call: Call, services: Services) -> None:
    for number in range(100):
        services.restrict(f"{number}/")
    refused = call("PUT", "/v1/folders", STAFF)
    assert (refused["statusCode"], content(refused)["errors"][0]["field"]) == (400, "folder")


@pytest.mark.parametrize(("method", "path", "body", "query"), ROUTES)
def test_permissions_that_cannot_be_read_let_nobody_in(
    call: Call, services: Services, method: str, path: str, body: Any, query: dict[str, str]
) -> None:
    services.script("permissions", Reply({"__type": "InternalServerError"}, status=500))
    failed = call(method, path, body, **query)
    assert (failed["statusCode"], content(failed)["type"]) == (503, "urn:causeway:problem:permissions-unavailable")


def test_who_changed_what_is_logged_without_names(call: Call, log_lines: LogLines) -> None:
    call("PUT", "/v1/folders", STAFF)
    call("PUT", "/v1/members", {"user": "carl", "groups": []})
    call("DELETE", "/v1/folders", folder="staff")
    lines = [line for line in log_lines() if line["message"] == "permissions"]
    assert [line["change"] for line in lines] == ["folder restricted", "groups changed", "folder opened"]
    assert all(len(line["by"]) == len(line["tenant"]) == 12 for line in lines)
    assert not {"ada", "carl", "staff"} & set(json.dumps(lines).split('"'))
