"""Agents over both functions: the API's, and the worker's that goes on with what nobody works on any more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore import handlers

from causeway.answering.services import conversations
from causeway.answering.settings import AnswerSettings
from causeway.runtime.clients import client
from tests.unit.functions.agents_line import (
    ACT,
    DATE,
    ORDER,
    OWNER,
    QUEUE_URL,
    TURNS,
    Line,
    calls,
    has_a_return,
    make_room,
    module,
    says,
)
from tests.unit.functions.test_answers import content
from tests.unit.loopback import AUDIT, TENANT, Reply, Services, hit

TOKEN = "monday-morning"
SEARCH = ("search_knowledge", {"question": "How long may books be returned?"})


@pytest.fixture
def line(services: Services, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]) -> Line:
    make_room()
    # Clients of a tenant's rows have sessions of their own.
    hook = ("before-send.dynamodb", services.before_the_table)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", [hook, *handlers.BUILTIN_HANDLERS])
    module("agent_runs").agents.cache_clear()
    module("agents").kept.cache_clear()
    return Line(services, log_lines)


def test_a_turn_without_calls_is_an_answer(line: Line) -> None:
    run = line.turn("Hello", says("Good morning."))
    assert (run["state"], run["stopped"], run["answer"], run["calls"]) == ("done", "answered", "Good morning.", [])
    assert (run["agent"], run["message"], run["session_id"]) == ("service", "Hello", None)
    assert run["spent"] == {"input_tokens": 100, "output_tokens": 10, "model_calls": 1, "usd": 0.00015}


def test_a_turn_shows_its_calls_and_what_came_of_them(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE, text="Let me look."), says("It is a nice day."))
    (call,) = run["calls"]
    assert (call["tool"], call["arguments"], call["outcome"], call["asks"]) == (*DATE, "done", "")
    assert call["result"]
    assert (run["answer"], run["spent"]["model_calls"]) == ("It is a nice day.", 2)
    assert content(line.show(run)) == run


def test_documents_are_searched_as_for_answers_the_reranker_included(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RERANK_MODEL", "test-reranker")
    line.services.hits.append(hit("delivery", text="Delivery costs three pounds."))
    line.services.keep("delivery")
    module("agent_runs").agents.cache_clear()
    run = line.turn("How long?", calls(SEARCH), says("30 days."))
    assert run["calls"][0]["outcome"] == "done", run["calls"]
    assert "within 30 days" in run["calls"][0]["result"]
    assert len(line.services.asked["reranker"]) == 1


def test_a_search_goes_without_the_reranker_and_the_model_is_told_so(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RERANK_MODEL", "test-reranker")
    line.services.hits.append(hit("delivery", text="Delivery costs three pounds."))
    line.services.keep("delivery")
    line.services.script("reranker", Reply({"message": "no"}, status=500))
    module("agent_runs").agents.cache_clear()
    run = line.turn("How long?", calls(SEARCH), says("30 days."))
    assert run["calls"][0]["outcome"] == "done", run["calls"]
    assert "within 30 days" in run["calls"][0]["result"]
    assert run["calls"][0]["result"].endswith("Searched without: reranker. There may be better passages.")


def test_a_search_without_vectors_has_failed(line: Line) -> None:
    line.services.script("embedding", Reply({"message": "no"}, status=500))
    run = line.turn("How long?", calls(SEARCH), says("I cannot search now."))
    assert (run["calls"][0]["outcome"], run["answer"]) == ("failed", "I cannot search now.")


def test_what_needs_consent_waits_for_it_and_is_done_once(line: Line) -> None:
    waiting = line.turn("I want to return it", calls(DATE, ACT))
    assert [each["outcome"] for each in waiting["calls"]] == ["done", "waiting"]
    assert (waiting["state"], waiting["stopped"]) == ("waiting", None)
    assert ORDER in waiting["calls"][1]["asks"]
    assert not has_a_return()
    line.services.script("model", says("The return has begun."))
    for _ in range(2):
        done = line.decide(waiting, call_id=waiting["calls"][1]["call_id"])
        assert done["statusCode"] == 200
        assert (content(done)["state"], content(done)["calls"][1]["outcome"]) == ("done", "done")
    assert has_a_return()
    assert line.asked() == 2


def test_what_is_declined_is_not_done_and_cannot_be_consented_to_later(line: Line) -> None:
    waiting = line.turn("I want to return it", calls(ACT))
    line.services.script("model", says("As you wish."))
    done = content(line.decide(waiting, approve=False))
    assert (done["calls"][0]["outcome"], done["answer"]) == ("declined", "As you wish.")
    otherwise = line.decide(waiting, call_id=waiting["calls"][0]["call_id"])
    assert (otherwise["statusCode"], content(otherwise)["type"]) == (409, "urn:causeway:problem:already-decided")
    assert not has_a_return()


def test_a_question_that_was_not_asked_cannot_be_decided(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), says("It is Friday."))
    assert line.decide(run, call_id=run["calls"][0]["call_id"])["statusCode"] == 404
    assert line.decide(run, call_id="call-9-9")["statusCode"] == 404


@pytest.mark.parametrize("stranger", [{"user": "user-2"}, {"tenant": "lantern"}])
def test_another_users_run_is_neither_shown_nor_decided(line: Line, stranger: dict[str, str]) -> None:
    waiting = line.turn("I want to return it", calls(ACT))
    assert line.show(waiting, **stranger)["statusCode"] == 404
    assert line.decide(waiting, **stranger)["statusCode"] == 404
    assert content(line.show(waiting))["state"] == "waiting"


def test_the_same_turn_sent_twice_is_one_run_and_its_token_takes_no_other_message(line: Line) -> None:
    first = line.turn("What day is it?", calls(DATE), says("It is Friday."), client_token=TOKEN)
    assert line.turn("What day is it?", client_token=TOKEN) == first
    assert line.asked() == 2
    other = line.call("POST", TURNS, {"message": "And tomorrow?", "client_token": TOKEN})
    assert (other["statusCode"], content(other)["type"]) == (409, "urn:causeway:problem:client-token-used")


def test_turns_without_a_token_are_told_apart_by_their_requests(line: Line) -> None:
    line.services.script("model", says("Good morning."))
    ids = {content(line.call("POST", TURNS, {"message": "Hello"}, requestId=each))["run_id"] for each in ("a", "b")}
    assert len(ids) == 2


def test_a_turn_of_a_session_follows_those_before_it(line: Line) -> None:
    sent = line.turn("Hello", says("Good morning."), session_id=new_session(), client_token="first-turn")
    line.turn("And again", says("Good evening."), session_id=sent["session_id"], client_token="second-turn")
    messages = line.services.asked["model"][-1].body["messages"]
    assert [each["role"] for each in messages] == ["user", "assistant", "user"]
    assert messages[1]["content"] == [{"text": "Good morning."}]


def new_session() -> str:
    return conversations(AnswerSettings.from_environment()).create_session(OWNER).session_id


def test_a_turn_whose_conversation_cannot_be_written_ends_all_the_same(line: Line) -> None:
    session_id = new_session()
    line.services.script("remembering", Reply({}, status=500))
    run = line.turn("Hello", says("Good morning."), session_id=session_id)
    assert (run["state"], run["answer"]) == ("done", "Good morning.")
    assert [(each["dependency"], each["kind"]) for each in line.log_lines() if each["message"] == "dependency failed"] == [
        ("memory", "unavailable")
    ]


def test_a_turn_leaves_one_audit_record_and_the_worker_writes_none_beside_it(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), says("Thursday."))
    assert line.look_at(run) == []
    storage = client("s3")
    (kept,) = storage.list_object_versions(Bucket=AUDIT)["Versions"]
    record = json.loads(storage.get_object(Bucket=AUDIT, Key=kept["Key"])["Body"].read())
    assert (record["run"], record["tenant"], record["stopped"]) == (run["run_id"], TENANT, "answered")
    assert record["versions"][0]["policies"]
    assert "Thursday" not in json.dumps(record)


def test_what_the_guardrail_holds_back_of_a_tool_reaches_nobody(line: Line) -> None:
    found = {"action": "GUARDRAIL_INTERVENED", "outputs": [], "assessments": [{"wordPolicy": {}}], "usage": {"contentPolicyUnits": 1}}
    line.services.script("guardrail", Reply(found))
    run = line.turn("What day is it?", calls(DATE), says("I may not say."))
    assert [(call["outcome"], call["result"].partition(":")[0]) for call in run["calls"]] == [
        ("failed", "What the tool returned is withheld")
    ]
    (asked,) = line.services.asked["guardrail"]
    assert (asked.path, asked.body["source"]) == ("/guardrail/guardrail/version/1/apply", "INPUT")


def test_a_session_that_is_not_there_is_a_404(line: Line) -> None:
    missing = line.call("POST", TURNS, {"message": "Hello", "session_id": "0a" * 16})
    assert missing["statusCode"] == 404
    assert line.asked() == 0


def test_a_turn_that_has_no_time_left_goes_on_in_the_worker(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), says("It is Friday."), status=202, seconds=10)
    assert (run["state"], line.asked()) == ("working", 0)
    assert [each["run_id"] for each in line.queued()] == [run["run_id"]]
    assert line.look_at(run) == []
    done = content(line.show(run))
    assert (done["state"], done["answer"]) == ("done", "It is Friday.")


def test_a_worker_that_has_no_time_left_leaves_the_run_to_the_next(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), says("It is Friday."), status=202, seconds=10)
    assert line.look_at(run, seconds=12) == []
    assert content(line.show(run))["state"] == "working"
    assert len(line.queued()) == 2
    line.look_at(run)
    assert content(line.show(run))["state"] == "done"


@pytest.mark.parametrize("state", ["done", "waiting"])
def test_the_worker_leaves_what_is_done_or_waits_for_its_user(line: Line, state: str) -> None:
    run = line.turn("Return it", *([says("No.")] if state == "done" else [calls(ACT)]))
    assert line.look_at(run) == []
    assert content(line.show(run)) == run
    assert line.asked() == 1


def test_a_run_that_has_expired_is_no_longer_looked_at(line: Line) -> None:
    assert line.look_at({"run_id": "0a" * 16}) == []
    assert line.log_lines()[-1]["outcome"] == "not-found"


def test_a_message_of_nobody_is_given_back_to_the_queue_of_runs_and_the_log_says_why(line: Line) -> None:
    assert line.look("{}") == ["message-1"]
    assert line.log_lines()[-1]["message"] == "not handled"


def test_a_journal_that_fails_leaves_the_message_in_the_queue(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), says("It is Friday."), status=202, seconds=10)
    line.services.script("journal", Reply({}, status=500))
    assert line.look_at(run) == ["message-1"]
    line.services.script("journal")
    assert content(line.show(run))["state"] == "working"


@pytest.mark.parametrize(
    ("code", "status", "slug"), [("ThrottlingException", 400, "runs-throttled"), ("InternalServerError", 500, "runs-unavailable")]
)
def test_a_journal_that_fails_is_a_503_and_nothing_is_asked_or_done(line: Line, code: str, status: int, slug: str) -> None:
    line.services.script("journal", Reply({"__type": code}, status=status))
    refused = line.call("POST", TURNS, {"message": "Hello"})
    assert (refused["statusCode"], content(refused)["type"]) == (503, f"urn:causeway:problem:{slug}")
    assert int(refused["multiValueHeaders"]["Retry-After"][0]) > 0
    assert line.asked() == 0


def test_a_first_step_whose_answer_was_lost_is_written_and_the_same_turn_finds_its_run(line: Line) -> None:
    line.services.script("journal", Reply({}, status=500))
    assert line.call("POST", TURNS, {"message": "Hello", "client_token": TOKEN})["statusCode"] == 503
    line.services.script("journal")
    module("agent_runs").agents.cache_clear()  # another process, whose breaker is closed
    found = line.turn("Hello", client_token=TOKEN, status=202)
    assert (found["state"], line.asked()) == ("working", 0)
    assert line.delayed() == 2


def test_a_queue_of_runs_that_fails_is_a_503_and_nothing_is_begun(line: Line) -> None:
    client("sqs").delete_queue(QueueUrl=QUEUE_URL)
    refused = line.call("POST", TURNS, {"message": "Hello"})
    assert refused["statusCode"] in (502, 503)
    assert line.asked() == 0


def test_no_model_answers_and_the_user_hears_it_with_what_was_found(line: Line) -> None:
    run = line.turn("What day is it?", calls(DATE), Reply({"message": "no"}, status=500))
    assert (run["state"], run["stopped"]) == ("done", "model-unavailable")
    assert "does not answer" in run["answer"]
    assert DATE[0] in run["answer"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message": " "}, "message"),
        ({"message": "x" * 4001}, "message"),
        ({"session_id": "x"}, "session_id"),
        ({"client_token": "short"}, "client_token"),
        ({"model": "other"}, "model"),
    ],
)
def test_a_turn_that_makes_no_sense_is_a_problem_that_names_the_field(line: Line, changes: dict[str, str], field: str) -> None:
    refused = line.call("POST", TURNS, {"message": "Hello", **changes})
    assert refused["statusCode"] == 400
    assert content(refused)["errors"][0]["field"] == field


@pytest.mark.parametrize(("path", "says_"), [("/v1/agents/nobody/turns", "such agent"), ("/v1/agents/No-Name/turns", "such agent")])
def test_an_agent_that_is_not_there_is_a_404(line: Line, path: str, says_: str) -> None:
    missing = line.call("POST", path, {"message": "Hello"})
    assert missing["statusCode"] == 404
    assert says_ in content(missing)["detail"]


@pytest.mark.parametrize(("method", "path", "body"), [("GET", "", None), ("POST", "/approval", {"call_id": "call-1-1", "approve": True})])
@pytest.mark.parametrize("run_id", ["0a" * 16, "x", "../other"])
def test_a_run_that_is_not_there_is_a_404(line: Line, method: str, path: str, body: Any, run_id: str) -> None:
    assert line.call(method, f"/v1/runs/{run_id}{path}", body)["statusCode"] == 404


def test_a_token_without_a_tenant_begins_nothing(line: Line) -> None:
    assert line.call("POST", TURNS, {"message": "Hello"}, tenant=None)["statusCode"] == 401
    assert line.asked() == 0


def test_the_line_of_a_turn_has_no_words_of_people(line: Line) -> None:
    line.turn("What day is my secret birthday?", calls(DATE, text="Secret words."), says("It is a secret."))
    written = json.dumps(line.log_lines())
    assert "secret" not in written.casefold()
