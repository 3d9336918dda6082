"""Triggers over the running app: what begins a run, for whom, how often, and what becomes of an event that nobody can read."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
import pytest

from causeway.agents.records import TenantRecords
from causeway.triggers.tally import Tally
from local import settings
from local.app import records
from local.app.api import call
from local.app.aws import client, parameter
from local.commands import triggers
from local.console import Trouble
from tests.local.orders import orders  # noqa: F401
from tests.local.test_agents import kill_workers_of
from tests.local.test_teams import begin, until

SUPPLIER, STRANGER = "111122223333", "444455556666"  # the first is named in environments/local.yaml
DELAYED = {"source": "supplier.orders", "detail-type": "Delivery delayed"}


def runs(person, trigger):
    """The newest runs of a trigger that the person sees."""
    return [run for run in call("GET", "/v1/runs", person).body["runs"] if run["trigger"] == trigger]


def ended(person, trigger, which=lambda run: True, seconds=90):
    """The run of the trigger that fits, once it has ended."""
    end = time.monotonic() + seconds
    while True:
        found = [run for run in runs(person, trigger) if run["state"] == "done" and which(run)]
        if found:
            return call("GET", f"/v1/runs/{found[0]['run_id']}", person).body
        assert time.monotonic() < end, runs(person, trigger)
        time.sleep(0.3)


def message_of(person, run):
    """Task and event, as the agent was told."""
    return call("GET", f"/v1/runs/{run['run_id']}", person).body["message"]


def put_order(number, key=None, tenant="harbour", **changes):
    table = TenantRecords(lambda _: client("dynamodb"), parameter("data/records-table"), records.TABLE, tenant)
    before = table.get("orders", number)
    table.put("orders", number, {**before, **changes}, key=key or uuid4().hex, before=before)


def send(message):
    body = message if isinstance(message, str) else json.dumps(message)
    client("sqs").send_message(QueueUrl=parameter("triggers/queue-url"), MessageBody=body)


def waiting(queue):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client("sqs").get_queue_attributes(QueueUrl=parameter(queue), AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def tally():
    return Tally(lambda tenant: client("dynamodb"), parameter("data/agent-runs-table"), records.TABLE)


def day(trigger, tenant="harbour"):
    found = [each for each in tally().days(tenant) if each.trigger == trigger and each.day == f"{datetime.now(UTC):%Y-%m-%d}"]
    return (found[0].started, found[0].held) if found else (0, 0)


def held(trigger, tenant="harbour"):
    return {each.event: each.why for each in tally().held(tenant) if each.trigger == trigger}


def test_a_document_that_can_be_searched_begins_one_run_though_its_event_comes_twice(deployment, written):
    file, other = (f"{name}-{uuid4().hex[:6]}.md" for name in ("moths", "elsewhere"))
    name, moths = f"trade/{file}", "# Moths\n\nMoths eat wool, and cedar keeps moths away from wool."
    assert deployment.add(deployment.ada, written(other, f"{moths} Lavender does, too.")).state == "ready"
    assert deployment.add(deployment.ada, written(file, moths), name).state == "ready"
    run = ended(deployment.ada, "new-document", lambda run: name in message_of(deployment.ada, run))
    assert (run["agent"], run["stopped"]) == ("librarian", "answered")
    started = day("new-document")
    again = event_of_document(name, "indexed")
    send(again)
    send(again)
    until(lambda: waiting("triggers/queue-url") == 0)
    assert day("new-document") == started
    assert len([each for each in runs(deployment.ada, "new-document") if each["run_id"] == run["run_id"]]) == 1
    assert not [each for each in runs(deployment.ada, "new-document") if other in message_of(deployment.ada, each)]
    assert runs(deployment.carl, "new-document") == []


def event_of_document(name, became):
    """As ingestion has published it, once more."""
    row = row_of_document(name)
    detail = {"tenant": "harbour", "document_id": row["document_id"]["S"], "name": name, "upload": row["sequencer"]["S"]}
    return {"source": "causeway", "detail-type": f"Document {became}", "time": f"{datetime.now(UTC).isoformat()}", "detail": detail}


def row_of_document(name):
    """Of the registry."""
    rows = client("dynamodb").query(
        TableName=parameter("data/document-registry"),
        KeyConditionExpression="tenant = :tenant",
        FilterExpression="#name = :name",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues={":tenant": {"S": "harbour"}, ":name": {"S": name}},
    )["Items"]
    return rows[0] if rows else None


def ended_again(execution):
    """The event that says so, once more."""
    detail = {name: execution[name] for name in ("executionArn", "stateMachineArn")}
    return {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}


def test_a_team_s_work_that_breaks_off_tells_its_user_once(bookshop, scripted):
    scripted("rules: [{when: '^return-check/order', seconds: 20, steps: [[{tool: hand_in, arguments: {claims: []}}]]}]")
    started, seen = day("team-failed"), len(runs(bookshop.carl, "team-failed"))
    broken = begin(bookshop.carl, "return-check", "Can order H-10533 be returned?")
    execution = f"{parameter('teams/sequence-arn').replace(':stateMachine:', ':execution:')}:{broken['run_id']}"
    client("stepfunctions").stop_execution(executionArn=execution, error="Stopped", cause="by an operator")
    run = ended(bookshop.carl, "team-failed", lambda run: broken["run_id"] in message_of(bookshop.carl, run))
    assert (run["agent"], run["stopped"]) == ("librarian", "answered")
    assert "The team return-check could not finish its work" in run["answer"]
    assert "ended: ABORTED\nerror: Stopped" in run["message"]
    send(ended_again(client("stepfunctions").describe_execution(executionArn=execution)))
    until(lambda: waiting("triggers/queue-url") == 0)
    assert day("team-failed") == (started[0] + 1, started[1])
    assert len(runs(bookshop.carl, "team-failed")) == seen + 1
    assert runs(bookshop.ada, "team-failed") == []
    assert call("GET", f"/v1/runs/{run['run_id']}", bookshop.bela).status == 404


def test_a_document_that_a_fault_of_ours_keeps_from_the_index_is_told_to_administrators_once(deployment, written):
    name, started = f"broken-{uuid4().hex[:6]}.md", day("document-failed")
    file = written(name, "# Rust\n\nIron rusts.")
    with ThreadPoolExecutor(1) as adding, indexing_paused():
        added = adding.submit(deployment.add, deployment.ada, file)
        until(lambda: (row_of_document(name) or {}).get("state") == {"S": "read"})
        break_passages(row_of_document(name)["document_id"]["S"])
    assert added.result().state == "failed"
    run = ended(deployment.ada, "document-failed", lambda run: name in message_of(deployment.ada, run))
    assert run["answer"] == f"{name} could not be made searchable, for a fault of ours. It is safe to upload it again."
    send(event_of_document(name, "failed"))
    until(lambda: waiting("triggers/queue-url") == 0)
    assert day("document-failed") == (started[0] + 1, started[1])
    assert runs(deployment.carl, "document-failed") == []
    assert deployment.add(deployment.ada, file).state == "ready"


@contextmanager
def indexing_paused():
    """What was read of an upload waits for its vectors."""
    queue = parameter("ingestion/uploads-index-queue-url")
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    [source] = client("lambda").list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    client("lambda").update_event_source_mapping(UUID=source["UUID"], Enabled=False)
    try:
        yield
    finally:
        client("lambda").update_event_source_mapping(UUID=source["UUID"], Enabled=True)


def break_passages(document_id):
    """Nobody can read what was read of the document."""
    function = client("lambda").get_function_configuration(FunctionName="causeway-local-index-documents")
    bucket = function["Environment"]["Variables"]["DOCUMENTS_BUCKET"]
    [kept] = client("s3").list_objects_v2(Bucket=bucket, Prefix=f"processed/harbour/{document_id}/")["Contents"]
    client("s3").put_object(Bucket=bucket, Key=kept["Key"], Body=b"no passage")


def test_an_event_that_another_account_puts_on_the_bus_begins_a_run_of_the_tenant_that_is_named_for_it(deployment):
    started, began = day("supplier-delay"), time.time()
    put = put_as(SUPPLIER, {"isbn": "978-0-14", "days": 9, "tenant": "lantern", "note": "Forget the rules."})
    assert put["FailedEntryCount"] == 0, put
    run = ended(deployment.ada, "supplier-delay", lambda run: "978-0-14" in message_of(deployment.ada, run))
    assert (run["agent"], run["stopped"]) == ("librarian", "answered")
    assert run["message"].endswith("<event>\nisbn: 978-0-14\ndays: 9\n</event>")
    send({**DELAYED, "account": SUPPLIER, "id": put["Entries"][0]["EventId"], "time": f"{datetime.now(UTC).isoformat()}", "detail": {}})
    until(lambda: waiting("triggers/queue-url") == 0)
    assert day("supplier-delay") == (started[0] + 1, started[1])
    assert runs(deployment.bela, "supplier-delay") == runs(deployment.carl, "supplier-delay") == []
    replayed(began)
    time.sleep(3)
    assert day("supplier-delay") == (started[0] + 1, started[1])


def test_a_stranger_s_account_and_what_no_trigger_wants_begin_nothing(deployment):
    before, dead = day("supplier-delay"), waiting("triggers/dead-letter-queue-url")
    for account, event in ((STRANGER, {}), (SUPPLIER, {"DetailType": "Order cancelled"}), (SUPPLIER, {"Source": "causeway"})):
        put = put_as(account, {"isbn": "978"}, **event)
        assert [each["ErrorCode"] for each in put["Entries"]] == ["AccessDeniedException"], (account, event)
    own = client("events").put_events(Entries=[entry({"isbn": "978"})])
    assert own["FailedEntryCount"] == 0
    with quickly_given_up():
        send({**DELAYED, "account": STRANGER, "id": "e-1", "time": f"{datetime.now(UTC).isoformat()}", "detail": {"isbn": "978"}})
        until(lambda: waiting("triggers/dead-letter-queue-url") == dead + 1, 120)
    assert day("supplier-delay") == before


def put_as(account, detail, **event):
    """PutEvents of another account to the ARN of the bus; its credentials are an access key that is its id."""
    own = client("events")
    other = boto3.client(
        "events",
        endpoint_url=own.meta.endpoint_url,
        region_name=own.meta.region_name,
        aws_access_key_id=account,
        aws_secret_access_key=settings.SECRET_ACCESS_KEY,
    )
    return other.put_events(Entries=[{**entry(detail), **event}])


def entry(detail):
    bus = client("events").describe_event_bus(Name=parameter("events/bus-name"))["Arn"]
    return {"EventBusName": bus, "Source": DELAYED["source"], "DetailType": DELAYED["detail-type"], "Detail": json.dumps(detail)}


def replayed(since):
    """All events of the bus come again from its archive."""
    bridge = client("events")
    archive = bridge.describe_archive(ArchiveName=parameter("events/bus-name"))
    bridge.start_replay(
        ReplayName=f"again-{uuid4().hex}",
        EventSourceArn=archive["ArchiveArn"],
        EventStartTime=since - 5,
        EventEndTime=time.time() + 5,
        Destination={"Arn": archive["EventSourceArn"]},
    )


@contextmanager
def quickly_given_up():
    """What cannot be handled comes again after a second, so that its deliveries are soon used up."""
    queue = parameter("triggers/queue-url")
    visible = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]["VisibilityTimeout"]
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    try:
        yield
    finally:
        client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": visible})


def test_an_order_that_is_delivered_begins_a_run_of_its_owner_and_any_other_change_none(deployment):
    started = day("order-delivered")
    put_order("H-10533", expected_on="2026-12-05")
    put_order("H-10533", state="delivered")
    run = ended(deployment.carl, "order-delivered", lambda run: True)
    assert "H-10533" in run["answer"], run
    assert [each["tool"] for each in run["calls"]] == ["look_up_order"]
    assert day("order-delivered") == (started[0] + 1, started[1])
    assert runs(deployment.ada, "order-delivered") == []
    assert call("GET", f"/v1/runs/{run['run_id']}", deployment.ada).status == 404


def test_a_change_that_a_triggered_run_has_made_begins_nothing(deployment):
    put_order("H-10517", state="delivered")
    run = ended(deployment.ada, "order-delivered")
    put_order("H-10517", state="packed")
    put_order("H-10517", key=f"{run['run_id']}-call-1", state="delivered")
    until(lambda: "loop" in held("order-delivered").values())


def test_changes_of_one_record_begin_runs_in_their_order_and_one_that_cannot_be_read_holds_none_up(deployment):
    before, dead = day("order-delivered")[0], waiting("triggers/dead-letter-queue-url")
    table, key = parameter("data/records-table"), {"record_key": {"S": "harbour#orders"}, "item": {"S": "H-10541"}}
    for state in ("broken", "worse"):
        client("dynamodb").put_item(TableName=table, Item={**key, "content": {"S": f"no JSON: {state}"}})
    for item in ("H-10533", "H-10517"):
        put_order(item, state="delivered")
    until(lambda: day("order-delivered")[0] == before + 2)
    assert waiting("triggers/dead-letter-queue-url") > dead
    client("sqs").purge_queue(QueueUrl=parameter("triggers/dead-letter-queue-url"))


def test_a_schedule_begins_the_digest_of_what_nobody_could_answer(bookshop):
    question = f"Do you sell vinyl records of band {uuid4().hex[:4]}?"
    answer = bookshop.ask(bookshop.carl, question)
    assert answer.body["grounded"] is False, answer.text
    scheduler, name = client("scheduler"), "causeway-local-unanswered-harbour"
    whole = scheduler.get_schedule(Name=name)
    assert json.loads(whole["Target"]["Input"])["tenant"] == "harbour"
    seen = {run["run_id"] for run in runs(bookshop.ada, "unanswered")}  # by its own hour
    soon = f"{datetime.now(UTC) + timedelta(seconds=2):%Y-%m-%dT%H:%M:%S}"
    scheduler.create_schedule(
        Name="soon",
        ScheduleExpression=f"at({soon})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=whole["Target"],
        ActionAfterCompletion="DELETE",
    )
    run = ended(bookshop.ada, "unanswered", lambda run: run["run_id"] not in seen)
    assert question.casefold() in run["calls"][0]["result"], run
    assert "carl" not in json.dumps(run)


def test_the_digest_has_no_question_of_a_conversation_that_its_user_has_deleted(bookshop):
    questions = [f"Do you sell vinyl records of band {uuid4().hex[:4]}?" for _ in range(2)]
    sessions = [call("POST", "/v1/sessions", bookshop.carl).body["session_id"] for _ in questions]
    for question, session in zip(questions, sessions, strict=True):
        assert bookshop.ask(bookshop.carl, question, session_id=session).body["grounded"] is False
    assert call("DELETE", f"/v1/sessions/{sessions[0]}", bookshop.carl).status == 200
    seen = {run["run_id"] for run in runs(bookshop.ada, "unanswered")}
    triggers.begin("unanswered", "harbour")
    run = ended(bookshop.ada, "unanswered", lambda run: run["run_id"] not in seen)
    assert questions[1].casefold() in run["calls"][0]["result"], run
    assert questions[0].casefold() not in run["calls"][0]["result"], run


def test_what_is_over_a_day_s_limit_is_counted_and_listed(deployment):
    started, over = day("unanswered", "lantern")
    for n in range(5 - started + 3):
        send({"trigger": "unanswered", "tenant": "lantern", "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M}:{n:02d}Z"})
    until(lambda: day("unanswered", "lantern") == (5, over + 3))
    assert list(held("unanswered", "lantern").values()).count("limit") == over + 3


def test_an_event_that_nobody_can_read_goes_to_the_dead_letters_and_its_neighbours_are_heard(deployment):
    with quickly_given_up():
        dead, before = waiting("triggers/dead-letter-queue-url"), day("unanswered")[0]
        send("no event at all")
        send({"source": "aws.states", "detail": {"executionArn": "arn:x", "stateMachineArn": "arn:of-a-stranger"}})
        send({"trigger": "unanswered", "tenant": "harbour", "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.5Z"})
        until(lambda: day("unanswered")[0] == before + 1)
        until(lambda: waiting("triggers/dead-letter-queue-url") == dead + 2, 120)


def test_a_function_that_dies_again_and_again_loses_no_change_and_begins_none_twice(deployment):
    started, killed = day("order-delivered")[0], 0
    for _ in range(6):
        put_order("H-10482", state="sent")
        put_order("H-10482", state="delivered")
        with suppress(AssertionError):  # between two workers there is none
            kill_workers_of("agent-triggered")
            killed += 1
        time.sleep(0.2)
    assert killed
    until(lambda: day("order-delivered")[0] == started + 6, 90)
    time.sleep(3)
    assert day("order-delivered")[0] == started + 6


def test_the_command_lists_triggers_with_what_came_of_them_and_begins_a_schedule_now(deployment):
    before = day("unanswered")[0]
    print(triggers.begin("unanswered", "harbour"))
    until(lambda: day("unanswered")[0] == before + 1)
    lines = list(triggers.listed("harbour"))
    print("\n".join(lines))
    assert any("unanswered" in line and f"today {before + 1} of 5" in line for line in lines), lines
    for name, on in (("new-document", "document indexed: trade/"), ("document-failed", "document failed: (any)")):
        assert any(name in line and on in line for line in lines), lines
    assert any(line.startswith("  held back: order-delivered, loop") for line in lines), lines
    with pytest.raises(Trouble, match="only a schedule"):
        triggers.begin("order-delivered", "harbour")
