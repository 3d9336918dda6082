"""What every other stack leans on: keys, boundaries, shared policy, notifications."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.boundary import CEILINGS, Boundaries, boundary_name, purposes
from stacks.constructs.nag import acknowledge
from stacks.constructs.notifications import alarm_topic, logs_key
from stacks.environment import Environment

INTERFACE_ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]
DELIVERY_ACTIONS = [
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Get", "Update")),
    *("logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
]
TRACING_ACTIONS = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
MACHINE_TRACING_ACTIONS = ["xray:GetSamplingRules", "xray:GetSamplingTargets", *TRACING_ACTIONS]


class FoundationStack(Stack):
    """The logs key, the permission boundaries, the policies that functions share and that state machines share, the alarm topic."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings = environment
        self.logs_key = logs_key(self, environment, environment.foundation.logs_key)
        self.boundaries = self._boundaries()
        self.function_policy = self._function_policy()
        self.machine_policy = self._machine_policy()
        self.alarm_topic = alarm_topic(self, self.logs_key, environment.foundation.people_to_alarm)

    def _boundaries(self) -> Boundaries:
        if brought := self.settings.foundation.boundary:
            theirs = iam.ManagedPolicy.from_managed_policy_name(self, "Boundary", brought)
            return Boundaries(**dict.fromkeys(purposes(self.settings), theirs))
        return Boundaries(**{purpose: self._boundary(purpose) for purpose in purposes(self.settings)})

    def _boundary(self, purpose: str) -> iam.ManagedPolicy:
        ceiling = CEILINGS[purpose]
        boundary = iam.ManagedPolicy(
            self,
            f"{purpose.capitalize()}Boundary",
            managed_policy_name=boundary_name(self.settings, purpose),
            description=f"The most that roles can do, whatever their own policies say: {ceiling.roles}",
            statements=[
                iam.PolicyStatement(sid="NothingBeyondThese", actions=list(ceiling.actions), resources=["*"]),
                *(
                    iam.PolicyStatement(actions=[action], resources=["*"], conditions=condition)
                    for action, condition in ceiling.conditioned.items()
                ),
            ],
        )
        acknowledge(
            boundary,
            ["AwsSolutions-IAM5[Resource::*]"],
            reasons.BOUNDARY,
            "It is attached to roles as their boundary only.",
        )
        return boundary

    def _function_policy(self) -> iam.ManagedPolicy:
        policy = iam.ManagedPolicy(
            self,
            "FunctionPolicy",
            description="Network interfaces and traces of functions in the VPC",
            statements=[
                iam.PolicyStatement(sid="InterfacesAndTraces", actions=INTERFACE_ACTIONS + TRACING_ACTIONS, resources=["*"]),
                iam.PolicyStatement(
                    sid="NoInterfacesFromFunctionCode",
                    effect=iam.Effect.DENY,
                    actions=INTERFACE_ACTIONS,
                    resources=["*"],
                    conditions={
                        "ArnLike": {
                            "lambda:SourceFunctionArn": self.format_arn(
                                service="lambda",
                                resource="function",
                                resource_name=f"causeway-{self.settings.name}-*",
                                arn_format=ArnFormat.COLON_RESOURCE_NAME,
                            )
                        }
                    },
                ),
            ],
        )
        acknowledge(
            policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reasons.NO_RESOURCE,
            "Lambda makes a function's interfaces before they have an ARN, and Describe and X-Ray calls take no resource; "
            "function code itself is denied the interface calls by lambda:SourceFunctionArn.",
        )
        return policy

    def _machine_policy(self) -> iam.ManagedPolicy:
        policy = iam.ManagedPolicy(
            self,
            "MachinePolicy",
            description="Log delivery and traces of state machines",
            statements=[iam.PolicyStatement(sid="LogsAndTraces", actions=DELIVERY_ACTIONS + MACHINE_TRACING_ACTIONS, resources=["*"])],
        )
        why = "Log delivery and X-Ray actions take no resource."
        acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.NO_RESOURCE, why)
        return policy
