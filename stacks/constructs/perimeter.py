"""The perimeter: what passes the VPC's endpoints, who may use buckets from outside them, and keys without a service between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import ArnFormat, DefaultStackSynthesizer, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from stacks.constructs.boundary import INSIDE
from stacks.constructs.settings import Common

# Actions on data only. Whoever may change a policy can still change it, so a wrong one can always be corrected.
WRITE = "s3:PutObject"
READ = "s3:GetObject*"
OTHER_READS = (
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectTagging",
    "s3:GetObjectTorrent",
    "s3:GetObjectVersion*",
)
OTHER_OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject*",
    READ,
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "s3:PutObjectAcl",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersion*",
    "s3:Replicate*",
    "s3:RestoreObject",
)
KEY_ACTIONS = ("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
SIGNING_ACTIONS = ("kms:GenerateMac", "kms:VerifyMac")
KEY_USES = (*KEY_ACTIONS, "kms:DescribeKey", *SIGNING_ACTIONS)
KEY_CHANGES = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
KEY_LOOKS = (
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
)
# Encryption contexts of Lambda and Step Functions, which call a key as our role and are not documented to set kms:ViaService.
SERVICE_CONTEXTS = ("aws:lambda:FunctionArn", "aws:states:stateMachineArn", "SourceArn")


BREAK_GLASS = "break-glass"
KEY_ADMINISTRATOR = "key-administrator"
EMPTYING = "empty-bucket"  # the function that empties buckets when their stack is deleted


@dataclass(frozen=True)
class Shown:
    """folder: of a bucket, whose objects signed addresses show. signed_by: full names of the roles whose signatures count.
    minutes: how old a signature may be.
    """

    folder: str
    signed_by: Sequence[str]
    minutes: int


def own_principals(stack: Stack, service: str) -> iam.PolicyStatement:
    """Allow this account's principals the actions of one service that a permission boundary names for roles inside the VPC.

    Raises ValueError if none has an action of the service: then no role could use the endpoint.
    """
    actions = [action for action in sorted(INSIDE) if action.startswith(f"{service}:")]
    if not actions:
        raise ValueError(f"an endpoint for {service} has no use: no role may call it (stacks/constructs/boundary.py)")
    return iam.PolicyStatement(
        sid="PrincipalsOfThisAccount",
        principals=[iam.AnyPrincipal()],
        actions=actions,
        resources=["*"],
        conditions={"StringEquals": {"aws:PrincipalAccount": stack.account}},
    )


def own_buckets(stack: Stack) -> iam.PolicyStatement:
    """Let this account's principals reach this account's buckets, so that no stolen credential carries data elsewhere."""
    statement = own_principals(stack, "s3")
    statement.add_condition("StringEquals", {"aws:PrincipalAccount": stack.account, "aws:ResourceAccount": stack.account})
    return statement


def buckets_of_aws(stack: Stack) -> list[iam.PolicyStatement]:
    """Let through what AWS keeps in its own buckets: image layers, model weights, and the answers of custom resources."""
    region = stack.region
    return [
        iam.PolicyStatement(
            sid="ImageLayersAndWeights",
            principals=[iam.AnyPrincipal()],
            actions=["s3:GetObject", "s3:ListBucket"],
            resources=[
                f"arn:{stack.partition}:s3:::prod-{region}-starport-layer-bucket/*",
                f"arn:{stack.partition}:s3:::{weights_bucket(region)}",
                f"arn:{stack.partition}:s3:::{weights_bucket(region)}/*",
            ],
        ),
        iam.PolicyStatement(
            sid="AnswersOfCustomResources",
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[f"arn:{stack.partition}:s3:::cloudformation-custom-resource-response-{region.replace('-', '')}/*"],
        ),
    ]


def weights_bucket(region: str) -> str:
    """The AWS-owned JumpStart bucket of a region."""
    return f"jumpstart-cache-prod-{region}"


def role_name(environment: Common, name: str) -> str:
    """The full name of a role that a policy of another stack speaks of."""
    return f"causeway-{environment.name}-{name}"


def role_arn(stack: Stack, name: str) -> str:
    """The ARN of a role of this account by its full name, path included."""
    return stack.format_arn(service="iam", region="", resource="role", resource_name=name)


def keep_inside(
    bucket: s3.Bucket,
    environment: Common,
    *,
    vpc: ec2.IVpc | None = None,
    exempt: Sequence[str] = (),
    forms_by: str | None = None,
    shown: Shown | None = None,
) -> None:
    """Deny every caller from outside the endpoints of `vpc` to use or list objects. Without a `vpc`, deny every caller.

    exempt: names of roles that a service assumes to call from its own network.
    forms_by: name of the role whose presigned forms and addresses anyone may send files to.
    From outside, this role may do nothing else either.
    shown: what anyone may get from outside by addresses that some roles have signed minutes ago.
    """
    stack = Stack.of(bucket)
    outside = _outside(stack, environment, vpc, exempt)
    if shown is not None:
        _deny_but_shown(bucket, shown, outside, _outside(stack, environment, vpc, [*exempt, *shown.signed_by]))
        return
    if forms_by is None:
        _deny(bucket, "OnlyFromInside", [*OTHER_OBJECT_ACTIONS, WRITE], outside)
        return
    _deny(bucket, "OnlyFromInside", OTHER_OBJECT_ACTIONS, outside)
    _deny(bucket, "FromOutsideOnlySigned", [WRITE], {**outside, "StringNotEquals": {"s3:authType": ["POST", "REST-QUERY-STRING"]}})
    _deny(bucket, "FromOutsideOnlySignedByOneRole", [WRITE], _outside(stack, environment, vpc, [*exempt, forms_by]))


def _deny_but_shown(bucket: s3.Bucket, shown: Shown, outside: Mapping[str, Any], outside_others: Mapping[str, Any]) -> None:
    """outside_others: for whom nothing is an exception, who signed or not."""
    rest = [action for action in OTHER_OBJECT_ACTIONS if action != READ]
    _deny(bucket, "OnlyFromInside", [*rest, *OTHER_READS, WRITE], outside)
    _deny(bucket, "FromOutsideOnlyWhatIsShown", [READ], outside, all_but=shown.folder)
    _deny(bucket, "FromOutsideOnlySigned", [READ], {**outside, "StringNotEquals": {"s3:authType": "REST-QUERY-STRING"}})
    oldest = str(shown.minutes * 60 * 1000)
    _deny(bucket, "FromOutsideOnlyFreshlySigned", [READ], {**outside, "NumericGreaterThan": {"s3:signatureAge": oldest}})
    _deny(bucket, "FromOutsideOnlySignedBySome", [READ], outside_others)


def key_policy(stack: Stack, environment: Common) -> iam.PolicyDocument:
    """Who administers a key does not use it, who uses it does not administer it, and IAM alone opens it for nobody else.

    IAM says who of the account administers, so that no mistake locks it out. It says who uses a key only among roles of the environment,
    those that it names, CloudFormation's and AWS's service-linked ones, and for them only through a service that keeps data with it.
    A service that acts by itself or by a grant is not a principal of this account, so the policy does not restrict it. A role may make
    a grant for a service's own resource, as SageMaker does with a role of ours for the disks of an endpoint.
    See docs/decisions/281-administrators-of-keys-apart-from-users.md.
    """
    account = iam.AccountRootPrincipal()
    by_iam = iam.PolicyStatement(sid="IamSaysWhoAdministers", principals=[account], actions=[*KEY_CHANGES, *KEY_LOOKS], resources=["*"])
    used = iam.PolicyStatement(
        sid="IamSaysWhichOfTheseUse", principals=[account], actions=list(KEY_USES), resources=["*"], conditions=_users(stack, environment)
    )
    return iam.PolicyDocument(statements=[by_iam, used, _through_services(stack, environment), _administered(stack, environment)])


def _users(stack: Stack, environment: Common) -> dict[str, Any]:
    """The environment's roles but its administrators of keys, and those that it spares or lets operate."""
    users = [role_arn(stack, role_name(environment, "*")), *_trusted(stack, environment)]
    users += [role_arn(stack, name) for name in environment.perimeter.operator_roles]
    administrators = [role_arn(stack, role_name(environment, KEY_ADMINISTRATOR))]
    return {"ArnLike": {"aws:PrincipalArn": list(dict.fromkeys(users))}, "ArnNotLike": {"aws:PrincipalArn": administrators}}


