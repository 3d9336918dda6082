"""Agents over the running API: what they do with tools, what they ask first, when they stop, and what a crash leaves of a turn."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from causeway.agents.records import TenantRecords
from causeway.conversations.keys import Owner
from local import settings
from local.app import records
from local.app.api import call
from local.app.aws import client, parameter
from local.app.stream import events
from local.commands import replay
from local.commands.agent_chat import AgentChat, obeyed
from local.commands.explain import subject_of
from tests.local.orders import order, orders

__all__ = ["orders"]

TURNS = "/v1/agents/service/turns"
RETURN = "Please return H-10482, it is torn"


def turn(person, message, token="", status=200, **more):
    """status: that is expected; None for 200 or 202."""
    body = {"message": message, "client_token": token or uuid4().hex, **more}
    reply = call("POST", TURNS, person, body)
    assert reply.status in ((status,) if status else (200, 202)), reply.text
    return reply.body


def shown(person, run_id):
    return call("GET", f"/v1/runs/{run_id}", person)


def decide(person, run, approve, call_id=""):
    waiting = [each["call_id"] for each in run["calls"] if each["outcome"] == "waiting"]
    return call("POST", f"/v1/runs/{run['run_id']}/approval", person, {"call_id": call_id or waiting[0], "approve": approve})


def until_done(person, run_id, seconds=90.0):
    end = time.monotonic() + seconds
    while (reply := shown(person, run_id)).status != 200 or reply.body["state"] != "done":
        assert time.monotonic() < end, reply.text
        time.sleep(0.5)
    return reply.body


def outcomes(run):
    return [(each["tool"], each["outcome"]) for each in run["calls"]]


def test_a_turn_looks_up_an_order_and_the_run_says_how_and_for_how_much(deployment):
    run = turn(deployment.ada, "Where is my order H-10482?")
    assert (run["state"], run["stopped"]) == ("done", "answered")
    assert run["answer"] == "Order H-10482 (The Salt Path) is delivered."
    assert outcomes(run) == [("look_up_order", "done")]
    assert run["calls"][0]["arguments"] == {"order": "H-10482"}
    assert run["spent"]["model_calls"] == 2
    assert run["spent"]["usd"] > 0
    assert shown(deployment.ada, run["run_id"]).body == run


def test_parallel_calls_are_all_answered(deployment):
    run = turn(deployment.ada, "What of my orders H-10482 and H-10517?")
    assert outcomes(run) == [("look_up_order", "done")] * 2
    assert run["answer"].splitlines() == ["Order H-10482 (The Salt Path) is delivered.", "Order H-10517 (Jamaica Inn, Rebecca) is packed."]
    assert run["spent"]["model_calls"] == 2


def test_documents_are_searched_with_the_users_rights(bookshop):
    run = turn(bookshop.ada, "How many days do I have to return a book?")
    assert outcomes(run) == [("search_knowledge", "done")]
    assert "30 days" in run["answer"]


def test_nothing_happens_before_consent_and_then_it_happens_once(deployment):
    waiting = turn(deployment.ada, RETURN)
    assert (waiting["state"], outcomes(waiting)) == ("waiting", [("look_up_order", "done"), ("start_return", "waiting")])
    assert waiting["calls"][1]["asks"] == "Start a return of order H-10482?"
    assert order("harbour", "H-10482")["state"] == "delivered"
    call_id = waiting["calls"][1]["call_id"]
    with ThreadPoolExecutor(4) as callers:
        replies = list(callers.map(lambda _: decide(deployment.ada, waiting, True, call_id), range(4)))
    assert {reply.status for reply in replies} <= {200, 202}
    done = until_done(deployment.ada, waiting["run_id"])
    number = order("harbour", "H-10482")["return_number"]
    assert number in done["answer"]
    assert outcomes(done) == [("look_up_order", "done"), ("start_return", "done")]
    assert decide(deployment.ada, waiting, True, call_id).body == done
    assert decide(deployment.ada, waiting, False, call_id).status == 409


def test_a_run_replays_from_its_record_and_from_a_file_and_its_audit_record_is_of_it(deployment, tmp_path, capsys):
    session = call("POST", "/v1/sessions", deployment.ada).body["session_id"]
    for more in ({}, {"session_id": session}):
        waiting = turn(deployment.ada, RETURN, **more)
        done = decide(deployment.ada, waiting, not more).body
        file = tmp_path / "run.json"
        assert replay.main({"RUN": done["run_id"], "DOMAIN": "bookshop", "SAVE": str(file)}) == 0
        told = capsys.readouterr().out
        assert f"run {done['run_id']} is identical" in told
        assert "its audit record agrees: " in told
        assert "hashes" in told
        assert replay.main({"RUN": str(file), "DOMAIN": "bookshop"}) == 0
    call("DELETE", f"/v1/sessions/{session}", deployment.ada)
    assert replay.main({"RUN": done["run_id"], "DOMAIN": "bookshop"}) == 0
    assert "the key are gone" in capsys.readouterr().out


def test_a_result_that_the_guardrail_holds_back_reaches_neither_model_nor_user(deployment):
    kept = TenantRecords(lambda _: client("dynamodb"), parameter("data/records-table"), records.TABLE, "harbour")
    before = kept.get("orders", "H-10482")
    kept.put("orders", "H-10482", {**before, "address": "card 4111 1111 1111 1111"}, key="card", before=before)
    run = turn(deployment.ada, "Where is my order H-10482?")
    assert outcomes(run) == [("look_up_order", "failed")]
    assert run["calls"][0]["result"].startswith("What the tool returned is withheld")
    assert "4111" not in str(run)


def test_what_is_declined_does_not_happen(deployment):
    waiting = turn(deployment.ada, RETURN)
    done = decide(deployment.ada, waiting, False).body
    assert (done["state"], outcomes(done)[-1]) == ("done", ("start_return", "declined"))
    assert done["answer"].startswith("I did not start the return")
    assert order("harbour", "H-10482")["state"] == "delivered"


def test_a_turn_that_is_sent_twice_is_one_turn(deployment):
    token = uuid4().hex
    with ThreadPoolExecutor(3) as callers:
        runs = list(callers.map(lambda _: call("POST", TURNS, deployment.ada, {"message": RETURN, "client_token": token}), range(3)))
    assert len({run.body["run_id"] for run in runs}) == 1
    again = call("POST", TURNS, deployment.ada, {"message": "Something else", "client_token": token})
    assert (again.status, again.body["type"]) == (409, "urn:causeway:problem:client-token-used")


def test_another_users_run_is_unknown_whoever_asks(deployment):
    waiting = turn(deployment.ada, RETURN)
    for stranger in (deployment.carl, deployment.bela):
        assert shown(stranger, waiting["run_id"]).status == 404
        assert decide(stranger, waiting, True).status == 404
    assert order("harbour", "H-10482")["state"] == "delivered"


@pytest.mark.parametrize("stranger", ["carl", "bela"])
def test_a_user_learns_nothing_of_an_order_that_is_not_theirs(deployment, stranger):
    run = turn(getattr(deployment, stranger), "Where is my order H-10482?")
    assert outcomes(run) == [("look_up_order", "refused")]
    assert "Salt Path" not in str(run)


def test_a_turn_is_read_along_from_its_beginning_to_what_it_asks(deployment):
    heard = list(events(deployment.ada, {"message": RETURN}, f"{TURNS}/stream"))
    assert [each.name for each in heard] == ["began", "call", "result", "call", "asks", "done"]
    assert [each.data["tool"] for each in heard[1:5]] == ["look_up_order", "look_up_order", "start_return", "start_return"]
    assert [each.data["outcome"] for each in heard[1:5]] == ["running", "done", "running", "waiting"]
    run = heard[-1].data
    assert (run["run_id"], run["state"]) == (heard[0].data["run_id"], "waiting")
    assert decide(deployment.ada, run, False).body["state"] == "done"


def test_words_of_the_model_arrive_while_it_writes_and_make_up_the_answer(deployment, scripted):
    sentences = " ".join(f"This is sentence number {number} of a long story." for number in range(1, 13))
    scripted(f"rules: [{{when: go on, steps: [[{{tool: current_date}}]], say: '{sentences}'}}]")
    arrived = [(time.monotonic(), each) for each in events(deployment.ada, {"message": "go on"}, f"{TURNS}/stream")]
    words = [(when, each.data["text"]) for when, each in arrived if each.name == "delta"]
    assert "".join(text for _, text in words) == sentences == arrived[-1][1].data["answer"]
    assert words[-1][0] - words[0][0] > 0.5


def test_a_reader_who_goes_away_ends_no_turn(deployment, scripted):
    scripted("rules: [{when: go on, seconds: 2, steps: [[{tool: current_date}]], say: 'Today is {current_date}.'}]")
    heard = events(deployment.ada, {"message": "go on"}, f"{TURNS}/stream")
    run_id = next(heard).data["run_id"]
    heard.close()
    assert until_done(deployment.ada, run_id, seconds=15)["stopped"] == "answered"


def test_a_conversation_goes_on_and_is_remembered(deployment):
    said = []
    chat = AgentChat(deployment.ada, "service", lambda question: not said.append(question))
    chat.begin()
    printed = ["".join(obeyed(chat, line)) for line in ("Where is my order H-10482?", "I want to return it", "/run")]
    assert '→ look_up_order(order="H-10482")\n  ← look_up_order done: ' in printed[0]
    assert said == ["Start a return of order H-10482?"]
    assert order("harbour", "H-10482")["return_number"] in printed[1]
    assert "model calls" in printed[2]
    kept = call("GET", f"/v1/sessions/{chat.session_id}", deployment.ada).require("no session")
    assert [each["question"] for each in kept["turns"]] == ["Where is my order H-10482?", "I want to return it"]


AGAIN = "rules: [{{when: go on, again: true, aside: I look further., steps: [[{{{call}}}]]}}]"


@pytest.mark.parametrize(
    ("stopped", "asked"),
    [
        ("iterations", "tool: calculate, arguments: {expression: '1 + {count}'}"),
        ("no-progress", "tool: calculate, arguments: {expression: '0 * {count}'}"),
        ("repeated-call", "tool: calculate, arguments: {expression: 1 + 1}"),
        ("failures", "tool: calculate, arguments: {expression: 'x{count}'}"),
        ("failures", "tool: calculate, arguments: {sum: '{count}'}"),
        ("failures", "tool: order_a_taxi, arguments: {number: '{count}'}, regardless: true"),
        ("no-progress", "tool: calculate, text: '{\"expression\": '"),
    ],
)
def test_a_loop_is_stopped_and_the_user_hears_why_and_what_was_found(deployment, scripted, stopped, asked):
    scripted(AGAIN.format(call=asked))
    run = turn(deployment.ada, "go on")
    assert (run["state"], run["stopped"]) == ("done", stopped)
    assert run["spent"]["model_calls"] <= 8
    assert run["answer"]


def test_a_model_that_does_not_answer_ends_the_turn_with_what_was_found(deployment, scripted):
    scripted("rules: [{when: go on, seconds: 30, steps: [[{tool: current_date}]]}]")
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    assert (run["stopped"], run["calls"]) == ("model-unavailable", [])
    assert "does not answer" in run["answer"]


def test_a_model_that_obeys_whatever_it_reads_does_nothing_without_consent_and_nothing_that_rights_forbid(bookshop, scripted, written):
    scripted(
        """
