"""The copies in a second region, deployed before the first: what outlives a region."""

import aws_cdk as cdk
from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.account.settings import AccountWide
from stacks.constructs import reasons
from stacks.constructs.boundary import boundary_name
from stacks.constructs.nag import acknowledge
from stacks.constructs.perimeter import keep_inside, role_name
from stacks.data.access_logs import NO_REPLICATION, access_logs
from stacks.data.audit import lock
from stacks.data.backups import copies_name, vault
from stacks.data.records import records
from stacks.data.remembering import remembering
from stacks.data.replicas import (
    ACCOUNT_REPLICATION,
    AUDIT,
    ERASED_AFTER_DAYS,
    REPLICATED,
    REPLICATION,
    SNAPSHOTS,
    SNAPSHOTS_DELETED_AFTER_DAYS,
    USAGE,
    replica_bucket_name,
    replica_key_alias,
)
from stacks.environment import Environment


class ReplicaStack(Stack):
    """A bucket for the copies of each replicated bucket, and the key of every copy, tables' replicas included."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        there = cdk.Environment(account=environment.account, region=environment.data.replica_region)
        super().__init__(scope, id, env=there, termination_protection=environment.protect_data)
        self.settings = environment
        self.key = kms.Key(self, "Key", alias=replica_key_alias(environment), description="Copies of data from the first region")
        boundary = iam.ManagedPolicy.from_managed_policy_name(
            self, "Boundary", environment.foundation.boundary or boundary_name(environment, "jobs")
        )
        self.access_logs = access_logs(self, environment, boundary=boundary, key=self.key, role="replica-access-logs")
        for name in (*REPLICATED, *([USAGE] if environment.catalogue else [])):
            self._copy_of(name)
        if environment.account_wide:
            self._copies_of_the_account(environment.account_wide)
        if environment.data.backup_vault:
            vault(self, "Backups", environment, name=copies_name(environment), key=self.key)

    def _copy_of(self, name: str) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name.capitalize(),
            bucket_name=replica_bucket_name(self, self.settings, name),
            encryption_key=self.key,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name}/",
            **(lock(self.settings) if name == AUDIT else {}),
        )
        soon = {"archive": ERASED_AFTER_DAYS, AUDIT: ERASED_AFTER_DAYS, SNAPSHOTS: SNAPSHOTS_DELETED_AFTER_DAYS}
        kept = soon.get(name, self.settings.data.noncurrent_version_days)
        bucket.add_lifecycle_rule(noncurrent_version_expiration=Duration.days(kept))
        if name == "archive":
            bucket.add_lifecycle_rule(expiration=Duration.days(remembering(self.settings.data.domain).archive_days))
        if name in (AUDIT, USAGE):
            bucket.add_lifecycle_rule(expiration=Duration.days(self.settings.foundation.log_retention_days))
        self._filled_by(bucket, REPLICATION)
        return bucket

    def _copies_of_the_account(self, wide: AccountWide) -> None:
        """As long and as locked as what they are copies of."""
        if wide.trail:
            self._records("trail", years=wide.trail.kept_years, lock=wide.trail.lock)
        if wide.config:
            self._records("configuration", years=wide.config.kept_years)

    def _records(self, name: str, *, years: int, lock: str | None = None) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name.capitalize(),
            bucket_name=replica_bucket_name(self, self.settings, name),
            encryption_key=self.key,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name}/",
            **records(years, lock),
        )
        self._filled_by(bucket, ACCOUNT_REPLICATION)
        return bucket

    def _filled_by(self, bucket: s3.Bucket, role: str) -> None:
        keep_inside(bucket, self.settings, exempt=[role_name(self.settings, role)])
        acknowledge(bucket, NO_REPLICATION, reasons.COPIES, "This is the replica: its source is in the first region.")