def _through_services(stack: Stack, environment: Common) -> iam.PolicyStatement:
    direct = {"kms:ViaService": "true", **{f"kms:EncryptionContext:{context}": "true" for context in SERVICE_CONTEXTS}}
    return iam.PolicyStatement(
        sid="OnlyThroughServices",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=list(KEY_ACTIONS),
        resources=["*"],
        conditions={
            "StringEquals": {"aws:PrincipalAccount": stack.account},
            "BoolIfExists": {"aws:ViaAWSService": "false", "kms:GrantIsForAWSResource": "false"},
            "Null": direct,
            "ArnNotLikeIfExists": {"aws:PrincipalArn": _trusted(stack, environment)},
        },
    )


def _administered(stack: Stack, environment: Common) -> iam.PolicyStatement:
    """No role of the environment changes a key; where it has a role for that, nobody of the account does beside it, CloudFormation, AWS's
    service-linked roles and the root user, who is the way back if that role is lost.
    """
    administrator = role_arn(stack, role_name(environment, KEY_ADMINISTRATOR))
    root = stack.format_arn(service="iam", region="", resource="root", arn_format=ArnFormat.NO_RESOURCE_NAME)
    conditions: dict[str, Any] = {"ArnLike": {"aws:PrincipalArn": [role_arn(stack, role_name(environment, "*"))]}}
    if environment.people.key_administrator:
        conditions = {"ArnNotLike": {"aws:PrincipalArn": [administrator, root, *_services_roles(stack, environment)]}}
    return iam.PolicyStatement(
        sid="AdministeredByNobodyElse",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=list(KEY_CHANGES),
        resources=["*"],
        conditions={"StringEquals": {"aws:PrincipalAccount": stack.account}, **conditions},
    )


