import json
from typing import Any

import pytest

from causeway.runtime.clients import client
from tests.unit.documents.cloud import INCOMING, Cloud, Context, module


@pytest.fixture
def machine(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """A state machine that takes whatever it is given; its ARN."""
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}})
    made = client("stepfunctions").create_state_machine(
        name="ingestion", definition=definition, roleArn="arn:aws:iam::123456789012:role/states"
    )
    monkeypatch.setenv("STATE_MACHINE_ARN", made["stateMachineArn"])
    return made["stateMachineArn"]


def deliver(*bodies: Any) -> list[str]:
    """The ids of the messages that the handler gives back."""
    records = [
        {"messageId": str(number), "body": body if isinstance(body, str) else json.dumps(body), "eventSource": "aws:sqs", "attributes": {}}
        for number, body in enumerate(bodies)
    ]
    answer = module("start_ingestion").handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def inputs(machine: str) -> list[dict[str, Any]]:
    executions = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [
        json.loads(client("stepfunctions").describe_execution(executionArn=execution["executionArn"])["input"]) for execution in executions
    ]


def test_an_upload_starts_an_execution_that_carries_the_change(cloud: Cloud, machine: str) -> None:
    assert deliver(cloud.event("Object Created", "harbour/policies/returns policy.md", "v-1", 42)) == []
    (started,) = inputs(machine)
    assert started.pop("document_id")
    assert started == {
        "action": "ingest",
        "bucket": INCOMING,
        "key": "harbour/policies/returns policy.md",
        "object_version": "v-1",
        "sequencer": "0000000000000011",
        "size": 42,
        "tenant": "harbour",
        "name": "policies/returns policy.md",
        "permanent": False,
    }


def test_a_deletion_starts_a_removal(cloud: Cloud, machine: str) -> None:
    marker = cloud.event("Object Deleted", "harbour/a.md", "m-1", 0, **{"deletion-type": "Delete Marker Created"})
    erased = cloud.event("Object Deleted", "harbour/a.md", "v-1", 0, **{"deletion-type": "Permanently Deleted"})
    assert deliver(marker, erased) == []
    assert sorted((started["action"], started["permanent"]) for started in inputs(machine)) == [("remove", False), ("remove", True)]


def test_a_duplicate_event_starts_no_second_execution(cloud: Cloud, machine: str) -> None:
    event = cloud.event("Object Created", "harbour/a.md", "v-1", 42)
    assert deliver(event, event) == []
    assert deliver(event) == []
    assert len(inputs(machine)) == 1


def test_one_bad_message_does_not_stop_its_batch(cloud: Cloud, machine: str) -> None:
    good = cloud.event("Object Created", "harbour/a.md", "v-1", 42)
    nowhere = cloud.event("Object Created", "no-tenant.md", "v-1", 42)
    assert deliver("not json", good, nowhere, {"detail-type": "Something else"}) == ["0", "2", "3"]
    assert len(inputs(machine)) == 1


def test_a_folder_placeholder_is_passed_by(cloud: Cloud, machine: str) -> None:
    assert deliver(cloud.event("Object Created", "harbour/policies/", "v-1", 0)) == []
    assert inputs(machine) == []


def test_messages_come_again_when_the_workflow_service_refuses_and_the_log_says_why(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    assert deliver(cloud.event("Object Created", "harbour/a.md", "v-1", 42)) == ["0"]
    (said,) = [record for record in caplog.records if record.message == "not started"]
    assert "StateMachineDoesNotExist" in str(said.exc_info)
