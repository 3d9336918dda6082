"""Agents that hand off to one another over the running API and the bus: what comes back, who is asked, what a lost, a repeated event and
a killed worker cost, and loops.
"""

import json
import time
from contextlib import contextmanager
from uuid import uuid4

import pytest

from causeway.agents.records import TenantRecords
from local.app import records
from local.app.api import call
from local.app.aws import client, parameter
from local.app.stream import events
from local.commands import replay
from local.commands.agent_chat import AgentChat, obeyed
from tests.local.orders import orders
from tests.local.test_agents import TURNS, kill_workers_of, outcomes, shown, turn, until_done

__all__ = ["orders"]

HOLD = "Please hold the Loft on 2026-12-12"
LOOK_UP = "{tool: look_up_order, arguments: {order: H-10482}}"
HAND = "{tool: hand_off, arguments: {to: events, task: Say the date}}"
# The first agent hands off, and the other tells the date. Each is known by a tool that it alone has.
DATE = f"""
rules:
  - {{when: go on, offered: start_return, steps: [[{LOOK_UP}], [{HAND}]], say: 'It said: {{hand_off}}'}}
  - {{when: Say the date, steps: [[{{tool: current_date}}]], say: 'Today is {{current_date}}.', seconds: SECONDS}}
"""


def room(day):
    return TenantRecords(lambda _: client("dynamodb"), parameter("data/records-table"), records.TABLE, "harbour").get("rooms", day)


def handed(run):
    return next(each for each in run["calls"] if each["tool"] == "hand_off")


def until_waiting(person, run_id, seconds=30.0):
    end = time.monotonic() + seconds
    while (run := shown(person, run_id).body)["state"] != "waiting":
        assert time.monotonic() < end, run
        time.sleep(0.3)
    return run


@contextmanager
def without_rule():
    """Events of hand-offs reach nobody."""
    named = {"Name": "causeway-local-hand-offs", "EventBusName": parameter("events/bus-name")}
    client("events").disable_rule(**named)
    try:
        yield
    finally:
        client("events").enable_rule(**named)


def test_another_agent_does_what_the_first_cannot_and_the_first_answers_with_it(deployment, scripted):
    scripted(DATE.replace("SECONDS", "0"))
    session = call("POST", "/v1/sessions", deployment.ada).body["session_id"]
    began = turn(deployment.ada, "go on", status=202, session_id=session)
    run = until_done(deployment.ada, began["run_id"], seconds=14)  # a look after a lost event would come later
    assert (run["stopped"], outcomes(run)) == ("answered", [("look_up_order", "done"), ("hand_off", "done")])
    assert run["answer"].startswith("It said: Today is ")
    other = shown(deployment.ada, handed(run)["hand_off"]["run_id"]).body
    assert (other["agent"], other["state"], other["message"]) == ("events", "done", "go on")
    assert run["spent"]["model_calls"] == 3 + other["spent"]["model_calls"]
    assert run["spent"]["usd"] > other["spent"]["usd"] > 0
    kept = call("GET", f"/v1/sessions/{session}", deployment.ada).body["turns"]
    assert [(each["question"], each["answer"]) for each in kept] == [("go on", run["answer"])]
    listed = call("GET", "/v1/runs", deployment.ada).body["runs"]
    assert other["run_id"] not in {each["run_id"] for each in listed}


def test_consent_that_the_other_agent_needs_is_asked_of_the_user_and_given_to_its_run(deployment):
    said = []
    chat = AgentChat(deployment.ada, "service", lambda question: not said.append(question), pause=lambda _: time.sleep(0.3))
    chat.begin()
    printed = "".join(obeyed(chat, HOLD))
    assert said == ["Hold the Loft on 2026-12-12?"]
    assert "… handed to events" in printed
    assert "The Loft is held on 2026-12-12 for 5 days." in printed
    assert room("2026-12-12") == {"owner": "ada", "state": "held"}
    kept = call("GET", f"/v1/sessions/{chat.session_id}", deployment.ada).body["turns"]
    assert [each["question"] for each in kept] == [HOLD]