def sign_inside(key: kms.Key, environment: Common, vpc: ec2.IVpc) -> None:
    """Deny every caller from outside the endpoints of `vpc` to sign with a key or to check signatures: no service calls it for us."""
    stack = Stack.of(key)
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="SignedOnlyInside",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=list(SIGNING_ACTIONS),
            resources=["*"],
            conditions=_outside(stack, environment, vpc, []),
        )
    )


def deployer_arn(stack: Stack, region: str) -> str:
    """The role that CloudFormation deploys with in a region, and that it alone assumes."""
    qualifier = cast(DefaultStackSynthesizer, stack.synthesizer).bootstrap_qualifier
    return role_arn(stack, f"cdk-{qualifier}-cfn-exec-role-{stack.account}-{region}")


def _services_roles(stack: Stack, environment: Common) -> list[str]:
    """CloudFormation's roles, which only CloudFormation assumes, and AWS's service-linked roles.

    The first region's CloudFormation makes the tables' replicas, which use the key of the second.
    """
    regions = sorted({stack.region, environment.region})
    return [*(deployer_arn(stack, region) for region in regions), role_arn(stack, "aws-service-role/*")]


def _trusted(stack: Stack, environment: Common) -> list[str]:
    """Roles of services, and the environment's roles for emergencies."""
    names = [*([role_name(environment, BREAK_GLASS)] if environment.people.break_glass else []), *environment.perimeter.break_glass_roles]
    return [*_services_roles(stack, environment), *(role_arn(stack, name) for name in names)]


def _outside(stack: Stack, environment: Common, vpc: ec2.IVpc | None, exempt: Sequence[str]) -> dict[str, Any]:
    return {
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        "ArnNotLikeIfExists": {"aws:PrincipalArn": [*_trusted(stack, environment), *(role_arn(stack, name) for name in exempt)]},
        **({"StringNotEqualsIfExists": {"aws:SourceVpc": vpc.vpc_id}} if vpc else {}),
    }


def _deny(bucket: s3.Bucket, sid: str, actions: Sequence[str], conditions: Mapping[str, Any], all_but: str = "") -> None:
    """all_but: a folder of the bucket that it does not concern."""
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=list(actions),
            resources=None if all_but else [bucket.bucket_arn, bucket.arn_for_objects("*")],
            not_resources=[bucket.arn_for_objects(f"{all_but}/*")] if all_but else None,
            conditions=dict(conditions),
        )
    )
