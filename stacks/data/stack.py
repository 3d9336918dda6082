"""Buckets and tables, a key beside each domain of data."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.constructs.acknowledged import accept_access_log_bucket, accept_one_region
from stacks.constructs.nag import acknowledge_prefix
from stacks.constructs.perimeter import keep_inside, role_name
from stacks.constructs.shared import Shared
from stacks.data.replicas import REPLICATION, replica_bucket_name, replica_key_arn
from stacks.environment import Environment

STRING = dynamodb.AttributeType.STRING


class DataStack(Stack):
    """What outlives every deployment: documents, model artifacts, the registry and the tables of turns and agents."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, shared: Shared) -> None:
        super().__init__(scope, id, env=environment.aws, termination_protection=environment.protect_data)
        self.settings, self.shared, self.vpc = environment, shared, shared.functions.vpc
        self.documents_key = kms.Key(self, "DocumentsKey", description="Uploaded and processed documents")
        self.artifacts_key = kms.Key(self, "ArtifactsKey", description="Model artifacts")
        self.registry_key = kms.Key(self, "RegistryKey", description="Document registry")
        self.conversations_key = kms.Key(self, "ConversationsKey", description="Agent memory, sessions and caches")
        self.ledger_key = kms.Key(self, "LedgerKey", description="Usage ledger")
        self.access_logs = self._access_logs()
        self.incoming = self._incoming()
        self.documents = self._documents()
        self.artifacts = self._bucket("Artifacts", self.artifacts_key, read_by=["embedding"])
        self.registry = self._table("Registry", self.registry_key, "tenant", "document_id", expires="expires_at")
        self.memory = self._table("Memory", self.conversations_key, "owner", "memory_id", expires="expires_at")
        self.sessions = self._table("Sessions", self.conversations_key, "session", "turn", expires="expires_at")
        self.caches = self._table("Caches", self.conversations_key, "cache", "entry", expires="expires_at")
        self.ledger = self._table("Ledger", self.ledger_key, "tenant", "request")
        self._replicate()
        self.publish()

    def publish(self) -> None:
        """Publish the names that tools outside the app look up."""
        published = {
            "incoming-bucket": self.incoming.bucket_name,
            "documents-bucket": self.documents.bucket_name,
            "artifacts-bucket": self.artifacts.bucket_name,
            "document-registry": self.registry.table_name,
        }
        for name, value in published.items():
            ssm.StringParameter(self, f"Parameter-{name}", parameter_name=f"/causeway/{self.settings.name}/data/{name}", string_value=value)

    def _access_logs(self) -> s3.Bucket:
        days = Duration.days(self.settings.foundation.log_retention_days)
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            lifecycle_rules=[s3.LifecycleRule(expiration=days, noncurrent_version_expiration=Duration.days(1))],
        )
        accept_access_log_bucket(bucket)
        keep_inside(bucket, self.settings, vpc=self.vpc)
        return bucket

    def _incoming(self) -> s3.Bucket:
        bucket = self._bucket("Incoming", self.documents_key, forms_by="documents")
        # The L2's event_bridge_enabled brings a Node function.
        _resource(bucket).notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        return bucket

    def _documents(self) -> s3.Bucket:
        bucket = self._bucket("Documents", self.documents_key)
        tiering = s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(30))
        bucket.add_lifecycle_rule(id="raw-gets-cheaper", prefix="raw/", transitions=[tiering])
        bucket.add_lifecycle_rule(id="quarantine-expires", prefix="quarantine/", expiration=Duration.days(90))
        return bucket

    def _bucket(self, id: str, key: kms.IKey, read_by: Sequence[str] = (), forms_by: str | None = None) -> s3.Bucket:
        """read_by, forms_by: roles, as `keep_inside` knows them, without what all names begin with."""
        bucket = s3.Bucket(self, id, encryption_key=key)
        bucket.add_lifecycle_rule(
            id="old-versions-expire",
            noncurrent_version_expiration=Duration.days(self.settings.data.noncurrent_version_days),
            abort_incomplete_multipart_upload_after=Duration.days(7),
            expired_object_delete_marker=True,
        )
        copied_by = [REPLICATION] if self.settings.data.replica_region else []
        keep_inside(
            bucket,
            self.settings,
            vpc=self.vpc,
            spared=[role_name(self.settings, name) for name in (*read_by, *copied_by)],
            forms_by=role_name(self.settings, forms_by) if forms_by else None,
        )
        return bucket

    def _table(self, id: str, key: kms.IKey, partition: str, sort: str, expires: str | None = None) -> dynamodb.TableV2:
        region = self.settings.data.replica_region
        return dynamodb.TableV2(
            self,
            id,
            partition_key=dynamodb.Attribute(name=partition, type=STRING),
            sort_key=dynamodb.Attribute(name=sort, type=STRING),
            time_to_live_attribute=expires,
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(
                key, {region: replica_key_arn(self, self.settings)} if region else None
            ),
            replicas=[dynamodb.ReplicaTableProps(region=region)] if region else None,
        )

    def _replicate(self) -> None:
        """Copy every object to the replica region, or accept that this environment has none."""
        buckets = {"incoming": self.incoming, "documents": self.documents, "artifacts": self.artifacts}
        if self.settings.data.replica_region is None:
            for bucket in buckets.values():
                accept_one_region(bucket)
            return
        role = iam.Role(
            self,
            "ReplicationRole",
            role_name=role_name(self.settings, REPLICATION),
            assumed_by=iam.ServicePrincipal("s3.amazonaws.com"),
            description="Copies objects to the replica region",
            permissions_boundary=self.shared.permission_boundary,
        )
        policy = iam.ManagedPolicy(self, "ReplicationPolicy", description="Read here, write there", roles=[role])
        for name, bucket in buckets.items():
            self._replicate_bucket(bucket, replica_bucket_name(self, self.settings, name), role, policy)
        self._allow_keys(policy)

    def _replicate_bucket(self, bucket: s3.Bucket, copy: str, role: iam.Role, policy: iam.ManagedPolicy) -> None:
        copy_arn = f"arn:{self.partition}:s3:::{copy}"
        policy.add_statements(
            iam.PolicyStatement(actions=["s3:GetReplicationConfiguration", "s3:ListBucket"], resources=[bucket.bucket_arn]),
            iam.PolicyStatement(
                actions=["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
                resources=[bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(actions=["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], resources=[f"{copy_arn}/*"]),
        )
        for prefix in (bucket.arn_for_objects("*"), f"{copy_arn}/*"):
            acknowledge_prefix(policy, prefix, "Replication copies every object of the bucket, so it reads and writes all of them.")
        _resource(bucket).replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
            role=role.role_arn, rules=[self._replication_rule(copy_arn)]
        )

    def _replication_rule(self, copy_arn: str) -> s3.CfnBucket.ReplicationRuleProperty:
        rule = s3.CfnBucket
        return rule.ReplicationRuleProperty(
            id="everything",
            status="Enabled",
            priority=1,
            filter=rule.ReplicationRuleFilterProperty(prefix=""),
            delete_marker_replication=rule.DeleteMarkerReplicationProperty(status="Enabled"),
            source_selection_criteria=rule.SourceSelectionCriteriaProperty(
                sse_kms_encrypted_objects=rule.SseKmsEncryptedObjectsProperty(status="Enabled")
            ),
            destination=rule.ReplicationDestinationProperty(
                bucket=copy_arn,
                encryption_configuration=rule.EncryptionConfigurationProperty(replica_kms_key_id=replica_key_arn(self, self.settings)),
            ),
        )

    def _allow_keys(self, policy: iam.ManagedPolicy) -> None:
        region = self.settings.data.replica_region
        keys_there = f"arn:{self.partition}:kms:{region}:{self.account}:key/*"
        policy.add_statements(
            iam.PolicyStatement(actions=["kms:Decrypt"], resources=[self.documents_key.key_arn, self.artifacts_key.key_arn]),
            iam.PolicyStatement(
                actions=["kms:Encrypt", "kms:GenerateDataKey"],
                resources=[keys_there],
                conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/causeway-{self.settings.name}-replica"}},
            ),
        )
        acknowledge_prefix(policy, keys_there, "The condition names the one key by its alias; its id is not known in this region.")


def _resource(bucket: s3.Bucket) -> s3.CfnBucket:
    """The CloudFormation resource under a bucket, for properties the L2 lacks."""
    return cast(s3.CfnBucket, bucket.node.default_child)
