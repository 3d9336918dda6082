"""The role that administers the environment's keys, and uses none. See docs/decisions/281-administrators-of-keys-apart-from-users.md."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.boundary import KEYS
from stacks.constructs.nag import acknowledge, acknowledge_wildcard
from stacks.constructs.perimeter import KEY_ADMINISTRATOR, KEY_USES
from stacks.constructs.persons import person_role
from stacks.constructs.settings import Persons
from stacks.constructs.shared import Shared

LISTS = ("kms:ListAliases", "kms:ListKeys")
USES = [action for action in KEY_USES if action != "kms:DescribeKey"]


def key_administrator(scope: Construct, settings: Persons, shared: Shared) -> iam.Role:
    """Policies, rotation, grants and deletion of keys that carry the environment's tag; no tags and no aliases, which give rights."""
    stack, environment = Stack.of(scope), shared.environment
    role = person_role(
        scope,
        "KeyAdministrator",
        name=KEY_ADMINISTRATOR,
        description="Administers keys, and uses none",
        persons=settings,
        shared=shared,
        boundary=shared.boundaries.keys,
    )
    keys = stack.format_arn(service="kms", region="*", resource="key", resource_name="*")
    tagged = {"StringEquals": {"aws:ResourceTag/application": "causeway", "aws:ResourceTag/environment": environment.name}}
    policy = iam.ManagedPolicy(
        scope,
        "KeyAdministratorPermissions",
        description="Administer the keys of this environment",
        roles=[role],
        statements=[
            iam.PolicyStatement(actions=[each for each in KEYS if each not in LISTS], resources=[keys], conditions=tagged),
            iam.PolicyStatement(actions=list(LISTS), resources=["*"]),
            iam.PolicyStatement(sid="UsesNoKey", effect=iam.Effect.DENY, actions=USES, resources=["*"]),
        ],
    )
    acknowledge_wildcard(
        policy, keys, reasons.NAMES, "KMS names keys; the condition narrows them to those of this environment by their tag."
    )
    acknowledge(policy, ["AwsSolutions-IAM5[Resource::*]"], reasons.NO_RESOURCE, "Lists of keys and aliases take no resource.")
    return role
