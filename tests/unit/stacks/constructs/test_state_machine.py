"""A second workflow beside the first, made by the same construct."""

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template

from stacks.constructs.boundary import CEILINGS, Boundaries
from stacks.constructs.shared import Placement, Shared
from stacks.constructs.state_machine import StateMachine, choice, invoke
from stacks.environment import load

RETRY = [{"ErrorEquals": ["Busy"], "MaxAttempts": 3}]


def shared_in(stack: Stack) -> Shared:
    vpc = ec2.Vpc(stack, "Vpc")
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    return Shared(
        environment=load("dev"),
        logs_key=kms.Key(stack, "LogsKey"),
        boundaries=Boundaries(*(iam.ManagedPolicy.from_managed_policy_name(stack, purpose, purpose) for purpose in CEILINGS)),
        function_policy=iam.ManagedPolicy.from_managed_policy_name(stack, "FunctionPolicy", "functions"),
        machine_policy=iam.ManagedPolicy.from_managed_policy_name(stack, "MachinePolicy", "machines"),
        alarm_topic=sns.Topic(stack, "Alarms"),
        functions=Placement(vpc, ec2.SubnetSelection(), group),
    )


@pytest.fixture(scope="module")
def template() -> Template:
    stack = Stack(App(), "causeway-dev-two")
    shared, key = shared_in(stack), kms.Key(stack, "Key")
    for id, name in (("Ingestion", "ingestion"), ("Reindexing", "reindexing")):
        function = lambda_.Function.from_function_arn(stack, f"{id}Function", f"arn:aws:lambda:us-east-1:123456789012:function:{name}")
        task = invoke(function.function_arn, seconds=60, retry=RETRY)
        definition = {"QueryLanguage": "JSONata", "StartAt": "Work", "States": {"Work": task}}
        StateMachine(stack, id, shared=shared, name=name, key=key, functions=[function], definition=definition)
    return Template.from_stack(stack)


@pytest.mark.parametrize("name", ["ingestion", "reindexing"])
def test_each_workflow_has_a_machine_a_log_and_alarms_of_its_own(template: Template, name: str) -> None:
    template.has_resource_properties("AWS::StepFunctions::StateMachine", {"StateMachineName": f"causeway-dev-{name}"})
    template.has_resource_properties("AWS::Logs::LogGroup", {"LogGroupName": f"/causeway/dev/{name}"})
    for what in ("failed", "timed-out", "throttled"):
        page = Match.string_like_regexp(rf"See docs/operations/{name}-executions-{what}\.md$")
        template.has_resource_properties("AWS::CloudWatch::Alarm", {"AlarmDescription": page})


@pytest.mark.parametrize("name", ["ingestion", "reindexing"])
def test_each_workflow_may_invoke_its_own_functions_only(template: Template, name: str) -> None:
    policies = template.find_resources("AWS::IAM::ManagedPolicy", {"Properties": {"Description": Match.string_like_regexp(f" {name},")}})
    (policy,) = policies.values()
    (invoking,) = [each for each in policy["Properties"]["PolicyDocument"]["Statement"] if each["Action"] == "lambda:InvokeFunction"]
    assert invoking["Resource"] == f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def test_both_are_encrypted_traced_and_log_no_data(template: Template) -> None:
    for machine in template.find_resources("AWS::StepFunctions::StateMachine").values():
        properties: dict[str, Any] = machine["Properties"]
        assert properties["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
        assert properties["TracingConfiguration"] == {"Enabled": True}
        assert properties["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_a_task_ends_a_little_after_its_function_and_goes_where_it_is_told() -> None:
    last = invoke("arn", seconds=60, retry=RETRY)
    assert (last["TimeoutSeconds"], last["End"], last["Retry"]) == (70, True, RETRY)
    assert "Catch" not in last
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]
    first = invoke("arn", seconds=60, retry=RETRY, catch=caught, following="Next")
    assert (first["Next"], first["Catch"]) == ("Next", caught)
    assert "End" not in first


def test_a_choice_has_a_way_for_either_answer() -> None:
    state = choice("{% $states.input.ready %}", "Go", "Wait")
    assert state == {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.ready %}", "Next": "Go"}], "Default": "Wait"}
