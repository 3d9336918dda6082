"""The function that gives teams tasks, and what the function of agents shows of runs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore import handlers
from botocore.awsrequest import AWSResponse

from causeway.conversations.keys import Owner
from causeway.runtime.clients import client, session
from causeway.teams.looking import Looking
from causeway.teams.run import Piece
from tests.unit.functions.agents_line import NAME, USER, Line, make_room, module, says
from tests.unit.functions.test_answers import Context, Response, content, event
from tests.unit.loopback import MACHINES, MEMORY, RUNS, Reply, Services, make_table

TASK = "My order H-10482 came torn, and nobody answers me."
TOKEN = "monday-morning"
ROLE = "arn:aws:iam::123456789012:role/machines"


@pytest.fixture
def line(services: Services, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]) -> Line:
    make_room()
    hook = ("before-send.dynamodb", services.before_the_table)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", [hook, *handlers.BUILTIN_HANDLERS])
    for name in MACHINES:
        client("stepfunctions").create_state_machine(name=name, definition="{}", roleArn=ROLE)
    module("agent_runs").agents.cache_clear()
    module("agents").kept.cache_clear()
    module("teams").service.cache_clear()
    return Line(services, log_lines)


@pytest.fixture
def refusing() -> Iterator[list[str]]:
    """Names of errors with which Step Functions answers, one after another; none is left for what comes after."""
    errors: list[str] = []

    def answer(**_: Any) -> tuple[Any, Any] | None:
        if not errors:
            return None
        return AWSResponse("", 400, {}, None), {"Error": {"Code": errors.pop(0)}, "ResponseMetadata": {"HTTPStatusCode": 400}}

    session().register("before-call.stepfunctions.StartExecution", answer)
    yield errors
    session().unregister("before-call.stepfunctions.StartExecution", answer)


def begin(team: str = "complaint", task: str = TASK, *, user: str = USER, token: str | None = TOKEN, tenant: str = "harbour") -> Response:
    path = f"/v1/teams/{team}/runs"
    request = event({"task": task, **({"client_token": token} if token else {})}, path=path, tenant=tenant)
    request["requestContext"]["authorizer"]["claims"] |= {"sub": user, "cognito:username": NAME}
    return module("teams").handler(request, Context(milliseconds=10_000))  # type: ignore[no-any-return]


def executions(pattern: str) -> list[tuple[str, Any]]:
    """Name and input of each."""
    states, machine = client("stepfunctions"), MACHINES[f"team-{pattern}"]
    found = [each["executionArn"] for each in states.list_executions(stateMachineArn=machine)["executions"]]
    described = [states.describe_execution(executionArn=arn) for arn in found]
    return [(each["name"], json.loads(each["input"])) for each in described]


def record() -> Any:
    """What keeps runs of teams, as the function of roles has it."""
    return module("teams").service()._record


def test_a_task_begins_a_run_and_starts_the_machine_of_the_teams_pattern(line: Line) -> None:
    response = begin()
    run = content(response)
    assert response["statusCode"] == 202
    assert (run["kind"], run["team"], run["task"], run["state"], run["pieces"]) == ("team", "complaint", TASK, "working", [])
    [(name, given)] = executions("orchestrator")
    assert name == run["run_id"]
    assert given["run"] == {"id": run["run_id"], "tenant": "harbour", "user": USER, "name": NAME}
    assert (given["team"]["name"], given["team"]["pattern"]) == ("complaint", "orchestrator")
    assert "torn" not in json.dumps(given)
    assert content(line.show(run)) == run


@pytest.mark.parametrize(("team", "pattern"), [("letter", "evaluator"), ("return-check", "sequence"), ("offers", "parallel")])
def test_each_pattern_has_its_machine(line: Line, team: str, pattern: str) -> None:
    assert begin(team)["statusCode"] == 202
    assert len(executions(pattern)) == 1


def test_the_same_task_sent_twice_is_one_run_and_its_token_takes_no_other(line: Line) -> None:
    first, again, other = begin(), begin(), begin(task="Something else")
    assert content(first) == content(again)
    assert (other["statusCode"], content(other)["type"]) == (409, "urn:causeway:problem:client-token-used")
    assert len(executions("orchestrator")) == 1
    assert content(begin(user="user-2"))["run_id"] != content(first)["run_id"]


def test_without_a_token_each_request_is_a_run(line: Line) -> None:
    request = event({"task": TASK}, path="/v1/teams/complaint/runs", requestId="gateway-2")
    request["requestContext"]["authorizer"]["claims"] |= {"sub": USER, "cognito:username": NAME}
    other = content(module("teams").handler(request, Context(milliseconds=10_000)))
    assert content(begin(token=None))["run_id"] != other["run_id"]


@pytest.mark.parametrize("error", ["ThrottlingException", "KmsThrottlingException", "ExecutionLimitExceeded"])
def test_a_run_whose_start_was_refused_is_a_503_and_starts_when_it_is_sent_again(line: Line, refusing: list[str], error: str) -> None:
    refusing += [error] * 20
    refused = begin()
    assert refused["statusCode"] == 503, refused["body"]
    assert content(refused)["type"].startswith("urn:causeway:problem:workflow-")
    assert executions("orchestrator") == []
    refusing.clear()
    assert begin()["statusCode"] == 202
    assert len(executions("orchestrator")) == 1


def test_a_start_whose_answer_was_lost_is_no_error(line: Line, refusing: list[str]) -> None:
    refusing.append("ExecutionAlreadyExists")
    assert begin()["statusCode"] == 202


@pytest.mark.parametrize(
    ("team", "task", "status"), [("nobody", TASK, 404), ("Com plaint", TASK, 404), ("complaint", " \n", 400), ("complaint", "", 400)]
)
def test_an_unknown_team_and_an_empty_task_are_refused(line: Line, team: str, task: str, status: int) -> None:
    assert begin(team, task)["statusCode"] == status
    assert executions("orchestrator") == []


def test_what_the_user_has_said_of_themselves_goes_with_the_run(line: Line) -> None:
    said = {"kind": "preference", "text": "I prefer paperbacks.", "session_id": "0" * 32, "turn": 1, "said_at": "2026-11-26T10:00:00+00:00"}
    item = {"conversation": {"S": Owner("harbour", USER).facts}, "item": {"S": "fact#1"}, "content": {"S": json.dumps(said)}}
    client("dynamodb").put_item(TableName=MEMORY, Item={**item, "expires_at": {"N": "99999999999"}})
    run = content(begin())
    assert record().read(Owner("harbour", USER), run["run_id"]).context == ["I prefer paperbacks."]
    assert "paperbacks" not in json.dumps(executions("orchestrator"))


def test_facts_that_cannot_be_read_cost_no_run(line: Line) -> None:
    line.services.script("facts", Reply({"__type": "InternalServerError"}, status=500))
    assert begin()["statusCode"] == 202


def test_a_run_is_shown_piece_by_piece(line: Line) -> None:
    run, owner = content(begin()), Owner("harbour", USER)
    known = record().read(owner, run["run_id"])
    record().take_up(known, Piece("plan", "plan", "chief", {"a": 1}, started_at=known.created_at))
    shown = content(line.show(run))
    assert [(each["key"], each["role"], each["state"], each["input"], each["output"]) for each in shown["pieces"]] == [
        ("plan", "chief", "working", {"a": 1}, None)
    ]
    last = Piece("end", "end", "", {}, started_at=known.created_at, state="done", decision="answered")
    record().end(known, "done", "answered", {"text": "Sorry.", "claims": [], "caveats": []}, last)
    shown = content(line.show(run))
    assert (shown["state"], shown["stopped"], shown["outcome"]["text"]) == ("done", "answered", "Sorry.")


def test_a_run_is_its_owners_alone(line: Line) -> None:
    run = content(begin())
    assert line.show(run, user="user-2")["statusCode"] == 404
    assert content(line.call("GET", "/v1/runs", user="user-2")) == {"runs": [], "next": None}


def test_runs_of_agents_and_teams_are_in_one_list_newest_first_in_pages(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.agents.PAGE", 2)
    clock = iter(range(1_800_000_000, 1_900_000_000))
    for service in (module("teams").service(), module("agent_runs").agents()):
        monkeypatch.setattr(service, "_now", lambda: next(clock))
    first, last = content(begin()), content(begin("letter", "Thank Ada for her order.", token="tuesday-morning"))
    turn = line.turn("Hello", says("Good morning."))
    page = content(line.call("GET", "/v1/runs"))
    assert [(each["kind"], each["run_id"]) for each in page["runs"]] == [("agent", turn["run_id"]), ("team", last["run_id"])]
    facts = ("name", "asked", "state", "stopped")
    assert [tuple(each[name] for name in facts) for each in page["runs"]] == [
        ("service", "Hello", "done", "answered"),
        ("letter", "Thank Ada for her order.", "working", ""),
    ]
    rest = content(line.call("GET", "/v1/runs", query={"after": page["next"]}))
    assert [each["run_id"] for each in rest["runs"]] == [first["run_id"]]


def test_a_list_that_begins_nowhere_is_refused(line: Line) -> None:
    assert line.call("GET", "/v1/runs", query={"after": "somewhere"})["statusCode"] == 400


def test_a_run_of_which_nothing_is_heard_for_long_has_failed(line: Line) -> None:
    run, owner = content(begin()), Owner("harbour", USER)
    heard = record().read(owner, run["run_id"]).created_at
    states = {}
    for seconds in (7200, 7201):
        looking = Looking(module("agent_runs").agents(), *module("agents").kept(), now=lambda seconds=seconds: heard + seconds)
        found = looking.at(owner, run["run_id"])
        states[seconds] = (found.state, found.stopped)
    assert states == {7200: ("working", ""), 7201: ("failed", "interrupted")}


def test_a_journal_that_fails_begins_nothing(line: Line) -> None:
    client("dynamodb").delete_table(TableName=RUNS)
    assert begin()["statusCode"] in (502, 503)
    assert executions("orchestrator") == []
    make_table(RUNS, "run_key", "item")
