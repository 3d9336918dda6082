"""What CloudFormation may do for a deploy: the policy of the role that `cdk bootstrap` makes for it, in place of AdministratorAccess.

The same policy is the role's boundary, so that nothing attached to it later widens it. A test holds the services to the templates.
See docs/decisions/269-the-deployers-rights.md.
"""

from collections.abc import Sequence
from typing import Any

from stacks.environment import Environment

LARGEST = 6144  # characters of a managed policy, blanks left out
# What the templates make things of, by IAM's prefixes; a test compares.
SERVICES = (
    "access-analyzer",
    "apigateway",
    "appconfig",
    "application-autoscaling",
    "application-signals",
    "athena",
    "backup",
    "backup-storage",
    "bedrock",
    "ce",
    "cloudformation",
    "cloudtrail",
    "cloudwatch",
    "codedeploy",
    "cognito-idp",
    "config",
    "dynamodb",
    "ec2",
    "es",
    "events",
    "firehose",
    "glue",
    "guardduty",
    "kms",
    "lambda",
    "logs",
    "macie2",
    "route53resolver",
    "s3",
    "sagemaker",
    "scheduler",
    "schemas",
    "secretsmanager",
    "securityhub",
    "sns",
    "sqs",
    "ssm",
    "states",
    "tag",
    "wafv2",
    "xray",
)
# Whose endpoint is in one region, whatever is deployed where.
GLOBAL = ("ce",)
# What CloudFormation makes needs none of these; whoever deploys could read data by them, or act in the app's name.
NEVER = (
    "bedrock:Converse*",
    "bedrock:InvokeModel*",
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "cognito-idp:Admin*",
    "ec2:RunInstances",
    "es:ESHttp*",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartQuery",
    "sagemaker:InvokeEndpoint*",
    "sqs:ReceiveMessage",
    "ssm:SendCommand",
    "ssm:StartSession",
    "states:StartExecution",
    "states:StartSyncExecution",
)
SECRET_VALUES = ("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue")
LINKED_ROLES = (
    *("access-analyzer", "application-signals.cloudwatch", "autoscaling", "backup", "config", "config-conforms", "dynamodb", "es"),
    *("guardduty", "macie", "opensearchservice", "ops.apigateway", "securityhub", "wafv2"),
)
PASSED_TO = (
    *("apigateway", "appconfig", "backup", "bedrock", "cloudtrail", "codedeploy", "es", "events", "firehose", "lambda", "logs", "s3"),
    *("sagemaker", "scheduler", "ssm", "states", "textract", "vpc-flow-logs"),
)
CHANGED = ("DeleteRole", "DetachRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription")
# Each may only be done to a role that carries a boundary of the app, or the one that `foundation.boundary` names.
WITH_BOUNDARY = ("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary")
POLICIES = (
    *("CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion"),
    *("TagPolicy", "UntagPolicy"),
)


def name(environment: str) -> str:
    return f"causeway-{environment}-deployer"


def document(environment: Environment) -> dict[str, Any]:
    """The policy's document. It names the environment's roles, and its regions."""
    roles = f"arn:aws:iam::*:role/causeway-{environment.name}-*"
    policies = f"arn:aws:iam::*:policy/causeway-{environment.name}-*"
    brought = environment.foundation.boundary
    boundaries = {"ArnLike": {"iam:PermissionsBoundary": f"arn:aws:iam::*:policy/{brought}" if brought else f"{policies}-boundary"}}
    regions = {"StringEquals": {"aws:RequestedRegion": _regions(environment)}}
    services = [each for each in SERVICES if each not in GLOBAL]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("Services", [f"{each}:*" for each in services], ["*"], regions),
            _allow("GlobalServices", [f"{each}:*" for each in GLOBAL], ["*"]),
            _allow("Look", ["iam:Get*", "iam:List*"], ["*"]),
            _allow("RolesWithBoundary", _iam(WITH_BOUNDARY), [roles], boundaries),
            _allow("Roles", _iam(CHANGED), [roles]),
            _allow("Policies", _iam(POLICIES), [policies]),
            _allow("Pass", ["iam:PassRole"], [roles], {"StringEquals": {"iam:PassedToService": _principals(PASSED_TO)}}),
            _allow(
                "LinkedRoles",
                ["iam:CreateServiceLinkedRole"],
                ["arn:aws:iam::*:role/aws-service-role/*"],
                {"StringLike": {"iam:AWSServiceName": [f"*{each}.amazonaws.com" for each in LINKED_ROLES]}},
            ),
            *_secrets(environment),
            _deny("Never", NEVER, ["*"]),
            _deny("Itself", ["iam:*Policy*"], [f"arn:aws:iam::*:policy/{name('*')}"]),
            {
                **_deny("Objects", ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"], []),
                "NotResource": ["arn:aws:s3:::cdk-*-assets-*/*"],
            },
        ],
    }


def _secrets(environment: Environment) -> list[dict[str, Any]]:
    """No value but what CloudFormation reads to make the identity provider. Secrets Manager ends an ARN with six signs of its own."""
    provider = environment.assistant.identity_provider
    if not provider or not provider.oidc:
        return [_deny("SecretValues", SECRET_VALUES, ["*"])]
    secret = f"arn:aws:secretsmanager:*:*:secret:{provider.oidc.secret}-??????"
    denied = {**_deny("SecretValues", SECRET_VALUES, []), "NotResource": [secret]}
    return [_allow("Secret", ["secretsmanager:GetSecretValue"], [secret]), denied]


def _regions(environment: Environment) -> list[str]:
    copies = environment.data.replica_region
    return [environment.region, *([copies] if copies else [])]


def _allow(sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Any = None) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return {**statement, **({"Condition": conditions} if conditions else {})}


def _deny(sid: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Deny", "Action": list(actions), **({"Resource": list(resources)} if resources else {})}


def _iam(actions: Sequence[str]) -> list[str]:
    return [f"iam:{each}" for each in actions]


def _principals(services: Sequence[str]) -> list[str]:
    return [f"{each}.amazonaws.com" for each in services]
