"""The page of a link, the list for approvers and the decision by the API, each through its function's handler."""

import importlib
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from causeway.approvals.approval import APPROVERS
from causeway.approvals.asking import Asked
from causeway.approvals.assembly import asking
from causeway.approvals.links import Link, Links
from causeway.approvals.page import STYLE
from causeway.approvals.settings import AskingSettings
from causeway.conversations.keys import Owner
from causeway.permissions.administration import Administration
from causeway.runtime.clients import client
from causeway.runtime.dependencies import Dependency
from causeway.teams.errors import Failed
from causeway.teams.outcome import broken_off
from causeway.teams.record import TeamRecord
from causeway.teams.run import Piece, TeamRun
from tests.unit.functions.agents_line import make_room
from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import PERMISSIONS, RUNS, Services

RUN, ADDRESS = "0" * 32, "https://api.example/prod/v1/approvals/page"
OWNER = Owner("harbour", "user-1", "ada")
WRITTEN = "<script>alert('1')</script> & more"
Call = Callable[..., Response]


class Machine:
    """In place of Step Functions' client. waits: whether the machine waits for a token."""

    def __init__(self) -> None:
        self.waits, self.told = True, list[dict[str, Any]]()

    def send_task_success(self, *, taskToken: str, output: str) -> None:
        if not self.waits:
            raise ClientError({"Error": {"Code": "TaskTimedOut"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "SendTaskSuccess")  # type: ignore[typeddict-item]
        self.told.append(json.loads(output))


@pytest.fixture
def machine(services: Services, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Ada's run waits; Rita and Ada are approvers."""
    make_room()
    members = Administration(client("dynamodb"), PERMISSIONS, Dependency("permissions", 2.0, 4.0))
    for name in ("rita", "ada"):
        members.enrol("harbour", name, [APPROVERS])
    key = client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    topic = client("sns").create_topic(Name="approvals")["TopicArn"]
    for name, value in {"LINK_KEY": key, "APPROVAL_TOPIC": topic}.items():
        monkeypatch.setenv(name, value)
    waiting = Machine()
    monkeypatch.setattr(
        "causeway.approvals.assembly.client", lambda service, **patience: waiting if service == "stepfunctions" else client(service)
    )
    asking(AskingSettings.from_environment()).take(asked())
    functions = {"approvals": ["service"], "team_approval": ["service", "record"], "agents": ["approvers", "kept"]}
    for name, cached in [(name, each) for name, made in functions.items() for each in made]:
        getattr(importlib.import_module(f"functions.{name}"), cached).cache_clear()
    return waiting


def asked(**facts: Any) -> Asked:
    outcome = {"text": WRITTEN, "caveats": [WRITTEN], WRITTEN: None}
    rest = {"execution": "execution-1", "run_id": RUN, "owner": OWNER, "team": "complaint", "task": WRITTEN, "outcome": outcome}
    return Asked(**{"step": "ask", "token": "token-1", **rest, "seconds": 3600, "address": ADDRESS, **facts})


def link(until: int | None = None) -> str:
    """Rita's."""
    settings = AskingSettings.from_environment()
    item: Any = client("dynamodb").scan(TableName=RUNS)["Items"]
    kept = next(json.loads(each["content"]["S"]) for each in item if each["run_key"]["S"].endswith("##approvals"))
    links = Links(client("kms"), settings.link_key, Dependency("links", 2.0, 4.0))
    return links.signed(Link("harbour", RUN, "rita", until or kept["until"]))


def page(method: str, fields: dict[str, str]) -> Response:
    """Nobody is signed in."""
    request = event(urlencode(fields) if method == "POST" else None, method=method, path="/v1/approvals/page")
    request["requestContext"].pop("authorizer")
    request["queryStringParameters"] = fields if method == "GET" else None
    return importlib.import_module("functions.approvals").handler(request, Context())  # type: ignore[no-any-return]


def call(function: str, method: str, path: str, body: Any = None, *, name: str = "rita", **query: str) -> Response:
    request = event(body, method=method, path=path)
    request["requestContext"]["authorizer"]["claims"] |= {"sub": f"sub-of-{name}", "cognito:username": name}
    request["queryStringParameters"] = query or None
    return importlib.import_module(f"functions.{function}").handler(request, Context())  # type: ignore[no-any-return]


def test_a_link_opens_a_page_with_everything_escaped_and_no_script(machine: Machine) -> None:
    found = page("GET", {"link": link()})
    assert found["statusCode"] == 200
    assert found["multiValueHeaders"]["Content-Type"] == ["text/html; charset=utf-8"]
    assert "<script" not in found["body"]
    assert found["body"].count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; more") == 4
    assert re.findall(r"<(form|button)[^>]*>", found["body"]) == ["form", "button", "button"]
    assert machine.told == []


def test_the_page_lets_nothing_be_loaded_framed_kept_or_sent_elsewhere(machine: Machine) -> None:
    for found in (page("GET", {"link": link()}), page("POST", {"link": "x", "decision": "approve"})):
        headers = {name: values[0] for name, values in found["multiValueHeaders"].items()}
        policy = dict(each.strip().split(" ", 1) for each in headers["Content-Security-Policy"].split(";"))
        assert policy.pop("style-src").startswith("'sha256-")
        assert policy == {"default-src": "'none'", "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'"}
        assert (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Frame-Options"]) == ("no-store", "no-referrer", "DENY")
        assert f"<style>{STYLE}</style>" in found["body"]
        assert "style=" not in found["body"]


def test_the_form_decides_and_the_page_says_who_did(machine: Machine) -> None:
    signed = link()
    assert re.search(r'name="link" value="([^"]+)"', page("GET", {"link": signed})["body"])[1] == signed  # type: ignore[index]
    found = page("POST", {"link": signed, "decision": "approve"})
    assert (found["statusCode"], machine.told[0]["approved"]) == (200, True)
    assert "rita has decided" in found["body"]
    assert "<form" not in page("GET", {"link": signed})["body"]
    assert page("POST", {"link": signed, "decision": "approve"})["statusCode"] == 200
    again = page("POST", {"link": signed, "decision": "reject"})
    assert (again["statusCode"], "a decision is final" in again["body"]) == (409, True)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"link": "x"},
        {"decision": "approve"},
        {"link": "x", "decision": "perhaps"},
        {"link": "x", "decision": "approve", "more": "x"},
        {"link": "x", "decision": "approve", "a": "1", "b": "2", "c": "3"},
    ],
)
def test_what_the_form_does_not_send_is_refused_on_a_page(machine: Machine, fields: dict[str, str]) -> None:
    found = page("POST", fields)
    assert (found["statusCode"], found["body"][:15]) == (400, "<!doctype html>")


def test_links_that_are_not_good_have_pages_of_their_own(machine: Machine) -> None:
    assert [page(method, {"link": "x.y", **more})["statusCode"] for method, more in (("GET", {}), ("POST", {"decision": "approve"}))] == [
        403,
        403,
    ]
    assert page("GET", {})["statusCode"] == 403
    assert page("GET", {"link": link(until=1)})["statusCode"] == 409
    assert machine.told == []


def test_a_run_that_waits_no_more_is_said_on_the_page(machine: Machine) -> None:
    machine.waits = False
    found = page("POST", {"link": link(), "decision": "reject"})
    assert (found["statusCode"], "did not wait for it" in found["body"]) == (200, True)


def test_a_service_that_fails_is_a_page_that_says_when_to_try_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    signed = link()
    monkeypatch.setenv("AGENT_RUNS_TABLE", "no-such-table")
    importlib.import_module("functions.approvals").service.cache_clear()
    found = page("GET", {"link": signed})
    assert (found["statusCode"], found["body"][:15]) == (502, "<!doctype html>")


def test_approvers_see_what_waits_and_their_own_tasks_are_not_among_it(machine: Machine) -> None:
    (found,) = content(call("approvals", "GET", "/v1/approvals"))["approvals"]
    assert (found["run_id"], found["team"], found["owner"], found["state"], found["told"]) == (RUN, "complaint", "ada", "waiting", ["rita"])
    assert found["outcome"]["text"] == WRITTEN
    assert content(call("approvals", "GET", "/v1/approvals", name="ada"))["approvals"] == []
    assert call("approvals", "GET", "/v1/approvals", name="bo")["statusCode"] == 403
    assert call("approvals", "GET", "/v1/approvals", after="x")["statusCode"] == 400


def test_an_approver_decides_about_a_run_by_the_api(machine: Machine) -> None:
    found = call("agents", "POST", f"/v1/runs/{RUN}/approval", {"approve": False})
    decided = content(found)
    assert (found["statusCode"], decided["state"], decided["heard"]) == (200, "rejected", True)
    assert (decided["decision"]["by"], decided["decision"]["way"]) == ("rita", "api")
    assert call("agents", "POST", f"/v1/runs/{RUN}/approval", {"approve": True})["statusCode"] == 409
    assert call("agents", "POST", f"/v1/runs/{RUN}/approval", {"approve": False})["statusCode"] == 200
    assert [each["approved"] for each in machine.told] == [False, False]


@pytest.mark.parametrize(("name", "run", "status"), [("ada", RUN, 403), ("bo", RUN, 403), ("rita", "1" * 32, 404)])
def test_who_may_not_decide_about_a_run_does_not(machine: Machine, name: str, run: str, status: int) -> None:
    assert call("agents", "POST", f"/v1/runs/{run}/approval", {"approve": True}, name=name)["statusCode"] == status
    assert machine.told == []


def event_of(step: str, token: str, run: str = RUN) -> dict[str, Any]:
    names = {"id": run, "tenant": "harbour", "user": "user-1", "name": "ada"}
    return {"step": step, "token": token, "execution": "execution-2", "run": names, "seconds": 3600, "address": ADDRESS}


def test_what_a_state_machine_asks_is_about_the_outcome_in_the_record_and_the_run_waits(machine: Machine) -> None:
    record = letter()
    handler = importlib.import_module("functions.team_approval").handler
    assert handler(event_of("ask", "token-2"), Context()) == {"state": "waiting", "told": 1}
    (found,) = content(call("approvals", "GET", "/v1/approvals"))["approvals"]
    assert (found["team"], found["task"], found["outcome"]["text"][:7]) == ("letter", "Write to Bo.", "Dear Bo")
    assert record.read(OWNER, RUN).state == "waiting"  # type: ignore[union-attr]
    expired = handler(event_of("expire", ""), Context())
    assert (expired["approved"], expired["way"]) == (False, "expiry")


LAST = Piece("end", "end", "", {}, 2.0, "done")


def test_the_owner_sees_what_roles_made_once_it_is_approved_and_who_approved_it(machine: Machine) -> None:
    record = letter()
    importlib.import_module("functions.team_approval").handler(event_of("ask", "token-2"), Context())
    seen = shown()
    assert (seen["state"], seen["withheld"], seen["approval"]["state"], seen["approval"]["told"]) == ("waiting", True, "waiting", ["rita"])
    assert [(piece["input"], piece["output"], piece["role"]) for piece in seen["pieces"]] == [({}, None, "writer")]
    call("agents", "POST", f"/v1/runs/{RUN}/approval", {"approve": True})
    record.end(record.read(OWNER, RUN), "done", "answered", {"text": "Dear Bo"}, LAST)  # type: ignore[arg-type]
    seen = shown()
    assert (seen["withheld"], seen["pieces"][0]["output"]["text"], seen["pieces"][0]["input"]) == (False, "Dear Bo", {"draft": "none"})
    decision = seen["approval"]["decision"]
    assert (decision["approved"], decision["by"], decision["way"]) == (True, "rita", "api")


def test_what_was_rejected_is_never_shown_to_the_owner(machine: Machine) -> None:
    record = letter()
    outcome = broken_off(record.read(OWNER, RUN), "rejected")  # type: ignore[arg-type]
    record.end(record.read(OWNER, RUN), "failed", "rejected", outcome, LAST)  # type: ignore[arg-type]
    seen = shown()
    assert (seen["withheld"], seen["stopped"], seen["outcome"]["claims"]) == (True, "rejected", [])
    assert "Dear Bo" not in json.dumps(seen)
    assert "It was sent." not in json.dumps(seen)


def letter() -> TeamRecord:
    """The record with a run whose outcome needs approval."""
    record = TeamRecord(lambda tenant: client("dynamodb"), RUNS, Dependency("runs", 1.0, 2.0))
    begun = TeamRun(RUN, OWNER, "letter", "Write to Bo.", int(time.time()), needs_approval=True)
    claim = {"claim": "It was sent.", "confidence": 1, "evidence": [], "caveats": []}
    record.begin(begun)
    record.finish(begun, Piece("draft-1", "draft", "writer", {"draft": "none"}, 1.0, "done", {"text": "Dear Bo", "claims": [claim]}))
    return record


def shown() -> dict[str, Any]:
    request = event(None, method="GET", path=f"/v1/runs/{RUN}")
    request["requestContext"]["authorizer"]["claims"] |= {"sub": "user-1", "cognito:username": "ada"}
    return content(importlib.import_module("functions.agents").handler(request, Context()))


def test_a_run_that_is_gone_cannot_be_asked_about(machine: Machine) -> None:
    with pytest.raises(Failed):
        importlib.import_module("functions.team_approval").handler(event_of("ask", "token-2", run="9" * 32), Context())
