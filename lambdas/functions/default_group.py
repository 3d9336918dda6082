"""Custom::VpcRestrictDefaultSG: takes every rule out of a VPC's default security group. Deleting the resource changes nothing."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from causeway.runtime.clients import client
from causeway.runtime.custom_resource import Context, Outcome, answer
from causeway.runtime.deadlines import Deadline
from causeway.runtime.dependencies import Dependency
from causeway.runtime.errors import DependencyRejected, DependencyUnavailable, Throttled

# Rights of a role made a moment ago may still be spreading, so a refusal is no last word.
EC2 = Dependency(
    "network",
    attempt_seconds=10.0,
    budget_seconds=90.0,
    retries=(Throttled, DependencyUnavailable, DependencyRejected),
    attempts=15,
    base_seconds=1.0,
    cap_seconds=10.0,
)
SECONDS_TO_ANSWER = 15.0  # kept back from the function's timeout


class Closed(BaseModel):
    group: str = Field(alias="Group", pattern=r"^sg-[0-9a-f]+$")


def handler(event: Mapping[str, Any], context: Context) -> None:
    """Answers CloudFormation's response URL, whatever happens."""
    delete = event["RequestType"] == "Delete"
    answer(event, context, lambda: Outcome(event["PhysicalResourceId"]) if delete else _close(event["ResourceProperties"], context))


def _close(properties: Mapping[str, Any], context: Context) -> Outcome:
    group = Closed.model_validate(properties).group
    EC2.call(lambda: _take_out_every_rule(group), Deadline.before_end(context, SECONDS_TO_ANSWER))
    return Outcome(group)


def _take_out_every_rule(group: str) -> None:
    """May be repeated: each attempt looks anew at what is left."""
    ec2 = client("ec2", **EC2.patience)
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    if inwards := found["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=inwards)
    if outwards := found["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=outwards)
