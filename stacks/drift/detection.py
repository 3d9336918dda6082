"""What is looked at, and the machine that looks: CloudFormation compares what is there with what was deployed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws_cdk import CfnResource, Stack

from stacks.constructs.state_machine import State, choice

# Rights, ways of packets, sign-in. What CloudFormation reads of each, by the registry of types, with the rights of whoever starts it.
READS: Mapping[str, tuple[str, ...]] = {
    "AWS::Cognito::UserPool": ("cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig"),
    "AWS::EC2::Route": ("ec2:DescribeRouteTables",),
    "AWS::EC2::SecurityGroup": ("ec2:DescribeSecurityGroups",),
    "AWS::EC2::VPCEndpoint": ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs"),
    "AWS::IAM::ManagedPolicy": ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy"),
    "AWS::IAM::Role": ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
    "AWS::KMS::Key": ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
    "AWS::S3::BucketPolicy": ("s3:GetBucketPolicy",),
    "AWS::WAFv2::WebACL": ("wafv2:GetWebACL", "wafv2:ListTagsForResource"),
}
MOST_AT_ONCE = 200  # of one DetectStackDrift
POLL_SECONDS, HOURS = 20, 3
SDK = "arn:aws:states:::aws-sdk:cloudformation:"
BUSY = ("CloudFormation.CloudFormationException", "CloudFormation.OperationInProgressException", "CloudFormation.ThrottlingException")


def looked_at(stacks: Iterable[Stack]) -> list[dict[str, Any]]:
    """Name of each stack, and the logical ids of what is looked at in it, so many at a time as CloudFormation takes."""
    return [
        {"stack": stack.stack_name, "ids": ids[first : first + MOST_AT_ONCE]}
        for stack in stacks
        if (ids := _ids(stack))
        for first in range(0, len(ids), MOST_AT_ONCE)
    ]


def _ids(stack: Stack) -> list[str]:
    found = [each for each in stack.node.find_all() if CfnResource.is_cfn_resource(each) and Stack.of(each) == stack]
    return sorted(str(stack.resolve(each.logical_id)) for each in found if each.cfn_resource_type in READS)  # type: ignore[attr-defined]


def definition(looked: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One stack after the other: CloudFormation allows few of these at a time."""
    return {
        "Comment": "What was changed by hand",
        "QueryLanguage": "JSONata",
        "StartAt": "EachStack",
        "TimeoutSeconds": HOURS * 3600,
        "States": {
            "EachStack": {
                "Type": "Map",
                "Items": list(looked),
                "MaxConcurrency": 1,
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Detect", "States": _of_a_stack()},
                "Next": "Judge",
            },
            "Judge": choice("{% $count($states.input[found != 'IN_SYNC']) > 0 %}", "Drifted", "AsDeployed"),
            "Drifted": {
                "Type": "Fail",
                "Error": "Drifted",
                "Cause": "{% $join($states.input[found != 'IN_SYNC'].(stack & ': ' & found), '; ') %}",
            },
            "AsDeployed": {"Type": "Succeed"},
        },
    }


def _of_a_stack() -> dict[str, State]:
    """A stack that cannot be looked at is told as one that has drifted is: nobody knows."""
    unknown = {"stack": "{% $states.input.stack %}", "found": "{% 'not looked at: ' & $states.errorOutput.Cause %}"}
    untold = {"ErrorEquals": ["States.ALL"], "Output": unknown, "Next": "Told"}
    retry = {"ErrorEquals": list(BUSY), "IntervalSeconds": 60, "MaxAttempts": 3, "BackoffRate": 2}
    running = "{% $states.input.status = 'DETECTION_IN_PROGRESS' %}"
    return {
        "Detect": {
            "Type": "Task",
            "Resource": f"{SDK}detectStackDrift",
            "Arguments": {"StackName": "{% $states.input.stack %}", "LogicalResourceIds": "{% $states.input.ids %}"},
            "Output": {"stack": "{% $states.input.stack %}", "detection": "{% $states.result.StackDriftDetectionId %}"},
            "Retry": [retry],
            "Catch": [untold],
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": "Look"},
        "Look": {
            "Type": "Task",
            "Resource": f"{SDK}describeStackDriftDetectionStatus",
            "Arguments": {"StackDriftDetectionId": "{% $states.input.detection %}"},
            "Output": {
                "stack": "{% $states.input.stack %}",
                "detection": "{% $states.input.detection %}",
                "status": "{% $states.result.DetectionStatus %}",
                "found": "{% $states.result.DetectionStatus = 'DETECTION_FAILED' ? 'not looked at: ' & "
                "$states.result.DetectionStatusReason : $states.result.StackDriftStatus ? $states.result.StackDriftStatus : 'UNKNOWN' %}",
            },
            "Retry": [retry],
            "Catch": [untold],
            "Next": "Done",
        },
        "Done": choice(running, "Wait", "Told"),
        "Told": {
            "Type": "Pass",
            "Output": {"stack": "{% $states.input.stack %}", "found": "{% $states.input.found %}"},
            "End": True,
        },
    }