def test_the_first_run_says_who_asks_and_nothing_happens_before_consent(deployment):
    began = turn(deployment.ada, HOLD.replace("12-12", "12-13"), status=202)
    run = until_waiting(deployment.ada, began["run_id"])
    hand_off = handed(run)["hand_off"]
    assert (hand_off["agent"], hand_off["state"], room("2026-12-13")) == ("events", "waiting", None)
    other = shown(deployment.ada, hand_off["run_id"]).body
    asked = next(each["call_id"] for each in other["calls"] if each["outcome"] == "waiting")
    assert shown(deployment.carl, hand_off["run_id"]).status == 404
    answer = {"call_id": asked, "approve": False}
    assert call("POST", f"/v1/runs/{run['run_id']}/approval", deployment.ada, answer).status == 404
    assert call("POST", f"/v1/runs/{hand_off['run_id']}/approval", deployment.ada, answer).status == 200
    done = until_done(deployment.ada, run["run_id"])
    assert "I did not hold the Loft" in done["answer"]
    assert room("2026-12-13") is None


def test_a_reader_hears_that_the_turn_was_handed_on(deployment, scripted):
    scripted(DATE.replace("SECONDS", "0"))
    heard = list(events(deployment.ada, {"message": "go on"}, f"{TURNS}/stream"))
    names = [each.name for each in heard if each.name not in ("delta", "replaced")]
    assert names == ["began", "call", "result", "call", "handed", "working"]
    assert heard[-1].data["calls"][-1]["hand_off"]["agent"] == "events"
    until_done(deployment.ada, heard[-1].data["run_id"])


def test_a_lost_event_costs_time_and_not_the_turn(deployment, scripted):
    scripted(DATE.replace("SECONDS", "0"))
    with without_rule():
        run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"], seconds=120)
    assert (run["stopped"], outcomes(run)) == ("answered", [("look_up_order", "done"), ("hand_off", "done")])


def test_events_that_come_again_from_the_archive_change_nothing(deployment, scripted):
    scripted(DATE.replace("SECONDS", "0"))
    began = time.time()
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    bridge, bus = client("events"), parameter("events/bus-name")
    archive = bridge.describe_archive(ArchiveName=bus)
    bridge.start_replay(
        ReplayName=f"again-{uuid4().hex}",
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=began - 5,
        EventEndTime=time.time() + 5,
        Destination={"Arn": archive["EventSourceArn"]},
    )
    other = shown(deployment.ada, handed(run)["hand_off"]["run_id"]).body
    time.sleep(4)
    assert shown(deployment.ada, run["run_id"]).body == run
    assert shown(deployment.ada, other["run_id"]).body == other


def test_a_worker_that_is_killed_in_the_other_run_leaves_a_turn_that_ends(deployment, scripted):
    scripted(DATE.replace("SECONDS", "4"))
    run_id = turn(deployment.ada, "go on", status=202)["run_id"]
    time.sleep(2)
    kill_workers_of("agent-worker")
    run = until_done(deployment.ada, run_id, seconds=240)
    assert (run["stopped"], outcomes(run)) == ("answered", [("look_up_order", "done"), ("hand_off", "done")])


def test_a_run_with_a_hand_off_replays_from_its_record_and_so_does_the_others(deployment, scripted, capsys):
    scripted(DATE.replace("SECONDS", "0"))
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    for run_id in (run["run_id"], handed(run)["hand_off"]["run_id"]):
        assert replay.main({"RUN": run_id, "DOMAIN": "bookshop"}) == 0, capsys.readouterr().out
        told = capsys.readouterr().out
        assert f"run {run_id} is identical" in told
        assert "its audit record agrees: " in told


