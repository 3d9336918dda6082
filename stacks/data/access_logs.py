"""Where S3 delivers access logs, and an archive of them that nobody can erase before its time.

S3 delivers no access logs into a bucket with Object Lock, so a second bucket has the lock and replication fills it (decision 141).
"""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge, acknowledge_setting, shared_rule
from stacks.constructs.perimeter import keep_inside, role_name
from stacks.constructs.tags import classify
from stacks.data.replication import Replication
from stacks.environment import Environment

ARCHIVED_AFTER_DAYS = 30
NO_LOGGING = ["AwsSolutions-S1", *shared_rule("S3BucketLoggingEnabled")]
NO_REPLICATION = shared_rule("S3BucketReplicationEnabled")
FLOW_LOGS = "flow-logs"
LOCKS = {"governance": s3.ObjectLockRetention.governance, "compliance": s3.ObjectLockRetention.compliance}


def access_logs(
    scope: Construct,
    environment: Environment,
    *,
    boundary: iam.IManagedPolicy,
    key: kms.IKey,
    role: str,
    vpc: ec2.IVpc | None = None,
) -> s3.Bucket:
    """The bucket that S3 delivers to, under the id `AccessLogs`; with data.access_log_lock, also `AccessLogArchive` and its replication,
    or with data.log_archive, the replication to that.

    key: encrypts our archive. role: short name of the role that fills it. vpc: from where both may be read.
    """
    name = role_name(environment, role)
    archive = _brought(scope, environment) or _ours(scope, environment, key, name, vpc)
    bucket = _delivered(scope, environment, [name] if archive else [], vpc)
    if archive is None:
        why = "there is no archive of the access logs; they can be brought back for a while after they are deleted."
        acknowledge_setting(bucket, NO_REPLICATION, environment, "data.access_log_lock", reasons.SMALLER_THAN_PROD, why)
        return bucket
    replication = Replication(scope, "AccessLogReplication", role_name=name, boundary=boundary)
    archive_arn, archive_key_arn = archive
    replication.copy(bucket, archive_arn, archive_key_arn, deletions=False)
    replication.allow_writing_key(archive_key_arn)
    return bucket


def _brought(scope: Construct, environment: Environment) -> tuple[str, str] | None:
    """ARNs of the bucket that somebody else keeps and of its key. It owns what comes in, by its setting `BucketOwnerEnforced`."""
    archive = environment.data.log_archive
    return (f"arn:{Stack.of(scope).partition}:s3:::{archive.bucket}", archive.key_arn) if archive else None


def _ours(scope: Construct, environment: Environment, key: kms.IKey, role: str, vpc: ec2.IVpc | None) -> tuple[str, str] | None:
    if environment.data.access_log_lock is None:
        return None
    return _archive(scope, environment, key, role, vpc).bucket_arn, key.key_arn


def _delivered(scope: Construct, environment: Environment, exempt: list[str], vpc: ec2.IVpc | None) -> s3.Bucket:
    retention = environment.foundation.log_retention_days
    bucket = s3.Bucket(
        scope,
        "AccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=Duration.days(min(retention, ARCHIVED_AFTER_DAYS) if exempt else retention),
                noncurrent_version_expiration=Duration.days(environment.data.noncurrent_version_days),
            )
        ],
    )
    why = "S3 delivers access logs only to buckets encrypted with its own key (SSE-S3)."
    acknowledge(bucket, shared_rule("S3DefaultEncryptionKMS"), reasons.SERVICE_WRITES, why)
    keep_inside(bucket, environment, vpc=vpc, exempt=exempt)
    classify(bucket, "restricted")  # keys of objects hold ids of users
    return bucket


def _archive(scope: Construct, environment: Environment, key: kms.IKey, role: str, vpc: ec2.IVpc | None) -> s3.Bucket:
    days = Duration.days(environment.foundation.log_retention_days)
    bucket = s3.Bucket(
        scope,
        "AccessLogArchive",
        encryption_key=key,
        object_lock_enabled=True,
        object_lock_default_retention=LOCKS[str(environment.data.access_log_lock)](days),
        lifecycle_rules=[s3.LifecycleRule(expiration=days, noncurrent_version_expiration=Duration.days(1))],
    )
    why = "It holds the copy of the access logs, locked until they expire; a log of its own accesses would be copied into it again."
    acknowledge(bucket, [*NO_LOGGING, *NO_REPLICATION], reasons.COPIES, why)
    keep_inside(bucket, environment, vpc=vpc, exempt=[role])
    classify(bucket, "restricted")
    return bucket


def keep_flow_logs(scope: Construct, id: str, bucket: s3.Bucket, vpc: ec2.IVpc) -> None:
    """A second copy of the VPC's flow logs, beside that in CloudWatch, in the bucket of access logs: its archive cannot be erased."""
    stack = Stack.of(bucket)
    delivery = iam.ServicePrincipal("delivery.logs.amazonaws.com")
    ours = {
        "StringEquals": {"aws:SourceAccount": stack.account},
        "ArnLike": {"aws:SourceArn": stack.format_arn(service="logs", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME)},
    }
    folder = bucket.arn_for_objects(f"{FLOW_LOGS}/AWSLogs/{stack.account}/*")
    owned = {**ours, "StringEquals": {**ours["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}}
    for statement in (
        iam.PolicyStatement(
            sid="FlowLogsAreWritten", principals=[delivery], actions=["s3:PutObject"], resources=[folder], conditions=owned
        ),
        iam.PolicyStatement(
            sid="FlowLogsAskFirst",
            principals=[delivery],
            actions=["s3:GetBucketAcl", "s3:ListBucket"],
            resources=[bucket.bucket_arn],
            conditions=ours,
        ),
    ):
        bucket.add_to_resource_policy(statement)
    log = ec2.CfnFlowLog(
        scope,
        id,
        resource_id=vpc.vpc_id,
        resource_type="VPC",
        traffic_type="ALL",
        log_destination_type="s3",
        log_destination=bucket.arn_for_objects(f"{FLOW_LOGS}/"),
        max_aggregation_interval=600,
    )
    log.node.add_dependency(bucket)
    if bucket.policy:
        log.node.add_dependency(bucket.policy)
