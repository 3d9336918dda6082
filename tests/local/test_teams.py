"""Teams over the running API: each pattern, and what a crash, a model that is away and a request sent twice leave of a run."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from local.app.api import call
from local.app.aws import client, parameter
from tests.local.test_agents import kill_workers_of
from tests.local.test_failures import frozen

COMPLAINT = "Order H-10482 came wet and crushed. What do you do about it?"
OVER = ("done", "failed", "waiting")


def begin(person, team, task, token="", status=202):
    reply = call("POST", f"/v1/teams/{team}/runs", person, {"task": task, "client_token": token or uuid4().hex})
    assert reply.status == status, reply.text
    return reply.body


def shown(person, run_id):
    return call("GET", f"/v1/runs/{run_id}", person)


def over(person, run, seconds=120.0):
    """The run once it has ended, or waits for a person."""
    end = time.monotonic() + seconds
    while (found := shown(person, run["run_id"])).body["state"] not in OVER:
        assert time.monotonic() < end, found.text
        time.sleep(0.2)
    return found.body


def execution_of(run, pattern):
    arn = parameter(f"teams/{pattern}-arn").replace(":stateMachine:", ":execution:")
    end = time.monotonic() + 20
    while (found := client("stepfunctions").describe_execution(executionArn=f"{arn}:{run['run_id']}"))["status"] == "RUNNING":
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def steps(run):
    return sorted({each["step"] for each in run["pieces"]})


@pytest.mark.parametrize(
    ("team", "pattern", "task", "worked"),
    [
        ("complaint", "orchestrator", COMPLAINT, ["end", "plan", "synthesize", "verify", "work"]),
        ("offers", "parallel", "Which way of sending two paperbacks is the cheapest?", ["end", "synthesize", "verify", "work"]),
        ("return-check", "sequence", "Can order H-10482 be returned?", ["end", "work"]),
    ],
)
def test_a_team_of_each_pattern_does_its_task_and_every_piece_is_in_its_record(bookshop, team, pattern, task, worked):
    run = over(bookshop.ada, begin(bookshop.ada, team, task))
    assert (run["kind"], run["state"], run["stopped"], steps(run)) == ("team", "done", "answered", worked), run
    assert {each["state"] for each in run["pieces"]} == {"done"}
    assert run["outcome"]["text"]
    assert run["spent"]["usd"] > 0
    assert execution_of(run, pattern)["status"] == "SUCCEEDED"


def test_a_draft_is_marked_and_improved_until_it_passes(bookshop):
    run = over(bookshop.ada, begin(bookshop.ada, "letter", "How many days does a customer have to return a book?"))
    assert run["state"] in ("done", "waiting"), run
    assert [each["key"] for each in run["pieces"]][:4] == ["draft-1", "score-1", "draft-2", "score-2"]
    first, second = (each["output"]["score"] for each in run["pieces"] if each["step"] == "score")
    assert first < 0.8 <= second


def test_a_task_that_is_sent_twice_at_the_same_time_is_one_run(bookshop):
    token = uuid4().hex
    with ThreadPoolExecutor(3) as callers:
        runs = list(callers.map(lambda _: begin(bookshop.ada, "complaint", COMPLAINT, token), range(3)))
    assert len({run["run_id"] for run in runs}) == 1
    done = over(bookshop.ada, runs[0])
    assert begin(bookshop.ada, "complaint", COMPLAINT, token) == done
    assert begin(bookshop.ada, "complaint", "Something else", token, status=409)["type"] == "urn:causeway:problem:client-token-used"
    executions = client("stepfunctions").list_executions(stateMachineArn=parameter("teams/orchestrator-arn"))["executions"]
    assert [each["name"] for each in executions].count(done["run_id"]) == 1


def test_a_worker_that_is_killed_in_the_middle_does_its_piece_once_and_the_run_ends(bookshop, scripted):
    scripted("rules: [{when: '^return-check/rules', seconds: 4, steps: [[{tool: hand_in, arguments: {claims: []}}]]}]")
    run = begin(bookshop.ada, "return-check", "Can order H-10482 be returned?")

    def rules():
        return [each for each in shown(bookshop.ada, run["run_id"]).body["pieces"] if each["key"] == "work-2"]

    until(rules)
    time.sleep(1)  # the model is being asked
    kill_workers_of("team-role")
    done = over(bookshop.ada, run, 200)
    assert (done["state"], len([each for each in done["pieces"] if each["key"] == "work-2"])) == ("done", 1), done
    assert execution_of(run, "sequence")["status"] == "SUCCEEDED"


def test_a_model_that_is_away_for_a_while_costs_time_and_no_run(bookshop):
    run = begin(bookshop.ada, "return-check", "Can order H-10482 be returned?")
    with frozen("chat"):
        time.sleep(8)
    assert over(bookshop.ada, run, 200)["state"] == "done"


def test_a_role_that_does_not_keep_its_contract_ends_the_run_in_words_and_alarms_nobody(bookshop, scripted):
    scripted("rules: [{when: '^return-check/order', steps: [[{tool: hand_in, arguments: {wrong: 1}}]], again: true}]")
    run = over(bookshop.ada, begin(bookshop.ada, "return-check", "Can order H-10482 be returned?"))
    assert (run["state"], run["stopped"]) == ("failed", "failed")
    [order] = [each for each in run["pieces"] if each["key"] == "work-1"]
    assert (order["state"], bool(order["why"])) == ("failed", True)
    assert order["why"] in run["outcome"]["text"]
    assert execution_of(run, "sequence")["status"] == "SUCCEEDED"


def test_a_worker_that_fails_takes_no_other_with_it_and_the_text_says_what_is_missing(bookshop, scripted):
    scripted("rules: [{when: '^offers/collecting', steps: [[{tool: hand_in, arguments: {wrong: 1}}]], again: true}]")
    run = over(bookshop.ada, begin(bookshop.ada, "offers", "Which way of sending two paperbacks is the cheapest?"))
    assert run["state"] == "done", run
    assert [each["role"] for each in run["pieces"] if each["state"] == "failed"] == ["collecting"]


def test_runs_of_agents_and_teams_are_in_one_list_and_nobody_elses(bookshop):
    run = begin(bookshop.ada, "complaint", COMPLAINT)
    turn = call("POST", "/v1/agents/service/turns", bookshop.ada, {"message": "Where is my order H-10482?"}).body
    listed = call("GET", "/v1/runs", bookshop.ada).body["runs"]
    ids = [each["run_id"] for each in listed]
    assert {run["run_id"], turn["run_id"]} <= set(ids)
    assert [each["created_at"] for each in listed] == sorted((each["created_at"] for each in listed), reverse=True)
    for stranger in (bookshop.carl, bookshop.bela):
        assert run["run_id"] not in [each["run_id"] for each in call("GET", "/v1/runs", stranger).body["runs"]]
        assert shown(stranger, run["run_id"]).status == 404
    over(bookshop.ada, run)
