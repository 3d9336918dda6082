"""Copying buckets by S3 replication: the role that S3 assumes, and a rule on each bucket."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import reasons
from stacks.constructs.nag import acknowledge_wildcard
from stacks.constructs.trust import service

Rule = s3.CfnBucket
LOCK = ("s3:GetObjectLegalHold", "s3:GetObjectRetention")


class Replication(Construct):
    """One role for any number of buckets."""

    def __init__(self, scope: Construct, id: str, *, role_name: str, boundary: iam.IManagedPolicy) -> None:
        super().__init__(scope, id)
        self.role = iam.Role(
            self,
            "Role",
            role_name=role_name,
            assumed_by=service(self, "s3"),
            description="Copies objects from bucket to bucket",
            permissions_boundary=boundary,
        )
        self.policy = iam.ManagedPolicy(self, "Policy", description="Read here, write there", roles=[self.role])

    def copy(self, bucket: s3.Bucket, target_arn: str, target_key_arn: str, *, deletions: bool, locked: bool = False) -> None:
        """Copy what is put into `bucket` from now on. deletions: whether a deleted object is marked as deleted there too.

        locked: whether the bucket has Object Lock; S3 then reads each object's lock with it.
        """
        self._allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [bucket.bucket_arn])
        versions = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging", *(LOCK if locked else ())]
        self._allow(versions, [bucket.arn_for_objects("*")])
        writes = ["s3:ReplicateObject", "s3:ReplicateTags", *(["s3:ReplicateDelete"] if deletions else [])]
        self._allow(writes, [f"{target_arn}/*"])
        for prefix in (bucket.arn_for_objects("*"), f"{target_arn}/*"):
            acknowledge_wildcard(self.policy, prefix, reasons.OBJECTS, "Replication copies every object of the bucket.")
        resource_of(bucket).replication_configuration = Rule.ReplicationConfigurationProperty(
            role=self.role.role_arn, rules=[_rule(target_arn, target_key_arn, deletions)]
        )

    def allow_reading_keys(self, keys: Sequence[kms.IKey]) -> None:
        self._allow(["kms:Decrypt"], [key.key_arn for key in keys])

    def allow_writing_key(self, arn: str, conditions: Mapping[str, object] | None = None) -> None:
        """arn: may end in `*` when the conditions name the key."""
        self._allow(["kms:Encrypt", "kms:GenerateDataKey"], [arn], conditions)
        if arn.endswith("*"):
            acknowledge_wildcard(
                self.policy, arn, reasons.NAMES, "The condition names the one key by its alias; its id is not known in this region."
            )

    def _allow(self, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None) -> None:
        statement = iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=dict(conditions or {}))
        self.policy.add_statements(statement)


def _rule(target_arn: str, target_key_arn: str, deletions: bool) -> s3.CfnBucket.ReplicationRuleProperty:
    """Everything, in the first version of the rules that can leave deletions out."""
    encrypted = Rule.SseKmsEncryptedObjectsProperty(status="Enabled")
    return Rule.ReplicationRuleProperty(
        id="everything",
        status="Enabled",
        priority=1,
        filter=Rule.ReplicationRuleFilterProperty(prefix=""),
        delete_marker_replication=Rule.DeleteMarkerReplicationProperty(status="Enabled" if deletions else "Disabled"),
        source_selection_criteria=Rule.SourceSelectionCriteriaProperty(sse_kms_encrypted_objects=encrypted),
        destination=Rule.ReplicationDestinationProperty(
            bucket=target_arn,
            storage_class="INTELLIGENT_TIERING",  # nobody reads a copy, until somebody needs it at once
            encryption_configuration=Rule.EncryptionConfigurationProperty(replica_kms_key_id=target_key_arn),
        ),
    )


def resource_of(bucket: s3.Bucket) -> s3.CfnBucket:
    """The CloudFormation resource under a bucket, for properties the L2 lacks."""
    return cast(s3.CfnBucket, bucket.node.default_child)
