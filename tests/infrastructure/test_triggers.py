"""Triggers: what may send to their queue, what their function may do, and what the bus takes from other accounts."""

import json

import pytest

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
    assert settings.machines["causeway-" + app.name + "-ingestion"] == "ingestion"
    assert sorted(settings.machines.values()).count("teams") == 4
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
    [rule] = [each for each in of(app, "AWS::Events::Rule") if "EventBusName" in each.properties]
    pattern = rule.properties["EventPattern"]
    assert pattern == {"account": [ACCOUNT], "source": ["supplier.orders"], "detail-type": ["Delivery delayed"]}
    made = function(app, "agent-triggered")
    assert json.loads(made.properties["Environment"]["Variables"]["TRIGGER_ACCOUNTS"]) == {ACCOUNT: "harbour"}


def test_an_account_is_named_by_its_whole_id() -> None:
    with pytest.raises(ValueError, match="twelve digits"):
        Triggers(accounts={"1234": "harbour"})
