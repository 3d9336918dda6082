"""The VPC's default security group, closed by a function of ours: CloudFormation cannot change that group.

See docs/decisions/003-the-default-security-group.md.
"""

from typing import cast

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.layer import layer
from stacks.constructs.shared import Shared, WithoutVpc
from stacks.environment import Environment

# The names by which the rule packs know such a resource.
RESOURCE, TYPE = "RestrictDefaultSecurityGroupCustomResource", "Custom::VpcRestrictDefaultSG"
TIMEOUT = Duration.minutes(2)
NO_VPC = "It calls EC2 once a deployment; an interface endpoint for that would cost more each month than everything else about it."
ANY_GROUP = "EC2 describes security groups of any name only; the two actions that change something name the one group."


class DefaultGroup(Construct):
    """All rules are taken out when the resource is made, and again when it changes; deleting it changes nothing."""

    def __init__(self, scope: Construct, id: str, *, vpc: ec2.Vpc, shared: Shared, settings: Environment) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        function = CausewayFunction(
            self,
            "Close",
            shared=shared,
            name="default-group",
            key=shared.logs_key,
            layers=[layer(stack, "answering", settings)],
            publish=False,
            timeout=TIMEOUT,
            concurrency=1,
            place=WithoutVpc(NO_VPC),
            boundary=shared.boundaries.network,
        )
        group = vpc.vpc_default_security_group
        arn = stack.format_arn(service="ec2", resource="security-group", resource_name=group)
        function.allow(["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"], [arn])
        function.allow(["ec2:DescribeSecurityGroups"], ["*"], why=ANY_GROUP)
        closed = CustomResource(
            vpc,
            RESOURCE,
            service_token=function.function.function_arn,
            service_timeout=TIMEOUT.plus(Duration.minutes(1)),
            resource_type=TYPE,
            properties={"Group": group},
        )
        closed.node.add_dependency(cast(Construct, function.permissions))
