"""Triggers: what may send to their queue, what their function may do, and what the bus takes from other accounts."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from causeway.documents.ingestion.events import DocumentFailed, DocumentIndexed
from causeway.events.event import SOURCE
from causeway.triggers.settings import TriggerSettings
from stacks.triggers.settings import Triggers
from tests.infrastructure.resolving import resolved
from tests.infrastructure.synthesized import Resource, Synthesized, as_list
from tests.infrastructure.test_agents import function
from tests.infrastructure.test_teams import by_name

ACCOUNT = "111122223333"
ACCOUNTS = {"local": {ACCOUNT: "harbour"}}  # by environment; the others name none


def of(app: Synthesized, type: str) -> list[Resource]:
    return [each for each in app.all(type) if each.stack.endswith("-triggers")]


def test_the_function_knows_the_machines_that_it_hears_of(app: Synthesized) -> None:
    made = function(app, "agent-triggered")
    values = {**made.properties["Environment"]["Variables"]}
    settings = TriggerSettings.from_environment(resolved(app, made.stack, values, by_name))
    assert list(settings.machines.values()) == ["teams"] * 4
    assert settings.trigger_accounts == ACCOUNTS.get(app.name, {})


def test_its_role_asks_no_model_reads_no_document_and_reaches_rows_by_tenant_alone(app: Synthesized) -> None:
    made = function(app, "agent-triggered")
    role = app.target(made.stack, made.properties["Role"])
    own = [each for each in app.statements() if each.effect == "Allow" and role in _carriers(app, each.policy)]
    actions = {action for each in own for action in each.actions}
    assert not {action for action in actions if action.startswith(("bedrock:", "s3:", "es:", "sagemaker:", "events:"))}, actions
    assert {action for action in actions if action.startswith("dynamodb:")} == {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }


def _carriers(app: Synthesized, policy: Resource) -> list[Resource | None]:
    return [app.target(policy.stack, role) for role in policy.properties.get("Roles", [])]


def test_the_queue_takes_events_of_its_own_rules_alone(app: Synthesized) -> None:
    statements = [each for policy in of(app, "AWS::SQS::QueuePolicy") for each in policy.properties["PolicyDocument"]["Statement"]]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed
    for each in allowed:
        assert each["Principal"] == {"Service": "events.amazonaws.com"}
        assert "-triggers-" in json.dumps(each["Condition"]["ArnEquals"])


def patterns(app: Synthesized) -> list[dict[str, Any]]:
    """Of the rules that hear what is on our bus."""
    bus = f"causeway-{app.name}"
    return [each.properties["EventPattern"] for each in of(app, "AWS::Events::Rule") if each.properties.get("EventBusName") == bus]


def said(kind: type[DocumentIndexed | DocumentFailed], name: str, source: str = SOURCE) -> dict[str, Any]:
    detail = kind(tenant="harbour", document_id="d", name=name, upload="1").model_dump()
    return {"source": source, "detail-type": kind.detail_type, "detail": detail}


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        (said(DocumentIndexed, "trade/agreement.md"), 1),
        (said(DocumentIndexed, "guides/moths.md"), 0),
        (said(DocumentFailed, "guides/moths.md"), 1),
        (said(DocumentFailed, "guides/moths.md", source="of.a.stranger"), 0),
        ({"source": SOURCE, "detail-type": "Hand-off returned", "detail": {"name": "trade/x"}}, 0),
    ],
)
def test_documents_are_heard_of_once_and_only_those_that_a_trigger_wants(app: Synthesized, event: dict[str, Any], heard: int) -> None:
    """A first load of many thousand documents wakes the function for none of them."""
    assert len([each for each in patterns(app) if EventPattern.load(json.dumps(each)).matches_event(event)]) == heard


def test_an_event_that_a_rule_cannot_bring_into_the_queue_is_kept_and_alarms(app: Synthesized) -> None:
    watched = {
        (each.properties["MetricName"], *sorted(dimension["Value"] for dimension in each.properties["Dimensions"]))
        for each in of(app, "AWS::CloudWatch::Alarm")
        if each.properties.get("Namespace") == "AWS/Events"
    }
    for rule in of(app, "AWS::Events::Rule"):
        [target] = rule.properties["Targets"]
        dead = app.target(rule.stack, target["DeadLetterConfig"]["Arn"])
        assert dead is not None, rule
        assert dead.id.startswith("DeadLetters"), rule
        places = sorted(each for each in (rule.properties["Name"], rule.properties.get("EventBusName")) if each)
        assert {("FailedInvocations", *places), ("InvocationsFailedToBeSentToDlq", *places)} <= watched, rule


def test_each_tenant_has_its_schedule_and_schedules_have_dead_letters_and_a_key(app: Synthesized) -> None:
    schedules = of(app, "AWS::Scheduler::Schedule")
    inputs = [json.loads(each.properties["Target"]["Input"]) for each in schedules]
    assert sorted((each["trigger"], each["tenant"]) for each in inputs) == [("unanswered", "harbour"), ("unanswered", "lantern")]
    for each in schedules:
        assert each.properties["ScheduleExpressionTimezone"] == "Europe/London"
        assert each.properties["Target"]["DeadLetterConfig"]
        assert each.properties["KmsKeyArn"]
        assert "<aws.scheduler.scheduled-time>" in each.properties["Target"]["Input"]


def test_schedules_act_by_a_role_that_only_this_account_s_scheduler_may_take(app: Synthesized) -> None:
    [role] = [each for each in of(app, "AWS::IAM::Role") if "scheduler.amazonaws.com" in json.dumps(each.properties)]
    [statement] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"]


def test_changes_are_heard_in_order_and_what_cannot_be_is_kept(app: Synthesized) -> None:
    [source] = [each for each in of(app, "AWS::Lambda::EventSourceMapping") if "StartingPosition" in each.properties]
    assert source.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source.properties["StartingPosition"] == "TRIM_HORIZON"
    assert "ParallelizationFactor" not in source.properties
    assert source.properties["DestinationConfig"]["OnFailure"]["Destination"]
    [table] = [each for each in app.all("AWS::DynamoDB::GlobalTable") if "StreamSpecification" in each.properties and "Records" in each.id]
    assert table.properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_no_account_may_send_where_none_is_named(app: Synthesized) -> None:
    assert bool(app.all("AWS::Events::EventBusPolicy")) == (app.name in ACCOUNTS)


def test_an_account_that_is_named_may_send_what_the_triggers_want_and_nothing_else(app: Synthesized) -> None:
    if app.name not in ACCOUNTS:
        return
    [policy] = app.all("AWS::Events::EventBusPolicy")
    statement = policy.properties["Statement"]
    assert ACCOUNT in json.dumps(statement["Principal"])
    assert as_list(statement["Action"]) == ["events:PutEvents"]
    assert statement["Condition"]["StringEquals"] == {"events:source": ["supplier.orders"], "events:detail-type": ["Delivery delayed"]}
    [pattern] = [each for each in patterns(app) if "account" in each]
    assert pattern == {"account": [ACCOUNT], "source": ["supplier.orders"], "detail-type": ["Delivery delayed"]}
    made = function(app, "agent-triggered")
    assert json.loads(made.properties["Environment"]["Variables"]["TRIGGER_ACCOUNTS"]) == {ACCOUNT: "harbour"}


def test_an_account_is_named_by_its_whole_id() -> None:
    with pytest.raises(ValueError, match="twelve digits"):
        Triggers(accounts={"1234": "harbour"})