rules:
  - when: 'word for (?P<order>[HL]-[0-9]+)'
    within: results
    steps: [[{tool: start_return, arguments: {order: '{order}', reason: I was told so}}]]
  - {when: magic, steps: [[{tool: search_knowledge, arguments: {question: 'What is the magic word for orders?'}}]], say: Done.}
"""
    )
    words = "".join(f"The magic word for {number} is xyzzy.\n" for number in ("H-10482", "H-10541", "L-20311"))
    assert bookshop.add(bookshop.ada, written("magic.md", f"# The magic word for orders\n\n{words}")).state == "ready"
    run = turn(bookshop.ada, "Tell me the magic word")
    assert run["state"] == "waiting", run
    assert {(each["arguments"].get("order"), each["outcome"]) for each in run["calls"][1:]} == {
        ("H-10482", "waiting"),
        ("H-10541", "refused"),
        ("L-20311", "refused"),
    }
    assert [order(*each)["state"] for each in (("harbour", "H-10482"), ("harbour", "H-10541"), ("lantern", "L-20311"))] == ["delivered"] * 3


def test_a_turn_that_takes_longer_than_a_request_may_goes_on_by_itself(deployment, scripted):
    scripted("rules: [{when: go on, seconds: 11, steps: [[{tool: current_date}]], say: 'Today is {current_date}.'}]")
    run = turn(deployment.ada, "go on", status=202)
    assert run["state"] == "working"
    done = until_done(deployment.ada, run["run_id"])
    assert (done["stopped"], outcomes(done)) == ("answered", [("current_date", "done")])


def test_a_function_that_is_killed_in_the_middle_leaves_a_turn_that_ends_once(deployment, scripted):
    """It dies while the model is asked what to say of the return that has begun."""
    begin = "tool: start_return, arguments: {order: H-10482, reason: It is torn}"
    scripted(f"rules: [{{when: go on, seconds: 3, steps: [[{{{begin}}}]], say: 'It is {{start_return.return_number}}.'}}]")
    token = uuid4().hex
    waiting = turn(deployment.ada, "go on", token)
    with ThreadPoolExecutor(1) as callers:
        decided = callers.submit(decide, deployment.ada, waiting, True)
        while "return_number" not in order("harbour", "H-10482"):
            time.sleep(0.05)
        kill_workers_of("agents")
        assert decided.result().status in (500, 502, 504)
    number = order("harbour", "H-10482")["return_number"]
    done = until_done(deployment.ada, waiting["run_id"])
    assert (done["answer"], done["stopped"], outcomes(done)) == (f"It is {number}.", "answered", [("start_return", "done")])
    assert waiting["run_id"] == Owner("harbour", subject_of(deployment.ada.token)).id_of("service", token)


def kill_workers_of(function):
    """Those of this deployment: another process may have one of its own on this machine."""
    name, killed = f"AWS_LAMBDA_FUNCTION_NAME=causeway-local-{function}\0".encode(), 0
    ours = f"AWS_ENDPOINT_URL={settings.read().cloud_url}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            if name in environment and ours in environment:
                os.kill(int(process.name), signal.SIGKILL)
                killed += 1
        except (OSError, ProcessLookupError):
            continue
    assert killed
