"""What was changed by hand is looked for: in every stack, by a machine that tells of what it finds and of what it cannot look at."""

from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from stacks.drift.detection import MOST_AT_ONCE, READS
from stacks.drift.stack import DETECT
from stacks.reports.templates import Templates
from tests.infrastructure.policies import Resolver
from tests.infrastructure.synthesized import Resource, Synthesized


def machine(app: Synthesized) -> Resource:
    (found,) = [each for each in app.all("AWS::StepFunctions::StateMachine") if each.stack.endswith("-drift")]
    return found


def definition(app: Synthesized) -> Mapping[str, Any]:
    found = machine(app)
    read: Mapping[str, Any] = Templates(app.templates).document(found.stack, found.properties["DefinitionString"])
    return read


RIGHTS = {  # and what lets packets or people in
    *("AWS::Cognito::UserPool", "AWS::EC2::Route", "AWS::EC2::SecurityGroup", "AWS::EC2::VPCEndpoint", "AWS::IAM::ManagedPolicy"),
    *("AWS::IAM::Role", "AWS::KMS::Key", "AWS::S3::BucketPolicy", "AWS::WAFv2::WebACL"),
}


SETTINGS = {  # each describes or lists, and none reads what a resource holds
    *("cloudformation:BatchDescribeTypeConfigurations", "cloudformation:DescribeStackDriftDetectionStatus"),
    *("cloudformation:DetectStackDrift", "cloudformation:DetectStackResourceDrift"),
    *("cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig"),
    *("ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs"),
    *("iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy"),
    *("iam:ListAttachedRolePolicies", "iam:ListEntitiesForPolicy", "iam:ListRolePolicies"),
    *("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
    *("s3:GetBucketPolicy", "wafv2:GetWebACL", "wafv2:ListTagsForResource"),
}


def holding_rights(app: Synthesized) -> Iterator[tuple[str, str]]:
    there = app.environment.data.replica_region
    for each in app.all(*RIGHTS):
        if not each.stack.endswith("-drift") and not (there and each.stack.endswith("-replica")):
            yield each.stack, each.id


def test_what_holds_rights_is_looked_at_in_every_stack(prod: Synthesized, dev: Synthesized) -> None:
    for app in (prod, dev):
        items = definition(app)["States"]["EachStack"]["Items"]
        looked = {(each["stack"], id) for each in items for id in each["ids"]}
        assert looked == set(holding_rights(app))
        assert all(1 <= len(each["ids"]) <= MOST_AT_ONCE for each in items)


def test_the_machine_may_read_what_it_has_looked_at_and_change_nothing(prod: Synthesized) -> None:
    (statement,) = [each for each in prod.statements() if each.policy.stack.endswith("-drift") and "*" in each.resources]
    assert set(statement.actions) == SETTINGS
    verbs = {action.partition(":")[2] for action in statement.actions}
    assert all(verb.startswith(("BatchDescribe", "Describe", "Detect", "Get", "List")) for verb in verbs)
    assert not {"s3:GetObject", "dynamodb:GetItem", "kms:Decrypt", "secretsmanager:GetSecretValue"} & set(statement.actions)


NEEDLESS = {  # what CloudFormation reads by them is not here: a pool's own senders of codes, and endpoints of VPC Lattice
    "AWS::Cognito::UserPool": {"kms:Decrypt", "kms:DescribeKey"},
    "AWS::EC2::VPCEndpoint": {"vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation"},
}


def test_what_is_looked_at_is_read_by_all_the_actions_that_the_registry_of_types_names() -> None:
    """A detection fails as a whole when one is missing."""
    for kind, actions in READS.items():
        named = set(PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]["read"]["permissions"])
        assert set(actions) == named - NEEDLESS.get(kind, set()), kind


def test_nothing_is_there_that_takes_more_to_be_read(prod: Synthesized, dev: Synthesized) -> None:
    for app in (prod, dev):
        assert not any("KMSKeyID" in each.properties.get("LambdaConfig", {}) for each in app.all("AWS::Cognito::UserPool"))
        assert not any("ServiceNetworkArn" in each.properties for each in app.all("AWS::EC2::VPCEndpoint"))


