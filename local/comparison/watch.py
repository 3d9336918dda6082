"""Observers of CloudWatch and its logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.comparison.template import Resource
from local.comparison.words import only, tag_list

Client = Callable[[str], Any]
Properties = dict[str, Any]


def log_group(client: Client, resource: Resource) -> Properties:
    logs = client("logs")
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=resource.id)
    found = only(each for page in pages for each in page["logGroups"] if each["logGroupName"] == resource.id)
    tags = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    names = {"KmsKeyId": "kmsKeyId", "LogGroupName": "logGroupName", "RetentionInDays": "retentionInDays"}
    return {**{ours: found.get(theirs) for ours, theirs in names.items()}, "Tags": tag_list(tags)}


def log_resource_policy(client: Client, resource: Resource) -> Properties:
    policies = client("logs").describe_resource_policies()["resourcePolicies"]
    found = only(each for each in policies if each["policyName"] == resource.properties["PolicyName"])
    return {"PolicyName": found["policyName"], "PolicyDocument": found["policyDocument"]}


def alarm(client: Client, resource: Resource) -> Properties:
    found = only(client("cloudwatch").describe_alarms(AlarmNames=[resource.id])["MetricAlarms"])
    return {**found, "Tags": client("cloudwatch").list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]}


OBSERVERS = {
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Logs::ResourcePolicy": log_resource_policy,
}
