"""Buckets of records about the account: nobody changes them, services alone write them, and a copy is in the second region."""

from functools import cached_property
from typing import Literal

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_setting
from stacks.constructs.perimeter import keep_inside, role_name
from stacks.data.access_logs import NO_REPLICATION
from stacks.data.records import records
from stacks.data.replicas import ACCOUNT_REPLICATION, replica_bucket_name, replica_key_alias, replica_key_arn
from stacks.data.replication import Replication
from stacks.environment import Environment


class History(Construct):
    """One key for all of them, and one role that copies them."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, boundary: iam.IManagedPolicy) -> None:
        super().__init__(scope, id)
        self.settings, self._boundary = environment, boundary
        self._replication: Replication | None = None

    @cached_property
    def key(self) -> kms.Key:
        return kms.Key(self, "Key", description="Records about the account")

    def bucket(self, id: str, *, years: int, lock: Literal["governance", "compliance"] | None = None) -> s3.Bucket:
        """years: how long each record is kept. lock: None for a service that writes to no locked bucket."""
        bucket = s3.Bucket(self, id, encryption_key=self.key, **records(years, lock))
        copied = self.settings.data.replica_region is not None
        keep_inside(bucket, self.settings, exempt=[role_name(self.settings, ACCOUNT_REPLICATION)] if copied else [])
        self._copy(bucket, id.lower(), locked=lock is not None)
        return bucket

    def _copy(self, bucket: s3.Bucket, name: str, *, locked: bool) -> None:
        if self.settings.data.replica_region is None:
            why = "this environment has one region; prod must have two."
            acknowledge_setting(bucket, NO_REPLICATION, self.settings, "data.replica_region", reasons.SMALLER_THAN_PROD, why)
            return
        target = f"arn:{Stack.of(self).partition}:s3:::{replica_bucket_name(Stack.of(self), self.settings, name)}"
        copies = self._copies()
        copies.copy(bucket, target, replica_key_arn(Stack.of(self), self.settings), deletions=False, locked=locked)

    def _copies(self) -> Replication:
        if self._replication is None:
            stack = Stack.of(self)
            self._replication = Replication(
                self, "Replication", role_name=role_name(self.settings, ACCOUNT_REPLICATION), boundary=self._boundary
            )
            self._replication.allow_reading_keys([self.key])
            keys_there = f"arn:{stack.partition}:kms:{self.settings.data.replica_region}:{stack.account}:key/*"
            of_the_replica = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": replica_key_alias(self.settings)}}
            self._replication.allow_writing_key(keys_there, of_the_replica)
        return self._replication