def test_whoever_has_a_stack_looked_at_may_ask_for_each_resource_and_for_settings_of_types() -> None:
    """DetectStackDrift asks for both with the same rights: "Considerations when detecting drift"."""
    assert {"cloudformation:BatchDescribeTypeConfigurations", "cloudformation:DetectStackResourceDrift"} < set(DETECT)


def test_a_stack_that_has_drifted_or_cannot_be_looked_at_fails_the_execution(prod: Synthesized) -> None:
    states = definition(prod)["States"]
    assert states["Judge"]["Choices"] == [{"Condition": "{% $count($states.input[found != 'IN_SYNC']) > 0 %}", "Next": "Drifted"}]
    assert (states["Judge"]["Default"], states["AsDeployed"]["Type"]) == ("AsDeployed", "Succeed")
    assert states["Drifted"]["Type"] == "Fail"
    assert definition(prod)["TimeoutSeconds"] == 3 * 3600
    of_a_stack = states["EachStack"]["ItemProcessor"]["States"]
    for name in ("Detect", "Look"):
        (caught,) = of_a_stack[name]["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        assert "not looked at" in caught["Output"]["found"]
    # An expression that gives nothing is an error of the state: while CloudFormation looks, it has no status of the stack.
    assert of_a_stack["Look"]["Output"]["found"].endswith(" ? $states.result.StackDriftStatus : 'UNKNOWN' %}")
    assert "DETECTION_FAILED" in of_a_stack["Look"]["Output"]["found"]
    looking = {"Condition": "{% $states.input.status = 'DETECTION_IN_PROGRESS' %}", "Next": "Wait"}
    assert (of_a_stack["Done"]["Choices"], of_a_stack["Done"]["Default"]) == ([looking], "Told")


def test_it_looks_once_a_day_at_the_hour_of_the_environment(prod: Synthesized, dev: Synthesized) -> None:
    for app in (prod, dev):
        (schedule,) = [each for each in app.all("AWS::Scheduler::Schedule") if each.stack.endswith("-drift")]
        assert app.environment.drift
        assert schedule.properties["ScheduleExpression"] == f"cron(0 {app.environment.drift.hour} * * ? *)"
        assert app.target(schedule.stack, schedule.properties["Target"]["Arn"]) == machine(app)
        queue, key = (
            app.target(schedule.stack, each)
            for each in (schedule.properties["Target"]["DeadLetterConfig"]["Arn"], schedule.properties["KmsKeyArn"])
        )
        assert queue is not None
        assert queue.type == "AWS::SQS::Queue"
        assert key is not None
        assert app.target(queue.stack, queue.properties["KmsMasterKeyId"]) == key
        assert schedule.properties["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}


def test_who_starts_it_may_start_nothing_else(prod: Synthesized) -> None:
    (schedule,) = [each for each in prod.all("AWS::Scheduler::Schedule") if each.stack.endswith("-drift")]
    role = prod.target(schedule.stack, schedule.properties["Target"]["RoleArn"])
    assert role is not None
    allowed = {
        (action, target.type if (target := prod.target(each.policy.stack, resource)) else resource)
        for each in prod.statements()
        if role in list(Resolver(prod).roles(each.policy))
        for action in each.actions
        for resource in each.resources
    }
    assert allowed == {
        ("states:StartExecution", "AWS::StepFunctions::StateMachine"),
        ("sqs:SendMessage", "AWS::SQS::Queue"),
        *((action, "AWS::KMS::Key") for action in ("kms:Decrypt", "kms:GenerateDataKey")),
    }


def test_who_was_changed_by_hand_is_mailed_with_a_runbook(prod: Synthesized) -> None:
    watched = [
        each
        for each in prod.all("AWS::CloudWatch::Alarm")
        if each.stack.endswith("-drift") and each.properties["Namespace"] == "AWS/States"
    ]
    assert {each.properties["MetricName"] for each in watched} == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"}
    assert all("docs/operations/drift-executions-" in each.properties["AlarmDescription"] for each in watched)
    for each in watched:
        ((dimension,),) = (each.properties["Dimensions"],)
        assert prod.target(each.stack, dimension["Value"]) == machine(prod), each
        assert (each.properties["Threshold"], each.properties["EvaluationPeriods"], each.properties["Statistic"]) == (1, 1, "Sum"), each
        assert each.properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold", each
