"""CloudTrail in all regions: into a locked bucket for years, and into CloudWatch Logs, where it is searched."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from stacks.account.history import History
from stacks.account.settings import Trail
from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.shared import Shared
from stacks.constructs.trust import service
from stacks.foundation.settings import CLOUDWATCH_RETENTION_DAYS

Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty
Field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")
STREAMS = "CloudTrail names the streams of its group itself, by account and region and a number that grows with the load."


def follow_calls(stack: Stack, settings: Trail, shared: Shared, history: History) -> cloudtrail.CfnTrail:
    """The trail. Its bucket takes nothing but what this one trail sends."""
    name = f"causeway-{shared.environment.name}-trail"
    arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=name)
    bucket = history.bucket("Trail", years=settings.kept_years, lock=settings.lock)
    _let_write(stack, bucket, arn)
    _let_encrypt(stack, history, arn)
    group = _group(stack, settings, shared)
    role, policy = _role(stack, group, shared)
    trail = cloudtrail.CfnTrail(
        stack,
        "Trail",
        trail_name=name,
        is_logging=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
        s3_bucket_name=bucket.bucket_name,
        kms_key_id=history.key.key_arn,
        cloud_watch_logs_log_group_arn=group.log_group_arn,
        cloud_watch_logs_role_arn=role.role_arn,
        advanced_event_selectors=[_management(), *(_data(stack, bucket) if settings.data_events else [])],
        insight_selectors=[cloudtrail.CfnTrail.InsightSelectorProperty(insight_type=kind) for kind in INSIGHTS]
        if settings.insights
        else None,
    )
    if bucket.policy:
        trail.node.add_dependency(bucket.policy)
    trail.node.add_dependency(policy)
    return trail


def _let_write(stack: Stack, bucket: s3.Bucket, trail: str) -> None:
    """As "Amazon S3 bucket policy for CloudTrail" of its User Guide asks."""
    by_trail = [iam.ServicePrincipal("cloudtrail.amazonaws.com")]
    of_trail = {"aws:SourceArn": trail}
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="LooksAtTheBucket",
            principals=by_trail,
            actions=["s3:GetBucketAcl"],
            resources=[bucket.bucket_arn],
            conditions={"StringEquals": of_trail},
        )
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="WritesRecords",
            principals=by_trail,
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")],
            conditions={"StringEquals": {**of_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        )
    )


def _let_encrypt(stack: Stack, history: History, trail: str) -> None:
    """As "Configure AWS KMS key policies for CloudTrail" of its User Guide asks; Decrypt is for a bucket with a bucket key."""
    context = f"arn:{stack.partition}:cloudtrail:*:{stack.account}:trail/*"
    by_trail, of_trail = [iam.ServicePrincipal("cloudtrail.amazonaws.com")], {"aws:SourceArn": trail}
    history.key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="TrailEncrypts",
            principals=by_trail,
            actions=["kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringEquals": of_trail, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context}},
        )
    )
    history.key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="TrailUsesTheBucketKey",
            principals=by_trail,
            actions=["kms:Decrypt", "kms:DescribeKey"],
            resources=["*"],
            conditions={"StringEquals": of_trail},
        )
    )


def _group(stack: Stack, settings: Trail, shared: Shared) -> logs.LogGroup:
    """The key of log groups admits those whose name holds the environment's."""
    retention = dict(zip(CLOUDWATCH_RETENTION_DAYS, logs.RetentionDays, strict=False))[settings.log_days]
    return logs.LogGroup(
        stack, "TrailLog", log_group_name=f"/causeway/{shared.environment.name}/trail", retention=retention, encryption_key=shared.logs_key
    )


def _role(stack: Stack, group: logs.LogGroup, shared: Shared) -> tuple[iam.Role, iam.ManagedPolicy]:
    role = iam.Role(
        stack,
        "TrailLogRole",
        assumed_by=service(stack, "cloudtrail"),
        description="Writes the trail into its log group",
        permissions_boundary=shared.boundaries.administration,
        max_session_duration=Duration.hours(1),
    )
    streams = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=f"/causeway/{shared.environment.name}/trail:log-stream:{stack.account}_CloudTrail_{stack.region}*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    write = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])
    policy = iam.ManagedPolicy(stack, "TrailLogPermissions", description="Write the trail", roles=[role], statements=[write])
    acknowledge_wildcard(policy, streams, reasons.NAMES, STREAMS)
    policy.node.add_dependency(group)
    return role, policy


def _management() -> Selector:
    return Selector(name="Management", field_selectors=[Field(field="eventCategory", equal_to=["Management"])])


def _data(stack: Stack, own_bucket: s3.Bucket) -> list[Selector]:
    """Of every environment in the account: names of ours begin with the stack's. A trail that records its own deliveries has no end."""
    here = f"{stack.region}:{stack.account}"
    arns = {
        "AWS::S3::Object": f"arn:{stack.partition}:s3:::causeway-",
        "AWS::DynamoDB::Table": f"arn:{stack.partition}:dynamodb:{here}:table/causeway-",
        "AWS::Lambda::Function": f"arn:{stack.partition}:lambda:{here}:function:causeway-",
    }
    return [
        Selector(
            name=f"Data of {kind}",
            field_selectors=[
                Field(field="eventCategory", equal_to=["Data"]),
                Field(field="resources.type", equal_to=[kind]),
                Field(
                    field="resources.ARN",
                    starts_with=[arn],
                    not_starts_with=[f"{own_bucket.bucket_arn}/"] if kind == "AWS::S3::Object" else None,
                ),
            ],
        )
        for kind, arn in arns.items()
    ]