def test_the_bus_has_ids_and_no_words(deployment, scripted):
    scripted(DATE.replace("SECONDS", "0"))
    queue = client("sqs").create_queue(QueueName=f"heard-{uuid4().hex[:8]}")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bridge, rule = client("events"), {"EventBusName": parameter("events/bus-name")}
    bridge.put_rule(Name="heard", EventPattern='{"source": ["causeway"]}', **rule)
    bridge.put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn}], **rule)
    try:
        run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
        heard = []
        for _ in range(20):
            found = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
            heard += [json.loads(each["Body"]) for each in found]
            if len(heard) >= 2:
                break
    finally:
        bridge.remove_targets(Rule="heard", Ids=["queue"], **rule)
        bridge.delete_rule(Name="heard", **rule)
        client("sqs").delete_queue(QueueUrl=queue)
    assert [each["detail-type"] for each in heard[:2]] == ["Hand-off requested", "Hand-off completed"]
    assert {each["detail"]["hand_off"] for each in heard} == {f"{run['run_id']}/{handed(run)['call_id']}"}
    assert not any(word in json.dumps(heard) for word in ("go on", "Say the date", "Today", 'ada"'))


@pytest.mark.parametrize(("tasks", "stopped"), [("Do it", "repeated-call"), ("'Do it {count}'", "ping-pong")])
def test_an_agent_that_hands_on_again_and_again_is_stopped_by_name(deployment, scripted, tasks, stopped):
    """It asks for a hand-off of the same, or of something else, whatever comes back."""
    scripted(
        f"rules: [{{when: go on, offered: start_return, again: true, aside: I hand it on., "
        f"steps: [[{{tool: hand_off, arguments: {{to: events, task: {tasks}}}}}]]}}, {{when: Do it, say: I cannot.}}]"
    )
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    assert run["stopped"] == stopped
    assert sum(each["outcome"] == "done" for each in run["calls"]) <= 2


def test_two_agents_that_always_hand_to_each_other_end_and_say_so(deployment, scripted):
    scripted(
        "rules: ["
        "{when: go on, offered: start_return, again: true, steps: [[{tool: hand_off, arguments: {to: events, task: 'Yours {count}'}}]]},"
        "{when: Yours, offered: hold_room, again: true, steps: [[{tool: hand_off, arguments: {to: service, task: 'No, yours {count}'}}]]}"
        "]"
    )
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    assert (run["stopped"], outcomes(run)) == ("ping-pong", [("hand_off", "failed")] * 2)
    assert "only handed from one agent to another and back" in run["answer"]
    others = [shown(deployment.ada, each["hand_off"]["run_id"]).body for each in run["calls"]]
    assert [(each["agent"], each["stopped"], outcomes(each)) for each in others] == [
        ("events", "ping-pong", [("hand_off", "refused")] * 2)
    ] * 2
    assert run["spent"]["model_calls"] == 2 + sum(each["spent"]["model_calls"] for each in others)


A_REPLY = 0.16  # US dollars: what a limit can be passed by, for nobody knows how long a reply will be


@pytest.mark.parametrize(
    ("stopped", "counts", "first", "most"), [("tokens", "reads: 12000", "answered", 0.25), ("cost", "writes: 9000", "cost", 0.25 + A_REPLY)]
)
def test_a_budget_that_is_reached_in_a_hand_off_is_that_of_the_turn(deployment, scripted, stopped, counts, first, most):
    """The first can still say what came of it, unless the last reply of the other has cost more than was left."""
    asked = "{tool: search_knowledge, arguments: {question: 'Which readings are in week {count}?'}}"
    scripted(
        f"rules: [{{when: go on, offered: start_return, steps: [[{HAND}]], say: Done., failed: 'It was not done. {{reason}}'}},"
        f" {{when: Say the date, {counts}, again: true, steps: [[{asked}]]}}]"
    )
    run = until_done(deployment.ada, turn(deployment.ada, "go on", status=202)["run_id"])
    other = shown(deployment.ada, handed(run)["hand_off"]["run_id"]).body
    assert (other["stopped"], run["stopped"], outcomes(run)) == (stopped, first, [("hand_off", "failed")]), (other, run)
    assert "was used up" in run["answer"]
    assert 0 < other["spent"]["usd"] < run["spent"]["usd"] <= most, run["spent"]
