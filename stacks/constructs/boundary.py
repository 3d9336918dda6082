"""The most that roles of one purpose can do, whatever their own policies say: a permission boundary for each purpose.

A test holds each to what its roles use. See docs/decisions/252-boundaries-by-purpose.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_iam as iam

from stacks.constructs.looking import LOOKING, RECORDS
from stacks.constructs.settings import Common

FUNCTIONS = (
    "appconfig:GetLatestConfiguration",
    "appconfig:StartConfigurationSession",
    "bedrock:ApplyGuardrail",
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "codedeploy:PutLifecycleEventHookExecutionStatus",
    "comprehend:DetectPiiEntities",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeStream",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
    "es:ESHttpDelete",
    "es:ESHttpGet",
    "es:ESHttpHead",
    "es:ESHttpPatch",
    "es:ESHttpPost",
    "es:ESHttpPut",
    "events:PutEvents",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateMac",
    "kms:VerifyMac",
    "lambda:InvokeFunction",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutObject",
    "sagemaker:InvokeEndpoint",
    "secretsmanager:GetSecretValue",
    "sns:Publish",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "states:DescribeExecution",
    "states:SendTaskSuccess",
    "states:StartExecution",
    "sts:AssumeRole",
    "sts:TagSession",
    "textract:GetDocumentTextDetection",
    "textract:StartDocumentTextDetection",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
MACHINES = (
    "bedrock:CreateModelInvocationJob",
    "bedrock:GetModelInvocationJob",
    "cloudformation:BatchDescribeTypeConfigurations",
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:DetectStackDrift",
    "cloudformation:DetectStackResourceDrift",
    "cognito-idp:DescribeUserPool",
    "cognito-idp:GetUserPoolMfaConfig",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "events:DescribeRule",
    "events:PutRule",
    "events:PutTargets",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListEntitiesForPolicy",
    "iam:ListRolePolicies",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "lambda:InvokeFunction",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "s3:GetBucketPolicy",
    "sagemaker:AddTags",
    "sagemaker:CreateProcessingJob",
    "sagemaker:DescribeProcessingJob",
    "sagemaker:ListTags",
    "sagemaker:StopProcessingJob",
    "sqs:SendMessage",
    "states:DescribeExecution",
    "states:StartExecution",
    "states:StopExecution",
    "wafv2:GetWebACL",
    "wafv2:ListTagsForResource",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
JOBS = (
    "backup:CopyFromBackupVault",
    "backup:CopyIntoBackupVault",
    "backup:DescribeBackupVault",
    "backup:TagResource",
    "cloudwatch:PutMetricData",
    "comprehend:DetectPiiEntities",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:ListTagsOfResource",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:RestoreTableFromAwsBackup",
    "dynamodb:Scan",
    "dynamodb:StartAwsBackupJob",
    "dynamodb:UpdateItem",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "events:PutEvents",
    "firehose:PutRecord",
    "firehose:PutRecordBatch",
    "glue:GetTable",
    "glue:GetTableVersion",
    "glue:GetTableVersions",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateMac",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTagging",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:PutObject",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:ReplicateTags",
    "sns:Publish",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "textract:GetDocumentTextDetection",
    "textract:StartDocumentTextDetection",
)
NETWORK = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:UnassignPrivateIpAddresses",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:SendMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
EMPTYING = (
    "cloudformation:DescribeStacks",
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:AbortMultipartUpload",
    "s3:DeleteObjectVersion",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "sqs:SendMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
ADMINISTRATION = (
    "bedrock:PutModelInvocationLoggingConfiguration",
    "cloudwatch:DescribeAlarms",
    "inspector2:Enable",
    "lambda:GetAlias",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:InvokeFunction",
    "lambda:UpdateAlias",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
    "macie2:CreateClassificationJob",
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
    "sns:Publish",
    "sqs:SendMessage",
)
PEOPLE = (
    *LOOKING,
    *RECORDS,
    "athena:BatchGetNamedQuery",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:ListDataCatalogs",
    "athena:ListEngineVersions",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:ListWorkGroups",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
    "ssm:GetParameter",
    "ssm:PutParameter",
)
KEYS = (
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListKeys",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:UpdateKeyDescription",
)
SCIENCE = (
    "appconfig:GetHostedConfigurationVersion",
    "appconfig:ListDeployments",
    "logs:FilterLogEvents",
    "logs:GetQueryResults",
    "logs:StartQuery",
    "s3:GetObject",
    "ssm:GetParameter",
)
# Documents, where the environment lets data scientists read them: no key but beneath S3.
THROUGH_S3 = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}


@dataclass(frozen=True)
class Ceiling:
    """roles: whose it is, for people. actions: allowed on everything. conditioned: action → the condition under which it is allowed."""

    roles: str
    actions: tuple[str, ...]
    conditioned: Mapping[str, Mapping[str, Any]]

    @property
    def every_action(self) -> frozenset[str]:
        return frozenset({*self.actions, *self.conditioned})


def passed_to(*services: str, operator: str = "StringEquals") -> dict[str, Any]:
    """A condition: a role may be handed to these services alone."""
    return {operator: {"iam:PassedToService": [f"{service}.amazonaws.com" for service in services]}}


# Beneath notifications, dead letters and schedules, and beneath nothing that keeps data.
KEYS_OF_MESSAGES = {"StringLike": {"kms:ViaService": [f"{service}.*.amazonaws.com" for service in ("scheduler", "sns", "sqs")]}}
# What OpenSearch Service says of itself when a role is handed to it is not documented, nor whether it says anything.
PASSED_BY_FUNCTIONS = passed_to("textract", "es", "opensearchservice", operator="StringEqualsIfExists")
CEILINGS: Mapping[str, Ceiling] = {
    "functions": Ceiling("functions, and roles they assume for a tenant", FUNCTIONS, {"iam:PassRole": PASSED_BY_FUNCTIONS}),
    "machines": Ceiling("state machines and schedules", MACHINES, {"iam:PassRole": passed_to("bedrock", "sagemaker")}),
    "jobs": Ceiling(
        "what AWS services run over data for us: endpoints, jobs, replication",
        JOBS,
        {"iam:PassRole": passed_to("textract"), "kms:CreateGrant": {"Bool": {"kms:GrantIsForAWSResource": "true"}}},
    ),
    "administration": Ceiling(
        "releases, logs and settings of the account: no data",
        ADMINISTRATION,
        {
            "iam:PassRole": passed_to("bedrock"),
            "kms:Decrypt": KEYS_OF_MESSAGES,
            "kms:GenerateDataKey": KEYS_OF_MESSAGES,
        },
    ),
    "network": Ceiling("the function that closes the VPC's default group: no data", NETWORK, {}),
    "people": Ceiling("persons: settings, records, keys of services, and in an emergency objects", PEOPLE, {}),
    "keys": Ceiling("persons who administer keys: they use none", KEYS, {}),
    "science": Ceiling("persons who measure answers: no row, no conversation", SCIENCE, {"kms:Decrypt": THROUGH_S3}),
    "emptying": Ceiling("the function that empties buckets when their stack is deleted: it reads nothing", EMPTYING, {}),
}
# Only these call from inside the VPC.
INSIDE = frozenset({*FUNCTIONS, *JOBS})


@dataclass(frozen=True)
class Boundaries:
    """The boundary of each purpose, as `CEILINGS` names them. emptying: None where data is protected."""

    functions: iam.IManagedPolicy
    machines: iam.IManagedPolicy
    jobs: iam.IManagedPolicy
    administration: iam.IManagedPolicy
    network: iam.IManagedPolicy
    people: iam.IManagedPolicy
    keys: iam.IManagedPolicy
    science: iam.IManagedPolicy
    emptying: iam.IManagedPolicy | None = None


def purposes(environment: Common) -> list[str]:
    """Those of an environment: no role of one that protects its data may delete versions of objects."""
    return [purpose for purpose in CEILINGS if purpose != "emptying" or not environment.protect_data]


def boundary_name(environment: Common, purpose: str) -> str:
    """The name of a boundary, by which stacks of other regions know it."""
    return f"causeway-{environment.name}-{purpose}-boundary"
