"""Outcomes that a person approves, on the deployed app: by a link, by the API, in the terminal, and not at all."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from uuid import uuid4

import pytest

from local import places
from local.app.api import call
from local.app.aws import client
from local.commands.approve import go_through
from stacks.approvals.states import Asking

TASK = "Tell the customer of order H-10482 how a book is returned. {name}"
PATIENCE = 60


def until(found, what):
    """The first thing that `found` returns; fails when nothing comes."""
    ends = time.monotonic() + PATIENCE
    while not (seen := found()):
        assert time.monotonic() < ends, what
        time.sleep(0.2)
    return seen


def shown(person, run_id):
    return call("GET", f"/v1/runs/{run_id}", person).require("No run")


@pytest.fixture
def waiting(bookshop):
    """A run of ada's whose outcome waits, and its task."""
    task = TASK.format(name=uuid4().hex)
    run_id = call("POST", "/v1/teams/letter/runs", bookshop.ada, {"task": task}).require("No run")["run_id"]
    run = until(lambda: (run := shown(bookshop.ada, run_id))["state"] != "working" and run, "it never waited")
    assert (run["state"], run["outcome"], run["approval"]["state"]) == ("waiting", None, "waiting"), run
    return run


def link_of(run, reader="rita"):
    """The address in the newest message about a run."""
    found = [file.read_text() for file in places.MAIL.glob(f"{reader}-*.txt")]
    (message,) = [each for each in found if run["task"] in each]
    return re.search(r"http://\S+\?link=\S+", message)[0]


def opened(address, fields=None):
    """Status and page, as a browser gets them that nobody has signed in to."""
    parts = urllib.parse.urlsplit(address)
    data = urllib.parse.urlencode(fields).encode() if fields else None
    request = urllib.request.Request(f"http://127.0.0.1:{parts.port}{parts.path}?{parts.query}", data, {"Host": parts.netloc})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def sent(address, decision):
    page, _, query = address.partition("?")
    return opened(page, {"link": urllib.parse.parse_qs(query)["link"][0], "decision": decision})


def test_an_approver_approves_by_a_link_and_then_the_owner_has_the_outcome(bookshop, waiting):
    assert waiting["approval"]["told"] == ["rita"]
    assert waiting["withheld"]
    assert {piece["output"] and piece["output"]["text"] for piece in waiting["pieces"]} == {None}
    address = link_of(waiting)
    for _ in range(2):
        status, page = opened(address)
        assert (status, page.count("<form"), waiting["task"] in page) == (200, 1, True)
    assert shown(bookshop.ada, waiting["run_id"])["state"] == "waiting"
    status, page = sent(address, "approve")
    assert (status, "rita has decided" in page) == (200, True)
    run = until(lambda: (run := shown(bookshop.ada, waiting["run_id"]))["state"] == "done" and run, "it never ended")
    assert run["outcome"]["text"]
    assert not run["withheld"]
    assert (run["approval"]["state"], run["approval"]["decision"]["by"], run["approval"]["decision"]["way"]) == ("approved", "rita", "link")
    assert next(piece for piece in run["pieces"] if piece["step"] == "end")["input"]["decision"]["by"] == "rita"
    assert sent(address, "approve")[0] == 200
    assert sent(address, "reject")[0] == 409
    assert opened(f"{address}x")[0] == 403


def test_an_approver_rejects_by_the_api_and_the_owner_never_sees_what_was_made(bookshop, waiting):
    path = f"/v1/runs/{waiting['run_id']}/approval"
    assert call("POST", path, bookshop.ada, {"approve": True}).status == 403
    assert call("POST", path, bookshop.carl, {"approve": True}).status == 403
    assert call("POST", path, bookshop.rita, {"approve": False}).body["state"] == "rejected"
    assert call("POST", path, bookshop.rita, {"approve": True}).status == 409
    run = until(lambda: (run := shown(bookshop.ada, waiting["run_id"]))["state"] == "failed" and run, "it never ended")
    assert (run["stopped"], run["approval"]["decision"]["way"], run["outcome"]["claims"]) == ("rejected", "api", [])
    assert {piece["output"] for piece in run["pieces"]} == {None}


def test_an_approver_decides_in_the_terminal(bookshop, waiting):
    said = []
    letters = iter(["a"] * 20)
    assert go_through(bookshop.rita, lambda prompt: next(letters), said.append) >= 1
    assert any(waiting["task"] in line for line in said)
    assert any("the message with the link" in line for line in said)
    until(lambda: shown(bookshop.ada, waiting["run_id"])["state"] == "done", "it never ended")


def test_what_nobody_decides_is_reminded_of_and_expires(bookshop, waiting):
    """The machine's own states with seconds in place of hours."""
    states, (machine,) = (
        client("stepfunctions"),
        [each for each in client("stepfunctions").list_state_machines()["stateMachines"] if each["name"].endswith("team-evaluator")],
    )
    described = states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
    approve = json.loads(described["definition"])["States"]["Approve"]
    arn, sent_along = approve["Arguments"]["FunctionName"], {name: approve["Arguments"]["Payload"][name] for name in ("run", "address")}
    quick = Asking(arn, 60, 4).states(sent_along, approved="Yes", declined="No", failed=[])
    ends = {"Yes": {"Type": "Succeed"}, "No": {"Type": "Succeed"}}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Approve", "States": {**quick, **ends}}
    name = f"quick-{uuid4().hex}"
    made = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=described["roleArn"])["stateMachineArn"]
    owner = bookshop.ada
    [given] = [
        json.loads(states.describe_execution(executionArn=each["executionArn"])["input"])
        for each in states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        if each["name"] == waiting["run_id"]
    ]
    execution = states.start_execution(stateMachineArn=made, input=json.dumps(given))["executionArn"]
    run = until(lambda: (run := shown(owner, waiting["run_id"]))["approval"]["state"] == "expired" and run, "it never expired")
    assert run["approval"]["reminded_at"]
    assert run["approval"]["decision"] == {**run["approval"]["decision"], "approved": False, "by": None, "way": "expiry"}
    until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED", "it never ended")
    assert call("POST", f"/v1/runs/{waiting['run_id']}/approval", bookshop.rita, {"approve": True}).status == 409
    states.delete_state_machine(stateMachineArn=made)
    subjects = [file.read_text() for file in places.MAIL.glob("rita-*.txt") if waiting["task"] in file.read_text()]
    assert sum("Subject: Reminder: " in each for each in subjects) == 1
