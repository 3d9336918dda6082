"""What the foundation and network stacks give to every later stack and to the constructs in it."""

from dataclasses import dataclass, field

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from stacks.constructs.boundary import Boundaries
from stacks.constructs.settings import Common


@dataclass(frozen=True)
class Placement:
    """Where functions run: the VPC, its subnets, and the security group they share. calls: the actions that they are allowed there."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    security_group: ec2.ISecurityGroup
    calls: set[str] = field(default_factory=set, compare=False)


@dataclass(frozen=True)
class WithoutVpc:
    """AWS's own network: nothing of the VPC can be reached from it, the internet can. why: for auditors.

    setting: of the environment, the reason for it.
    """

    why: str
    setting: str = ""


@dataclass(frozen=True)
class Telling:
    """What it takes to tell people of something.

    environment: the part that constructs may know. logs_key: encrypts log groups and notifications.
    boundaries: every role carries one of them. alarm_topic: reaches people.
    """

    environment: Common
    logs_key: kms.IKey
    boundaries: Boundaries
    alarm_topic: sns.ITopic


@dataclass(frozen=True)
class Shared(Telling):
    """function_policy: what every function may do beside its own permissions. machine_policy: the same of every state machine.
    functions: where they run.
    outside: where a function runs that has a way to the internet; None where there is none.
    """

    function_policy: iam.IManagedPolicy
    machine_policy: iam.IManagedPolicy
    functions: Placement
    outside: Placement | WithoutVpc | None = None
