"""A conversation that is archived by the deployed function, expires, comes back and is erased."""

import json

import pytest

from local.app import aws
from local.app.api import call
from local.commands.chat import remarks
from tests.local.test_answers import RETURNS

FUNCTION = "causeway-local-archive-conversations"


@pytest.fixture
def session(bookshop):
    made = call("POST", "/v1/sessions", bookshop.ada).require("no session")["session_id"]
    call("POST", "/v1/answers", bookshop.ada, {"question": RETURNS, "session_id": made}).require("no answer")
    return made


def variables():
    return aws.client("lambda").get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]


def items(session):
    found = aws.client("dynamodb").scan(TableName=variables()["MEMORY_TABLE"])["Items"]
    return [item for item in found if session in item["conversation"]["S"]]


def archived(session):
    """Objects of the conversation, once it is due and the function has run."""
    dynamodb, names = aws.client("dynamodb"), variables()
    (meta,) = [item for item in items(session) if item["item"]["S"] == "~meta"]
    dynamodb.put_item(TableName=names["MEMORY_TABLE"], Item={**meta, "archive_due": {"N": "1"}})
    reply = aws.client("lambda").invoke(FunctionName=f"{FUNCTION}:live", Payload=b"{}")
    assert "FunctionError" not in reply, reply["Payload"].read()
    return objects(session)


def objects(session):
    found = aws.client("s3").list_objects_v2(Bucket=variables()["ARCHIVE_BUCKET"]).get("Contents", [])
    return [each["Key"] for each in found if session in each["Key"]]


def test_a_conversation_that_has_expired_goes_on_from_the_archive_until_it_is_erased(bookshop, session):
    assert len(archived(session)) == 1
    for item in items(session):
        aws.client("dynamodb").delete_item(
            TableName=variables()["MEMORY_TABLE"], Key={name: item[name] for name in ("conversation", "item")}
        )
    answer = call("POST", "/v1/answers", bookshop.ada, {"question": "And for online orders?", "session_id": session}).require("no answer")
    assert answer["session"] == {"session_id": session, "turn": 2, "rebuilt": 1, "forgotten": 0}
    assert "(1 earlier questions had expired and were brought back from the archive)" in list(remarks(answer))
    exported = call("GET", f"/v1/sessions/{session}", bookshop.ada).require("no export")
    assert [(turn["number"], turn["intent"]) for turn in exported["turns"]] == [(1, "return-request"), (2, "return-request")]
    call("DELETE", f"/v1/sessions/{session}", bookshop.ada).require("not deleted")
    assert (items(session), objects(session)) == ([], [])


def test_the_schedule_starts_the_archiver():
    events = aws.client("events")
    rule = events.describe_rule(Name=FUNCTION)
    (target,) = events.list_targets_by_rule(Rule=FUNCTION)["Targets"]
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(15 minutes)")
    assert target["Arn"].endswith(f"{FUNCTION}:live")
    assert json.loads(aws.client("lambda").get_policy(FunctionName=FUNCTION, Qualifier="live")["Policy"])["Statement"]
