"""Where audit records of agents are kept until their time is over. See docs/decisions/214-audit-records.md."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.function import CausewayFunction
from stacks.constructs.perimeter import keep_inside, role_name
from stacks.data.access_logs import LOCKS
from stacks.data.buckets import served_from_outside
from stacks.environment import Environment

OF_EVERY_USER = (
    "Audit records of every tenant: the key begins with tenant and day, known at run time only. It can be written once, not read."
)


class AuditRecords(Construct):
    """A bucket with a key of its own; with data.access_log_lock, under Object Lock."""

    def __init__(self, scope: Construct, id: str, environment: Environment, vpc: ec2.IVpc) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", description="Audit records of agents")
        self.bucket = s3.Bucket(self, "Bucket", encryption_key=self.key, lifecycle_rules=[expiring(environment)], **lock(environment))
        exempt = [role_name(environment, name) for name in served_from_outside(environment)]
        keep_inside(self.bucket, environment, vpc=vpc, exempt=exempt)

    def let_write(self, function: CausewayFunction) -> None:
        function.allow(["s3:PutObject"], [self.bucket.arn_for_objects("*")], why=OF_EVERY_USER)
        function.allow(["kms:GenerateDataKey"], [self.key.key_arn])


def lock(environment: Environment) -> dict[str, Any]:
    """What a bucket is given so that nothing in it is erased while it is kept; nothing where the environment has no lock."""
    if environment.data.access_log_lock is None:
        return {}
    days = Duration.days(environment.foundation.log_retention_days)
    return {"object_lock_enabled": True, "object_lock_default_retention": LOCKS[environment.data.access_log_lock](days)}


def expiring(environment: Environment) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        expiration=Duration.days(environment.foundation.log_retention_days),
        noncurrent_version_expiration=Duration.days(1),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
