"""What a run of the pipeline keeps for its actions: in each region that it deploys to, a bucket with a key of its own."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge, shared_rule
from stacks.constructs.perimeter import keep_inside
from stacks.delivery.names import ALIAS, PIPELINE, artifacts_bucket, readers
from stacks.delivery.settings import Delivery

KEPT = Duration.days(30)
NO_REPLICATION = shared_rule("S3BucketReplicationEnabled")


class Artifacts(Construct):
    """Roles of stages read here, by name, and write nothing."""

    def __init__(self, scope: Construct, id: str, *, settings: Delivery) -> None:
        super().__init__(scope, id)
        self.settings, self._stack = settings, Stack.of(self)
        self._others = [iam.AccountPrincipal(account) for account in sorted({stage.account for stage in settings.stages})]
        self._readers = {"ArnEquals": {"aws:PrincipalArn": list(readers(settings))}}
        self.key = self._key()
        self.bucket = self._bucket(self._access_logs())

    def _key(self) -> kms.Key:
        key = kms.Key(self, "Key", alias=ALIAS, description="Source, templates and code of releases")
        through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._stack.region}.amazonaws.com"}}
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="StagesRead",
                principals=self._others,
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={**self._readers, **through_s3},
            )
        )
        return key

    def _access_logs(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(self.settings.log_retention_days), noncurrent_version_expiration=Duration.days(30)
                )
            ],
        )
        why = "S3 delivers access logs only to buckets encrypted with its own key (SSE-S3)."
        acknowledge(bucket, shared_rule("S3DefaultEncryptionKMS"), reasons.SERVICE_WRITES, why)
        acknowledge(bucket, NO_REPLICATION, reasons.COPIES, "It is the log of who read the artifacts.")
        keep_inside(bucket, self.settings)
        return bucket

    def _bucket(self, access_logs: s3.Bucket) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=artifacts_bucket(self.settings, self._stack.region),
            encryption_key=self.key,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="artifacts/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=KEPT,
                    noncurrent_version_expiration=Duration.days(7),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="StagesRead",
                principals=self._others,
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[bucket.arn_for_objects(f"{PIPELINE}/*")],
                conditions=self._readers,
            )
        )
        acknowledge(
            bucket, NO_REPLICATION, reasons.MADE_AGAIN, "Another run of the pipeline makes templates and code from the same commit."
        )
        return bucket
