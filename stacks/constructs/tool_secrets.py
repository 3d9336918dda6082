"""Keys of other people's services: how they are called, who reads them, who sets them, and who else could change them.

See docs/decisions/278-keys-of-other-peoples-services.md.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.constructs.perimeter import deployer_arn, role_arn, role_name
from stacks.constructs.settings import Common

READER = "agent-outside"
SETTER = "secret-setter"
READS = ("secretsmanager:GetSecretValue",)
SETS = ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")
CHANGES = (
    *SETS,
    *(f"secretsmanager:{name}" for name in ("DeleteSecret", "RestoreSecret", "UpdateSecret")),
    *(f"secretsmanager:{name}" for name in ("CancelRotateSecret", "RotateSecret")),
    *(f"secretsmanager:{name}" for name in ("RemoveRegionsFromReplication", "ReplicateSecretToRegions", "StopReplicationToReplica")),
)


def secret_prefix(environment: Common) -> str:
    """How the name of each begins."""
    return f"causeway-{environment.name}-tool-"


def age_parameter(environment: Common, name: str = "") -> str:
    """The parameter that says when a key was set, or how the names of all of them begin. The command that sets a key writes it."""
    return f"/causeway/{environment.name}/agents/secret/{name}"


def reader_arn(stack: Stack, environment: Common) -> str:
    return role_arn(stack, role_name(environment, READER))


def setters(stack: Stack, environment: Common) -> list[str]:
    """Who changes one without being told of: CloudFormation, and the role for it where there is one."""
    persons = [role_arn(stack, role_name(environment, SETTER))] if environment.people.secrets else []
    return [deployer_arn(stack, stack.region), *persons]


def secret_policy(stack: Stack, environment: Common) -> iam.PolicyDocument:
    """One function reads it, and not even who sets it. Where a role sets secrets, no other principal does.

    CloudFormation is spared, so that no deploy fails; `make deployer` gives its role no right to read. No template of ours names a value.
    Whoever may change the policy can still change it, so a wrong one can always be corrected.
    """
    readers = [reader_arn(stack, environment), deployer_arn(stack, stack.region)]
    statements = [_deny("ReadByOneFunctionAlone", READS, readers)]
    if environment.people.secrets:
        statements.append(_deny("SetByOneRoleAndByDeploysAlone", CHANGES, setters(stack, environment)))
    return iam.PolicyDocument(statements=statements)


def _deny(sid: str, actions: tuple[str, ...], but: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=list(actions),
        resources=["*"],
        conditions={"ArnNotLike": {"aws:PrincipalArn": but}},
    )
