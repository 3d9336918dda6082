"""Agents over the running API, where a turn is cut off: limits, a model that refuses, deaths, what comes twice or at the same moment.

Runs that would take a minute, a day or five deaths to come about are written into the table as they would be by then.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from causeway.agents.journal import Journal
from causeway.agents.queue import Look
from causeway.agents.recorded import MAX_IDLE, Recorded
from causeway.agents.steps import Asked, Begun, Replied, Returned, Running
from causeway.conversations.keys import Owner
from causeway.models.acting import ToolCall
from causeway.models.chat import Usage
from causeway.runtime.dependencies import Dependency
from local.app.api import call
from local.app.aws import client, parameter
from local.commands.explain import subject_of
from tests.local.test_agents import decide, order, orders, outcomes, shown, turn, until_done
from tests.local.test_failures import frozen

__all__ = ["orders"]

BOTH = "steps: [[{tool: current_date}, {tool: calculate, arguments: {expression: 6 * 7}}], [{tool: current_date}]]"
RETURN = ToolCall("call-1-1", "start_return", {"order": "H-10482", "reason": "It is torn"})
USAGE = Usage(900, 40, "model")


def owner_of(person):
    return Owner(person.tenant, subject_of(person.token), person.name)


def written(person, *steps, idle=0):
    """A run with these steps behind it, that nobody works on."""
    now = int(time.time())
    (table,) = [name for name in client("dynamodb").list_tables()["TableNames"] if "AgentRuns" in name]
    journal = Journal(lambda _: client("dynamodb"), table, Dependency("runs", attempt_seconds=5, budget_seconds=10))
    begun = Begun("go on", "0123456789ab", at=now)
    run = Recorded(uuid4().hex, owner_of(person), "service", None, "digest", now, [begun, *steps], claim="test", idle=idle)
    return journal.create(run).id


def called(*calls, seconds=1.0):
    return Replied("", list(calls), "tool_use", USAGE, 0.01, 0.01, seconds=seconds)


def look_at(person, run_id):
    """What the worker's queue delivers; its messages may come at any time, and more than once."""
    message = Look(owner_of(person), run_id).written()
    client("sqs").send_message(QueueUrl=parameter("agents/queue-url"), MessageBody=message, MessageGroupId="test")


@pytest.mark.parametrize(("stopped", "counts"), [("tokens", "reads: 21000"), ("cost", "writes: 20000")])
def test_a_budget_that_is_reached_by_parallel_calls_lets_these_return_and_asks_the_model_no_more(deployment, scripted, stopped, counts):
    scripted(f"rules: [{{when: go on, {counts}, {BOTH}}}]")
    run = turn(deployment.ada, "go on")
    assert (run["state"], run["stopped"], run["spent"]["model_calls"]) == ("done", stopped, 1)
    assert outcomes(run) == [("current_date", "done"), ("calculate", "done")]
    assert "- calculate: 42" in run["answer"]
    assert "was used up" in run["answer"]


def test_a_turn_that_has_worked_for_a_minute_ends_with_what_was_found(deployment):
    dated = Returned("call-1-1", "done", "Thursday", seconds=1.5)
    run_id = written(deployment.ada, called(ToolCall("call-1-1", "current_date", {}), seconds=59.0), dated)
    look_at(deployment.ada, run_id)
    run = until_done(deployment.ada, run_id)
    assert (run["stopped"], run["spent"]["model_calls"]) == ("deadline", 1)
    assert "60 seconds" in run["answer"]
    assert "- current_date: Thursday" in run["answer"]


def test_a_question_that_nobody_answered_in_a_day_counts_as_no(deployment):
    run_id = written(deployment.ada, called(RETURN), Asked("call-1-1", "Start a return of order H-10482?", int(time.time()) - 5))
    run = shown(deployment.ada, run_id).body
    assert (run["state"], run["stopped"], outcomes(run)) == ("done", "consent-expired", [("start_return", "declined")])
    assert decide(deployment.ada, run, True, "call-1-1").status == 409
    assert order("harbour", "H-10482")["state"] == "delivered"


def test_a_run_on_which_every_process_died_ends_and_what_had_begun_is_not_known(deployment):
    run_id = written(deployment.ada, called(RETURN), Running("call-1-1"), idle=MAX_IDLE)
    look_at(deployment.ada, run_id)
    run = until_done(deployment.ada, run_id)
    assert (run["stopped"], outcomes(run)) == ("interrupted", [("start_return", "unknown")])
    assert order("harbour", "H-10482")["state"] == "delivered"


def test_messages_about_a_run_that_come_again_change_nothing(deployment):
    waiting = turn(deployment.ada, "Please return H-10482, it is torn")
    for _ in range(3):
        look_at(deployment.ada, waiting["run_id"])
    time.sleep(3)
    assert shown(deployment.ada, waiting["run_id"]).body == waiting
    done = decide(deployment.ada, waiting, True).body
    after = order("harbour", "H-10482")
    for _ in range(3):
        look_at(deployment.ada, waiting["run_id"])
    time.sleep(3)
    assert shown(deployment.ada, waiting["run_id"]).body == done
    assert order("harbour", "H-10482") == after
    assert after["return_number"] in done["answer"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_model_that_is_throttled_or_down_ends_the_turn_in_words(deployment, scripted, status):
    scripted(f"rules: [{{when: go on, status: {status}}}]")
    began = turn(deployment.ada, "go on", status=None)
    run = began if began["state"] == "done" else until_done(deployment.ada, began["run_id"])
    assert (run["stopped"], run["calls"]) == ("model-unavailable", [])
    assert "try again later" in run["answer"]


def test_a_tool_whose_service_hangs_has_failed_and_the_turn_goes_on(bookshop, scripted):
    question = "How many days do I have to return a book?"
    scripted(
        f"rules: [{{when: go on, steps: [[{{tool: search_knowledge, arguments: {{question: '{question}'}}}}, {{tool: current_date}}]]}}]"
    )
    with frozen("search"):
        began = turn(bookshop.ada, "go on", status=None)
        run = began if began["state"] == "done" else until_done(bookshop.ada, began["run_id"])
    assert (run["stopped"], outcomes(run)) == ("answered", [("search_knowledge", "failed"), ("current_date", "done")])
    assert "I could not do that" in run["answer"]


def test_turns_of_one_conversation_at_the_same_moment_are_both_remembered(deployment):
    session_id = call("POST", "/v1/sessions", deployment.ada).require("no session")["session_id"]
    messages = ("Where is my order H-10482?", "Where is my order H-10517?")
    with ThreadPoolExecutor(2) as callers:
        runs = list(callers.map(lambda message: turn(deployment.ada, message, session_id=session_id), messages))
    assert [run["stopped"] for run in runs] == ["answered", "answered"]
    kept = call("GET", f"/v1/sessions/{session_id}", deployment.ada).body["turns"]
    assert {each["question"]: each["answer"] for each in kept} == {run["message"]: run["answer"] for run in runs}
    assert len(kept) == 2
